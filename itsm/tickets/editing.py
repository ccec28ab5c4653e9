"""The properties of a ticket: changed one by one, and who owns it."""

from collections.abc import Callable, Mapping
from datetime import datetime

from itsm.assets import queries as assets
from itsm.assets import service as ci_links
from itsm.desk import queries as desk
from itsm.desk import service as tickets
from itsm.desk.models import Ticket, Visibility
from itsm.kernel.access import Permission
from itsm.kernel.errors import Conflict, Invalid, Refused
from itsm.kernel.work import Work
from itsm.people.models import Person, Team
from itsm.tickets import properties
from itsm.tickets.events import TicketAssigned, TicketChanged
from itsm.tickets.inputs import EditTicket


def edit(
    work: Work,
    ticket: Ticket,
    change: EditTicket,
    *,
    seen: Mapping[str, object] | None = None,
) -> None:
    """Change the properties that `change` sets. Emits TicketChanged, TicketAssigned.

    `seen` holds what the caller last saw of a property. Raises Conflict where somebody changed it
    meanwhile; Denied without ticket:update, ticket:assign or ticket:link; Invalid for people,
    teams, CIs and parents that do not exist for the actor.
    """
    asked = change.model_fields_set
    _check_seen(ticket, seen or {})
    if asked & {"assignee", "team"}:
        _assign(work, ticket, change)
    if asked - {"assignee", "team"}:
        work.must(Permission.TICKET_UPDATE, ticket)
    for field in sorted(asked & _SETTERS.keys()):
        before = properties.shown(ticket, field)
        _SETTERS[field](work, ticket, getattr(change, field))
        _note_change(work, ticket, field, before)
    if "cis" in asked:
        _set_cis(work, ticket, change)
    if asked & {"impact", "urgency"}:
        _set_priority(work, ticket, desk.priority(work, ticket.impact, ticket.urgency))
    if change.priority is not None:
        _set_priority(work, ticket, change.priority)
    if asked & {"title", "description"}:
        talk = desk.bodies(work, ticket, Visibility.PUBLIC)
        tickets.index(work, ticket, talk=f"{talk}\n{ticket.resolution}")


def _check_seen(ticket: Ticket, seen: Mapping[str, object]) -> None:
    for field, value in seen.items():
        current = properties.shown(ticket, field)
        if current != value:
            raise Conflict(
                f"somebody else has set the {field} to {properties.in_words(current)} meanwhile"
            )


def _set_text(field: str) -> Callable[[Work, Ticket, object], None]:
    def set_text(work: Work, ticket: Ticket, value: object) -> None:
        del work
        if value is None:
            raise Invalid(f"the {field} cannot be taken away", {field: "missing"})
        setattr(ticket, field, value)

    return set_text


def _set_tags(work: Work, ticket: Ticket, value: object) -> None:
    del work
    ticket.tags = list(value) if isinstance(value, tuple) else []


def _set_requester(work: Work, ticket: Ticket, value: object) -> None:
    person = properties.person(work, str(value), "requester") if value else None
    ticket.requester, ticket.requester_id = person, person.id if person else None


def _set_parent(work: Work, ticket: Ticket, value: object) -> None:
    work.must(Permission.TICKET_LINK, ticket)
    ticket.parent_id = properties.parent(work, str(value), ticket).id if value else None


def _set_expected(work: Work, ticket: Ticket, value: object) -> None:
    del work
    ticket.expected_at = value if isinstance(value, datetime) else None


_SETTERS: Mapping[str, Callable[[Work, Ticket, object], None]] = {
    "category": _set_text("category"),
    "description": _set_text("description"),
    "expected_at": _set_expected,
    "impact": _set_text("impact"),
    "parent": _set_parent,
    "requester": _set_requester,
    "tags": _set_tags,
    "title": _set_text("title"),
    "urgency": _set_text("urgency"),
}


def _note_change(work: Work, ticket: Ticket, field: str, before: object) -> None:
    after = properties.shown(ticket, field)
    if before == after:
        return
    tickets.touch(work, ticket)
    told = (None, None) if field == "description" else (before, after)
    work.emit(
        TicketChanged(
            ticket_id=ticket.id,
            field=field,
            before=properties.in_words(told[0]),
            after=properties.in_words(told[1]),
        )
    )


def _set_priority(work: Work, ticket: Ticket, priority: int) -> None:
    before = ticket.priority
    ticket.priority = priority
    _note_change(work, ticket, "priority", before)


def _set_cis(work: Work, ticket: Ticket, change: EditTicket) -> None:
    wanted = set(properties.cis(work, change.cis or ()))
    linked = {ci.id for ci in assets.of_tickets(work, [ticket.id]).get(ticket.id, ())}
    for ci_id in sorted(wanted - linked):
        ci_links.link(work, ticket, ci_id)
    for ci_id in sorted(linked - wanted):
        ci_links.unlink(work, ticket, ci_id)
    if wanted != linked:
        tickets.touch(work, ticket)


def _assign(work: Work, ticket: Ticket, change: EditTicket) -> None:
    assignee, team = ticket.assignee, ticket.team
    if "assignee" in change.model_fields_set:
        assignee = properties.assignee(work, change.assignee) if change.assignee else None
    if "team" in change.model_fields_set:
        team = properties.team(work, change.team) if change.team else None
    assign(work, ticket, assignee=assignee, team=team)


def assign(work: Work, ticket: Ticket, *, assignee: Person | None, team: Team | None) -> None:
    """Give a ticket to a person, a team, both, or nobody. Emits TicketAssigned.

    Raises Denied without ticket:assign. Nothing happens where they own it already.
    """
    work.must(Permission.TICKET_ASSIGN, ticket)
    before = (ticket.assignee_id, ticket.team_id)
    ticket.assignee, ticket.assignee_id = assignee, assignee.id if assignee else None
    ticket.team, ticket.team_id = team, team.id if team else None
    if before == (ticket.assignee_id, ticket.team_id):
        return
    tickets.touch(work, ticket)
    work.emit(
        TicketAssigned(
            ticket_id=ticket.id,
            taken=assignee is not None and assignee.id == work.actor.id,
            assignee=assignee.name if assignee else None,
            assignee_id=ticket.assignee_id,
            team=team.name if team else None,
            team_id=ticket.team_id,
        )
    )


def take(work: Work, ticket: Ticket) -> None:
    """Assign a ticket that nobody has to oneself. Emits TicketAssigned.

    Raises Refused, naming the owner, where somebody else was faster; Denied.
    """
    if ticket.assignee and ticket.assignee_id != work.actor.id:
        raise Refused(f"{ticket.assignee.name} has taken it already")
    assign(work, ticket, assignee=properties.oneself(work), team=ticket.team)
