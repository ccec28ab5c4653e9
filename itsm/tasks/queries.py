"""Every SELECT of tasks. They are for those who may read the ticket's internal notes."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from itsm.desk import queries as desk
from itsm.desk.access import reachable, visible_to
from itsm.desk.models import Kind, Ticket
from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid, NotFound
from itsm.kernel.paging import Page, clamp, decode, encode
from itsm.kernel.work import Work
from itsm.people.models import Person, TeamMember
from itsm.tasks.models import Task, TaskFeed

MOST = 500
_PARTS: tuple[ORMOption, ...] = (
    joinedload(Task.assignee),
    joinedload(Task.team),
    joinedload(Task.done_by),
)


def ticket(work: Work, number: str, kind: Kind | None = None) -> Ticket:
    """Return a ticket, of `kind` where one is given, whose tasks the actor may see.

    Raises NotFound where it is not visible, Denied without ticket:note.
    """
    found = desk.get(work, number)
    if kind is not None and found.kind is not kind:
        raise NotFound(f"there is no {kind.value} {number[:24]!r}")
    work.must(Permission.TICKET_NOTE, found)
    return found


def ticket_to_change(work: Work, number: str, kind: Kind | None = None) -> Ticket:
    """Return it likewise, and keep others from changing it until this Work ends."""
    locking = select(Ticket.id).where(Ticket.number == desk.plain(number)).with_for_update()
    work.session.execute(locking).all()
    return ticket(work, number, kind)


def of_ticket(work: Work, ticket: Ticket) -> Sequence[Task]:
    """Return the tasks of a ticket in their order, at most 500, with one statement."""
    query = select(Task).where(Task.ticket_id == ticket.id).options(*_PARTS)
    return work.session.scalars(query.order_by(Task.position, Task.id).limit(MOST)).all()


def task(work: Work, ticket: Ticket, task_id: int) -> Task:
    """Return a task of a ticket. Raises NotFound."""
    query = select(Task).where(Task.id == task_id, Task.ticket_id == ticket.id).options(*_PARTS)
    found = work.session.scalar(query)
    if found is None:
        raise NotFound("there is no such task, or no longer")
    return found


def by_id(work: Work, task_id: int) -> Task | None:
    """Return a task that a timer or a job is about, None once it is gone."""
    return work.session.get(Task, task_id)


def last_position(work: Work, ticket: Ticket) -> int:
    """Return the place of a ticket's last task, 0 where it has none."""
    query = select(func.max(Task.position)).where(Task.ticket_id == ticket.id)
    return work.session.scalar(query) or 0


def members(work: Work, team_id: int) -> Sequence[int]:
    """Return the ids of those who belong to a team."""
    query = select(TeamMember.person_id).where(TeamMember.team_id == team_id)
    return work.session.scalars(query).all()


def mine(
    work: Work, *, done: bool = False, cursor: str | None = None, limit: int | None = None
) -> Page[Task]:
    """Return the tasks of the actor and of their teams, with their tickets.

    Those that are to be done come in the order in which they fall due, those without a date last;
    those that are done the newest first.
    """
    query = _mine(work).where(Task.done_at.is_not(None) if done else Task.done_at.is_(None))
    if cursor:
        at, last = _place(cursor)
        query = query.where(_before(at, last) if done else _after(at, last))
    if done:
        query = query.order_by(Task.done_at.desc(), Task.id.desc())
    else:
        query = query.order_by(Task.due_at.is_(None), Task.due_at, Task.id)
    size = clamp(limit)
    found = work.session.scalars(query.limit(size + 1)).all()
    more = _cursor(found[size - 1], done=done) if len(found) > size else None
    return Page(found[:size], more)


def dated(work: Work, since: datetime) -> Sequence[Task]:
    """Return those of the actor's open tasks that are due after `since`, the soonest first."""
    query = _mine(work).where(Task.done_at.is_(None), Task.due_at > since)
    return work.session.scalars(query.order_by(Task.due_at, Task.id).limit(MOST)).all()


def feed(work: Work) -> TaskFeed | None:
    """Return the actor's address for their tasks, None where they have none."""
    return work.session.get(TaskFeed, work.actor.id) if work.actor.id else None


def feed_by_token(work: Work, token: str) -> TaskFeed | None:
    """Return what an address with `token` stands for, with its person, who is active."""
    query = (
        select(TaskFeed)
        .join(TaskFeed.person)
        .where(TaskFeed.token_hash == work.vault.digest(token), Person.active)
        .options(contains_eager(TaskFeed.person))
    )
    return work.session.scalar(query)


def _mine(work: Work) -> Select[Task]:
    me, teams = work.actor.id, sorted(work.actor.team_ids)
    nobodys = and_(Task.assignee_id.is_(None), Task.team_id.is_(None))
    own = or_(
        Task.assignee_id == me, Task.team_id.in_(teams), and_(nobodys, Ticket.assignee_id == me)
    )
    return (
        select(Task)
        .join(Task.ticket)
        .where(visible_to(work), reachable(work, Permission.TICKET_NOTE), own)
        .options(contains_eager(Task.ticket), *_PARTS)
    )


def _after(at: datetime | None, last: int) -> ColumnElement[bool]:
    if at is None:
        return and_(Task.due_at.is_(None), Task.id > last)
    return or_(Task.due_at.is_(None), Task.due_at > at, and_(Task.due_at == at, Task.id > last))


def _before(at: datetime | None, last: int) -> ColumnElement[bool]:
    return or_(Task.done_at < at, and_(Task.done_at == at, Task.id < last))


def _cursor(last: Task, *, done: bool) -> str:
    at = last.done_at if done else last.due_at
    return encode([at.isoformat() if at else None, last.id])


def _place(cursor: str) -> tuple[datetime | None, int]:
    at, last = decode(cursor, 2)
    try:
        when = None if at is None else datetime.fromisoformat(str(at)).astimezone(UTC)
        return when, int(str(last))
    except (ValueError, OverflowError) as error:
        raise Invalid("the cursor is not one of ours", {"cursor": "unreadable"}) from error
