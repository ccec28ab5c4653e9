"""Major incidents in `/api/v1/incidents`; their reviews stand in `review_api.py`."""

from datetime import datetime

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, Field

from itsm.desk import queries as desk
from itsm.desk.api import TicketPath
from itsm.desk.models import Source, Visibility
from itsm.incidents import queries as incidents
from itsm.incidents.major import queries, roles, service, updates
from itsm.incidents.major.inputs import (
    ChangeMajor,
    Declare,
    Demote,
    GiveRole,
    Join,
    NewUpdate,
)
from itsm.incidents.major.models import Update
from itsm.incidents.major.states import Role, Status
from itsm.incidents.models import Incident
from itsm.kernel.access import Permission
from itsm.kernel.errors import NotFound
from itsm.kernel.work import Work
from itsm.web import rest
from itsm.web.door import current_work
from itsm.web.needs import needs
from itsm.web.rest import answer, nothing, once

api = APIBlueprint(
    "majors_api",
    __name__,
    url_prefix=f"{rest.PREFIX}/incidents",
    abp_tags=[Tag(name="Major incidents", description="Who runs one, and what is told of it")],
    abp_security=rest.SECURITY,
    abp_responses=rest.RESPONSES,
)


class ResponderOut(BaseModel):
    """Somebody who works on it, or did."""

    username: str
    name: str
    joined_at: datetime
    left_at: datetime | None


class MajorOut(BaseModel):
    """How a major incident stands."""

    number: str
    headline: str = Field(description="public")
    status: Status
    interval_min: int
    declared_at: datetime
    update_due_at: datetime | None
    ended_at: datetime | None
    roles: dict[Role, str] = Field(description="usernames; a role that nobody has is left out")
    responders: list[ResponderOut]


class UpdateOut(BaseModel):
    """An update."""

    id: int
    author_name: str
    body: str
    visibility: Visibility
    status: Status | None
    created_at: datetime


class RolePath(TicketPath):
    """Which role in which incident."""

    role: Role


class ResponderPath(TicketPath):
    """Who of which incident."""

    username: str = Field(max_length=80)


@api.get("/<number>/major", responses={200: MajorOut})
@needs(Permission.TICKET_NOTE)
def show(path: TicketPath) -> Response:
    """Read how a major incident stands; 404 where it is none."""
    return _major(worked_on(path))


@api.post("/<number>/major", responses={201: MajorOut})
@needs(Permission.INCIDENT_MAJOR)
@once
def declare(path: TicketPath, body: Declare) -> Response:
    """Declare an open incident a major one."""
    incident = to_change(path)
    service.declare(current_work(), incident, body)
    return _major(incident, 201)


@api.patch("/<number>/major", responses={200: MajorOut})
@needs(Permission.TICKET_NOTE)
def change(path: TicketPath, body: ChangeMajor) -> Response:
    """Set the public headline, and how often an update is due."""
    incident = to_change(path)
    service.change(current_work(), incident, body)
    return _major(incident)


@api.post("/<number>/major/demotion")
@needs(Permission.INCIDENT_MAJOR)
@once
def demote(path: TicketPath, body: Demote) -> Response:
    """Take back that it is a major incident."""
    service.demote(current_work(), to_change(path), body)
    return nothing()


@api.post("/<number>/major/roles", responses={200: MajorOut})
@needs(Permission.TICKET_NOTE)
@once
def give_role(path: TicketPath, body: GiveRole) -> Response:
    """Give a role to somebody, or take it."""
    incident = to_change(path)
    roles.give(current_work(), incident, body.role, body.username)
    return _major(incident)


@api.delete("/<number>/major/roles/<role>", responses={200: MajorOut})
@needs(Permission.TICKET_NOTE)
def give_up_role(path: RolePath) -> Response:
    """Leave a role to nobody."""
    incident = to_change(path)
    roles.give_up(current_work(), incident, path.role)
    return _major(incident)


@api.post("/<number>/major/responders", responses={200: MajorOut})
@needs(Permission.TICKET_NOTE)
@once
def join(path: TicketPath, body: Join) -> Response:
    """Join those who work on it, or bring somebody in."""
    incident = to_change(path)
    roles.join(current_work(), incident, body.username)
    return _major(incident)


@api.delete("/<number>/major/responders/<username>", responses={200: MajorOut})
@needs(Permission.TICKET_NOTE)
def leave(path: ResponderPath) -> Response:
    """Leave those who work on it, or let somebody go."""
    incident = to_change(path)
    roles.leave(current_work(), incident, path.username)
    return _major(incident)


@api.get("/<number>/major/updates", responses={200: UpdateOut})
@needs(Permission.TICKET_READ)
def list_updates(path: TicketPath) -> Response:
    """List the updates, internal ones for those who may read notes, oldest first."""
    work = current_work()
    incident = incidents.get(work, path.number)
    queries.active(work, incident)
    items = [_update_json(one) for one in queries.updates(work, incident)]
    return answer({"items": items, "next": None})


@api.post("/<number>/major/updates", responses={201: UpdateOut})
@needs(Permission.TICKET_NOTE)
@once
def write_update(path: TicketPath, body: NewUpdate) -> Response:
    """Write an update, public with a status, or internal; the next is due an interval later."""
    written = updates.write(current_work(), to_change(path), body, source=Source.API)
    return answer(_update_json(written), 201)


def to_change(path: TicketPath) -> Incident:
    """Return the incident, kept from others until this request ends. Raises NotFound."""
    return incidents.get_to_change(current_work(), path.number)


def worked_on(path: TicketPath) -> Incident:
    """Return a major incident whose notes the actor may read. Raises NotFound."""
    work = current_work()
    incident = incidents.get(work, path.number)
    if not desk.reads_notes(work, incident):
        raise NotFound(f"{incident.number} is no major incident")
    queries.active(work, incident)
    return incident


def _major(incident: Incident, code: int = 200) -> Response:
    work = current_work()
    major = queries.active(work, incident)
    shown = MajorOut(
        number=incident.number,
        **{name: getattr(major, name) for name in _COLUMNS},
        roles={
            role: held.person.username for role, held in queries.holders(work, incident.id).items()
        },
        responders=_responders(work, incident),
    )
    return answer(shown.model_dump(mode="json"), code)


_COLUMNS = (
    "headline",
    "status",
    "interval_min",
    "declared_at",
    "update_due_at",
    "ended_at",
)


def _responders(work: Work, incident: Incident) -> list[ResponderOut]:
    return [
        ResponderOut(
            username=one.person.username,
            name=one.person.name,
            joined_at=one.joined_at,
            left_at=one.left_at,
        )
        for one in queries.responders(work, incident.id)
    ]


def _update_json(update: Update) -> dict[str, object]:
    told = update.comment
    return UpdateOut(
        id=told.id,
        author_name=told.author_name,
        body=told.body,
        visibility=told.visibility,
        status=update.status,
        created_at=told.created_at,
    ).model_dump(mode="json")
