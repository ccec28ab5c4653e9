"""`/api/v1/incidents`."""

from collections.abc import Sequence
from datetime import datetime

from flask import Response
from flask_openapi3 import APIBlueprint, FileStorage, Tag
from pydantic import BaseModel, ConfigDict, Field

from itsm.assets import queries as assets
from itsm.assets.queries import CiBrief
from itsm.desk import api as shared
from itsm.desk import queries as desk
from itsm.desk import service as tickets
from itsm.desk import timeline
from itsm.desk.api import TicketPath
from itsm.desk.files import download, folder
from itsm.desk.inputs import NewComment, NewLink
from itsm.desk.models import Source
from itsm.incidents import editing, queries, service
from itsm.incidents.filters import Filters
from itsm.incidents.inputs import EditIncident, OpenIncident, Transition
from itsm.incidents.major import queries as majors
from itsm.incidents.models import Incident
from itsm.incidents.states import LIFE, State
from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid
from itsm.kernel.work import Work
from itsm.people import queries as people
from itsm.web.door import current_work
from itsm.web.needs import needs
from itsm.web.rest import PREFIX, RESPONSES, SECURITY, answer, check_match, nothing, once

api = APIBlueprint(
    "incidents_api",
    __name__,
    url_prefix=f"{PREFIX}/incidents",
    abp_tags=[Tag(name="Incidents", description="Unplanned interruptions")],
    abp_security=SECURITY,
    abp_responses=RESPONSES,
)


class IncidentOut(BaseModel):
    """An incident."""

    number: str
    kind: str
    title: str
    description: str
    state: State
    impact: int
    urgency: int
    priority: int = Field(description="1 critical … 4 low")
    desk: str
    category: str
    tags: list[str]
    requester: str | None
    assignee: str | None
    team: str | None
    cis: list[str]
    source: Source
    parent: str | None
    sla: list[dict[str, str]] = Field(description="empty: no promises are set up")
    confidential: bool
    major: bool = Field(description="whether it is a major incident; see `…/major`")
    resolution: str
    resolution_code: str
    waits_for: str = Field(description="why it is pending")
    reopened_count: int
    created_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    closed_at: datetime | None
    version: int


class IncidentsOut(BaseModel):
    """A page of incidents."""

    items: list[IncidentOut]
    next: str | None


class StepOut(BaseModel):
    """A step that is possible now."""

    step: str
    to: State


class FilesIn(BaseModel):
    """Files to attach, as multipart/form-data; at most 25 MiB each."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    files: list[FileStorage] = []
    file: FileStorage | None = None

    def uploads(self) -> list[FileStorage]:
        """Return all files of the form. Raises Invalid if there is none."""
        found = [*self.files, *([self.file] if self.file else [])]
        if not found:
            raise Invalid("send at least one file", {"files": "missing"})
        return found


def as_json(
    incident: Incident, cis: Sequence[CiBrief], parent: str | None, *, major: bool
) -> dict[str, object]:
    """Return an incident as JSON; `parent` is its parent's number if the actor may know it."""
    columns = {
        name: getattr(incident, name) for name in IncidentOut.model_fields if name not in _MADE
    }
    return IncidentOut(
        **columns,
        kind=incident.kind.value,
        desk=incident.desk.key,
        requester=incident.requester.username if incident.requester else None,
        assignee=incident.assignee.username if incident.assignee else None,
        team=incident.team.key if incident.team else None,
        cis=[ci.number for ci in cis],
        parent=parent,
        major=major,
        sla=[],
    ).model_dump(mode="json")


_MADE = frozenset(
    {"kind", "desk", "requester", "assignee", "team", "cis", "parent", "major", "sla"}
)


@api.get("", responses={200: IncidentsOut})
@needs(Permission.TICKET_READ)
def index(query: Filters) -> Response:
    """List incidents, newest first unless `sort` says otherwise."""
    work = current_work()
    page = queries.whole_page(work, query)
    return answer({"items": _all_json(work, page.items), "next": page.next})


@api.post("", responses={201: IncidentOut})
@needs(Permission.TICKET_CREATE)
@once
def create(body: OpenIncident) -> Response:
    """Open an incident."""
    work = current_work()
    incident = service.open_(work, body)
    response = _answer(work, incident, 201)
    response.headers["Location"] = f"{PREFIX}/incidents/{incident.number}"
    return response


@api.get("/<number>", responses={200: IncidentOut})
@needs(Permission.TICKET_READ)
def show(path: TicketPath) -> Response:
    """Read an incident; its ETag is good for If-Match."""
    work = current_work()
    return _answer(work, queries.get(work, path.number))


@api.patch("/<number>", responses={200: IncidentOut})
@needs(Permission.TICKET_READ)
def change(path: TicketPath, body: EditIncident) -> Response:
    """Change properties; with If-Match only if nobody else has meanwhile."""
    work = current_work()
    incident = queries.get_to_change(work, path.number)
    check_match(incident.version)
    editing.edit(work, incident, body)
    return _answer(work, incident)


@api.get("/<number>/transitions", responses={200: StepOut})
@needs(Permission.TICKET_READ)
def steps(path: TicketPath) -> Response:
    """List the steps that are possible now."""
    incident = queries.get(current_work(), path.number)
    moves = LIFE.from_(State(incident.state))
    items = [{"step": move.step, "to": move.target.value} for move in moves]
    return answer({"items": items, "next": None})


@api.post("/<number>/transitions", responses={200: IncidentOut})
@needs(Permission.TICKET_TRANSITION)
@once
def move(path: TicketPath, body: Transition) -> Response:
    """Bring an incident to another state; an illegal step gets 409 with the legal ones."""
    work = current_work()
    incident = queries.get_to_change(work, path.number)
    check_match(incident.version)
    service.transition(work, incident, body)
    return _answer(work, incident)


@api.post("/<number>/take", responses={200: IncidentOut})
@needs(Permission.TICKET_ASSIGN)
def take(path: TicketPath) -> Response:
    """Assign an incident that nobody has to oneself; 409 where somebody was faster."""
    work = current_work()
    incident = queries.get_to_change(work, path.number)
    editing.take(work, incident)
    return _answer(work, incident)


@api.get("/<number>/comments", responses={200: shared.CommentOut})
@needs(Permission.TICKET_READ)
def comments(path: TicketPath) -> Response:
    """List replies, and internal notes for those who may read them, oldest first."""
    work = current_work()
    found = desk.comments(work, queries.get(work, path.number))
    items = [shared.comment_json(one, one.author.username if one.author else None) for one in found]
    return answer({"items": items, "next": None})


@api.post("/<number>/comments", responses={201: shared.CommentOut})
@needs(Permission.TICKET_REPLY)
@once
def comment(path: TicketPath, body: NewComment) -> Response:
    """Write a public reply or an internal note."""
    work = current_work()
    incident = queries.get_to_change(work, path.number)
    written = tickets.comment(work, incident, body, source=Source.API)
    return answer(shared.comment_json(written, work.actor.name), 201)


@api.get("/<number>/timeline", responses={200: shared.TimelineOut})
@needs(Permission.TICKET_READ)
def history(path: TicketPath) -> Response:
    """Read everything that happened, oldest first."""
    work = current_work()
    entries = timeline.of(work, queries.get(work, path.number))
    return answer({"items": [shared.entry_json(entry) for entry in entries], "next": None})


@api.get("/<number>/links", responses={200: shared.LinkOut})
@needs(Permission.TICKET_READ)
def links(path: TicketPath) -> Response:
    """List the linked tickets, the parent and the children."""
    work = current_work()
    found = desk.related(work, queries.get(work, path.number))
    return answer({"items": [shared.link_json(one) for one in found], "next": None})


@api.post("/<number>/links", responses={201: shared.LinkOut})
@needs(Permission.TICKET_LINK)
@once
def link(path: TicketPath, body: NewLink) -> Response:
    """Link an incident to another ticket."""
    work = current_work()
    incident = queries.get_to_change(work, path.number)
    tickets.link(work, incident, body)
    made = [
        one
        for one in desk.related(work, incident)
        if one.number == body.target and one.type == body.type and one.outgoing
    ]
    return answer(shared.link_json(made[0]), 201)


@api.delete("/<number>/links")
@needs(Permission.TICKET_LINK)
def unlink(path: TicketPath, query: shared.LinkQuery) -> Response:
    """Take a link away."""
    work = current_work()
    gone = NewLink(type=query.type, target=query.target)
    tickets.unlink(work, queries.get_to_change(work, path.number), gone)
    return nothing()


@api.get("/<number>/attachments", responses={200: shared.AttachmentOut})
@needs(Permission.TICKET_READ)
def attachments(path: TicketPath) -> Response:
    """List the files on an incident."""
    work = current_work()
    incident = queries.get(work, path.number)
    found = desk.attachments(work, incident)
    items = [shared.attachment_json(incident, file) for file in found]
    return answer({"items": items, "next": None})


@api.post("/<number>/attachments", responses={201: shared.AttachmentOut})
@needs(Permission.TICKET_ATTACH)
def attach(path: TicketPath, form: FilesIn) -> Response:
    """Put files on an incident, each as a part of multipart/form-data."""
    work = current_work()
    incident = queries.get_to_change(work, path.number)
    kept = [(one.filename or "", folder().keep(one.stream)) for one in form.uploads()]
    made = [tickets.attach(work, incident, name, stored) for name, stored in kept]
    return answer({"items": [shared.attachment_json(incident, one) for one in made]}, 201)


@api.get("/<number>/attachments/<int:attachment_id>")
@needs(Permission.TICKET_READ)
def file(path: shared.AttachmentPath) -> Response:
    """Read a file's content, always as a download."""
    work = current_work()
    incident = queries.get(work, path.number)
    return download(desk.attachment(work, incident, path.attachment_id))


@api.get("/<number>/watchers", responses={200: shared.WatcherOut})
@needs(Permission.TICKET_NOTE)
def watchers(path: TicketPath) -> Response:
    """List who follows an incident."""
    work = current_work()
    incident = queries.get(work, path.number)
    work.must(Permission.TICKET_NOTE, incident)
    return answer({"items": [shared.watcher_json(one) for one in incident.watchers], "next": None})


@api.post("/<number>/watchers", responses={201: shared.WatcherOut})
@needs(Permission.TICKET_WATCH)
def watch(path: TicketPath, body: shared.WatcherIn) -> Response:
    """Let a person follow an incident, and so read it."""
    work = current_work()
    person = people.person(work, body.username)
    tickets.watch(work, queries.get_to_change(work, path.number), person)
    return answer({"username": person.username, "name": person.name}, 201)


def _answer(work: Work, incident: Incident, status: int = 200) -> Response:
    # Reading the CIs writes what is pending first, so that the version is the new one.
    (body,) = _all_json(work, [incident])
    body["version"] = incident.version
    return answer(body, status, version=incident.version)


def _all_json(work: Work, incidents: Sequence[Incident]) -> list[dict[str, object]]:
    cis = assets.of_tickets(work, [one.id for one in incidents]) if incidents else {}
    parents = desk.numbers(work, {one.parent_id for one in incidents if one.parent_id})
    major = majors.active_among(work, incidents)
    return [
        as_json(one, cis.get(one.id, ()), parents.get(one.parent_id or 0), major=one.id in major)
        for one in incidents
    ]
