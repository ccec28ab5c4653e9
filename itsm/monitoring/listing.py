"""Lists of alerts: by filters, in pages that cost the same wherever they stand."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import ColumnElement, Select, String, and_, cast, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, contains_eager, joinedload

from itsm.assets.models import Ci
from itsm.kernel.errors import Invalid
from itsm.kernel.events import Json
from itsm.kernel.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, decode, encode
from itsm.kernel.work import Work
from itsm.monitoring.models import Alert, Integration
from itsm.monitoring.queries import visible_to
from itsm.monitoring.signal import Severity
from itsm.monitoring.states import ACTIVE, State

Word = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Status = Literal["", "active", "open", "acknowledged", "suppressed", "resolved", "expired"]
Sort = Literal["-changed_at", "changed_at", "-first_seen", "first_seen"]
_IDS_END = 2**63
VIEWING = ("sort", "limit", "cursor")
_STATES: Mapping[str, frozenset[State]] = {
    "active": ACTIVE,
    # A closed alert is a resolved one whose key was opened anew.
    "resolved": frozenset({State.RESOLVED, State.CLOSED}),
}


class Filters(BaseModel):
    """The filters, the sort and the page of a list of alerts, as they stand in an address."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: Status = Field(
        default="", description="`active` means open, acknowledged or suppressed"
    )
    severity: Severity | Literal[""] = ""
    source: Word = Field(default="", description="name of an integration")
    ci: Word = Field(default="", description="number of a CI; `none` for alerts without one")
    incident: Word = Field(default="", description="number of an incident; `none` for none")
    fingerprint: Word = Field(default="", description="as the intake answered it")
    q: Word = Field(default="", description="a part of the title, the check or a host name")
    sort: Sort = "-first_seen"
    limit: int = Field(default=DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)
    cursor: str = Field(default="", description="`next` of the page before")

    @classmethod
    def lenient(cls, query: Mapping[str, str]) -> Self:
        """Return the filters of an address that people may have typed: what is unknown is left out.

        What is not asked for is the view of the page: active alerts, the latest change first.
        Raises ValidationError for values that are not understood.
        """
        asked = {name: query[name] for name in cls.model_fields if name in query}
        return cls.model_validate({"status": "active", "sort": "-changed_at"} | asked)

    def asked(self) -> dict[str, str]:
        """Return what narrows the list, by name, less what the page shows anyway."""
        given = self.model_dump(mode="json", exclude=set(VIEWING))
        return {
            name: value
            for name, value in given.items()
            if (name == "status" and value != "active") or (name != "status" and value)
        }

    def address(self, **changes: str) -> str:
        """Return the query string of this page with `changes`; an empty value drops one."""
        told = {**self.asked(), **changes}
        if self.sort != "-changed_at":
            told = {"sort": self.sort} | told
        kept = {name: value for name, value in told.items() if value or name == "status"}
        return urlencode(kept)


def row_id(written: str | int) -> int:
    """Return a row's id. Raises ValueError for what no id can be, such as 20 digits."""
    number = int(written)
    if not 0 <= number < _IDS_END:
        raise ValueError("no row has this id")
    return number


def page(work: Work, filters: Filters) -> Page[Alert]:
    """Return a page of the alerts that the actor may see, with what a row shows."""
    columns, falling = _order(filters.sort)
    statement = _narrowed(work, filters).options(
        contains_eager(Alert.integration), joinedload(Alert.ci)
    )
    if filters.cursor:
        statement = statement.where(_beyond(columns, _key(filters), falling=falling))
    keys = [column.desc() if falling else column.asc() for column in columns]
    rows = work.session.scalars(statement.order_by(*keys).limit(filters.limit + 1)).all()
    shown = rows[: filters.limit]
    more = len(rows) > filters.limit
    return Page(shown, _cursor(shown[-1], columns) if more else None)


def _narrowed(work: Work, filters: Filters) -> Select[Alert]:
    statement = visible_to(work).join(Alert.integration)
    if filters.status:
        states = _STATES.get(filters.status) or frozenset({State(filters.status)})
        statement = statement.where(Alert.state.in_(states))
    if filters.severity:
        statement = statement.where(Alert.severity == filters.severity)
    if filters.source:
        statement = statement.where(Integration.name == filters.source)
    if filters.fingerprint:
        statement = statement.where(Alert.fingerprint == filters.fingerprint)
    return statement.where(*_links(filters), *_words(filters))


def _links(filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.ci == "none":
        found.append(Alert.ci_id.is_(None))
    elif filters.ci:
        wanted = select(Ci.id).where(Ci.number == filters.ci.upper())
        found.append(Alert.ci_id == wanted.scalar_subquery())
    if filters.incident == "none":
        found.append(Alert.incident_id.is_(None))
    elif filters.incident:
        found.append(Alert.incident_number == filters.incident.upper())
    return found


def _words(filters: Filters) -> list[ColumnElement[bool]]:
    if not filters.q:
        return []
    sought = filters.q.lower()
    places = (Alert.title, Alert.check, cast(Alert.hosts, String))
    return [or_(*(func.lower(place).contains(sought, autoescape=True) for place in places))]


def _order(sort: Sort) -> tuple[tuple[InstrumentedAttribute[Any], ...], bool]:
    by_change = sort.endswith("changed_at")
    return (Alert.changed_at, Alert.id) if by_change else (Alert.id,), sort.startswith("-")


def _beyond(
    columns: tuple[InstrumentedAttribute[Any], ...], key: list[Any], *, falling: bool
) -> ColumnElement[bool]:
    """Return the condition for rows after the key, column by column as both databases index it."""
    beyond: ColumnElement[bool] = false()
    same: list[ColumnElement[bool]] = []
    for column, value in zip(columns, key, strict=True):
        further = column < value if falling else column > value
        beyond = or_(beyond, and_(*same, further))
        same.append(column == value)
    return beyond


def _key(filters: Filters) -> list[Any]:
    columns, _ = _order(filters.sort)
    key: list[Any] = decode(filters.cursor, len(columns))
    try:
        return [datetime.fromisoformat(str(value)) for value in key[:-1]] + [row_id(key[-1])]
    except (TypeError, ValueError) as error:
        raise Invalid("the cursor is not one of ours", {"cursor": "unreadable"}) from error


def _cursor(last: Alert, columns: tuple[InstrumentedAttribute[Any], ...]) -> str:
    key: list[Json] = [last.changed_at.isoformat()] if len(columns) > 1 else []
    return encode([*key, last.id])
