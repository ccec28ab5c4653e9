"""Every read of tickets of any kind; each starts from what the actor may see."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload

from itsm.assets.models import Ci, TicketCi
from itsm.desk import queries as desk
from itsm.desk.models import Desk, FormerNumber, Kind, Link, LinkType, Source, Ticket
from itsm.kernel.errors import Invalid, NotFound
from itsm.kernel.paging import Page, decode
from itsm.kernel.work import Work
from itsm.people.models import Person, Team
from itsm.tickets import kinds, orders
from itsm.tickets.filters import ME, NOBODY, OPEN_ONES, Filters
from itsm.tickets.kinds import KindOf
from itsm.tickets.moving import PENDING
from itsm.tickets.orders import ORDERS, Order

T = TypeVar("T", bound=Ticket)
Condition = ColumnElement[bool]
Statement = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list shows of a ticket."""

    id: int
    kind: Kind
    number: str
    title: str
    state: str
    priority: int
    updated_at: datetime
    assignee: str | None
    team: str | None
    requester: str | None
    vip: bool | None
    source: Source
    major: bool


_ASSIGNEE, _REQUESTER = aliased(Person), aliased(Person)
# Built once: to put it together anew costs more than to run it.
_ROWS = (
    select(
        Ticket.id,
        Ticket.kind,
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
        Ticket.major,
    )
    .outerjoin(_ASSIGNEE, _ASSIGNEE.id == Ticket.assignee_id)
    .outerjoin(_REQUESTER, _REQUESTER.id == Ticket.requester_id)
    .outerjoin(Team, Team.id == Ticket.team_id)
)


def get(work: Work, number: str) -> Ticket:
    """Return a ticket with what its record shows; a former number leads to it too.

    Raises NotFound where it is not visible.
    """
    return get_as(work, Ticket, number)


def get_as(work: Work, model: type[T], number: str) -> T:
    """Return likewise one of a kind. Raises NotFound for one of another."""
    try:
        return desk.one(work, _by_number(work, model, number), number)
    except NotFound:
        now = _number_now(work, number)
        if now is None:
            raise
        return desk.one(work, _by_number(work, model, now), number)


def get_to_change(work: Work, number: str) -> Ticket:
    """Return a ticket, and keep others from changing it until this Work ends. Raises NotFound."""
    return get_as_to_change(work, Ticket, number)


def get_as_to_change(work: Work, model: type[T], number: str) -> T:
    """Return likewise one of a kind."""
    _lock(work, Ticket.number == (_number_now(work, number) or desk.plain(number)))
    return get_as(work, model, number)


def by_id(work: Work, model: type[T], ticket_id: int, *, seen: bool = True) -> T:
    """Return a ticket by its id, to change it; with `seen` only one that the actor may see.

    Raises NotFound.
    """
    _lock(work, Ticket.id == ticket_id)
    return shown_by_id(work, model, ticket_id, seen=seen)


def shown_by_id(work: Work, model: type[T], ticket_id: int, *, seen: bool = True) -> T:
    """Return a ticket by its id, to show it. Raises NotFound."""
    statement = select(model).where(model.id == ticket_id)
    if seen:
        statement = statement.where(desk.visible_to(work))
    return desk.one(work, statement.options(*desk.parts(model)), f"with the id {ticket_id}")


def has_children(work: Work, ticket_id: int) -> bool:
    """Tell whether tickets that are not over hang under another."""
    query = select(Ticket.id).where(Ticket.parent_id == ticket_id, Ticket.open)
    return work.session.scalar(query.limit(1)) is not None


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


def _lock(work: Work, which: Condition) -> None:
    """Wait until nobody else is changing the ticket.

    A statement of its own, since PostgreSQL gives one that had to wait the new ticket beside the
    old rows that it was joined with.
    """
    work.session.execute(select(Ticket.id).where(which).with_for_update()).all()


def _number_now(work: Work, number: str) -> str | None:
    """Return the number of the ticket that once had this one, None where there is none."""
    former = FormerNumber.number == desk.plain(number)
    query = select(Ticket.number).join(FormerNumber, FormerNumber.ticket_id == Ticket.id)
    return work.session.scalar(query.where(former, desk.visible_to(work)))


def former_number(work: Work, ticket: Ticket, prefix: str) -> str | None:
    """Return the number with `prefix` that a ticket had before, None where it had none."""
    query = select(FormerNumber.number).where(
        FormerNumber.ticket_id == ticket.id, FormerNumber.number.startswith(f"{prefix}-")
    )
    return work.session.scalar(query)


def _by_number(work: Work, model: type[T], number: str) -> Select[T]:
    return (
        select(model)
        .where(model.number == desk.plain(number), desk.visible_to(work))
        .options(*desk.parts(model))
    )


def page(work: Work, filters: Filters, *wanted: Kind) -> Page[Listed]:
    """Return a page of a list as its rows, with one statement for each kind."""
    order = ORDERS[filters.sort]
    rows: list[Any] = []
    for kind in wanted:
        rows += work.session.execute(_paged(work, _ROWS, filters, order, kind)).all()
    if len(wanted) > 1:
        rows.sort(key=lambda row: orders.key(row, order), reverse=order.falling)
    shown = rows[: filters.limit]
    more = len(rows) > filters.limit
    return Page(
        [Listed(*row) for row in shown], orders.cursor(shown[-1], order) if more and shown else None
    )


def whole_page(work: Work, filters: Filters, kind: KindOf) -> Page[Ticket]:
    """Return a page of a list as whole tickets, with one statement."""
    model = kind.model
    statement = select(model).options(
        joinedload(model.desk),
        joinedload(model.requester),
        joinedload(model.assignee),
        joinedload(model.team),
    )
    order = ORDERS[filters.sort]
    rows = work.session.scalars(_paged(work, statement, filters, order, kind.kind)).all()
    shown = rows[: filters.limit]
    more = len(rows) > filters.limit
    return Page(shown, orders.cursor(shown[-1], order) if more and shown else None)


def _paged(
    work: Work, statement: Statement, filters: Filters, order: Order, kind: Kind
) -> Statement:
    narrowed = statement.where(desk.visible_to(work), *conditions(work, filters, kind))
    if filters.cursor:
        narrowed = narrowed.where(orders.beyond(order, decode(filters.cursor, len(order.columns))))
    keys = [column.desc() if order.falling else column.asc() for column in order.columns]
    return narrowed.order_by(*keys).limit(filters.limit + 1)


def counts(work: Work, lists: Sequence[Filters], most: int, kind: Kind) -> list[int]:
    """Return how many tickets each list holds, counted no further than `most`, by one SELECT."""
    seen = desk.visible_to(work)
    statements = {
        str(at): select(Ticket.id).where(seen, *conditions(work, filters, kind))
        for at, filters in enumerate(lists)
    }
    return list(desk.count_up_to(work, statements, most).values())


def conditions(work: Work, filters: Filters, kind: Kind) -> list[Condition]:
    """Return what `filters` ask of a kind.

    Raises NotFound for people and teams that do not exist, Invalid for a state that it has not.
    """
    asked = filters.asked()
    found = [Ticket.kind == kind]
    if "state" in asked:
        found.append(_state(kinds.called(kind), asked["state"]))
    for name, condition in _CONDITIONS.items():
        if name in asked:
            found.append(condition(work, asked[name]))
    return found


# What waits as a duplicate has left the queue: its master stands there for it.
_IN_THE_QUEUE = or_(
    Ticket.parent_id.is_(None),
    Ticket.state != PENDING,
    not_(is_duplicate(Ticket.id, Ticket.parent_id)),
)


def _state(kind: KindOf, value: str) -> Condition:
    words = set(value.split(","))
    there_are = {state.value for state in kind.states}
    unknown = sorted(words - there_are - {OPEN_ONES})
    if unknown:
        known = ", ".join(state.value for state in kind.states)
        raise Invalid(f"{unknown[0]!r} is none of {OPEN_ONES}, {known}", {"state": "unknown"})
    open_states = {state.value for state in kind.open}
    wanted = words - {OPEN_ONES} | (open_states if OPEN_ONES in words else set())
    if words == {OPEN_ONES}:
        return and_(Ticket.open.is_(True), _IN_THE_QUEUE)
    if wanted == open_states:
        return Ticket.open.is_(True)
    named = Ticket.state.in_(sorted(wanted))
    # The lists' indexes begin with this column, so it is said wherever it follows.
    if wanted < open_states:
        return and_(Ticket.open.is_(True), named)
    return named if wanted & open_states else and_(Ticket.open.is_(False), named)


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
    return Ticket.major.is_(value == "yes")


def _vip(work: Work, value: str) -> Condition:
    del work
    vips = Ticket.requester_id.in_(select(Person.id).where(Person.vip))
    # Those that nobody reported are of no VIP either.
    return vips if value == "yes" else or_(Ticket.requester_id.is_(None), not_(vips))


def _idle(work: Work, value: str) -> Condition:
    unit = {"h": "hours", "d": "days"}[value[-1]]
    return Ticket.worked_at < work.now - timedelta(**{unit: int(value[:-1])})


def _category(work: Work, value: str) -> Condition:
    del work
    return Ticket.category == value


def _parent(work: Work, value: str) -> Condition:
    wanted = select(Ticket.id).where(Ticket.number == value.upper(), desk.visible_to(work))
    parents = wanted.correlate(None)
    return Ticket.parent_id.in_(parents)


_CONDITIONS: Mapping[str, Callable[[Work, str], Condition]] = {
    "priority": _priority,
    "team": _team,
    "assignee": _person(Ticket.assignee_id),
    "requester": _person(Ticket.requester_id),
    "desk": _desk,
    "ci": _ci,
    "service": _ci,
    "source": _source,
    "major": _major,
    "vip": _vip,
    "idle": _idle,
    "category": _category,
    "parent": _parent,
    "q": _words,
}
