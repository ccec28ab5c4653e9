"""What follows when a requester answers: what waits goes on, what is not solved opens again."""

from itsm.desk import service as tickets
from itsm.desk.events import TicketCommented
from itsm.desk.models import Comment, Desk, LinkType, Ticket, Visibility
from itsm.kernel.work import Work
from itsm.tickets import duplicates, kinds, requester
from itsm.tickets.events import TicketThanked
from itsm.tickets.moving import PENDING
from itsm.tickets.thanks import only_thanks

REASON = "the requester replied"


def replied(work: Work, event: TicketCommented) -> None:
    """Take in a public reply of the person whose ticket it is."""
    if event.visibility is not Visibility.PUBLIC or work.actor.id is None:
        return
    ticket = work.session.get(Ticket, event.ticket_id)
    if ticket is None or ticket.requester_id != work.actor.id:
        return
    if ticket.state == PENDING and ticket.waits_for != duplicates.WAITS:
        requester.answered(work, ticket)
    elif ticket.state == kinds.of(ticket).solved:
        _after_the_end(work, ticket, event.comment_id)
    elif not ticket.open:
        _anew(work, ticket, event.comment_id)


def _anew(work: Work, ticket: Ticket, comment_id: int) -> None:
    """Open another ticket of what a requester writes on one that is over for good."""
    said = work.session.get_one(Comment, comment_id)
    if only_thanks(said.body):
        work.emit(TicketThanked(ticket_id=ticket.id))
        return
    kind = kinds.of(ticket)
    desk = work.session.get_one(Desk, ticket.desk_id)
    new = kind.opening(
        title=ticket.title,
        description=said.body,
        impact=ticket.impact,
        urgency=ticket.urgency,
        desk=desk.key if desk.active else "",
        category=ticket.category,
        source=said.source,
        confidential=ticket.confidential,
    )
    made = kind.open_(work, new)
    tickets.relate(work, made, ticket, LinkType.RECURRENCE_OF)


def _after_the_end(work: Work, ticket: Ticket, comment_id: int) -> None:
    said = work.session.get_one(Comment, comment_id).body
    if only_thanks(said):
        work.emit(TicketThanked(ticket_id=ticket.id))
    else:
        requester.still_broken(work, ticket, REASON)
