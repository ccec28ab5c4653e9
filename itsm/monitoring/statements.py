"""The statements of the hot path, in Core: a message costs few of them, however many its alerts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import Executable, Table, bindparam, case, func, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Row

from itsm.kernel.work import Work
from itsm.monitoring.models import (
    NOT_CLOSED,
    Alert,
    AlertEvent,
    Integration,
    Suppression,
    UnmappedHost,
)
from itsm.monitoring.states import State

_ALERT = cast("Table", Alert.__table__)
_HISTORY = cast("Table", AlertEvent.__table__)
_INTEGRATION = cast("Table", Integration.__table__)
_SUPPRESSION = cast("Table", Suppression.__table__)
_UNMAPPED = cast("Table", UnmappedHost.__table__)
_COLUMNS = _ALERT.c
_TRACKED = (
    _COLUMNS.id,
    _COLUMNS.fingerprint,
    _COLUMNS.state,
    _COLUMNS.severity,
    _COLUMNS.count,
    _COLUMNS.changed_at,
    _COLUMNS.last_seen,
    _COLUMNS.resolved_at,
    _COLUMNS.source_at,
    _COLUMNS.incident_number,
    _COLUMNS.flapping_since,
    _COLUMNS.calm_since,
    _COLUMNS.flips,
)
Written = dict[str, object]
Insert = postgresql.Insert | sqlite.Insert
_ADD_HISTORY = insert(_HISTORY)
_WRITE_BACK = update(_ALERT).where(_COLUMNS.id == bindparam("alert_id"))


def open_or_count(work: Work, rows: Sequence[Written]) -> Sequence[Row[*tuple[Any, ...]]]:
    """Insert what is new and raise the count of what fires on unchanged, in the rows' order.

    Returns id, fingerprint, times (the count), state and incident_number of those; other rows of
    the same keys are locked and left as they are.
    """
    return work.session.execute(_open_or_count(_dialect(work)), list(rows)).all()


def lock(work: Work, markers: Sequence[Written]) -> list[tuple[Any, ...]]:
    """Lock the rows of these keys in their order, inserting a marker where there is none.

    Returns the columns of a Track for each, in its order of fields.
    """
    found = work.session.execute(_lock(_dialect(work)), list(markers))
    return [tuple(row) for row in found]


def write_back(work: Work, rows: Sequence[Written]) -> None:
    """Update alerts by `alert_id`; rows with the same columns share one statement."""
    for names in {tuple(row) for row in rows}:
        alike = [row for row in rows if tuple(row) == names]
        work.session.execute(_WRITE_BACK, alike)


def close(work: Work, alert_id: int) -> None:
    """Make an alert that is over history, so that its key is free."""
    since = func.coalesce(_COLUMNS.resolved_at, _COLUMNS.changed_at)
    values = {"state": State.CLOSED, "changed_at": work.now, "resolved_at": since}
    work.session.execute(update(_ALERT).where(_COLUMNS.id == alert_id).values(values))


def add_history(work: Work, rows: Sequence[Written]) -> None:
    """Append to the history of alerts."""
    if rows:
        work.session.execute(_ADD_HISTORY, list(rows))


def keep_quiet(work: Work, rows: Sequence[Written]) -> list[int]:
    """Insert reasons that keep alerts quiet, or renew them, and return their ids."""
    if not rows:
        return []
    found = work.session.execute(_keep_quiet(_dialect(work)), list(rows))
    return [row.id for row in found]


def move_quiet(work: Work, old_id: int, new_id: int) -> None:
    """Have the reasons of an alert that is history stand at the one that follows it."""
    moved = update(_SUPPRESSION).where(_SUPPRESSION.c.alert_id == old_id)
    work.session.execute(moved.values(alert_id=new_id))


def note_silence(work: Work, integration_id: int, since: datetime | None) -> None:
    """Note since when an integration is silent, None for not; its version stays as it is."""
    change = update(_INTEGRATION).where(_INTEGRATION.c.id == integration_id)
    work.session.execute(change.values(silent_since=since))


def count_unmapped(work: Work, names: Mapping[str, tuple[str, int]]) -> None:
    """Count names that lead to no CI: each with the reason and an alert that bears it."""
    rows = [
        {
            "name": name,
            "reason": reason,
            "alert_id": alert_id,
            "count": 1,
            "first_seen": work.now,
            "last_seen": work.now,
        }
        for name, (reason, alert_id) in sorted(names.items())
    ]
    if rows:
        work.session.execute(_count_unmapped(_dialect(work)), rows)


def _dialect(work: Work) -> str:
    return work.session.get_bind().dialect.name


def _insert(dialect: str) -> Insert:
    return sqlite.insert(_ALERT) if dialect == "sqlite" else postgresql.insert(_ALERT)


@cache
def _open_or_count(dialect: str) -> Executable:
    statement = _insert(dialect)
    offered = statement.excluded
    later = (offered.source_at > _COLUMNS.source_at) | _COLUMNS.source_at.is_(None)
    return statement.on_conflict_do_update(
        index_elements=[_COLUMNS.fingerprint],
        index_where=NOT_CLOSED,
        set_={
            "count": _COLUMNS.count + 1,
            "last_seen": offered.last_seen,
            "source_at": case((later, offered.source_at), else_=_COLUMNS.source_at),
        },
        where=((_COLUMNS.state == State.OPEN) | (_COLUMNS.state == State.ACKNOWLEDGED))
        & (_COLUMNS.severity == offered.severity)
        & _COLUMNS.calm_since.is_(None),
    ).returning(
        _COLUMNS.id,
        _COLUMNS.fingerprint,
        # A row is a tuple, whose own `count` would hide the column.
        _COLUMNS.count.label("times"),
        _COLUMNS.state,
        _COLUMNS.incident_number,
    )


@cache
def _lock(dialect: str) -> Executable:
    return (
        _insert(dialect)
        .on_conflict_do_update(
            index_elements=[_COLUMNS.fingerprint],
            index_where=NOT_CLOSED,
            set_={"count": _COLUMNS.count},
        )
        .returning(*_TRACKED)
    )


@cache
def _keep_quiet(dialect: str) -> Executable:
    insert_into = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement = insert_into(_SUPPRESSION)
    offered = statement.excluded
    renewed = ("note", "by_name", "until", "until_recovery")
    return statement.on_conflict_do_update(
        index_elements=["alert_id", "why", "key"],
        set_={name: offered[name] for name in renewed},
    ).returning(_SUPPRESSION.c.id)


@cache
def _count_unmapped(dialect: str) -> Insert:
    insert_into = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement = insert_into(_UNMAPPED)
    offered = statement.excluded
    renewed = {name: offered[name] for name in ("reason", "alert_id", "last_seen")}
    return statement.on_conflict_do_update(
        index_elements=[_UNMAPPED.c.name], set_={"count": _UNMAPPED.c.count + 1} | renewed
    )
