"""What happens to the tasks of a ticket."""

from dataclasses import dataclass
from typing import ClassVar

from itsm.desk.events import TicketEvent
from itsm.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEvent(TicketEvent):
    """Something happened to a task; `task` is its title."""

    task_id: int
    task: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAdded(TaskEvent):
    """A task was put on the ticket."""

    name: ClassVar[str] = "task.added"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskChanged(TaskEvent):
    """A task was changed; `changed` names what of it."""

    name: ClassVar[str] = "task.changed"

    changed: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDone(TaskEvent):
    """A task was done."""

    name: ClassVar[str] = "task.done"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReopened(TaskEvent):
    """A task that counted as done is to be done again."""

    name: ClassVar[str] = "task.reopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRemoved(TaskEvent):
    """A task was taken away."""

    name: ClassVar[str] = "task.removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskGiven(TicketEvent):
    """A task was given to a person."""

    name: ClassVar[str] = "task.given"

    task_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReminded(TicketEvent):
    """The time came at which the owner of a task is to be told that it falls due."""

    name: ClassVar[str] = "task.reminded"

    task_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFeedRenewed(Event):
    """A person has a new secret address for their tasks, the one before it is good for nothing."""

    name: ClassVar[str] = "task_feed.renewed"
    about: ClassVar[str] = "person"

    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFeedClosed(Event):
    """A person's address for their tasks is good for nothing any more."""

    name: ClassVar[str] = "task_feed.closed"
    about: ClassVar[str] = "person"

    person_id: int
