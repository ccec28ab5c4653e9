"""The single times of an event that repeats, as RFC 5545 has it, within bounds. Pure.

Files come from strangers. What repeats within a day is refused, and so is what reaches back too
far, since each day of a rule from its beginning on is looked at.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Event

from itsm.oncall import repeat_rule
from itsm.oncall.repeat_rule import Unbearable
from itsm.oncall.rota import instant

AHEAD = timedelta(days=350)
BACK = timedelta(days=3660)
MOST_DATES = 400
Times = tuple[datetime, datetime]


@dataclass(frozen=True)
class Wall:
    """Where an event keeps its time: its own zone, or else that of the schedule."""

    zone: tzinfo

    def naive(self, value: date) -> datetime:
        """Return a date or time of a file as wall time to the minute."""
        if not isinstance(value, datetime):
            return datetime.combine(value, time())
        if value.tzinfo is not None:
            value = value.astimezone(self.zone).replace(tzinfo=None)
        return value.replace(second=0, microsecond=0, fold=0)

    def instant(self, wall: datetime) -> datetime:
        """Return the instant at which these clocks show a wall time."""
        if isinstance(self.zone, ZoneInfo):
            return instant(wall, self.zone)
        return wall.replace(tzinfo=self.zone).astimezone(UTC)


def repeats(event: Event) -> bool:
    """Tell whether an event stands for more than one time."""
    return "rrule" in event or "rdate" in event


def times(event: Event, zone: ZoneInfo, now: datetime, changed: Sequence[date] = ()) -> list[Times]:
    """Return when an event that repeats begins and ends, from now on and 350 days ahead.

    `changed` are the original beginnings that other events of the file stand in for. Its hours are
    wall time, so that a shift until 08:00 ends at 08:00 whatever the clocks do. Raises Unbearable.
    """
    wall = Wall(_zone(event.start, zone))
    first = wall.naive(event.start)
    if wall.instant(first) < now - BACK:
        raise Unbearable("it began more than ten years ago: export what is ahead alone")
    last = wall.naive(now + AHEAD)
    begins = {first, *_by_rule(event, wall, first, last), *_dates(event, "rdate", wall)}
    gone = _values(event, "exdate")
    days = {one for one in gone if not isinstance(one, datetime)}
    left_out = {wall.naive(one) for one in (*gone, *changed)}
    left = sorted(
        one
        for one in begins - left_out
        if one <= last and not (isinstance(event.start, datetime) and one.date() in days)
    )
    found = [_ended(event, wall, first, one) for one in left]
    ahead = [one for one in found if one[1] > now]
    if len(ahead) > MOST_DATES:
        raise Unbearable(f"it repeats more than {MOST_DATES} times within a year")
    if not ahead:
        raise Unbearable("none of its repetitions lies ahead")
    return ahead


def original(event: Event) -> date:
    """Return the beginning of the single time that an event stands in for. Raises Unbearable."""
    found = _raw(event, "recurrence-id")
    at = getattr(found, "dt", None)
    if "RANGE" in getattr(found, "params", {}):
        raise Unbearable("one of its changes is for all times that follow")
    if not isinstance(at, date):
        raise Unbearable("one of its changes does not say of which time")
    return at


def _raw(event: Event, name: str) -> Any:  # noqa: ANN401 - icalendar has thirty classes for it
    return event.get(name)


def _zone(start: date, zone: ZoneInfo) -> tzinfo:
    return start.tzinfo or zone if isinstance(start, datetime) else zone


def _ended(event: Event, wall: Wall, first: datetime, begin: datetime) -> Times:
    start = wall.instant(begin)
    length = _raw(event, "duration")
    if length is not None and length.dt % timedelta(days=1):
        return start, start + length.dt
    return start, wall.instant(begin + (wall.naive(event.end) - first))


def _by_rule(event: Event, wall: Wall, first: datetime, last: datetime) -> Iterator[datetime]:
    rule = _raw(event, "rrule")
    if rule is None:
        return iter(())
    if isinstance(rule, list):
        raise Unbearable("it has more than one rule by which it repeats")
    parts: dict[str, list[object]] = {
        str(name).upper(): list(values) for name, values in rule.items()
    }
    until = parts.pop("UNTIL", [last])[0]
    if not isinstance(until, date):
        raise Unbearable("its rule cannot be read")
    count = repeat_rule.at_least_one(parts, "COUNT", MOST_DATES * 10)
    stop = min(last, _end(until, wall))
    days = repeat_rule.rule(parts, first.date()).days(stop.date())
    begins = (datetime.combine(day, first.time()) for day in days)
    return (begin for begin in islice(begins, count) if begin <= stop)


def _end(until: date, wall: Wall) -> datetime:
    if isinstance(until, datetime):
        return wall.naive(until)
    return datetime.combine(until, time.max)


def _dates(event: Event, name: str, wall: Wall) -> set[datetime]:
    return {wall.naive(one) for one in _values(event, name)}


def _values(event: Event, name: str) -> list[date]:
    """Return the dates of a property that may stand several times, each with several of them."""
    lines = _raw(event, name) or []
    found = [one.dt for line in (lines if isinstance(lines, list) else [lines]) for one in line.dts]
    if len(found) > MOST_DATES:
        raise Unbearable(f"it names more than {MOST_DATES} dates")
    if any(isinstance(one, tuple) for one in found):
        raise Unbearable("it repeats by periods with ends of their own")
    return found
