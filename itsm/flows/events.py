"""What joins two domains, as events about the ticket, so that its timeline tells it."""

from dataclasses import dataclass
from typing import ClassVar

from itsm.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertEventOnTicket(Event):
    """Base of the events about one alert of a ticket."""

    about: ClassVar[str] = "ticket"
    ticket_id: int
    alert_id: int
    title: str
    severity: str
    source: str
    host: str


class AlertAttached(AlertEventOnTicket):
    """An alert stands behind the ticket from now on."""

    name = "ticket.alert_attached"


class AlertWorse(AlertEventOnTicket):
    """An alert of the ticket became worse."""

    name = "ticket.alert_worse"


class AlertBack(AlertEventOnTicket):
    """An alert of the ticket that was over fires again."""

    name = "ticket.alert_back"


class AlertRecovered(AlertEventOnTicket):
    """The source says that an alert of the ticket is over."""

    name = "ticket.alert_recovered"


class AlertFlaps(AlertEventOnTicket):
    """An alert of the ticket opens and ends so often that its recoveries are not believed."""

    name = "ticket.alert_flaps"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertUnheardOf(AlertEventOnTicket):
    """Nothing was heard of an alert of the ticket for so long that it counts as over."""

    name: ClassVar[str] = "ticket.alert_unheard_of"
    minutes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSuppressed(AlertEventOnTicket):
    """An alert of the ticket is kept quiet from now on."""

    name: ClassVar[str] = "ticket.alert_suppressed"
    reason: str


class AlertReleased(AlertEventOnTicket):
    """Nothing keeps an alert of the ticket quiet any more, and it still fires."""

    name = "ticket.alert_released"


@dataclass(frozen=True, slots=True, kw_only=True)
class NobodyPaged(Event):
    """An incident opened and no escalation policy is set up, so nobody was told."""

    name: ClassVar[str] = "ticket.nobody_paged"
    about: ClassVar[str] = "ticket"
    ticket_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StillFiring(Event):
    """A person resolved the ticket, and its alerts still fired when the wait was over."""

    name: ClassVar[str] = "ticket.still_firing"
    about: ClassVar[str] = "ticket"
    ticket_id: int
    alerts: int
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DependentQuiet(Event):
    """An alert of what depends on the ticket's CI is kept quiet; `last` of those that are told."""

    name: ClassVar[str] = "ticket.dependent_quiet"
    about: ClassVar[str] = "ticket"
    ticket_id: int
    title: str
    host: str
    last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StormBegan(Event):
    """The ticket stands for all that a source says, after it opened so many incidents."""

    name: ClassVar[str] = "ticket.storm_began"
    about: ClassVar[str] = "ticket"
    ticket_id: int
    source: str
    incidents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StormSpread(Event):
    """The storm has reached services that it had not hit before."""

    name: ClassVar[str] = "ticket.storm_spread"
    about: ClassVar[str] = "ticket"
    ticket_id: int
    services: str
    host: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StormOver(Event):
    """The storm's source has said nothing new for a while: its alerts open incidents again."""

    name: ClassVar[str] = "ticket.storm_over"
    about: ClassVar[str] = "ticket"
    ticket_id: int
    alerts: int
    hosts: int
