"""What happens to configuration items."""

from dataclasses import dataclass
from typing import ClassVar

from itsm.kernel.events import Event, Json


@dataclass(frozen=True, slots=True, kw_only=True)
class CiEvent(Event):
    """Something happened to a CI."""

    about: ClassVar[str] = "ci"
    ci_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CiCreated(CiEvent):
    """A CI was entered."""

    name: ClassVar[str] = "ci.created"
    number: str
    title: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CiChanged(CiEvent):
    """Properties of a CI were changed; `before` and `after` hold those alone."""

    name: ClassVar[str] = "ci.changed"
    before: dict[str, Json]
    after: dict[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class CiNameAdded(CiEvent):
    """A CI answers to one name more."""

    name: ClassVar[str] = "ci.name_added"
    kind: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CiNameRemoved(CiEvent):
    """A CI no longer answers to a name."""

    name: ClassVar[str] = "ci.name_removed"
    kind: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CiRelated(CiEvent):
    """A CI was found to need another."""

    name: ClassVar[str] = "ci.related"
    type: str
    target_id: int
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CiUnrelated(CiEvent):
    """A CI no longer needs another."""

    name: ClassVar[str] = "ci.unrelated"
    type: str
    target_id: int
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CisImported(Event):
    """A table of CIs was read in."""

    name: ClassVar[str] = "ci.imported"
    about: ClassVar[str] = "import"
    import_id: int
    created: int
    updated: int
    unchanged: int
    rejected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCiLinked(Event):
    """A ticket was found to be about a CI."""

    name: ClassVar[str] = "ticket.ci_linked"
    about: ClassVar[str] = "ticket"
    ticket_id: int
    ci_id: int
    ci: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCiUnlinked(Event):
    """A ticket was found not to be about a CI."""

    name: ClassVar[str] = "ticket.ci_unlinked"
    about: ClassVar[str] = "ticket"
    ticket_id: int
    ci_id: int
    ci: str
    title: str
