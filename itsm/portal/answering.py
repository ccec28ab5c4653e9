"""The link in the mail that tells that something is solved: its requester answers without a login.

It is good until it is answered, opened again or closed, for one person and one solution.
"""

from dataclasses import replace

from itsm.desk.models import Ticket
from itsm.kernel.errors import NotFound
from itsm.kernel.work import Work
from itsm.news.queries import Piece
from itsm.people import queries as people
from itsm.people.models import Person
from itsm.tickets import kinds, queries

PURPOSE = "portal.answer"
GONE = "this link is not good any more: it was answered, or the ticket has moved on"


def path(work: Work, piece: Piece, person_id: int) -> str:
    """Return where somebody answers; signed where it is theirs and waits for their word."""
    ticket = work.session.get_one(Ticket, piece.ticket_id)
    if ticket.requester_id != person_id or not _waits(ticket):
        return piece.path
    return f"/answer/{work.vault.sign(_said(ticket, person_id), PURPOSE)}"


def opened(work: Work, token: str) -> tuple[Work, Ticket]:
    """Return the ticket that a link is good for, and the Work of its requester. Raises NotFound."""
    ticket_id, _, rest = (work.vault.unsign(token, PURPOSE) or "").partition(":")
    person_id = rest.partition(":")[0]
    person = work.session.get(Person, int(person_id)) if person_id.isdigit() else None
    if person is None or not person.active:
        raise NotFound(GONE)
    own = replace(work, actor=people.actor(work, person))
    ticket = queries.shown_by_id(own, Ticket, int(ticket_id))
    if not _waits(ticket) or _said(ticket, person.id) != f"{ticket_id}:{rest}":
        raise NotFound(GONE)
    return own, ticket


def _waits(ticket: Ticket) -> bool:
    return ticket.state == kinds.of(ticket).solved and ticket.resolved_at is not None


def _said(ticket: Ticket, person_id: int) -> str:
    solved = ticket.resolved_at.timestamp() if ticket.resolved_at else 0
    return f"{ticket.id}:{person_id}:{solved:.0f}"
