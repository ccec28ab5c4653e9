"""What happens to the ways in which people can be reached."""

from dataclasses import dataclass
from typing import ClassVar

from itsm.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactAdded(Event):
    """A person can be reached in one more way."""

    name: ClassVar[str] = "contact.added"
    about: ClassVar[str] = "person"
    person_id: int
    contact_id: int
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRemoved(Event):
    """A person can no longer be reached in one way."""

    name: ClassVar[str] = "contact.removed"
    about: ClassVar[str] = "person"
    person_id: int
    contact_id: int
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactGone(Event):
    """Nothing can arrive at a contact any more; its person is reached in other ways."""

    name: ClassVar[str] = "contact.gone"
    about: ClassVar[str] = "person"
    person_id: int
    contact_id: int
    channel: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PushKeyMade(Event):
    """The instance has a key by which push services know it."""

    name: ClassVar[str] = "provider.push_key_made"
    about: ClassVar[str] = "provider"
    provider_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAdded(Event):
    """A page uses a contact so many minutes after it began."""

    name: ClassVar[str] = "contact.rule_added"
    about: ClassVar[str] = "person"
    person_id: int
    contact_id: int
    delay_min: int
    important: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRemoved(Event):
    """A page no longer uses a contact at that time."""

    name: ClassVar[str] = "contact.rule_removed"
    about: ClassVar[str] = "person"
    person_id: int
    contact_id: int
    delay_min: int
    important: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHoursChanged(Event):
    """A person has other quiet hours, as HH:MM, or none."""

    name: ClassVar[str] = "contact.quiet_hours_changed"
    about: ClassVar[str] = "person"
    person_id: int
    starts: str
    ends: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactTested(Event):
    """A test message came to this."""

    name: ClassVar[str] = "contact.tested"
    about: ClassVar[str] = "person"
    person_id: int
    contact_id: int
    state: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSet(Event):
    """The instance uses another account at a provider."""

    name: ClassVar[str] = "provider.set"
    about: ClassVar[str] = "provider"
    provider_id: int
    provider: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderForgotten(Event):
    """The instance has no account at a provider any more."""

    name: ClassVar[str] = "provider.forgotten"
    about: ClassVar[str] = "provider"
    provider_id: int
    provider: str
