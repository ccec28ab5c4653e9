"""The ways to sort a list of tickets, and the cursors that lead from page to page of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

from itsm.desk.models import Ticket
from itsm.kernel.errors import Invalid
from itsm.kernel.events import Json
from itsm.kernel.paging import encode

Condition = ColumnElement[bool]
LARGEST = 2**63 - 1


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


def _past(column: InstrumentedAttribute[Any], value: Any, *, falling: bool) -> Condition:  # noqa: ANN401 - of the column's type
    past: Condition = column < value if falling else column > value
    return past


def beyond(order: Order, key: Sequence[Json]) -> Condition:
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


def key(row: Any, order: Order) -> list[Any]:  # noqa: ANN401 - a row or a ticket
    """Return what a row is sorted by."""
    return [getattr(row, column.key) for column in order.columns]


def cursor(last: Any, order: Order) -> str:  # noqa: ANN401 - a row or a ticket
    """Return what leads to the rows after `last`."""
    values = key(last, order)
    return encode([one.isoformat() if isinstance(one, datetime) else one for one in values])
