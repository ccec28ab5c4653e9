"""What a schedule's report says: burdens and shifts of a range, as recorded and as planned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from itsm.kernel.errors import Invalid
from itsm.kernel.work import Work
from itsm.oncall import fairness, holiday_calendar, queries, rota, shift_queries
from itsm.oncall.fairness import Burden, HoursKind, PageFact
from itsm.oncall.models import Schedule
from itsm.oncall.rota import Shift
from itsm.oncall.shift_queries import PagedTicket
from itsm.people.models import Person

USUAL = timedelta(days=27)
MOST_DAYS = 400
YEARS = range(2000, 2200)


@dataclass(frozen=True)
class ShiftLine:
    """One shift, how many pages it brought, and for which tickets as far as the reader may see."""

    shift: Shift
    pages: int
    tickets: tuple[tuple[str, bool], ...]
    holidays: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """How a schedule's time was shared between two days, both included."""

    schedule: Schedule
    first: date
    last: date
    people: dict[int, Person]
    burdens: tuple[Burden, ...]
    shifts: tuple[ShiftLine, ...]
    # Before this instant it is reckoned by today's rules, since nothing was on record.
    recorded_from: datetime | None
    # Names by day, of the calendar that the schedule goes by.
    holidays: dict[date, str]


def report(
    work: Work, schedule_id: int, first: date | None = None, last: date | None = None
) -> Report:
    """Return the report of a range of days by the schedule's clock, by default four weeks.

    Raises NotFound for the schedule, Invalid for a range that ends before it begins or is longer
    than 400 days.
    """
    zone = ZoneInfo(queries.schedule(work, schedule_id).zone)
    if any(day.year not in YEARS for day in (first, last) if day):
        raise Invalid("no rota reaches so far", {"first": "no rota reaches so far"})
    last = last or (first + USUAL if first else work.now.astimezone(zone).date())
    first = first or last - USUAL
    if not 0 <= (last - first).days < MOST_DAYS:
        raise Invalid(
            "the last day comes after the first, within 400 days",
            {"last": "within 400 days of the first"},
        )
    since, until = fairness.days(first, last, zone)
    schedule = queries.schedule_since(work, schedule_id, since)
    watch = shift_queries.watch(work, schedule_id)
    shifts = _shifts(work, schedule, since, until)
    ids = sorted({shift.person for shift in shifts})
    paged = shift_queries.paged(work, ids, since, until)
    holidays = holiday_calendar.between(schedule.holidays, first, last)
    facts = [PageFact(one.person_id, one.at, one.answered_at) for one in paged]
    return Report(
        schedule=schedule,
        first=first,
        last=last,
        people=queries.people(work, ids),
        burdens=tuple(fairness.burdens(shifts, facts, zone, holidays)),
        shifts=tuple(_line(shift, paged, named(shift, holidays, zone)) for shift in shifts),
        recorded_from=watch.since if watch else None,
        holidays=holidays,
    )


def as_table(found: Report) -> tuple[Sequence[str], list[list[str]]]:
    """Return a report's heading and rows, for a spreadsheet."""
    heading = ("person", "hours", "work", "night", "weekend", "public holiday", "pages",
               "pages outside work",
               "acknowledged", "median seconds to acknowledge")  # fmt: skip
    rows = [
        [
            found.people[one.person].username,
            *(f"{one.hours(kind):.2f}" for kind in ("", *HoursKind)),
            str(one.pages),
            str(one.disturbing),
            str(one.answered),
            "" if one.median_s is None else f"{one.median_s:.0f}",
        ]
        for one in found.burdens
    ]
    return heading, rows


def _shifts(work: Work, schedule: Schedule, since: datetime, until: datetime) -> list[Shift]:
    """Return who was on call as it is on record, and before and after that by the rules."""
    rules = queries.rota(schedule)
    watch = shift_queries.watch(work, schedule.id)
    if watch is None:
        return fairness.joined(rota.shifts(rota.spans(rules, since, until)))
    kept = [
        Shift(row.person_id, row.starts_at, row.ends_at)
        for row in shift_queries.recorded(work, schedule.id, since, until)
    ]
    found = list(fairness.clipped(kept, since, until))
    for start, end in ((since, min(until, watch.since)), (max(since, watch.until), until)):
        if start < end:
            found += rota.shifts(rota.spans(rules, start, end))
    return fairness.joined(found)


def named(shift: Shift, holidays: Mapping[date, str], zone: ZoneInfo) -> tuple[str, ...]:
    """Return the names of the public holidays that a shift touches."""
    return tuple(holidays[day] for day in fairness.days_of(shift, zone) if day in holidays)


def _line(shift: Shift, paged: Sequence[PagedTicket], holidays: tuple[str, ...]) -> ShiftLine:
    mine = [
        one for one in paged if one.person_id == shift.person and shift.start <= one.at < shift.end
    ]
    return ShiftLine(
        shift,
        len(mine),
        tuple({one.number: one.open for one in mine if one.seen}.items()),
        holidays,
    )
