"""A ticket becomes one of another kind: all that hangs on it stays, only its number is a new one.

The row of the ticket stays the same, so that history, talk, files, links and watchers do. Its
former number leads to it from then on, and is its own again if it is turned back.
"""

from collections.abc import Mapping
from typing import cast

from sqlalchemy import Table, delete, insert, update
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from itsm.desk import queries as desk
from itsm.desk import service as tickets
from itsm.desk.models import FormerNumber, Ticket, Visibility
from itsm.kernel.access import Permission
from itsm.kernel.errors import Refused
from itsm.kernel.work import Work
from itsm.tickets import kinds, moving, queries
from itsm.tickets.events import TicketConverted
from itsm.tickets.kinds import KindOf


def convert(work: Work, ticket: Ticket, to: KindOf) -> Ticket:
    """Turn an open ticket into one of the kind `to`, and return it as that. Emits TicketConverted.

    What is new stays new, what waits still waits. Raises Refused for one
    that is over, is of that kind, or has what the other kind cannot have; Denied without
    ticket:update and ticket:transition.
    """
    work.must(Permission.TICKET_UPDATE, ticket)
    work.must(Permission.TICKET_TRANSITION, ticket)
    before = kinds.of(ticket)
    if before.kind is to.kind:
        raise Refused(f"it is a {to.noun} already")
    if not ticket.open:
        raise Refused(f"it is {ticket.state} already")
    before.leave(work, ticket)
    former, ticket_id = ticket.number, ticket.id
    number = queries.former_number(work, ticket, to.prefix) or _new_number(work, ticket, to)
    state = ticket.state if ticket.state in {one.value for one in to.open} else to.life.start
    if state != moving.PENDING:
        ticket.waits_for = ""
    tickets.touch(work, ticket)
    # What is pending is written first, since no mapper sees what follows.
    with work.session.begin_nested():
        work.session.expunge(ticket)
        _turn(work, ticket_id, before, to, {"number": number, "state": str(state)})
    turned = queries.by_id(work, to.model, ticket_id)
    _lead_on(work, turned, former)
    tickets.index(work, turned, talk=_talk(work, turned))
    work.emit(TicketConverted(ticket_id=ticket_id, kind=before.noun, before=former, after=number))
    return turned


def _turn(
    work: Work, ticket_id: int, before: KindOf, to: KindOf, values: Mapping[str, str]
) -> None:
    """Move the row from one kind's table to the other's; no mapper can change a row's class."""
    run = work.session.execute
    old, shared, new = (_table(model) for model in (before.model, Ticket, to.model))
    run(delete(old).where(old.c.ticket_id == ticket_id))
    run(update(shared).where(shared.c.id == ticket_id).values(kind=to.kind, **values))
    run(insert(new).values(_own(new) | {"ticket_id": ticket_id}))


def _table(model: type[Ticket]) -> Table:
    return cast("Table", model.__table__)


def _own(table: Table) -> dict[str, object]:
    """Return what a kind's own columns begin with."""
    return {
        column.name: column.default.arg
        for column in table.columns
        if isinstance(column.default, ScalarElementColumnDefault)
    }


def _new_number(work: Work, ticket: Ticket, to: KindOf) -> str:
    """Return a number of the new kind; a desk with a prefix of its own numbers all alike."""
    if ticket.desk.prefix:
        return ticket.number
    return tickets.next_number(work, to.prefix)


def _lead_on(work: Work, ticket: Ticket, former: str) -> None:
    own = work.session.get(FormerNumber, ticket.number)
    if own is not None:
        work.session.delete(own)
    if former != ticket.number:
        work.add(FormerNumber(number=former, ticket_id=ticket.id))


def _talk(work: Work, ticket: Ticket) -> str:
    public = desk.bodies(work, ticket, Visibility.PUBLIC)
    return f"{public}\n{ticket.resolution}"
