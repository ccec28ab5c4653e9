"""What happens to incidents."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from itsm.desk.events import TicketEvent
from itsm.desk.models import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOpened(TicketEvent):
    """An incident was reported."""

    name: ClassVar[str] = "incident.opened"

    number: str
    title: str
    priority: int
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentStarted(TicketEvent):
    """Work on it began."""

    name: ClassVar[str] = "incident.started"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentAcknowledged(TicketEvent):
    """Somebody who was told of it said: I have it."""

    name: ClassVar[str] = "incident.acknowledged"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPaused(TicketEvent):
    """Work on it has to wait."""

    name: ClassVar[str] = "incident.paused"

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentResumed(TicketEvent):
    """The waiting is over."""

    name: ClassVar[str] = "incident.resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentResolved(TicketEvent):
    """The interruption is over; `by_source` when monitoring saw that, and nobody else.

    `silence_until` where a person wants its alerts to be quiet until they recover, or until then;
    `quiet` where its requester hears of it by another of theirs.
    """

    name: ClassVar[str] = "incident.resolved"

    by_source: bool
    code: str
    resolution: str
    silence_until: datetime | None = None
    quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentReopened(TicketEvent):
    """It was resolved, and is not."""

    name: ClassVar[str] = "incident.reopened"

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentClosed(TicketEvent):
    """It is over for good."""

    name: ClassVar[str] = "incident.closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentCancelled(TicketEvent):
    """It was none, or is dealt with elsewhere."""

    name: ClassVar[str] = "incident.cancelled"

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentGraver(TicketEvent):
    """Monitoring reports that it is worse than thought; its priority rose if it could."""

    name: ClassVar[str] = "incident.graver"

    severity: str
    before: int
    after: int
