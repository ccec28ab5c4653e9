"""One step of any ticket's life, by the table of its kind."""

from datetime import timedelta

from itsm.desk import service as tickets
from itsm.desk.models import Ticket
from itsm.kernel.access import Permission
from itsm.kernel.work import Work
from itsm.platform import timers
from itsm.tickets import kinds

PENDING = "pending"
# How long something that is solved waits for its requester's word before it closes by itself.
CLOSE_AFTER = timedelta(hours=72)


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
    timers.arm(work, timer, str(ticket.id), work.now + CLOSE_AFTER, {"ticket_id": ticket.id})


def closed(work: Work, ticket: Ticket, timer: str) -> None:
    """Keep when it was over for good."""
    ticket.closed_at = work.now
    timers.disarm(work, timer, str(ticket.id))


def back(work: Work, ticket: Ticket, timer: str) -> None:
    """Take a solution back; what was written of it stays to be read."""
    ticket.resolved_at = None
    ticket.reopened_count += 1
    timers.disarm(work, timer, str(ticket.id))


def settle(work: Work, ticket: Ticket, timer: str, *, solved: bool) -> None:
    """Bring the timer in step with a state that was put back."""
    if solved and ticket.resolved_at is not None:
        due = max(ticket.resolved_at + CLOSE_AFTER, work.now)
        timers.arm(work, timer, str(ticket.id), due, {"ticket_id": ticket.id})
    else:
        timers.disarm(work, timer, str(ticket.id))
