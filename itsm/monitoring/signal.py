"""What every kind of monitoring message becomes: one Signal for each alert it speaks of.

A kind only reads. What a signal does to an alert (open, count, resolve, ignore) is decided in
`service.receive`, the same for every kind, for SNMP traps and for tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from itsm.kernel.events import Json


class Action(StrEnum):
    """What the source says of the thing it watches."""

    FIRE = "fire"
    RESOLVE = "resolve"
    ACKNOWLEDGE = "acknowledge"
    SUPPRESS = "suppress"
    """A downtime at the source covers it from now on; it may go on firing."""
    RELEASE = "release"
    """That downtime is over."""
    FLAP = "flap"
    """The source itself calls it flapping from now on."""
    STEADY = "steady"
    """The source says that it flaps no more."""


class Severity(StrEnum):
    """How bad the source says it is; the five levels of the alert API."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """5 for critical down to 1 for info; higher is worse."""
        return _RANKS[self]


_RANKS = {severity: 5 - place for place, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One statement of a source about one thing.

    `source_key` names the thing at its source and stays the same from fire to recovery; it never
    holds a severity, a value, a time or the id of one run. Texts may have any length and hold any
    character: they are cleaned and clipped where they are stored. Times are aware, and are the
    source's own; None means that the source gave none, and then the order of arrival counts.
    """

    action: Action
    source_key: str
    title: str
    index: int = 0
    """Place of the alert in its message, from 0."""
    severity: Severity | None = None
    """The level, where the kind knows it; None leaves it to `severity_word`."""
    severity_word: str = ""
    """The source's own word, which the integration maps; empty or unknown means its default."""
    body: str = ""
    hosts: tuple[str, ...] = ()
    """Names or addresses of the thing, best first; the first that is a known CI wins."""
    check: str = ""
    """Service, check or rule name at the source."""
    labels: Mapping[str, str] = field(default_factory=dict)
    starts_at: datetime | None = None
    """When the present trouble began (a fire), by the source's clock."""
    ended_at: datetime | None = None
    """When it ended (a resolve), by the source's clock."""
    url: str = ""


class Source(Protocol):
    """What is read of an integration while one of its messages is taken in.

    The row itself fits, and so does `queries.Admitted`, which costs a fraction of it.
    """

    @property
    def id(self) -> int:
        """Its id."""
        ...

    @property
    def kind(self) -> str:
        """Its kind's name."""
        ...

    @property
    def name(self) -> str:
        """As people call it."""
        ...

    @property
    def default_severity(self) -> Severity:
        """The level where the source gives none."""
        ...

    @property
    def severity_map(self) -> Json:
        """The source's own severity words."""
        ...

    @property
    def mapping(self) -> Json:
        """Where the parts of an alert stand, None for the obvious names."""
        ...

    @property
    def verify_signature(self) -> bool:
        """Whether only messages count whose signature fits."""
        ...

    @property
    def rate_per_minute(self) -> int:
        """How many messages it may send in a minute."""
        ...

    @property
    def stale_after(self) -> int | None:
        """Minutes without news after which its alerts count as over, None for never."""
        ...

    @property
    def burst(self) -> int:
        """How many of them at once."""
        ...


@dataclass(frozen=True, slots=True)
class Reject:
    """One member of a message that could not be understood; the others still count."""

    index: int
    field: str
    """Path of the offending field, such as `alerts[3].labels`; empty for the whole member."""
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a kind found in one message.

    Signals and rejects together may be empty: then the message was understood and asks for
    nothing (a handshake, a test, a change event), and `notes` say what it was.
    """

    signals: tuple[Signal, ...] = ()
    rejects: tuple[Reject, ...] = ()
    notes: tuple[str, ...] = ()
    handshake: str = ""
    """An address of the source to be fetched, once this is stored, for it to begin sending."""
