"""Answers that are given once: a repeated POST with the same key gets the first answer again."""

from datetime import datetime, timedelta

from sqlalchemy import JSON, String, UniqueConstraint, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from itsm.kernel.errors import Invalid
from itsm.kernel.events import Json
from itsm.kernel.work import Work
from itsm.platform.database import Id, Model

LIFE = timedelta(hours=24)
MAX_KEY = 255


class IdempotencyKey(Model):
    """The answer that a POST with an Idempotency-Key gave, kept for 24 hours."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("actor", "key"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    actor: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(255))
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[Json] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(index=True)


def claim(work: Work, key: str, request_hash: str) -> tuple[int, Json] | None:
    """Take a key for this Work, or return the status and body that it was answered with.

    Two at once with the same key: the second waits for the first to commit. Raises Invalid if the
    key was used for another request within 24 hours, or is longer than 255 characters.
    """
    if len(key) > MAX_KEY:
        raise Invalid("the Idempotency-Key is too long", {"Idempotency-Key": "at most 255"})
    work.session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < work.now - LIFE))
    dialect = sqlite if work.session.get_bind().dialect.name == "sqlite" else postgresql
    row = {"actor": work.actor.name, "key": key, "request_hash": request_hash}
    taken = work.session.execute(
        dialect.insert(IdempotencyKey)
        .values(row | {"status": 0, "body": None, "created_at": work.now})
        .on_conflict_do_nothing(index_elements=["actor", "key"])
        .returning(IdempotencyKey.id)
    ).first()
    return None if taken else _first_answer(work, key, request_hash)


def answered(work: Work, key: str, status: int, body: Json) -> None:
    """Keep the answer of a key that this Work has claimed."""
    work.session.execute(
        update(IdempotencyKey)
        .where(IdempotencyKey.actor == work.actor.name, IdempotencyKey.key == key)
        .values(status=status, body=body)
        .execution_options(synchronize_session=False)
    )


def _first_answer(work: Work, key: str, request_hash: str) -> tuple[int, Json]:
    first = work.session.execute(
        select(IdempotencyKey.request_hash, IdempotencyKey.status, IdempotencyKey.body).where(
            IdempotencyKey.actor == work.actor.name, IdempotencyKey.key == key
        )
    ).one()
    if first.request_hash != request_hash:
        raise Invalid(
            "this Idempotency-Key was used for another request", {"Idempotency-Key": "used before"}
        )
    return first.status, first.body
