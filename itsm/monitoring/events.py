"""What happens in monitoring. The alerts of one message that fare alike share one event."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from itsm.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertsChanged(Event):
    """Base of the events about alerts of one integration, all changed alike by one message.

    `reason` says why, where there is more to say than the name of the event.
    """

    about: ClassVar[str] = "integration"
    integration_id: int
    alert_ids: tuple[int, ...]
    at: datetime
    reason: str = ""


class AlertsOpened(AlertsChanged):
    """Trouble that was not known; nothing stands behind these alerts yet."""

    name = "alert.opened"


class AlertsReopened(AlertsChanged):
    """Alerts that were over fire again within the reopening window; their incident may be old."""

    name = "alert.reopened"


class AlertsRose(AlertsChanged):
    """Alerts that still fire became worse; an acknowledgement does not hold any more."""

    name = "alert.rose"


class AlertsFell(AlertsChanged):
    """Alerts that still fire became less bad."""

    name = "alert.fell"


class AlertsResolved(AlertsChanged):
    """The source says that these are over."""

    name = "alert.resolved"


class AlertsExpired(AlertsChanged):
    """Nothing was heard of these for so long that they count as over."""

    name = "alert.expired"


class AlertsAcknowledged(AlertsChanged):
    """A person, or the source on a person's behalf, has taken these."""

    name = "alert.acknowledged"


class AlertsLapsed(AlertsChanged):
    """The acknowledgement does not hold any more: these are open again."""

    name = "alert.lapsed"


class AlertsGivenBack(AlertsChanged):
    """The source took its acknowledgement back: somebody else has to be found."""

    name = "alert.given_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertsNoted(AlertsChanged):
    """Somebody left a note on these at the source."""

    name: ClassVar[str] = "alert.noted"
    note: str


class AlertsSuppressed(AlertsChanged):
    """These still fire, and nobody is to be told: a downtime, a maintenance, a silence."""

    name = "alert.suppressed"


class AlertsReleased(AlertsChanged):
    """Nothing keeps these quiet any more, and they still fire."""

    name = "alert.released"


class AlertsFlapping(AlertsChanged):
    """These open and end so often that their recoveries are not believed for now."""

    name = "alert.flapping"


class AlertsSteady(AlertsChanged):
    """These flap no more, and fire."""

    name = "alert.steady"


class AlertsMapped(AlertsChanged):
    """A name was given to a CI, and these alerts, which bear it, are now that CI's."""

    name = "alert.mapped"


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationAdded(Event):
    """A monitoring system may post from now on."""

    name: ClassVar[str] = "integration.added"
    about: ClassVar[str] = "integration"
    integration_id: int
    kind: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationEdited(Event):
    """How an integration is read was changed; `changed` names the fields."""

    name: ClassVar[str] = "integration.edited"
    about: ClassVar[str] = "integration"
    integration_id: int
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationKeyRotated(Event):
    """An integration has a new key; the old one works until `previous_until`."""

    name: ClassVar[str] = "integration.key_rotated"
    about: ClassVar[str] = "integration"
    integration_id: int
    previous_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReplayed(Event):
    """A person had a kept message read again."""

    name: ClassVar[str] = "intake.replayed"
    about: ClassVar[str] = "intake"
    intake_id: int
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionAnswered(Event):
    """A source asked whether its messages are wanted here, and took our answer or refused it."""

    name: ClassVar[str] = "integration.subscription"
    about: ClassVar[str] = "integration"
    integration_id: int
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayAsked(Event):
    """A person had all messages read again that came over a limit; the oldest is named."""

    name: ClassVar[str] = "intake.replay_asked"
    about: ClassVar[str] = "intake"
    intake_id: int
    messages: int
