"""What happens to batches; each incident has events of its own besides."""

from dataclasses import dataclass
from typing import ClassVar

from itsm.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchEvent(Event):
    """Something happened to a batch."""

    about: ClassVar[str] = "batch"

    batch_id: int
    incidents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchBegun(BatchEvent):
    """Somebody began to change many incidents."""

    name: ClassVar[str] = "batch.begun"

    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchUndone(BatchEvent):
    """It was taken back, but for those `incidents` that somebody had changed since."""

    name: ClassVar[str] = "batch.undone"
