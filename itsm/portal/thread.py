"""A ticket as its requester reads it: who said what, and how it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from itsm.desk import queries as desk
from itsm.desk.models import Attachment, LinkType, Ticket
from itsm.kernel.work import Work
from itsm.portal import queries
from itsm.portal.wording import Plainly, plainly
from itsm.tickets import kinds


@dataclass(frozen=True, slots=True)
class Tried:
    """What was tried and refused: what is wrong by field, and what was typed."""

    errors: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the conversation; `own` where the reader wrote it."""

    id: int
    author: str
    at: datetime
    text: str
    own: bool
    files: Sequence[Attachment]


@dataclass(frozen=True, slots=True)
class Thread:
    """All that the page shows."""

    ticket: Ticket
    plainly: Plainly
    said: Sequence[Said]
    may_judge: bool
    over: bool
    # The number of the ticket that the latest message on a closed one has opened, if any.
    goes_on: str
    solution: str


def of(work: Work, ticket: Ticket) -> Thread:
    """Return a ticket's public conversation, oldest first, what was reported leading."""
    files = queries.files(work, ticket)
    requester = ticket.requester.name if ticket.requester else ""
    first = Said(
        0,
        requester,
        ticket.created_at,
        ticket.description or ticket.title,
        ticket.requester_id == work.actor.id,
        [one for one in files if one.comment_id is None],
    )
    replies = [
        Said(
            one.id,
            one.author_name,
            one.created_at,
            one.body,
            one.author_id is not None and one.author_id == work.actor.id,
            [file for file in files if file.comment_id == one.id],
        )
        for one in queries.replies(work, ticket)
    ]
    solved = ticket.state == kinds.of(ticket).solved
    return Thread(
        ticket,
        plainly(ticket.state, ticket.waits_for, requester),
        [first, *replies],
        may_judge=solved and ticket.requester_id == work.actor.id,
        over=not ticket.open and not solved,
        goes_on=_goes_on(work, ticket),
        solution=ticket.resolution if not ticket.open else "",
    )


def _goes_on(work: Work, ticket: Ticket) -> str:
    if ticket.open:
        return ""
    later = [
        one.number
        for one in desk.related(work, ticket)
        if one.type == LinkType.RECURRENCE_OF and not one.outgoing
    ]
    return later[-1] if later else ""
