"""How on-call time is shared: hours by person and kind, pages, time to acknowledge. Pure.

Working hours are Monday to Friday from 08:00 to 18:00 by the schedule's clock; Saturday and Sunday
are weekend, and all the rest is night. A public holiday is one from midnight to midnight by that
clock, whichever day of the week it falls on.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import median
from zoneinfo import ZoneInfo

from itsm.oncall.rota import DAY, Shift, instant

DAY_BEGINS, DAY_ENDS = time(8), time(18)
SATURDAY = 5


class HoursKind(StrEnum):
    """What part of the week an hour on call belongs to."""

    WORK = "work"
    NIGHT = "night"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


@dataclass(frozen=True)
class Clock:
    """By what hours are told apart: a zone, and the days in it that are public holidays."""

    zone: ZoneInfo
    holidays: Collection[date] = ()


@dataclass(frozen=True)
class PageFact:
    """A page of a person: when it came, and when they took it, if they did."""

    person: int
    at: datetime
    answered_at: datetime | None = None


@dataclass(frozen=True)
class Burden:
    """What one person carried in a range."""

    person: int
    seconds: Counter[HoursKind]
    pages: int
    disturbing: int
    answered: int
    median_s: float | None

    @property
    def total_s(self) -> int:
        """All seconds on call."""
        return self.seconds.total()

    def hours(self, kind: str = "") -> float:
        """Return the hours of one kind, or of all of them."""
        return (self.seconds[HoursKind(kind)] if kind else self.total_s) / 3600


def burdens(
    shifts: Sequence[Shift],
    pages: Sequence[PageFact],
    zone: ZoneInfo,
    holidays: Collection[date] = (),
) -> list[Burden]:
    """Return what each person carried, the most hours first.

    Pages count that came while their person was on call by these shifts; those outside working
    hours are the disturbing ones.
    """
    people = dict.fromkeys(shift.person for shift in shifts)
    found = [_burden(person, shifts, pages, Clock(zone, holidays)) for person in people]
    return sorted(found, key=lambda one: (-one.total_s, one.person))


def kind_of(at: datetime, clock: Clock) -> HoursKind:
    """Return the kind of hours in which an instant lies."""
    wall = at.astimezone(clock.zone)
    if wall.date() in clock.holidays:
        return HoursKind.HOLIDAY
    if wall.weekday() >= SATURDAY:
        return HoursKind.WEEKEND
    return HoursKind.WORK if DAY_BEGINS <= wall.time() < DAY_ENDS else HoursKind.NIGHT


def within(shift: Shift, page: PageFact) -> bool:
    """Tell whether a page came to its person in this shift."""
    return shift.person == page.person and shift.start <= page.at < shift.end


def days_of(shift: Shift, zone: ZoneInfo) -> Iterator[date]:
    """Yield the days by the clock of `zone` on which a shift has at least a moment."""
    day = shift.start.astimezone(zone).date()
    while instant(datetime.combine(day, time()), zone) < shift.end:
        yield day
        day += DAY


def _burden(
    person: int, shifts: Sequence[Shift], pages: Sequence[PageFact], clock: Clock
) -> Burden:
    mine = [shift for shift in shifts if shift.person == person]
    seconds: Counter[HoursKind] = Counter()
    for shift in mine:
        seconds.update(_split(shift, clock))
    came = [page for page in pages if any(within(shift, page) for shift in mine)]
    waits = [(page.answered_at - page.at).total_seconds() for page in came if page.answered_at]
    return Burden(
        person=person,
        seconds=seconds,
        pages=len(came),
        disturbing=sum(kind_of(page.at, clock) is not HoursKind.WORK for page in came),
        answered=len(waits),
        median_s=median(waits) if waits else None,
    )


def _split(shift: Shift, clock: Clock) -> Counter[HoursKind]:
    """Return a shift's seconds by kind; on a night when the clocks change those that pass."""
    inner = [cut for cut in _cuts(shift, clock.zone) if shift.start < cut < shift.end]
    seconds: Counter[HoursKind] = Counter()
    for start, end in pairwise([shift.start, *inner, shift.end]):
        seconds[kind_of(start, clock)] += round((end - start).total_seconds())
    return seconds


def _cuts(shift: Shift, zone: ZoneInfo) -> Iterator[datetime]:
    day = shift.start.astimezone(zone).date()
    while day <= shift.end.astimezone(zone).date():
        for at in (time(), DAY_BEGINS, DAY_ENDS):
            yield instant(datetime.combine(day, at), zone)
        day += DAY


def clipped(shifts: Iterable[Shift], since: datetime, until: datetime) -> Iterator[Shift]:
    """Yield the parts of shifts that lie between two instants."""
    for shift in shifts:
        start, end = max(shift.start, since), min(shift.end, until)
        if start < end:
            yield Shift(shift.person, start, end)


def joined(shifts: Iterable[Shift]) -> list[Shift]:
    """Return shifts in the order of their beginnings, one person's that touch made one."""
    running: dict[int, Shift] = {}
    over: list[Shift] = []
    for shift in sorted(shifts, key=lambda one: one.start):
        before = running.get(shift.person)
        if before is not None and before.end >= shift.start:
            end = max(before.end, shift.end)
            running[shift.person] = Shift(shift.person, before.start, end)
            continue
        if before is not None:
            over.append(before)
        running[shift.person] = shift
    return sorted([*over, *running.values()], key=lambda one: (one.start, one.person))


def days(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the instants between which the days run, the first and the last included."""
    return (
        instant(datetime.combine(first, time()), zone),
        instant(datetime.combine(last + timedelta(days=1), time()), zone),
    )
