"""A ticket waits for its requester's answer: they are reminded, and in the end it is given up.

How often, and after how many days each time, is for the desk to say.
"""

from datetime import timedelta

from itsm.desk.models import Desk, Ticket
from itsm.kernel.work import Work
from itsm.platform import timers
from itsm.platform.outbox import Payload
from itsm.tickets import kinds
from itsm.tickets.events import AnswerAwaited
from itsm.tickets.moving import PENDING, REMIND

ANSWER = "the requester's answer"
UNHEARD = "We did not hear from you, so we take it that this is settled. Write again if it is not."


def begin(work: Work, ticket: Ticket) -> None:
    """Have the requester of a ticket that waits reminded, unless its desk reminds nobody."""
    desk = work.session.get_one(Desk, ticket.desk_id)
    if desk.reminders and ticket.requester_id is not None:
        _arm(work, ticket, desk, 1)


def remind(work: Work, ticket: Ticket, reminder: int) -> None:
    """Remind the requester for the `reminder`th time, or give up after the last.

    Emits AnswerAwaited, or what resolving or cancelling does. Nothing happens to a ticket that
    does not wait for an answer any more.
    """
    if ticket.state != PENDING or ticket.waits_for != ANSWER:
        return
    desk = work.session.get_one(Desk, ticket.desk_id)
    if reminder > desk.reminders:
        kinds.of(ticket).give_up(work, ticket, UNHEARD)
        return
    work.emit(AnswerAwaited(ticket_id=ticket.id, reminder=reminder, of=desk.reminders))
    _arm(work, ticket, desk, reminder + 1)


def _arm(work: Work, ticket: Ticket, desk: Desk, reminder: int) -> None:
    payload: Payload = {"ticket_id": ticket.id, "reminder": reminder}
    due = work.now + timedelta(days=desk.remind_after_days)
    timers.arm(work, REMIND, str(ticket.id), due, payload)
