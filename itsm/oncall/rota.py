"""Who is on call, worked out on demand from wall-clock rules.

Nothing here touches a database. A rota is a zone, layers, overrides and what stands in for all
of it for a time; asked for an instant it names the people, asked for a range it gives the spans.
Hand-offs are kept in local wall time, so a shift from 09:00 to 09:00 lasts 23 or 25 hours when the
clocks change; turns of some hours alone count the hours that pass.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MONTHS = 12
EVERY_DAY = frozenset(range(7))


class Rhythm(StrEnum):
    """How often the pager changes hands."""

    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


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

    `first` is the wall time of the first hand-off; before it the layer is empty. A turn lasts
    `every` hours, days, weeks or months, at least 1. `zone` is where the layer keeps its time, by
    default that of its rota. Who is absent is skipped: the next member covers.
    """

    members: tuple[int, ...]
    first: datetime
    rhythm: Rhythm = Rhythm.WEEKLY
    every: int = 1
    hours: Hours | None = None
    zone: ZoneInfo | None = None

    def hand_off(self, number: int, zone: ZoneInfo) -> datetime:
        """Return the instant at which turn `number` begins where the layer's time is `zone`'s.

        A month that is too short for the day of the first hand-off changes hands on its last.
        """
        match self.rhythm:
            case Rhythm.HOURLY:
                return instant(self.first, zone) + HOUR * self.every * number
            case Rhythm.MONTHLY:
                return instant(_months_later(self.first, self.every * number), zone)
        days = 7 if self.rhythm is Rhythm.WEEKLY else 1
        return instant(self.first + DAY * days * self.every * number, zone)


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
class Shift:
    """One person's time on call, between two UTC instants."""

    person: int
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Temporary:
    """Shifts that stand in for layers and overrides alike from `start` to `end`, both UTC."""

    start: datetime
    end: datetime
    shifts: tuple[Shift, ...]


@dataclass(frozen=True)
class Absence:
    """A time in which a person takes no turns, between two UTC instants."""

    person: int
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Rota:
    """Layers in the order in which they are asked, the first one that has somebody wins."""

    zone: ZoneInfo
    layers: tuple[Layer, ...]
    overrides: tuple[Override, ...] = ()
    temporaries: tuple[Temporary, ...] = ()
    absences: tuple[Absence, ...] = ()


@dataclass(frozen=True)
class Span:
    """The same people from `start` up to, not including, `end`, both UTC; none is a gap."""

    start: datetime
    end: datetime
    people: tuple[int, ...]


@dataclass(frozen=True)
class Overlap:
    """Layers limited to hours that have somebody at the same time, by number; the first wins."""

    start: datetime
    end: datetime
    layers: tuple[int, ...]


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
    for temporary in rota.temporaries:
        if temporary.start <= at < temporary.end:
            there = [one.person for one in temporary.shifts if one.start <= at < one.end]
            return tuple(dict.fromkeys(there))
    scheduled = (_holder(rota, layer, at) for layer in rota.layers)
    first = next((person for person in scheduled if person is not None), None)
    people = [] if first is None else [first]
    for override in rota.overrides:
        if override.start <= at < override.end:
            people = _changed(people, override)
    return tuple(people)


def spans(rota: Rota, since: datetime, until: datetime) -> list[Span]:
    """Return what `on_call` answers from `since` up to `until`: touching spans, gaps included."""
    joined: list[Span] = []
    for start, end in _pieces(rota, since, until):
        people = on_call(rota, start)
        if joined and joined[-1].people == people:
            joined[-1] = Span(joined[-1].start, end, people)
        else:
            joined.append(Span(start, end, people))
    return joined


def gaps(rota: Rota, since: datetime, until: datetime) -> list[Span]:
    """Return the spans between `since` and `until` in which nobody is on call."""
    return [span for span in spans(rota, since, until) if not span.people]


def shifts(drawn: Sequence[Span]) -> list[Shift]:
    """Return each person's unbroken times within touching spans, in the order of their ends."""
    over: list[Shift] = []
    running: dict[int, Shift] = {}
    for span in drawn:
        over += [running.pop(person) for person in list(running) if person not in span.people]
        for person in span.people:
            start = running[person].start if person in running else span.start
            running[person] = Shift(person, start, span.end)
    return [*over, *running.values()]


def never_asked(rota: Rota, since: datetime, until: datetime) -> tuple[int, ...]:
    """Return the numbers of the layers with members that come first at no instant."""
    first = {_first(rota, start) for start, _ in _pieces(rota, since, until)}
    return tuple(n for n, layer in enumerate(rota.layers) if layer.members and n not in first)


def _first(rota: Rota, at: datetime) -> int | None:
    held = (n for n, layer in enumerate(rota.layers) if _holder(rota, layer, at) is not None)
    return next(held, None)


def overlaps(rota: Rota, since: datetime, until: datetime) -> list[Overlap]:
    """Return when several layers that are limited to hours have somebody at once.

    A layer without hours is there for what the others leave open, so it overlaps with none.
    """
    limited = [(n, layer) for n, layer in enumerate(rota.layers) if layer.hours]
    found: list[Overlap] = []
    for start, end in _pieces(rota, since, until):
        held = tuple(n for n, layer in limited if _holder(rota, layer, start) is not None)
        if found and found[-1].end == start and found[-1].layers == held:
            found[-1] = Overlap(found[-1].start, end, held)
        elif len(held) > 1:
            found.append(Overlap(start, end, held))
    return found


def _pieces(rota: Rota, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the pieces between `since` and `until` within which nothing changes, both UTC."""
    # Python subtracts and compares wall times where two instants share a zone.
    since, until = since.astimezone(UTC), until.astimezone(UTC)
    inner = (cut for cut in _cuts(rota, since, until) if since < cut < until)
    return pairwise(sorted({since, until, *inner}))


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


def _holder(rota: Rota, layer: Layer, at: datetime) -> int | None:
    zone = layer.zone or rota.zone
    number = _turn_number(layer, zone, at)
    if number < 0 or not layer.members or not _within(layer.hours, zone, at):
        return None
    turn = number % len(layer.members)
    in_order = (*layer.members[turn:], *layer.members[:turn])
    return next((person for person in in_order if not _is_away(rota, person, at)), None)


def _is_away(rota: Rota, person: int, at: datetime) -> bool:
    return any(one.person == person and one.start <= at < one.end for one in rota.absences)


def _turn_number(layer: Layer, zone: ZoneInfo, at: datetime) -> int:
    """Return how many hand-offs lie behind `at`, the first one not counted; negative before it."""
    number = _turns_about(layer, zone, at)
    # Around a clock change the wall clock is up to a turn off from the hand-offs' instants.
    while layer.hand_off(number + 1, zone) <= at:
        number += 1
    while number >= 0 and layer.hand_off(number, zone) > at:
        number -= 1
    return number


def _turns_about(layer: Layer, zone: ZoneInfo, at: datetime) -> int:
    if layer.rhythm is Rhythm.HOURLY:
        return (at - instant(layer.first, zone)) // (HOUR * layer.every)
    wall = at.astimezone(zone).replace(tzinfo=None)
    if layer.rhythm is Rhythm.MONTHLY:
        months = (wall.year - layer.first.year) * MONTHS + wall.month - layer.first.month
        return months // layer.every
    days = 7 if layer.rhythm is Rhythm.WEEKLY else 1
    return (wall - layer.first) // (DAY * days * layer.every)


def _months_later(local: datetime, count: int) -> datetime:
    years, month = divmod(local.month - 1 + count, MONTHS)
    year = local.year + years
    last = monthrange(year, month + 1)[1]
    return local.replace(year=year, month=month + 1, day=min(local.day, last))


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
    shifts_instead = (shift for plan in rota.temporaries for shift in plan.shifts)
    lasting: Iterable[Override | Absence | Temporary | Shift] = (
        *rota.overrides,
        *rota.absences,
        *rota.temporaries,
        *shifts_instead,
    )
    for one in lasting:
        yield from (one.start, one.end)
    for layer in rota.layers:
        zone = layer.zone or rota.zone
        number = max(_turn_number(layer, zone, since), 0)
        while (cut := layer.hand_off(number, zone)) < until:
            yield cut
            number += 1
        if layer.hours:
            yield from _edges(layer.hours, zone, since, until)


def _edges(hours: Hours, zone: ZoneInfo, since: datetime, until: datetime) -> Iterator[datetime]:
    day = since.astimezone(zone).date() - DAY
    while day <= until.astimezone(zone).date():
        if day.weekday() in hours.days:
            yield from hours.on(day, zone)
        day += DAY
