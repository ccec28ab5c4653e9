"""What happens to tickets of any kind."""

from dataclasses import dataclass, field
from typing import ClassVar

from itsm.desk.models import LinkType, Visibility
from itsm.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketEvent(Event):
    """Something happened to a ticket."""

    about: ClassVar[str] = "ticket"

    ticket_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCommented(TicketEvent):
    """Somebody wrote a reply, or a note for colleagues; `mentioned` are people's ids."""

    name: ClassVar[str] = "ticket.commented"

    comment_id: int
    visibility: Visibility
    mentioned: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAttached(TicketEvent):
    """A file was put on the ticket."""

    name: ClassVar[str] = "ticket.attached"

    attachment_id: int
    file: str
    size: int
    visibility: Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketLinked(TicketEvent):
    """The ticket was related to another."""

    name: ClassVar[str] = "ticket.linked"

    type: LinkType
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketUnlinked(TicketEvent):
    """A relation to another ticket was taken away."""

    name: ClassVar[str] = "ticket.unlinked"

    type: LinkType
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatcherAdded(TicketEvent):
    """Somebody began to follow the ticket, and may read it from now on; `own` by themselves."""

    name: ClassVar[str] = "ticket.watched"

    person: str
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WatcherRemoved(TicketEvent):
    """Somebody stopped following the ticket."""

    name: ClassVar[str] = "ticket.unwatched"

    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMerged(TicketEvent):
    """Its conversation goes on in another ticket."""

    name: ClassVar[str] = "ticket.merged"

    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketTookIn(TicketEvent):
    """Another ticket was merged into it."""

    name: ClassVar[str] = "ticket.took_in"

    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketUnmerged(TicketEvent):
    """A merge was taken back; `other` is the ticket that it was one with."""

    name: ClassVar[str] = "ticket.unmerged"

    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketSplit(TicketEvent):
    """One of its messages became a ticket of its own."""

    name: ClassVar[str] = "ticket.split"

    comment_id: int
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketEchoed(TicketEvent):
    """A public update of the ticket that it is a duplicate of was written here as well.

    `first` where this is the one by which its requester is told.
    """

    name: ClassVar[str] = "ticket.echoed"

    comment_id: int
    first: bool
