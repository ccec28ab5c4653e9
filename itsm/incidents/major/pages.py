"""What is done to a major incident on its record page."""

from collections.abc import Callable

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from itsm.desk.models import Ticket
from itsm.incidents.major import roles, service, updates
from itsm.incidents.major.inputs import (
    ChangeMajor,
    Declare,
    Demote,
    GiveRole,
    Join,
    NewUpdate,
)
from itsm.incidents.major.states import Role
from itsm.incidents.models import Incident
from itsm.kernel.access import Permission
from itsm.kernel.errors import NotFound
from itsm.kernel.work import Work
from itsm.tickets.forms import only
from itsm.tickets.views import attempt
from itsm.web.needs import needs

pages = Blueprint("majors", __name__, template_folder="../templates", url_prefix="/incidents")


@pages.post("/<number>/major")
@needs(Permission.INCIDENT_MAJOR)
def declare(number: str) -> ResponseReturnValue:
    """Declare an open incident a major one."""

    def act(work: Work, incident: Incident) -> None:
        service.declare(work, incident, Declare.model_validate(only(request.form, Declare)))

    return _attempt(number, act)


@pages.post("/<number>/major/demote")
@needs(Permission.INCIDENT_MAJOR)
def demote(number: str) -> ResponseReturnValue:
    """Take that back, with a reason."""

    def act(work: Work, incident: Incident) -> None:
        service.demote(work, incident, Demote(reason=request.form.get("why", "")))

    return _attempt(number, act, field="why")


@pages.post("/<number>/major/change")
@needs(Permission.TICKET_NOTE)
def change(number: str) -> ResponseReturnValue:
    """Set the headline that employees read, and how often an update is due."""

    def act(work: Work, incident: Incident) -> None:
        wanted = ChangeMajor.model_validate(only(request.form, ChangeMajor))
        service.change(work, incident, wanted)

    return _attempt(number, act, field="headline")


@pages.post("/<number>/major/updates")
@needs(Permission.TICKET_NOTE)
def update(number: str) -> ResponseReturnValue:
    """Write an update; an internal one has no status, whatever the form shows."""
    told = {**only(request.form, NewUpdate), "body": request.form.get("update", "")}
    if told.get("visibility") == "internal":
        told.pop("status", None)

    def act(work: Work, incident: Incident) -> None:
        updates.write(work, incident, NewUpdate.model_validate(told))

    return _attempt(number, act, field="update")


@pages.post("/<number>/major/roles")
@needs(Permission.TICKET_NOTE)
def give_role(number: str) -> ResponseReturnValue:
    """Give a role to somebody, or take it; without a role they join alone."""

    def act(work: Work, incident: Incident) -> None:
        if not request.form.get("role"):
            roles.join(work, incident, Join(username=request.form.get("username", "")).username)
            return
        given = GiveRole.model_validate(only(request.form, GiveRole))
        roles.give(work, incident, given.role, given.username)

    return _attempt(number, act, field="username")


@pages.post("/<number>/major/roles/<role>/give-up")
@needs(Permission.TICKET_NOTE)
def give_up_role(number: str, role: str) -> ResponseReturnValue:
    """Leave a role to nobody."""
    named = role_named(role)
    return _attempt(number, lambda work, incident: roles.give_up(work, incident, named))


@pages.post("/<number>/major/responders")
@needs(Permission.TICKET_NOTE)
def join(number: str) -> ResponseReturnValue:
    """Join those who work on it, or bring somebody in."""

    def act(work: Work, incident: Incident) -> None:
        who = Join.model_validate(only(request.form, Join))
        roles.join(work, incident, who.username)

    return _attempt(number, act, field="username")


@pages.post("/<number>/major/responders/leave")
@needs(Permission.TICKET_NOTE)
def leave(number: str) -> ResponseReturnValue:
    """Leave those who work on it, or let somebody go."""

    def act(work: Work, incident: Incident) -> None:
        who = Join.model_validate(only(request.form, Join))
        roles.leave(work, incident, who.username)

    return _attempt(number, act, field="username")


def role_named(name: str) -> Role:
    """Return the role of that name. Raises NotFound where there is none."""
    if name not in list(Role):
        raise NotFound(f"there is no role {name[:40]}")
    return Role(name)


def _attempt(
    number: str, act: Callable[[Work, Incident], None], *, field: str = ""
) -> ResponseReturnValue:
    """Do something to an incident as its record does. Raises NotFound for another ticket."""

    def on_incident(work: Work, ticket: Ticket) -> None:
        if not isinstance(ticket, Incident):
            raise NotFound(f"there is no incident {number[:24]}")
        act(work, ticket)

    return attempt(number, on_incident, field=field)
