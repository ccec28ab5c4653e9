"""Every read of incidents; each starts from what the actor may see."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload

from itsm.assets.models import Ci, TicketCi
from itsm.desk import queries as desk
from itsm.desk.models import Desk, Kind, Link, LinkType, Source, Ticket
from itsm.incidents.filters import ME, NOBODY, OPEN_ONES, Filters
from itsm.incidents.major.models import Major
from itsm.incidents.models import Incident
from itsm.incidents.states import OPEN, State
from itsm.kernel.errors import Invalid
from itsm.kernel.events import Json
from itsm.kernel.paging import Page, decode, encode
from itsm.kernel.work import Work
from itsm.people.models import Person, Team

Condition = ColumnElement[bool]
Statement = Select[*tuple[Any, ...]]
LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list shows of an incident."""

    id: int
    number: str
    title: str
    state: State
    priority: int
    updated_at: datetime
    assignee: str | None
    team: str | None
    requester: str | None
    vip: bool | None
    source: Source
    major: bool | None


@dataclass(frozen=True, slots=True)
class Order:
    """A way to sort: the columns of the key, the last of which is unique, and the direction."""

    columns: tuple[InstrumentedAttribute[Any], ...]
    falling: bool


# Only what an index holds; the id follows the time of creation.
ORDERS: Mapping[str, Order] = {
    f"{'-' if falling else ''}{name}": Order(columns, falling)
    for falling in (True, False)
    for name, columns in {
        "created_at": (Ticket.id,),
        "priority": (Ticket.priority, Ticket.id),
        "updated_at": (Ticket.updated_at, Ticket.id),
    }.items()
}

_ASSIGNEE, _REQUESTER = aliased(Person), aliased(Person)
# Built once: to put it together anew costs more than to run it.
_ROWS = (
    select(
        Ticket.id,
        Ticket.number,
        Ticket.title,
        Ticket.state,
        Ticket.priority,
        Ticket.updated_at,
        _ASSIGNEE.name.label("assignee"),
        Team.name.label("team"),
        _REQUESTER.name.label("requester"),
        _REQUESTER.vip.label("vip"),
        Ticket.source,
        Major.active.label("major"),
    )
    .outerjoin(_ASSIGNEE, _ASSIGNEE.id == Ticket.assignee_id)
    .outerjoin(_REQUESTER, _REQUESTER.id == Ticket.requester_id)
    .outerjoin(Team, Team.id == Ticket.team_id)
    .outerjoin(Major, Major.ticket_id == Ticket.id)
)


def get(work: Work, number: str) -> Incident:
    """Return an incident with what its record shows. Raises NotFound where it is not visible."""
    return desk.one(work, _by_number(work, number), number)


def get_to_change(work: Work, number: str) -> Incident:
    """Return it likewise, and keep others from changing it until this Work ends."""
    _lock(work, Ticket.number == desk.plain(number))
    return get(work, number)


def by_id(work: Work, ticket_id: int) -> Incident:
    """Return an incident by its ticket's id, to change it. Raises NotFound."""
    return _to_change(work, ticket_id, desk.visible_to(work))


def open_children(work: Work, ticket_id: int) -> list[int]:
    """Return the ids of the open incidents under another, the oldest first."""
    query = select(Incident.id).where(Incident.parent_id == ticket_id, Incident.open)
    return list(work.session.scalars(query.order_by(Incident.id)))


def has_children(work: Work, ticket_id: int) -> bool:
    """Tell whether incidents that are not over hang under another."""
    query = select(Incident.id).where(Incident.parent_id == ticket_id, Incident.open)
    return work.session.scalar(query.limit(1)) is not None


def duplicates(work: Work, ticket_id: int, state: State = State.PENDING) -> Sequence[Incident]:
    """Return the duplicates of an incident that wait for it, or are in `state`, oldest first."""
    query = select(Incident).where(
        Incident.parent_id == ticket_id,
        Incident.state == state,
        is_duplicate(Incident.id, Incident.parent_id),
    )
    return (
        work.session.scalars(query.options(*desk.parts(Incident)).order_by(Incident.id))
        .unique()
        .all()
    )


def duplicate_of(work: Work, ticket_id: int, master_id: int) -> bool:
    """Tell whether a ticket is linked to another as its duplicate."""
    query = select(Link.id).where(
        Link.ticket_id == ticket_id,
        Link.target_id == master_id,
        Link.type == LinkType.DUPLICATE_OF,
    )
    return work.session.scalar(query) is not None


def is_duplicate(
    ticket_id: InstrumentedAttribute[int], parent_id: InstrumentedAttribute[int | None]
) -> Condition:
    """Return the condition that a ticket is a duplicate of its parent."""
    return (
        select(Link.id)
        .where(
            Link.ticket_id == ticket_id,
            Link.target_id == parent_id,
            Link.type == LinkType.DUPLICATE_OF,
        )
        .exists()
    )


def behind_page(work: Work, ticket_id: int) -> Incident:
    """Return an incident likewise though the actor may not see it: somebody was paged for it.

    What the actor may do to it is for the verbs to ask.
    """
    return _to_change(work, ticket_id)


def _to_change(work: Work, ticket_id: int, *conditions: Condition) -> Incident:
    _lock(work, Ticket.id == ticket_id)
    statement = select(Incident).where(Incident.id == ticket_id, *conditions)
    return desk.one(work, statement.options(*desk.parts(Incident)), f"with the id {ticket_id}")


def _lock(work: Work, which: Condition) -> None:
    """Wait until nobody else is changing the ticket.

    A statement of its own, since PostgreSQL gives one that had to wait the new ticket beside the
    old rows that it was joined with.
    """
    work.session.execute(select(Ticket.id).where(which).with_for_update()).all()


def _by_number(work: Work, number: str) -> Select[Incident]:
    return (
        select(Incident)
        .where(Incident.number == desk.plain(number), desk.visible_to(work))
        .options(*desk.parts(Incident))
    )


def page(work: Work, filters: Filters) -> Page[Listed]:
    """Return a page of a list as its rows, with one statement."""
    order = ORDERS[filters.sort]
    rows = work.session.execute(_paged(work, _ROWS, filters, order)).all()
    shown = rows[: filters.limit]
    more = len(rows) > filters.limit
    return Page(
        [Listed(*row) for row in shown], _cursor(shown[-1], order) if more and shown else None
    )


def whole_page(work: Work, filters: Filters) -> Page[Incident]:
    """Return a page of a list as whole incidents, with one statement."""
    statement = select(Incident).options(
        joinedload(Incident.desk),
        joinedload(Incident.requester),
        joinedload(Incident.assignee),
        joinedload(Incident.team),
    )
    order = ORDERS[filters.sort]
    rows = work.session.scalars(_paged(work, statement, filters, order)).all()
    shown = rows[: filters.limit]
    more = len(rows) > filters.limit
    return Page(shown, _cursor(shown[-1], order) if more and shown else None)


def _paged(work: Work, statement: Statement, filters: Filters, order: Order) -> Statement:
    narrowed = statement.where(desk.visible_to(work), *conditions(work, filters))
    if filters.cursor:
        narrowed = narrowed.where(_beyond(order, decode(filters.cursor, len(order.columns))))
    keys = [column.desc() if order.falling else column.asc() for column in order.columns]
    return narrowed.order_by(*keys).limit(filters.limit + 1)


def _past(column: InstrumentedAttribute[Any], value: Any, *, falling: bool) -> Condition:  # noqa: ANN401 - of the column's type
    past: Condition = column < value if falling else column > value
    return past


def _beyond(order: Order, key: Sequence[Json]) -> Condition:
    """Return the condition for rows after `key`; one range on the index leads to them."""
    first, *rest = zip(order.columns, _typed(order, key), strict=True)
    column, value = first
    if not rest:
        return _past(column, value, falling=order.falling)
    (unique, last) = rest[0]
    if order.falling:
        return and_(column <= value, or_(column < value, unique < last))
    return and_(column >= value, or_(column > value, unique > last))


def _typed(order: Order, key: Sequence[Json]) -> list[Any]:
    return [
        _instant(value) if column.key == "updated_at" else _whole(value)
        for column, value in zip(order.columns, key, strict=True)
    ]


def _instant(value: Json) -> datetime:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise _not_ours() from error
    if found.tzinfo is None:
        raise _not_ours()
    return found


def _whole(value: Json) -> int:
    if not isinstance(value, int) or not 0 <= value <= LARGEST:
        raise _not_ours()
    return value


def _not_ours() -> Invalid:
    return Invalid("the cursor is not one of ours", {"cursor": "unreadable"})


def _cursor(last: Any, order: Order) -> str:  # noqa: ANN401 - a row or an incident
    values = [getattr(last, column.key) for column in order.columns]
    return encode([one.isoformat() if isinstance(one, datetime) else one for one in values])


def counts(work: Work, lists: Sequence[Filters], most: int) -> list[int]:
    """Return how many incidents each list holds, counted no further than `most`, by one SELECT."""
    seen = desk.visible_to(work)
    statements = {
        str(at): select(Ticket.id).where(seen, *conditions(work, filters))
        for at, filters in enumerate(lists)
    }
    return list(desk.count_up_to(work, statements, most).values())


def conditions(work: Work, filters: Filters) -> list[Condition]:
    """Return what `filters` ask for. Raises NotFound for people and teams that do not exist."""
    asked = filters.asked()
    found = [Ticket.kind == Kind.INCIDENT]
    for name, condition in _CONDITIONS.items():
        if name in asked:
            found.append(condition(work, asked[name]))
    return found


# What waits as a duplicate has left the queue: its master stands there for it.
_IN_THE_QUEUE = or_(
    Ticket.parent_id.is_(None),
    Ticket.state != State.PENDING,
    not_(is_duplicate(Ticket.id, Ticket.parent_id)),
)


def _state(work: Work, value: str) -> Condition:
    del work
    words = set(value.split(","))
    wanted = {State(word) for word in words - {OPEN_ONES}}
    if OPEN_ONES in words:
        wanted |= OPEN
    if words == {OPEN_ONES}:
        return and_(Ticket.open.is_(True), _IN_THE_QUEUE)
    if wanted == OPEN:
        return Ticket.open.is_(True)
    named = Ticket.state.in_(sorted(wanted))
    # The lists' indexes begin with this column, so it is said wherever it follows.
    if wanted < OPEN:
        return and_(Ticket.open.is_(True), named)
    return named if wanted & OPEN else and_(Ticket.open.is_(False), named)


def _priority(work: Work, value: str) -> Condition:
    del work
    return Ticket.priority.in_([int(part) for part in value.split(",")])


def _team(work: Work, value: str) -> Condition:
    if value == NOBODY:
        return Ticket.team_id.is_(None)
    if value == ME:
        return Ticket.team_id.in_(sorted(work.actor.team_ids))
    return Ticket.team_id.in_(select(Team.id).where(Team.key.in_(value.split(","))))


def _person(column: InstrumentedAttribute[int | None]) -> Callable[[Work, str], Condition]:
    def condition(work: Work, value: str) -> Condition:
        if value == NOBODY:
            # Most have nobody, so no index may lead there.
            return func.coalesce(column, 0) == 0
        if value == ME:
            return column == work.actor.id
        return column == select(Person.id).where(Person.username == value).scalar_subquery()

    return condition


def _desk(work: Work, value: str) -> Condition:
    del work
    return Ticket.desk_id.in_(select(Desk.id).where(Desk.key.in_(value.split(","))))


def _ci(work: Work, value: str) -> Condition:
    del work
    named = select(Ci.id).where(or_(Ci.number == value.upper(), Ci.name == value))
    return Ticket.id.in_(select(TicketCi.ticket_id).where(TicketCi.ci_id.in_(named)))


def _words(work: Work, value: str) -> Condition:
    return desk.matches(work, value)


def _source(work: Work, value: str) -> Condition:
    del work
    return Ticket.source.in_(value.split(","))


def _major(work: Work, value: str) -> Condition:
    del work
    majors = Ticket.id.in_(select(Major.ticket_id).where(Major.active))
    return majors if value == "yes" else not_(majors)


def _category(work: Work, value: str) -> Condition:
    del work
    return Ticket.category == value


def _parent(work: Work, value: str) -> Condition:
    wanted = select(Ticket.id).where(Ticket.number == value.upper(), desk.visible_to(work))
    parents = wanted.correlate(None)
    return Ticket.parent_id.in_(parents)


_CONDITIONS: Mapping[str, Callable[[Work, str], Condition]] = {
    "state": _state,
    "priority": _priority,
    "team": _team,
    "assignee": _person(Ticket.assignee_id),
    "requester": _person(Ticket.requester_id),
    "desk": _desk,
    "ci": _ci,
    "service": _ci,
    "source": _source,
    "major": _major,
    "category": _category,
    "parent": _parent,
    "q": _words,
}
