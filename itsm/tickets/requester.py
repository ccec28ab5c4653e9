"""What the requester of a ticket may say of it: it works, it does not, here is my answer."""

from itsm.desk import service as tickets
from itsm.desk.inputs import NewComment
from itsm.desk.models import Ticket
from itsm.kernel.access import Permission
from itsm.kernel.errors import Denied
from itsm.kernel.work import Work
from itsm.tickets import kinds


def confirm(work: Work, ticket: Ticket) -> None:
    """Close what is solved because its requester says that it is. Emits what closing does.

    Raises Refused, Denied for anybody but the requester.
    """
    _must_be_requester(work, ticket)
    kinds.of(ticket).close(work, ticket, Permission.TICKET_REPLY)


def still_broken(work: Work, ticket: Ticket, reason: str) -> None:
    """Take a solution back because its requester says that it is none.

    In progress again where somebody owns it, else new, so that its team sees it. Emits what
    reopening does. Raises Refused unless it is solved, Denied for anybody but the requester.
    """
    _must_be_requester(work, ticket)
    step = "reopen" if ticket.assignee_id else "recur"
    kinds.of(ticket).reopen(work, ticket, step, reason, Permission.TICKET_REPLY)


def dispute(work: Work, ticket: Ticket, reason: str) -> None:
    """Say as its requester that it is not solved; `reason`, if any, is a reply as well.

    Emits what reopening does, and TicketCommented. Raises as `still_broken` does.
    """
    still_broken(work, ticket, reason)
    if reason:
        tickets.comment(work, ticket, NewComment(body=reason))


def answered(work: Work, ticket: Ticket) -> None:
    """Go on with what waits, because its requester has answered. Emits what resuming does.

    Raises Refused unless it waits, Denied for anybody but the requester.
    """
    _must_be_requester(work, ticket)
    kinds.of(ticket).resume(work, ticket, Permission.TICKET_REPLY)


def _must_be_requester(work: Work, ticket: Ticket) -> None:
    if work.actor.id is None or work.actor.id != ticket.requester_id:
        raise Denied("only who reported it can say so")
