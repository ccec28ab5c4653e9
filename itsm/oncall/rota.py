"""Who is on call, worked out on demand from wall-clock rules.

Nothing here touches a database. A rota is a zone, layers and overrides; asked for an
instant it names the people, asked for a range it gives the spans. Hand-offs are kept in
local wall time, so a shift from 09:00 to 09:00 lasts 23 or 25 hours when the clocks change.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
EVERY_DAY = frozenset(range(7))


class Rhythm(StrEnum):
    """How often the pager changes hands."""

    DAILY = "daily"
    WEEKLY = "weekly"


class Change(StrEnum):
    """What an override does to the people whom the layers name."""

    ADD = "add"
    REPLACE = "replace"
    REMOVE = "remove"


@dataclass(frozen=True)
class Hours:
    """The part of the week in which a layer counts: weekdays (Monday is 0) from start to end.

    An end that is not after the start lies on the following day, so 18:00 to 08:00 is a
    night, and equal times are a whole day.
    """

    start: time
    end: time
    days: frozenset[int] = EVERY_DAY

    def on(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return the UTC instants between which the hours of `day` run."""
        last = day if self.end > self.start else day + DAY
        return (
            instant(datetime.combine(day, self.start), zone),
            instant(datetime.combine(last, self.end), zone),
        )


@dataclass(frozen=True)
class Layer:
    """Members who take turns, one at a time.

    `first` is the local wall time of the first hand-off; before it the layer is empty.
    A turn lasts `every` days or weeks, at least 1.
    """

    members: tuple[int, ...]
    first: datetime
    rhythm: Rhythm = Rhythm.WEEKLY
    every: int = 1
    hours: Hours | None = None

    @property
    def turn(self) -> timedelta:
        """Return the length of a turn on the wall clock."""
        return DAY * self.every * (7 if self.rhythm is Rhythm.WEEKLY else 1)


@dataclass(frozen=True)
class Override:
    """A change to the people on call between two UTC instants, on top of every layer.

    `person` is added, is removed, or takes the place of `replaces` (of everybody when
    `replaces` is None).
    """

    change: Change
    start: datetime
    end: datetime
    person: int
    replaces: int | None = None


@dataclass(frozen=True)
class Rota:
    """Layers in the order in which they are asked, the first one that has somebody wins."""

    zone: ZoneInfo
    layers: tuple[Layer, ...]
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True)
class Span:
    """The same people from `start` up to, not including, `end`, both UTC; none is a gap."""

    start: datetime
    end: datetime
    people: tuple[int, ...]


def instant(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the UTC instant at which clocks in `zone` first show `local`, a naive wall time.

    A wall time that the spring change skips is the first instant after the skip; one that
    the autumn change repeats is its first occurrence.
    """
    first = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == local:
        return first
    return _end_of_skip(local.replace(tzinfo=zone, fold=1).astimezone(UTC), first, zone)


def _end_of_skip(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return when in (before, after] the offset of `zone` changes, to the second."""
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


def on_call(rota: Rota, at: datetime) -> tuple[int, ...]:
    """Return the people on call at `at` (aware), those whom the layers name first."""
    at = at.astimezone(UTC)
    scheduled = (_holder(layer, rota.zone, at) for layer in rota.layers)
    first = next((person for person in scheduled if person is not None), None)
    people = [] if first is None else [first]
    for override in rota.overrides:
        if override.start <= at < override.end:
            people = _changed(people, override)
    return tuple(people)


def spans(rota: Rota, since: datetime, until: datetime) -> list[Span]:
    """Return what `on_call` answers from `since` up to `until`: touching spans, gaps included."""
    # Python subtracts and compares wall times where two instants share a zone.
    since, until = since.astimezone(UTC), until.astimezone(UTC)
    inner = (cut for cut in _cuts(rota, since, until) if since < cut < until)
    cuts = sorted({since, until, *inner})
    joined: list[Span] = []
    for start, end in pairwise(cuts):
        people = on_call(rota, start)
        if joined and joined[-1].people == people:
            joined[-1] = Span(joined[-1].start, end, people)
        else:
            joined.append(Span(start, end, people))
    return joined


def gaps(rota: Rota, since: datetime, until: datetime) -> list[Span]:
    """Return the spans between `since` and `until` in which nobody is on call."""
    return [span for span in spans(rota, since, until) if not span.people]


def _changed(people: Sequence[int], override: Override) -> list[int]:
    person = override.person
    if override.change is Change.REMOVE:
        return [other for other in people if other != person]
    if override.change is Change.ADD:
        return [*(other for other in people if other != person), person]
    stay = [] if override.replaces is None else [p for p in people if p != override.replaces]
    if override.replaces is not None and len(stay) == len(people):
        return list(people)  # whoever was to be replaced is not on call at this instant
    return [*(other for other in stay if other != person), person]


def _holder(layer: Layer, zone: ZoneInfo, at: datetime) -> int | None:
    number = _turn_number(layer, zone, at)
    if number < 0 or not layer.members or not _within(layer.hours, zone, at):
        return None
    return layer.members[number % len(layer.members)]


def _turn_number(layer: Layer, zone: ZoneInfo, at: datetime) -> int:
    """Return how many hand-offs lie behind `at`, the first one not counted; negative before it."""
    wall = at.astimezone(zone).replace(tzinfo=None)
    number = (wall - layer.first) // layer.turn
    # Around a clock change the wall clock is up to a turn off from the hand-offs' instants.
    while instant(layer.first + layer.turn * (number + 1), zone) <= at:
        number += 1
    while number >= 0 and instant(layer.first + layer.turn * number, zone) > at:
        number -= 1
    return number


def _within(hours: Hours | None, zone: ZoneInfo, at: datetime) -> bool:
    if hours is None:
        return True
    today = at.astimezone(zone).date()
    for day in (today - DAY, today):
        start, end = hours.on(day, zone)
        if day.weekday() in hours.days and start <= at < end:
            return True
    return False


def _cuts(rota: Rota, since: datetime, until: datetime) -> Iterator[datetime]:
    """Yield every instant at which the answer of `on_call` may change."""
    for override in rota.overrides:
        yield from (override.start, override.end)
    for layer in rota.layers:
        number = max(_turn_number(layer, rota.zone, since), 0)
        while (cut := instant(layer.first + layer.turn * number, rota.zone)) < until:
            yield cut
            number += 1
        if layer.hours:
            yield from _edges(layer.hours, rota.zone, since, until)


def _edges(hours: Hours, zone: ZoneInfo, since: datetime, until: datetime) -> Iterator[datetime]:
    day = since.astimezone(zone).date() - DAY
    while day <= until.astimezone(zone).date():
        if day.weekday() in hours.days:
            yield from hours.on(day, zone)
        day += DAY
