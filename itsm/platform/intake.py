"""The intake ledger: what comes from outside, kept raw before it is answered.

What cannot be understood stays as a rejected row that an operator can read and replay once the
mapping is mended.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import cast

from sqlalchemy import JSON, Index, LargeBinary, String, Table, insert, update
from sqlalchemy.orm import Mapped, mapped_column

from itsm.kernel.events import Json
from itsm.kernel.work import Work
from itsm.platform.database import Id, Model, stored

# Headers that help to understand a message; anything else may hold a secret.
KEPT_HEADERS = (
    "Content-Type",
    "Content-Encoding",
    "User-Agent",
    "Ce-Specversion",
    "Ce-Type",
    "Ce-Source",
    "Ce-Id",
    "Ce-Subject",
    "Ce-Time",
    "Opsgenie-Action",
    "Opsgenie-Alias",
    "Sentry-Hook-Resource",
    "Sentry-Hook-Timestamp",
)


class IntakeState(StrEnum):
    """What became of a message."""

    RECEIVED = "received"
    DONE = "done"
    PARTLY = "partly"
    IGNORED = "ignored"
    REJECTED = "rejected"


class IntakeRow(Model):
    """One message as it arrived; `source_id` is the integration or trap source it came by."""

    __tablename__ = "intake"
    __table_args__ = (
        Index("ix_intake_state", "state", "id"),
        Index("ix_intake_source", "door", "source_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    door: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(40))
    source_id: Mapped[int | None] = mapped_column(Id)
    received_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(String(64))
    headers: Mapped[Json] = mapped_column(JSON)
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[IntakeState] = mapped_column(stored(IntakeState))
    reason: Mapped[str] = mapped_column(String(2000), default="")
    notes: Mapped[Json] = mapped_column(JSON, default=None)
    finished_at: Mapped[datetime | None]


_TABLE = cast("Table", IntakeRow.__table__)
# Made once, and on the table: every message pays for it.
_KEEP = insert(_TABLE).returning(_TABLE.c.id)


@dataclass(frozen=True, slots=True)
class Message:
    """What a door hands to the ledger."""

    door: str
    kind: str
    body: bytes
    address: str = ""
    source_id: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    received_at: datetime | None = None
    """When it arrived; None means now."""


def keep(
    work: Work,
    message: Message,
    *,
    state: IntakeState = IntakeState.RECEIVED,
    reason: str = "",
    notes: Json = None,
) -> int:
    """Store one message and return its id; `state` where it is known already what becomes of it."""
    values = _values(work, message) | {"state": state, "reason": reason[:2000], "notes": notes}
    if state is not IntakeState.RECEIVED:
        values["finished_at"] = work.now
    return int(work.session.execute(_KEEP, [values]).scalar_one())


def keep_many(work: Work, messages: Sequence[Message]) -> None:
    """Store many messages in order, with one statement that is sent once for all rows."""
    if messages:
        # Asking for the ids would make SQLite insert row by row.
        work.session.execute(insert(_TABLE), [_values(work, message) for message in messages])


def finish(
    work: Work, row_id: int, state: IntakeState, *, reason: str = "", notes: Json = None
) -> None:
    """Record what became of a message; `reason` is shown to the operator."""
    work.session.execute(
        update(IntakeRow)
        .where(IntakeRow.id == row_id)
        .values(state=state, reason=reason[:2000], notes=notes, finished_at=work.now)
        .execution_options(synchronize_session=False)
    )


def finish_many(
    work: Work, row_ids: Sequence[int], state: IntakeState, *, reason: str = ""
) -> None:
    """Record with one statement that the same became of many messages."""
    if not row_ids:
        return
    work.session.execute(
        update(IntakeRow)
        .where(IntakeRow.id.in_(row_ids))
        .values(state=state, reason=reason[:2000], finished_at=work.now)
        .execution_options(synchronize_session=False)
    )


def _values(work: Work, message: Message) -> dict[str, object]:
    return {
        "door": message.door,
        "kind": message.kind,
        "source_id": message.source_id,
        "received_at": message.received_at or work.now,
        "address": message.address,
        "headers": {
            name: message.headers[name] for name in KEPT_HEADERS if name in message.headers
        },
        "body": message.body,
        "size": len(message.body),
        "sha256": hashlib.sha256(message.body).hexdigest(),
        "state": IntakeState.RECEIVED,
        "reason": "",
        "notes": None,
    }
