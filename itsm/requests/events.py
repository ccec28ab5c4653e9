"""What happens to service requests."""

from dataclasses import dataclass
from typing import ClassVar

from itsm.desk.events import TicketEvent
from itsm.desk.models import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestOpened(TicketEvent):
    """Somebody asked for something."""

    name: ClassVar[str] = "request.opened"

    number: str
    title: str
    priority: int
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestStarted(TicketEvent):
    """Work on it began."""

    name: ClassVar[str] = "request.started"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPaused(TicketEvent):
    """Work on it has to wait."""

    name: ClassVar[str] = "request.paused"

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestResumed(TicketEvent):
    """The waiting is over."""

    name: ClassVar[str] = "request.resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFulfilled(TicketEvent):
    """Its requester has what they asked for."""

    name: ClassVar[str] = "request.fulfilled"

    code: str
    resolution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestReopened(TicketEvent):
    """It was held for fulfilled, and is not."""

    name: ClassVar[str] = "request.reopened"

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestClosed(TicketEvent):
    """It is over for good."""

    name: ClassVar[str] = "request.closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRejected(TicketEvent):
    """Its requester does not get it."""

    name: ClassVar[str] = "request.rejected"

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCancelled(TicketEvent):
    """Nobody wants it any more, or it is dealt with elsewhere."""

    name: ClassVar[str] = "request.cancelled"

    reason: str
