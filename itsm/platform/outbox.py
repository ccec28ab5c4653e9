"""The outbox: what is to happen after a commit, as rows written in the same transaction.

A row is claimed with a lease (SKIP LOCKED on PostgreSQL, one conditional UPDATE on SQLite), done at
least once, tried again with growing waits, and parked where an operator sees it when it keeps
failing. Lanes keep pages to people from waiting behind bulk work.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import cast

from sqlalchemy import JSON, Index, String, Table, Text, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from itsm.kernel.errors import NotFound
from itsm.kernel.events import Json
from itsm.kernel.work import Work
from itsm.platform.database import Id, Model, stored

LEASE = timedelta(seconds=60)
WAITS = tuple(timedelta(seconds=seconds) for seconds in (1, 5, 15, 60, 300, 900, 3600))
Payload = dict[str, Json]


class Lane(StrEnum):
    """What waits for what: rows of one lane never wait behind those of another."""

    PAGE = "page"
    DEFAULT = "default"
    BULK = "bulk"


class JobState(StrEnum):
    """The life of an outbox row; a row that is done is deleted."""

    PENDING = "pending"
    CLAIMED = "claimed"
    PARKED = "parked"


class OutboxRow(Model):
    """One effect that is due."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "lane", "state", "due_at"),
        Index("ix_outbox_topic", "topic"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(200), unique=True)
    topic: Mapped[str] = mapped_column(String(80), default="")
    lane: Mapped[Lane] = mapped_column(stored(Lane), default=Lane.DEFAULT)
    state: Mapped[JobState] = mapped_column(stored(JobState), default=JobState.PENDING)
    payload: Mapped[Json] = mapped_column(JSON)
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    request_id: Mapped[str] = mapped_column(String(64), default="")


# On the table and made once: every event with a reaction pays for it.
_PUT = insert(cast("Table", OutboxRow.__table__))


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that this process may work on until its lease ends."""

    id: int
    kind: str
    payload: Payload
    attempts: int
    request_id: str


def put(  # noqa: PLR0913 - keywords, most of which a caller leaves out
    work: Work,
    kind: str,
    payload: Payload,
    *,
    key: str = "",
    topic: str = "",
    lane: Lane = Lane.DEFAULT,
    due_at: datetime | None = None,
) -> None:
    """Have the job `kind` done with `payload` once this Work is committed, not before `due_at`.

    A second row with the same `key` is not written: the key is the effect's idempotency key.
    `topic`, such as "page:7", is the name under which `withdraw` finds rows again.
    """
    values = {
        "kind": kind,
        "key": key or f"{kind}:{uuid.uuid4().hex}",
        "topic": topic,
        "lane": lane,
        "state": JobState.PENDING,
        "payload": payload,
        "due_at": due_at or work.now,
        "created_at": work.now,
        "attempts": 0,
        "error": "",
        "request_id": work.origin.request_id,
    }
    work.session.info["put"] = True
    if not key:
        work.session.execute(_PUT, [values])
        return
    dialect = sqlite if work.session.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(OutboxRow).values(values)
    work.session.execute(statement.on_conflict_do_nothing(index_elements=["key"]))


def was_put(work: Work) -> bool:
    """Tell, once, whether this Work put anything."""
    return bool(work.session.info.pop("put", False))


def withdraw(work: Work, topic: str) -> int:
    """Remove the rows of `topic` that nobody has claimed yet; return how many there were."""
    rows = delete(OutboxRow).where(OutboxRow.topic == topic, OutboxRow.state == JobState.PENDING)
    return _count(work.session, rows)


def claim(session: Session, now: datetime, lanes: Sequence[Lane], limit: int) -> list[Claimed]:
    """Lease up to `limit` rows that are due, or whose lease ran out, oldest first.

    While a row is leased its `due_at` is the lease's end, so that one index finds both.
    """
    due = (
        select(OutboxRow.id)
        .where(
            OutboxRow.lane.in_(lanes),
            OutboxRow.state.in_([JobState.PENDING, JobState.CLAIMED]),
            OutboxRow.due_at <= now,
        )
        .order_by(OutboxRow.due_at, OutboxRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    statement = (
        update(OutboxRow)
        .where(OutboxRow.id.in_(due.scalar_subquery()))
        .values(state=JobState.CLAIMED, due_at=now + LEASE)
        .returning(
            OutboxRow.id,
            OutboxRow.kind,
            OutboxRow.payload,
            OutboxRow.attempts,
            OutboxRow.request_id,
        )
        .execution_options(synchronize_session=False)
    )
    rows = session.execute(statement).all()
    return sorted((_claimed(*row) for row in rows), key=lambda job: job.id)


def _claimed(row_id: int, kind: str, payload: Json, attempts: int, request_id: str) -> Claimed:
    return Claimed(row_id, kind, payload if isinstance(payload, dict) else {}, attempts, request_id)


def is_due(session: Session, now: datetime, lanes: Sequence[Lane] = tuple(Lane)) -> bool:
    """Tell whether any row could be claimed now, without locking anything."""
    query = (
        select(OutboxRow.id)
        .where(
            OutboxRow.lane.in_(lanes),
            OutboxRow.state.in_([JobState.PENDING, JobState.CLAIMED]),
            OutboxRow.due_at <= now,
        )
        .limit(1)
    )
    return session.scalar(query) is not None


def finish(session: Session, job: Claimed) -> bool:
    """Delete a row that is done. False if it was withdrawn or taken over meanwhile."""
    row = delete(OutboxRow).where(
        OutboxRow.id == job.id,
        OutboxRow.state == JobState.CLAIMED,
        OutboxRow.attempts == job.attempts,
    )
    return _count(session, row) == 1


def fail(session: Session, job: Claimed, now: datetime, error: str) -> JobState:
    """Put a row that failed back with a longer wait, or park it when its waits are used up."""
    attempts = job.attempts + 1
    parked = attempts > len(WAITS)
    state = JobState.PARKED if parked else JobState.PENDING
    wait = timedelta() if parked else WAITS[attempts - 1]
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == job.id, OutboxRow.attempts == job.attempts)
        .values(
            state=state,
            attempts=attempts,
            error=error[:2000],
            due_at=now + wait,
        )
    )
    return state


def replay(work: Work, row_id: int) -> None:
    """Put a parked row back to be done now. Raises NotFound if there is none."""
    statement = (
        update(OutboxRow)
        .where(OutboxRow.id == row_id, OutboxRow.state == JobState.PARKED)
        .values(state=JobState.PENDING, attempts=0, due_at=work.now, error="")
    )
    if _count(work.session, statement) == 0:
        raise NotFound("there is no parked job with this id")


def _count(session: Session, statement: object) -> int:
    result = session.execute(statement)  # type: ignore[call-overload]
    return int(result.rowcount)
