"""Timers: everything that happens later is a row with `due_at`, found by an index.

The clock process fires what is due. The cost of a tick grows with what is due, never with what is
open. A late timer fires once, not once for each tick it missed.
"""

from datetime import datetime

from psycopg.errors import DeadlockDetected, LockNotAvailable
from sqlalchemy import JSON, String, delete, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Mapped, Session, mapped_column

from itsm.kernel.events import Json
from itsm.kernel.work import Work
from itsm.platform.database import Id, Model
from itsm.platform.outbox import WAITS, Payload

# Well below the second after which PostgreSQL looks for those that wait for each other.
_PATIENCE = text("SET LOCAL lock_timeout = '200ms'")
IN_THE_WAY = (DeadlockDetected, LockNotAvailable)


class Timer(Model):
    """One thing that is to happen at `due_at`; `kind` and `key` together name it."""

    __tablename__ = "timer"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(120), unique=True)
    due_at: Mapped[datetime] = mapped_column(index=True)
    payload: Mapped[Json] = mapped_column(JSON)
    failures: Mapped[int] = mapped_column(default=0)


def arm(work: Work, kind: str, key: str, due_at: datetime, payload: Payload | None = None) -> None:
    """Have the timer `kind` fire at `due_at`; one that is armed under the same key is moved."""
    dialect = sqlite if work.session.get_bind().dialect.name == "sqlite" else postgresql
    changing = {"due_at": due_at, "payload": payload or {}, "failures": 0}
    statement = dialect.insert(Timer).values(kind=kind, key=_key(kind, key), **changing)
    work.session.execute(statement.on_conflict_do_update(index_elements=["key"], set_=changing))


def disarm(work: Work, kind: str, key: str) -> bool:
    """Take a timer back; tell whether it was still armed."""
    statement = delete(Timer).where(Timer.key == _key(kind, key))
    result = work.session.execute(statement.returning(Timer.id))
    return result.first() is not None


def due_at(work: Work, kind: str, key: str) -> datetime | None:
    """Return when a timer will fire, None if it is not armed."""
    return work.session.scalar(select(Timer.due_at).where(Timer.key == _key(kind, key)))


def due(session: Session, now: datetime, limit: int) -> list[int]:
    """Return the ids of up to `limit` timers that are due, the longest overdue first."""
    query = select(Timer.id).where(Timer.due_at <= now).order_by(Timer.due_at).limit(limit)
    return list(session.scalars(query))


def take(session: Session, timer_id: int, now: datetime) -> tuple[str, Payload] | None:
    """Remove a timer that is due and return its kind and payload; None if another took it."""
    locked = (
        select(Timer.id)
        .where(Timer.id == timer_id, Timer.due_at <= now)
        .with_for_update(skip_locked=True)
    )
    statement = (
        delete(Timer)
        .where(Timer.id.in_(locked.scalar_subquery()))
        .returning(Timer.kind, Timer.payload)
        .execution_options(synchronize_session=False)
    )
    row = session.execute(statement).first()
    return None if row is None else (row.kind, row.payload)


def give_way(session: Session) -> None:
    """Have this transaction fail rather than wait long for rows that others hold.

    The verbs lock what they change and then move its timer; a timer that fires holds itself and
    then needs what they locked. PostgreSQL would let them wait for each other and end one of the
    two, maybe the person's. SQLite has one writer at a time anyhow.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_PATIENCE)


def gave_way(error: Exception) -> bool:
    """Tell whether `error` is that of a transaction that others were in the way of."""
    return isinstance(error, OperationalError) and isinstance(error.orig, IN_THE_WAY)


def postpone(session: Session, timer_id: int, now: datetime) -> None:
    """Have a timer whose handler failed fire again after a wait that grows to an hour."""
    failures = session.scalar(select(Timer.failures).where(Timer.id == timer_id)) or 0
    wait = WAITS[min(failures, len(WAITS) - 1)]
    session.execute(
        update(Timer).where(Timer.id == timer_id).values(due_at=now + wait, failures=failures + 1)
    )


def _key(kind: str, key: str) -> str:
    return f"{kind}:{key}"
