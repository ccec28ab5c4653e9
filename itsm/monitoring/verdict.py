"""What one signal does to one alert: the rules of ordering, reopening and severity. Pure.

Where the source gives times they decide: a fire not later than the recovery that is known, and a
recovery older than the last fire, change nothing. Where it gives none, the order of arrival does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from itsm.monitoring.flapping import FLIPS
from itsm.monitoring.models import Change, Why
from itsm.monitoring.signal import Action, Severity
from itsm.monitoring.states import ACTIVE, LOUD, State

TOMBSTONE = timedelta(minutes=10)
REOPEN_WINDOW = timedelta(hours=24)


class Outcome(StrEnum):
    """What a message did to an alert, as the sender is told."""

    OPENED = "opened"
    UPDATED = "updated"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    SUPPRESSED = "suppressed"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Standing:
    """An alert as far as a verdict needs it.

    Count 0 marks a key of which nothing fired yet; `changed_at` is then the present if nothing at
    all was heard of it before. `quiet` names what keeps it quiet, or would if it fired; `flips`
    counts how often it opened or ended of late; `calm` tells, while it flaps, that its source's
    last word is that it is over.
    """

    state: State
    severity: Severity
    count: int
    changed_at: datetime
    source_at: datetime | None
    quiet: frozenset[Why] = frozenset()
    flips: int = 0
    flapping: bool = False
    calm: bool = False
    overtaken: bool = False
    """A later message has spoken of it already: what is heard is read again, after its time."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A signal as far as a verdict needs it: what, how bad, when by the source and by us."""

    action: Action
    severity: Severity
    source_at: datetime | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows: a step of the alert's life, a row of its history, a count, a new alert."""

    outcome: Outcome
    step: str = ""
    change: Change | None = None
    severity: Severity | None = None
    source_at: datetime | None = None
    counts: bool = False
    anew: bool = False
    """The old alert is history: close it first, and open another under the same key."""
    flapping: bool | None = None
    """Whether it flaps from now on; None leaves that as it is, and `calm` likewise."""
    calm: bool | None = None


def judge(known: Standing, heard: Heard) -> Verdict:
    """Return what `heard` does to the alert that is `known`."""
    if known.overtaken and heard.source_at is None:
        return Verdict(Outcome.IGNORED, change=Change.STALE, source_at=known.source_at)
    if heard.action is Action.FIRE:
        return _fire(known, heard)
    if heard.action is Action.RESOLVE:
        return _resolve(known, heard)
    return _TIMELESS[heard.action](known)


def _fire(known: Standing, heard: Heard) -> Verdict:
    if known.state in ACTIVE:
        return _flare(known, heard) if known.calm else _fire_again(known, heard)
    if _predates_recovery(known, heard):
        return Verdict(Outcome.IGNORED, change=Change.STALE, source_at=known.source_at)
    anew = known.count > 0 and heard.now - known.changed_at > REOPEN_WINDOW
    opens = anew or known.count == 0
    outcome = Outcome.OPENED if opens else Outcome.REOPENED
    return Verdict(
        Outcome.SUPPRESSED if known.quiet else outcome,
        step="reopen quietly" if known.quiet else "reopen",
        change=Change.OPENED if opens else Change.REOPENED,
        severity=heard.severity,
        source_at=heard.source_at,
        counts=True,
        anew=anew,
        flapping=True if not opens and known.flips + 1 >= FLIPS else None,
    )


def _fire_again(known: Standing, heard: Heard) -> Verdict:
    latest = _latest(known.source_at, heard.source_at)
    late = (
        heard.source_at is not None
        and known.source_at is not None
        and (heard.source_at < known.source_at)
    )
    suppressed = known.state is State.SUPPRESSED
    outcome = Outcome.SUPPRESSED if suppressed else Outcome.UPDATED
    if late or heard.severity is known.severity:
        return Verdict(outcome, source_at=latest, counts=True)
    rises = heard.severity.rank > known.severity.rank
    return Verdict(
        outcome,
        step="rise" if rises and not suppressed else "",
        change=Change.ROSE if rises else Change.FELL,
        severity=heard.severity,
        source_at=latest,
        counts=True,
    )


def _resolve(known: Standing, heard: Heard) -> Verdict:
    if known.count == 0:
        latest = _latest(known.source_at, heard.source_at)
        news = Change.EARLY if known.changed_at == heard.now else None
        return Verdict(Outcome.IGNORED, change=news, source_at=latest)
    if known.state not in ACTIVE | {State.EXPIRED}:
        return Verdict(Outcome.IGNORED, source_at=_latest(known.source_at, heard.source_at))
    if heard.source_at and known.source_at and heard.source_at < known.source_at:
        return Verdict(Outcome.IGNORED, change=Change.STALE, source_at=known.source_at)
    if known.flapping or known.flips + 1 >= FLIPS:
        return _calm(known, heard)
    return Verdict(Outcome.RESOLVED, "resolve", Change.RESOLVED, source_at=heard.source_at)


def _calm(known: Standing, heard: Heard) -> Verdict:
    """Take note of a recovery that is not believed: it flaps."""
    if known.calm:
        return Verdict(Outcome.IGNORED, source_at=_latest(known.source_at, heard.source_at))
    return Verdict(
        Outcome.IGNORED,
        change=Change.WAVERED if known.flapping else Change.FLAPPING,
        source_at=heard.source_at,
        flapping=True,
        calm=True,
    )


def _flare(known: Standing, heard: Heard) -> Verdict:
    """Let one that flaps and was said to be over fire again; nobody is told unless it is worse."""
    if _is_older(known, heard):
        return Verdict(Outcome.IGNORED, change=Change.STALE, source_at=known.source_at)
    verdict = _fire_again(known, heard)
    return replace(verdict, change=verdict.change or Change.WAVERED, flapping=True, calm=False)


def _flap(known: Standing) -> Verdict:
    if known.state not in ACTIVE or known.flapping:
        return Verdict(Outcome.IGNORED, source_at=known.source_at)
    return Verdict(
        Outcome.UPDATED, change=Change.FLAPPING, source_at=known.source_at, flapping=True
    )


def steady(known: Standing) -> Verdict:
    """Return what follows when it flaps no more: the last word of its source holds."""
    if not known.flapping:
        return Verdict(Outcome.IGNORED, source_at=known.source_at)
    if known.calm:
        change = Change.RESOLVED
        return Verdict(Outcome.RESOLVED, "resolve", change, None, known.source_at, flapping=False)
    change = Change.STEADY
    return Verdict(Outcome.UPDATED, "", change, None, known.source_at, flapping=False)


def _acknowledge(known: Standing) -> Verdict:
    if known.state is not State.OPEN:
        return Verdict(Outcome.IGNORED, source_at=known.source_at)
    change = Change.ACKNOWLEDGED
    return Verdict(Outcome.ACKNOWLEDGED, "acknowledge", change, source_at=known.source_at)


def _suppress(known: Standing) -> Verdict:
    """Have it be quiet from now on; before it fires, so that it will be from the start."""
    if known.state in LOUD:
        change = Change.SUPPRESSED
        return Verdict(Outcome.SUPPRESSED, "suppress", change, source_at=known.source_at)
    return Verdict(Outcome.SUPPRESSED, source_at=known.source_at)


def _release(known: Standing) -> Verdict:
    """Its source's downtime is over; whatever else keeps it quiet goes on doing so."""
    if known.state is not State.SUPPRESSED or known.quiet - {Why.DOWNTIME}:
        return Verdict(Outcome.IGNORED, source_at=known.source_at)
    return Verdict(Outcome.UPDATED, "release", Change.RELEASED, source_at=known.source_at)


def _predates_recovery(known: Standing, heard: Heard) -> bool:
    """Tell whether a fire is older than the recovery that ended, or forestalled, its alert.

    That holds for ten minutes: whatever still fires after them is better opened than missed.
    """
    return known.state is State.RESOLVED and _is_older(known, heard)


def _is_older(known: Standing, heard: Heard) -> bool:
    if known.source_at is None or heard.source_at is None:
        return False
    return heard.source_at <= known.source_at and heard.now - known.changed_at <= TOMBSTONE


def _latest(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(one, other) if one and other else one or other


_TIMELESS: Mapping[Action, Callable[[Standing], Verdict]] = {
    Action.ACKNOWLEDGE: _acknowledge,
    Action.SUPPRESS: _suppress,
    Action.RELEASE: _release,
    Action.FLAP: _flap,
    Action.STEADY: steady,
}
