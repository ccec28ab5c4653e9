"""What of the tickets is one's own: what one reported, or was let follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, or_, select
from sqlalchemy.orm import aliased

from itsm.desk import queries as desk
from itsm.desk.models import Attachment, Comment, Ticket, Visibility, Watcher
from itsm.kernel.errors import Invalid, NotFound
from itsm.kernel.paging import Page, decode, encode
from itsm.kernel.work import Work
from itsm.people.models import Person
from itsm.portal.wording import Plainly, plainly
from itsm.tickets import kinds
from itsm.tickets import queries as tickets

SHOWN = 25
SOME = 5
LARGEST = 2**63 - 1
_REQUESTER, _ASSIGNEE = aliased(Person), aliased(Person)


@dataclass(frozen=True, slots=True)
class Mine:
    """What a list shows of a ticket of one's own."""

    id: int
    number: str
    title: str
    updated_at: datetime
    owner: str | None
    plainly: Plainly


def _own(work: Work) -> ColumnElement[bool]:
    watched = select(Watcher.ticket_id).where(Watcher.person_id == work.actor.id)
    return or_(Ticket.requester_id == work.actor.id, Ticket.id.in_(watched))


def _rows(work: Work) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Ticket.id,
            Ticket.number,
            Ticket.title,
            Ticket.updated_at,
            _ASSIGNEE.name.label("owner"),
            Ticket.state,
            Ticket.waits_for,
            _REQUESTER.name.label("requester"),
        )
        .outerjoin(_ASSIGNEE, _ASSIGNEE.id == Ticket.assignee_id)
        .outerjoin(_REQUESTER, _REQUESTER.id == Ticket.requester_id)
        .where(desk.visible_to(work), _own(work))
    )


def _mine(row: Row[*tuple[Any, ...]]) -> Mine:
    stands = plainly(row.state, row.waits_for, row.requester or "")
    return Mine(row.id, row.number, row.title, row.updated_at, row.owner, stands)


def latest(work: Work) -> Sequence[Mine]:
    """Return five tickets of one's own that are not over or wait for one's word, newest first."""
    solved = sorted({one.solved for one in kinds.every()})
    going_on = or_(Ticket.open, Ticket.state.in_(solved))
    statement = _rows(work).where(going_on).order_by(Ticket.updated_at.desc(), Ticket.id.desc())
    return [_mine(row) for row in work.session.execute(statement.limit(SOME))]


def page(work: Work, words: str, cursor: str) -> Page[Mine]:
    """Return all tickets of one's own that hold `words`, newest first; those long over too."""
    statement = _rows(work).order_by(Ticket.id.desc()).limit(SHOWN + 1)
    if words:
        statement = statement.where(desk.matches(work, words))
    if cursor:
        statement = statement.where(Ticket.id < _id(cursor))
    rows = [_mine(row) for row in work.session.execute(statement)]
    shown = rows[:SHOWN]
    return Page(shown, encode([shown[-1].id]) if len(rows) > SHOWN else None)


def _id(cursor: str) -> int:
    (last,) = decode(cursor, 1)
    if not isinstance(last, int) or not 0 <= last <= LARGEST:
        raise Invalid("the cursor is not one of ours", {"cursor": "unreadable"})
    return last


def get(work: Work, number: str, *, to_change: bool = False) -> Ticket:
    """Return a ticket of one's own. Raises NotFound for any other, though one may read it."""
    find = tickets.get_to_change if to_change else tickets.get
    found = find(work, number)
    people = {found.requester_id, *(one.person_id for one in found.watchers)}
    if work.actor.id not in people:
        raise NotFound(f"there is no ticket {number[:24]}")
    return found


def replies(work: Work, ticket: Ticket) -> list[Comment]:
    """Return what was written for the requester to read, oldest first; never a note."""
    return [one for one in desk.comments(work, ticket) if one.visibility is Visibility.PUBLIC]


def files(work: Work, ticket: Ticket) -> list[Attachment]:
    """Return the files that the requester may read."""
    return [one for one in desk.attachments(work, ticket) if one.visibility is Visibility.PUBLIC]


def file(work: Work, ticket: Ticket, attachment_id: int) -> Attachment:
    """Return one of these files. Raises NotFound."""
    found = desk.attachment(work, ticket, attachment_id)
    if found.visibility is not Visibility.PUBLIC:
        raise NotFound("there is no such file")
    return found
