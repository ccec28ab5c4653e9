"""What an administrator does to the machinery: putting parked jobs back to be done."""

from dataclasses import dataclass
from typing import ClassVar

from itsm.kernel.access import Permission
from itsm.kernel.events import Event
from itsm.kernel.work import Work
from itsm.platform import outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class JobReplayed(Event):
    """A parked job was put back to be done."""

    name: ClassVar[str] = "outbox.replayed"
    about: ClassVar[str] = "outbox"
    outbox_id: int


def replay(work: Work, job_id: int) -> None:
    """Have a parked job done again now. Emits JobReplayed.

    Raises Denied without outbox:replay, NotFound if no such job is parked.
    """
    work.must(Permission.OUTBOX_REPLAY)
    outbox.replay(work, job_id)
    work.emit(JobReplayed(outbox_id=job_id))
