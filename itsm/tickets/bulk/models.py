"""Tables of batches: what was asked, and what became of each ticket."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from itsm.kernel.events import Json
from itsm.platform.database import Id, Model, stored


class Progress(StrEnum):
    """Where a batch stands."""

    RUNNING = "running"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


class Outcome(StrEnum):
    """What became of one ticket of a batch."""

    WAITING = "waiting"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    UNDONE = "undone"
    # The batch was taken back, but somebody had changed this one since.
    SKIPPED = "skipped"


class Batch(Model):
    """One change that somebody made to many incidents; `change` holds its input."""

    __tablename__ = "bulk_batch"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    change: Mapped[Json] = mapped_column(JSON)
    summary: Mapped[str] = mapped_column(String(400))
    progress: Mapped[Progress] = mapped_column(stored(Progress))
    total: Mapped[int]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Item(Model):
    """One ticket of a batch, with what changed of it: values by property, before and after."""

    __tablename__ = "bulk_item"
    __table_args__ = (Index("ix_bulk_item_batch", "batch_id", "outcome", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("bulk_batch.id"))
    number: Mapped[str] = mapped_column(String(24))
    outcome: Mapped[Outcome] = mapped_column(stored(Outcome))
    reason: Mapped[str] = mapped_column(String(400), default="")
    before: Mapped[Json] = mapped_column(JSON, default=dict)
    after: Mapped[Json] = mapped_column(JSON, default=dict)
