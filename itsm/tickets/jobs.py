"""What happens to tickets of any kind later, when a timer fires."""

from itsm.desk.models import Ticket
from itsm.kernel.work import Work
from itsm.platform.outbox import Payload
from itsm.tickets import kinds, queries, waiting
from itsm.tickets.events import ClosesSoon


def warn(work: Work, payload: Payload) -> None:
    """Tell the requester that what is solved closes in a day (timer `tickets.warn`)."""
    ticket = queries.by_id(work, Ticket, int(str(payload["ticket_id"])))
    if ticket.state == kinds.of(ticket).solved:
        work.emit(ClosesSoon(ticket_id=ticket.id))


def remind(work: Work, payload: Payload) -> None:
    """Remind a requester whose answer is awaited, or give up (timer `tickets.remind`)."""
    ticket = queries.by_id(work, Ticket, int(str(payload["ticket_id"])))
    waiting.remind(work, ticket, int(str(payload["reminder"])))
