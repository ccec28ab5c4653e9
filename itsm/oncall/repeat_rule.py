"""The days of a recurrence rule (RFC 5545), day by day between two ends. Pure.

Own code, since a rule that fits no day at all has the usual libraries look for one up to the year
9999. Here a rule costs one look at each day of its span, whatever stands in it.
"""

import re
from calendar import isleap, monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby

DAY = timedelta(days=1)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WEEKDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
MOST_VALUES = 400
NAMES = frozenset(
    {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTH", "BYMONTHDAY"}
    | {"BYYEARDAY", "BYSETPOS"}
)
Parts = Mapping[str, Sequence[object]]


class Unbearable(ValueError):
    """A repetition that is not followed; says why."""


class Often(StrEnum):
    """How often shifts repeat."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


@dataclass(frozen=True)
class Rule:
    """A rule whose parts are known and within bounds; each set that is empty allows all."""

    often: Often
    first: date
    every: int
    week_begins: int
    weekdays: frozenset[tuple[int, int]]
    months: frozenset[int]
    month_days: frozenset[int]
    year_days: frozenset[int]
    places: frozenset[int]

    def days(self, last: date) -> Iterator[date]:
        """Yield the days of the rule from its first one on, up to `last`."""
        for _, period in groupby(self._fitting(last), self._period):
            found = list(period)
            chosen = {place - 1 if place > 0 else len(found) + place for place in self.places}
            for n, day in enumerate(found):
                if (not chosen or n in chosen) and day >= self.first:
                    yield day

    def _fitting(self, last: date) -> Iterator[date]:
        # From the beginning of the period, so that places are counted from there.
        day = self._beginning()
        origin = self._period(self.first)
        while day <= last:
            if (self._period(day) - origin) % self.every == 0 and self._fits(day):
                yield day
            day += DAY

    def _beginning(self) -> date:
        if self.often is Often.YEARLY:
            return self.first.replace(month=1, day=1)
        if self.often is Often.MONTHLY:
            return self.first.replace(day=1)
        if self.often is Often.WEEKLY:
            return self.first - DAY * ((self.first.weekday() - self.week_begins) % 7)
        return self.first

    def _period(self, day: date) -> int:
        if self.often is Often.YEARLY:
            return day.year
        if self.often is Often.MONTHLY:
            return day.year * 12 + day.month
        if self.often is Often.WEEKLY:
            # Day 1 of the calendar is a Monday.
            return (day.toordinal() - 1 - self.week_begins) // 7
        return day.toordinal()

    def _fits(self, day: date) -> bool:
        in_month = monthrange(day.year, day.month)[1]
        in_year = 366 if isleap(day.year) else 365
        of_year = day.timetuple().tm_yday
        return (
            (not self.months or day.month in self.months)
            and _is_among(self.month_days, day.day, in_month)
            and _is_among(self.year_days, of_year, in_year)
            and self._fits_weekday(day, in_month, in_year - of_year, of_year)
        )

    def _fits_weekday(self, day: date, in_month: int, left: int, of_year: int) -> bool:
        weekday = day.weekday()
        if not self.weekdays or (0, weekday) in self.weekdays:
            return True
        if self.often is Often.YEARLY and not self.months:
            forward, backward = (of_year - 1) // 7 + 1, -(left // 7) - 1
        else:
            forward, backward = (day.day - 1) // 7 + 1, -((in_month - day.day) // 7) - 1
        return bool(self.weekdays & {(forward, weekday), (backward, weekday)})


def rule(parts: Parts, first: date) -> Rule:
    """Return what the parts of a rule say of an event that begins on `first`.

    Raises Unbearable for what repeats within a day, is out of bounds or makes no sense.
    """
    often = _often(parts)
    strange = sorted(parts.keys() - NAMES)
    if strange:
        raise Unbearable(f"its rule has {strange[0]}, which shifts do not have")
    if any(not values or len(values) > MOST_VALUES for values in parts.values()):
        raise Unbearable("its rule is too long, or has an empty part")
    weekdays = frozenset(map(_weekday, parts.get("BYDAY", ())))
    if often in {Often.DAILY, Often.WEEKLY} and any(place for place, _ in weekdays):
        raise Unbearable("only rules for months and years count weekdays")
    found = {name: _numbers(parts, name) for name in ("BYMONTH", "BYMONTHDAY", "BYYEARDAY")}
    if not (weekdays or found["BYMONTHDAY"] or found["BYYEARDAY"]):
        weekdays, found = _of_first(often, first, found)
    return Rule(
        often=often,
        first=first,
        every=at_least_one(parts, "INTERVAL", 1),
        week_begins=_weekday(parts.get("WKST", ("MO",))[0])[1],
        weekdays=weekdays,
        months=found["BYMONTH"],
        month_days=found["BYMONTHDAY"],
        year_days=found["BYYEARDAY"],
        places=_numbers(parts, "BYSETPOS"),
    )


def at_least_one(parts: Parts, name: str, usual: int) -> int:
    """Return the number in a part. Raises Unbearable if it is less than 1."""
    number = int(str(parts.get(name, (usual,))[0]))
    if number < 1:
        raise Unbearable(f"{name} of its rule has to be at least 1")
    return number


def _often(parts: Parts) -> Often:
    name = str(parts.get("FREQ", ("nothing",))[0]).upper()
    if name not in set(Often):
        allowed = "daily, weekly, monthly or yearly"
        raise Unbearable(f"it repeats {name.lower()[:20]}: shifts repeat {allowed}")
    return Often(name)


def _of_first(
    often: Often, first: date, found: dict[str, frozenset[int]]
) -> tuple[frozenset[tuple[int, int]], dict[str, frozenset[int]]]:
    """Return what a rule that names no day takes from the day of the event."""
    if often is Often.WEEKLY:
        return frozenset({(0, first.weekday())}), found
    if often is Often.MONTHLY:
        return frozenset(), found | {"BYMONTHDAY": frozenset({first.day})}
    if often is Often.YEARLY:
        months = found["BYMONTH"] or frozenset({first.month})
        return frozenset(), found | {"BYMONTH": months, "BYMONTHDAY": frozenset({first.day})}
    return frozenset(), found


def _is_among(wanted: frozenset[int], number: int, size: int) -> bool:
    return not wanted or number in wanted or number - size - 1 in wanted


def _numbers(parts: Parts, name: str) -> frozenset[int]:
    return frozenset(int(str(value)) for value in parts.get(name, ()))


def _weekday(value: object) -> tuple[int, int]:
    found = WEEKDAY.fullmatch(str(value).upper())
    if found is None:
        raise Unbearable("its rule names what is no weekday")
    return int(found[1] or 0), WEEKDAYS.index(found[2])
