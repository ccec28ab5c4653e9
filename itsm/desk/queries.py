"""Every read of what tickets share. Reads of tickets start from `visible_to`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    false,
    func,
    literal,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from itsm.desk.access import reachable, visible_to
from itsm.desk.models import (
    Attachment,
    Category,
    Comment,
    Desk,
    Link,
    Merge,
    PriorityRule,
    SavedView,
    Ticket,
    Visibility,
    Watcher,
)
from itsm.kernel.access import ActorKind, Permission, Reach
from itsm.kernel.errors import Invalid, NotFound
from itsm.kernel.work import Work
from itsm.people.models import Person, Team
from itsm.platform import search
from itsm.platform.database import Id

__all__ = ["reachable", "visible_to"]

T = TypeVar("T", bound=Ticket)
TICKET = "ticket"
NOTES = "ticket_notes"
FILE = "attachment"
MOST_COMMENTS = 500
FEW = 500
NUMBER = re.compile(r"[A-Z]{1,8}-[0-9]{1,12}")
# Made once: an alias costs more than the query that it stands in.
_OTHER = aliased(Ticket, flat=True)


@dataclass(frozen=True, slots=True)
class Related:
    """A ticket that hangs together with another.

    `type` is a LinkType, or "parent", "child", "merged_into" or "merged_from"; `outgoing` tells
    whether the link stands at the ticket that was asked about, as in "this is a duplicate of".
    """

    type: str
    outgoing: bool
    number: str
    title: str
    state: str
    priority: int
    kind: str


def parts(kind: type[T]) -> tuple[ORMOption, ...]:
    """Return the loading of what a record shows of its ticket, all in its one SELECT."""
    return (
        joinedload(kind.desk),
        joinedload(kind.requester).joinedload(Person.department),
        joinedload(kind.assignee),
        joinedload(kind.team),
        joinedload(kind.watchers).joinedload(Watcher.person),
    )


def get(work: Work, number: str) -> Ticket:
    """Return the ticket of any kind. Raises NotFound where it is not visible."""
    statement = select(Ticket).where(Ticket.number == plain(number), visible_to(work))
    return one(work, statement.options(*parts(Ticket)), number)


def plain(number: str) -> str:
    """Return a ticket's number as it is stored. Raises NotFound for what can be none."""
    found = number.strip().upper()
    if not NUMBER.fullmatch(found):
        raise NotFound(f"there is no ticket {number[:24]!r}")
    return found


def one(work: Work, statement: Select[T], number: str) -> T:
    """Return the one ticket that `statement` finds. Raises NotFound."""
    ticket = work.session.scalars(statement).unique().one_or_none()
    if ticket is None:
        raise NotFound(f"there is no ticket {number}")
    return ticket


def numbers(work: Work, ids: Iterable[int]) -> Mapping[int, str]:
    """Return the numbers of those of the tickets that the actor may read, by id."""
    wanted = set(ids)
    if not wanted:
        return {}
    rows = work.session.execute(
        select(Ticket.id, Ticket.number).where(Ticket.id.in_(wanted), visible_to(work))
    )
    return {row.id: row.number for row in rows}


def reads_notes(work: Work, ticket: Ticket) -> bool:
    """Tell whether the actor may read the internal notes of a ticket."""
    return work.can(Permission.TICKET_NOTE, ticket)


def conversation(ticket: Ticket) -> CompoundSelect[int]:
    """Return the ids of the tickets whose talk and files this one shows: it and what it took in."""
    taken_in = select(Merge.source_id).where(Merge.target_id == ticket.id)
    return union_all(select(literal(ticket.id, Id)), taken_in)


def merge_of(work: Work, ticket: Ticket) -> Merge | None:
    """Return the row that says that a ticket goes on in another."""
    return work.session.get(Merge, ticket.id)


def took_in(work: Work, ticket: Ticket) -> bool:
    """Tell whether others were merged into a ticket."""
    query = select(Merge.source_id).where(Merge.target_id == ticket.id).limit(1)
    return work.session.scalar(query) is not None


def goes_on_in(work: Work, ticket: Ticket) -> Ticket:
    """Return the ticket that another was merged into, itself where it was not merged.

    Whoever may write to the one reaches the other by it, seen or not.
    """
    if ticket.open:
        return ticket
    query = select(Ticket).join(Merge, Merge.target_id == Ticket.id)
    found = query.where(Merge.source_id == ticket.id).options(*parts(Ticket))
    return work.session.scalars(found).unique().one_or_none() or ticket


def comments(work: Work, ticket: Ticket, *, most: int | None = MOST_COMMENTS) -> Sequence[Comment]:
    """Return the replies, and the notes where the actor may read these, oldest first.

    The newest `most` of them, or all.
    """
    newest = (
        select(Comment)
        .where(Comment.ticket_id.in_(conversation(ticket)), *_readable(work, ticket, Comment))
        .options(joinedload(Comment.author))
        .order_by(Comment.id.desc())
        .limit(most)
    )
    return list(reversed(work.session.scalars(newest).all()))


def comment(work: Work, ticket: Ticket, comment_id: int) -> Comment:
    """Return one comment of the ticket. Raises NotFound where the actor may not read it."""
    found = work.session.scalar(
        select(Comment)
        .options(joinedload(Comment.author))
        .where(
            Comment.id == comment_id,
            Comment.ticket_id.in_(conversation(ticket)),
            *_readable(work, ticket, Comment),
        )
    )
    if found is None:
        raise NotFound("there is no such comment")
    return found


def bodies(work: Work, ticket: Ticket, visibility: Visibility) -> str:
    """Return the text of all comments of one visibility, for the search index."""
    found = work.session.scalars(
        select(Comment.body)
        .where(Comment.ticket_id == ticket.id, Comment.visibility == visibility)
        .order_by(Comment.id)
    )
    return "\n".join(found)


def attachments(work: Work, ticket: Ticket) -> Sequence[Attachment]:
    """Return the files on a ticket that the actor may read, oldest first."""
    return work.session.scalars(
        select(Attachment)
        .where(Attachment.ticket_id.in_(conversation(ticket)), *_readable(work, ticket, Attachment))
        .order_by(Attachment.id)
    ).all()


def attachment(work: Work, ticket: Ticket, attachment_id: int) -> Attachment:
    """Return one file on the ticket. Raises NotFound where the actor may not read it."""
    found = work.session.scalar(
        select(Attachment).where(
            Attachment.id == attachment_id,
            Attachment.ticket_id.in_(conversation(ticket)),
            *_readable(work, ticket, Attachment),
        )
    )
    if found is None:
        raise NotFound("there is no such file")
    return found


def _readable(
    work: Work, ticket: Ticket, table: type[Comment | Attachment]
) -> list[ColumnElement[bool]]:
    return [] if reads_notes(work, ticket) else [table.visibility == Visibility.PUBLIC]


def related(work: Work, ticket: Ticket) -> Sequence[Related]:
    """Return the linked tickets, the parent and the children that the actor may read."""
    ties = union_all(
        select(
            Link.target_id.label("id"),
            type_coerce(Link.type, String).label("type"),
            literal(1).label("outgoing"),
        ).where(Link.ticket_id == ticket.id),
        select(Link.ticket_id, type_coerce(Link.type, String), literal(0)).where(
            Link.target_id == ticket.id
        ),
        select(_OTHER.id, literal("child"), literal(0)).where(_OTHER.parent_id == ticket.id),
        select(literal(ticket.parent_id, Id), literal("parent"), literal(1)),
        select(Merge.target_id, literal("merged_into"), literal(1)).where(
            Merge.source_id == ticket.id
        ),
        select(Merge.source_id, literal("merged_from"), literal(0)).where(
            Merge.target_id == ticket.id
        ),
    ).subquery("ties")
    rows = work.session.execute(
        select(
            ties.c.type,
            ties.c.outgoing,
            Ticket.number,
            Ticket.title,
            Ticket.state,
            Ticket.priority,
            Ticket.kind,
        )
        .join(Ticket, Ticket.id == ties.c.id)
        .where(visible_to(work))
        .order_by(ties.c.type, Ticket.id)
    )
    return [Related(str(type_), bool(out), *rest) for type_, out, *rest in rows]


def link(work: Work, ticket: Ticket, target: Ticket, type_: str) -> Link | None:
    """Return the link between two tickets, None if there is none."""
    return work.session.scalar(
        select(Link).where(
            Link.ticket_id == ticket.id, Link.target_id == target.id, Link.type == type_
        )
    )


def watcher(work: Work, ticket: Ticket, person: Person) -> Watcher | None:
    """Return the row that says that a person follows a ticket."""
    return work.session.get(Watcher, (ticket.id, person.id))


def priority(work: Work, impact: int, urgency: int) -> int:
    """Return the priority that the matrix gives."""
    return work.session.scalars(
        select(PriorityRule.priority).where(
            PriorityRule.impact == impact, PriorityRule.urgency == urgency
        )
    ).one()


def desk(work: Work, key: str) -> Desk:
    """Return the desk of that key, or the instance's first for an empty one.

    Raises Invalid where it takes no tickets, from the actor or at all.
    """
    statement = select(Desk).where(*_takes_from(work)).order_by(Desk.id).limit(1)
    found = work.session.scalar(statement.where(Desk.key == key) if key else statement)
    if found is None:
        raise Invalid(f"there is no desk '{key}'", {"desk": "unknown"})
    return found


def desks(work: Work) -> Sequence[Desk]:
    """Return the desks that the actor may open tickets on, by name."""
    return work.session.scalars(select(Desk).where(*_takes_from(work)).order_by(Desk.name)).all()


def _takes_from(work: Work) -> Sequence[ColumnElement[bool]]:
    """Return the conditions on a desk that takes tickets from the actor."""
    if work.actor.kind is not ActorKind.PERSON:
        return (Desk.active.is_(True),)
    grants = [one for one in work.actor.grants if one.permission is Permission.TICKET_CREATE]
    reached = {desk_id for grant in grants for desk_id in grant.desk_ids}
    # Who may open tickets of their own may do so at every desk that is there for all.
    everywhere = any(grant.reach is not Reach.DESK for grant in grants)
    where = Desk.internal.is_(False) if everywhere else false()
    return (Desk.active.is_(True), or_(where, Desk.id.in_(reached)))


def categories(work: Work) -> Sequence[Category]:
    """Return what the desks that take tickets from the actor offer, by name."""
    query = (
        select(Category)
        .join(Desk, Desk.id == Category.desk_id)
        .where(Category.active, *_takes_from(work))
        .order_by(Category.name)
    )
    return work.session.scalars(query).all()


def usual_team(work: Work, where: Desk, category: str) -> Team | None:
    """Return the team that new tickets of a desk go to: that of the category, else of the desk."""
    of_category = select(Category.team_id).where(
        Category.desk_id == where.id, Category.name == category, Category.active
    )
    team_id = (work.session.scalar(of_category) if category else None) or where.team_id
    return work.session.get(Team, team_id) if team_id else None


def teams(work: Work) -> Sequence[Team]:
    """Return all teams by name."""
    return work.session.scalars(select(Team).order_by(Team.name)).all()


def views(work: Work, place: str) -> Sequence[SavedView]:
    """Return the saved views of a list: the actor's own, and those shared with all."""
    return work.session.scalars(
        select(SavedView)
        .where(
            SavedView.place == place,
            or_(SavedView.owner_id == work.actor.id, SavedView.shared),
        )
        .order_by(SavedView.name, SavedView.id)
        .limit(50)
    ).all()


def view(work: Work, view_id: int) -> SavedView:
    """Return a saved view of the actor's own. Raises NotFound."""
    found = work.session.scalar(
        select(SavedView).where(SavedView.id == view_id, SavedView.owner_id == work.actor.id)
    )
    if found is None:
        raise NotFound("there is no such view")
    return found


def matches(work: Work, words: str) -> ColumnElement[bool]:
    """Return the condition for tickets that hold all of `words`; without any word none does.

    Internal notes are looked through only where the actor may read them, so that nobody can
    guess at a note by searching. It does not stand for `visible_to`.
    """
    found = _found(work, words)
    if found is None:
        return false()
    # A planner knows nothing of words. Told of a few tickets, it does not walk through all of them.
    few = work.session.scalars(found.limit(FEW + 1)).all()
    return Ticket.id.in_(few if len(few) <= FEW else found)


def _found(work: Work, words: str) -> Select[int] | None:
    public = search.matching(work, TICKET, words)
    notes = search.matching(work, NOTES, words)
    files = search.matching(work, FILE, words)
    if public is None or notes is None or files is None:
        return None
    holders = select(Attachment.ticket_id).where(Attachment.id.in_(files))
    found = [public, holders.where(Attachment.visibility == Visibility.PUBLIC)]
    if work.actor.holds(Permission.TICKET_NOTE):
        inside = or_(
            Ticket.id.in_(notes),
            Ticket.id.in_(holders.where(Attachment.visibility == Visibility.INTERNAL)),
        )
        found.append(select(Ticket.id).where(inside, reachable(work, Permission.TICKET_NOTE)))
    return select(union_all(*found).subquery("found").c[0])


def count_up_to(work: Work, statements: Mapping[str, Select[int]], most: int) -> dict[str, int]:
    """Return how many rows each statement finds, counted no further than `most`, by one SELECT."""
    if not statements:
        return {}
    counts = [
        select(func.count()).select_from(statement.limit(most).subquery()).scalar_subquery()
        for statement in statements.values()
    ]
    return dict(zip(statements, work.session.execute(select(*counts)).one(), strict=True))
