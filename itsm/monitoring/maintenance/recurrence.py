"""When a maintenance window stands open, worked out on demand from wall-clock rules. Pure.

Times are kept in local wall time, so a window from 22:00 to 02:00 is one on the nights on which the
clocks change as well: it ends when the clocks there show 02:00. A wall time that the spring change
skips is the first instant after the skip, one that the autumn change repeats its first occurrence.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import count, islice, pairwise
from zoneinfo import ZoneInfo

from itsm.oncall.rota import instant

DAY = timedelta(days=1)
WEEK = 7
MONTHS = 12
# An occurrence is looked for no further ahead, in steps of the rule.
MOST_STEPS = 1000


class Repeats(StrEnum):
    """How a window comes again."""

    ONCE = "once"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    """On the same day of the month, or its last where that is shorter."""
    MONTHLY_WEEKDAY = "monthly_weekday"
    """On the same weekday of the month, such as its second Tuesday; the fifth is its last."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time for which a window stands open, as instants in UTC."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """A window's rule: its first time in wall time of `zone`, and how it comes again.

    `every` counts days, weeks or months, at least 1; `days` are weekdays, Monday is 0, for
    `WEEKLY`; no time begins after the day `until`.
    """

    zone: ZoneInfo
    starts: datetime
    ends: datetime
    repeats: Repeats = Repeats.ONCE
    every: int = 1
    days: frozenset[int] = frozenset()
    until: date | None = None

    def after(self, moment: datetime) -> Iterator[Occurrence]:
        """Yield the occurrences that end after an instant, in order."""
        length = self.ends - self.starts
        local = moment.astimezone(self.zone).replace(tzinfo=None)
        for begin in self.begins(local - length - 2 * DAY):
            if self.until is not None and begin.date() > self.until:
                return
            found = Occurrence(instant(begin, self.zone), instant(begin + length, self.zone))
            if found.ends_at > max(moment, found.starts_at):
                yield found

    def next(self, moment: datetime) -> Occurrence | None:
        """Return the occurrence that runs at an instant, or else the one that comes next."""
        return next(self.after(moment), None)

    def coming(self, moment: datetime, most: int) -> list[Occurrence]:
        """Return the next occurrences."""
        return list(islice(self.after(moment), most))

    def begins(self, since: datetime) -> Iterator[datetime]:
        """Yield the wall times at which it begins, from shortly before `since` on."""
        if self.repeats is Repeats.ONCE:
            yield self.starts
            return
        for step in islice(count(self._steps_before(since)), MOST_STEPS):
            for day in self._days_of(step):
                begin = datetime.combine(day, self.starts.time())
                if begin >= self.starts:
                    yield begin

    def _steps_before(self, since: datetime) -> int:
        passed = max(0, (since.date() - self.starts.date()).days)
        lasts = {Repeats.DAILY: 1, Repeats.WEEKLY: WEEK}.get(self.repeats, 31)
        return max(0, passed // (lasts * self.every) - 1)

    def _days_of(self, step: int) -> list[date]:
        first = self.starts.date()
        if self.repeats is Repeats.DAILY:
            return [first + DAY * self.every * step]
        if self.repeats is Repeats.WEEKLY:
            monday = first - DAY * first.weekday() + DAY * WEEK * self.every * step
            return [monday + DAY * day for day in sorted(self.days or {first.weekday()})]
        year, month = divmod(first.month - 1 + self.every * step, MONTHS)
        of_month = date(first.year + year, month + 1, 1)
        if self.repeats is Repeats.MONTHLY:
            return [of_month.replace(day=min(first.day, _length(of_month)))]
        return [_weekday_of(of_month, first)]


def shortest_gap(plan: Plan) -> timedelta | None:
    """Return the least time from one begin to the next in wall time; None if there is no next."""
    begins = islice(plan.begins(plan.starts), 60)
    return min((later - sooner for sooner, later in pairwise(begins)), default=None)


def in_words(plan: Plan) -> str:
    """Return a plan's rule as a person reads it, such as `every 2 weeks on Tue at 22:00`."""
    at = f"{plan.starts:%H:%M}"
    unit = {Repeats.DAILY: "day", Repeats.WEEKLY: "week"}.get(plan.repeats, "month")
    each = f"every {unit}" if plan.every == 1 else f"every {plan.every} {unit}s"
    if plan.repeats is Repeats.ONCE:
        return f"once, {plan.starts:%a %d %b %Y} at {at}"
    if plan.repeats is Repeats.WEEKLY:
        days = sorted(plan.days or {plan.starts.weekday()})
        return f"{each} on {', '.join(f'{date(2024, 1, 1 + day):%a}' for day in days)} at {at}"
    if plan.repeats is Repeats.MONTHLY:
        return f"{each} on day {plan.starts.day} at {at}"
    if plan.repeats is Repeats.MONTHLY_WEEKDAY:
        nth = ("first", "second", "third", "fourth", "last")[(plan.starts.day - 1) // WEEK]
        return f"{each} on the {nth} {plan.starts:%A} at {at}"
    return f"{each} at {at}"


def _length(month: date) -> int:
    return monthrange(month.year, month.month)[1]


def _weekday_of(month: date, like: date) -> date:
    """Return the day of a month that is its nth weekday as `like` is in its own."""
    nth = (like.day - 1) // WEEK
    first = month + DAY * ((like.weekday() - month.weekday()) % WEEK)
    found = first + DAY * WEEK * nth
    return found if found.month == month.month else found - DAY * WEEK
