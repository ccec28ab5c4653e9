"""One step of any ticket's life, by the table of its kind."""

from datetime import datetime, timedelta

from itsm.desk import service as tickets
from itsm.desk.models import Desk, Ticket
from itsm.kernel.access import Permission
from itsm.kernel.work import Work
from itsm.platform import timers
from itsm.platform.outbox import Payload
from itsm.tickets import kinds

PENDING = "pending"
WARN = "tickets.warn"
WARN_BEFORE = timedelta(hours=24)
REMIND = "tickets.remind"


def move(
    work: Work,
    ticket: Ticket,
    step: str,
    needs: Permission | None = None,
    *,
    touches: bool = True,
) -> None:
    """Bring a ticket to the state that `step` leads to. Raises Refused, Denied.

    `needs` is the right that it takes where that is another than the table says.
    """
    kind = kinds.of(ticket)
    found = kind.life.step(kind.states(ticket.state), step)
    work.must(needs or found.needs, ticket)
    if ticket.state == PENDING:
        timers.disarm(work, REMIND, str(ticket.id))
    ticket.state, ticket.open = found.target, found.target in kind.open
    if found.target != PENDING:
        ticket.waits_for = ""
    if touches:
        tickets.touch(work, ticket)
    else:
        ticket.updated_at = work.now


def solved(work: Work, ticket: Ticket, timer: str, resolution: str, code: str) -> None:
    """Keep what was done, findable, and have the ticket close by itself by the timer `timer`."""
    ticket.resolution, ticket.resolution_code = resolution, code
    ticket.resolved_at = work.now
    if resolution:
        tickets.index_more(work, ticket, resolution)
    _arm(work, ticket, timer, work.now)


def _arm(work: Work, ticket: Ticket, timer: str, solved_at: datetime) -> None:
    desk = work.session.get_one(Desk, ticket.desk_id)
    due = max(solved_at + timedelta(hours=desk.close_after_h), work.now)
    payload: Payload = {"ticket_id": ticket.id}
    timers.arm(work, timer, str(ticket.id), due, payload)
    if desk.warns and due - work.now > WARN_BEFORE:
        timers.arm(work, WARN, str(ticket.id), due - WARN_BEFORE, payload)


def _disarm(work: Work, ticket: Ticket, timer: str) -> None:
    for one in (timer, WARN):
        timers.disarm(work, one, str(ticket.id))


def closed(work: Work, ticket: Ticket, timer: str) -> None:
    """Keep when it was over for good."""
    ticket.closed_at = work.now
    _disarm(work, ticket, timer)


def back(work: Work, ticket: Ticket, timer: str) -> None:
    """Take a solution back; what was written of it stays to be read."""
    ticket.resolved_at = None
    ticket.reopened_count += 1
    _disarm(work, ticket, timer)


def settle(work: Work, ticket: Ticket, timer: str, *, solved: bool) -> None:
    """Bring the timer in step with a state that was put back."""
    if solved and ticket.resolved_at is not None:
        _arm(work, ticket, timer, ticket.resolved_at)
    else:
        _disarm(work, ticket, timer)
