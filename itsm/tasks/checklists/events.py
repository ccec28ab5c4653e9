"""What happens to checklists."""

from dataclasses import dataclass
from typing import ClassVar

from itsm.desk.events import TicketEvent
from itsm.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistEvent(Event):
    """Something happened to a checklist."""

    about: ClassVar[str] = "checklist"

    checklist_id: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistSaved(ChecklistEvent):
    """A checklist was made or changed."""

    name: ClassVar[str] = "checklist.saved"

    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistRetired(ChecklistEvent):
    """A checklist is no longer offered."""

    name: ClassVar[str] = "checklist.retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistOffered(ChecklistEvent):
    """A retired checklist is offered again."""

    name: ClassVar[str] = "checklist.offered"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistApplied(TicketEvent):
    """The steps of a checklist became tasks of a ticket."""

    name: ClassVar[str] = "checklist.applied"

    checklist_id: int
    checklist: str
