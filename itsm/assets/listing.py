"""Lists of CIs: by filters, in pages that cost the same wherever they stand."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from itsm.assets.filters import Filters
from itsm.assets.models import Ci
from itsm.assets.queries import PARTS, cis_by_names, visible_to
from itsm.assets.states import State
from itsm.kernel.events import Json
from itsm.kernel.paging import Page, decode, encode
from itsm.kernel.work import Work
from itsm.people.models import Person, Site, Team
from itsm.platform import search


@dataclass(frozen=True, slots=True)
class Order:
    """A way to sort: the columns of the key, the last of which is unique, and the direction."""

    columns: tuple[InstrumentedAttribute[Any], ...]
    falling: bool


ORDERS: Mapping[str, Order] = {
    "name": Order((Ci.name, Ci.id), falling=False),
    "-name": Order((Ci.name, Ci.id), falling=True),
    "created_at": Order((Ci.id,), falling=False),
    "-created_at": Order((Ci.id,), falling=True),
}


def page(work: Work, filters: Filters) -> Page[Ci]:
    """Return a page of the CIs that the actor may read, with what a row shows."""
    order = ORDERS[filters.sort]
    keys = [column.desc() if order.falling else column.asc() for column in order.columns]
    statement = narrowed(work, filters).options(*(joinedload(part) for part in PARTS))
    if filters.cursor:
        statement = statement.where(_beyond(order, decode(filters.cursor, len(order.columns))))
    rows = work.session.scalars(statement.order_by(*keys).limit(filters.limit + 1)).all()
    shown = rows[: filters.limit]
    return Page(shown, _cursor(shown[-1], order) if len(rows) > filters.limit else None)


def everything(work: Work, filters: Filters) -> Iterator[Ci]:
    """Yield all CIs of a list, a thousand at a time from the database."""
    statement = narrowed(work, filters).options(*(joinedload(part) for part in PARTS))
    yield from work.session.scalars(statement.order_by(Ci.id).execution_options(yield_per=1000))


def narrowed(work: Work, filters: Filters) -> Select[Ci]:
    """Return the query for all CIs of a list."""
    conditions = [visible_to(work), *_columns(filters), *_lookups(work, filters)]
    return select(Ci).where(*conditions)


def _columns(filters: Filters) -> list[ColumnElement[bool]]:
    wanted = {
        Ci.class_key: filters.ci_class,
        Ci.criticality: filters.criticality,
        Ci.environment: filters.environment,
        Ci.state: filters.state,
    }
    conditions = [column == value for column, value in wanted.items() if value]
    return conditions if filters.state else [*conditions, Ci.state != State.RETIRED]


def _lookups(work: Work, filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for column, key, value in (
        (Ci.owner_team_id, Team.key, filters.team),
        (Ci.site_id, Site.key, filters.site),
        (Ci.used_by_id, Person.username, filters.used_by),
    ):
        if value:
            named = select(key.class_.id).where(key == value).scalar_subquery()
            conditions.append(column == named)
    if filters.name:
        match = cis_by_names(work, [filters.name])[filters.name]
        conditions.append(Ci.id == match.ci_id if match.ci_id else false())
    if filters.q:
        found = search.matching(work, "ci", filters.q)
        conditions.append(false() if found is None else Ci.id.in_(found))
    return conditions


def _beyond(order: Order, key: Sequence[Json]) -> ColumnElement[bool]:
    """Return the condition for rows after `key`; one range on the index leads to them."""
    last = key[-1] if isinstance(key[-1], int) else 0
    unique = Ci.id < last if order.falling else Ci.id > last
    if len(order.columns) == 1:
        return unique
    name = str(key[0])
    if order.falling:
        return and_(Ci.name <= name, or_(Ci.name < name, unique))
    return and_(Ci.name >= name, or_(Ci.name > name, unique))


def _cursor(last: Ci, order: Order) -> str:
    return encode([getattr(last, column.key) for column in order.columns])
