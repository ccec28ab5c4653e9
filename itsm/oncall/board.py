"""What pages, API and command line show of rotas: who has duty, and the days ahead as rows."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from itsm.kernel.errors import Invalid
from itsm.kernel.work import Work
from itsm.oncall import queries
from itsm.oncall.models import Schedule
from itsm.oncall.rota import (
    DAY,
    Absence,
    Overlap,
    Rota,
    Span,
    gaps,
    instant,
    never_asked,
    overlaps,
    spans,
)
from itsm.people.models import Person

DAYS_AHEAD = 14
LOOK_AHEAD = timedelta(days=DAYS_AHEAD)
TONES = 8


@dataclass(frozen=True)
class Duty:
    """Who is on call by a schedule, until when, who follows, and the gaps of the next 14 days.

    `until` is None where nothing changes in those days.
    """

    schedule: Schedule
    people: tuple[Person, ...]
    until: datetime | None
    then: tuple[Person, ...]
    gaps: tuple[Span, ...]


@dataclass(frozen=True)
class Segment:
    """A part of a day's row; `x` and `width` are shares of the row in percent."""

    x: float
    width: float
    label: str
    tone: int | None
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Day:
    """One row of the calendar. `hours` is 24, or else what the clock change makes of the day."""

    at: datetime
    hours: float
    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class Load:
    """How many of the hours that are drawn one person has, and the tone that stands for them."""

    name: str
    tone: int
    hours: float


@dataclass(frozen=True)
class Ahead:
    """The next 14 days of a rota, and what is to be said of them before it is saved."""

    zone: str
    days: tuple[Day, ...]
    loads: tuple[Load, ...]
    gaps: tuple[Span, ...]
    overlaps: tuple[Overlap, ...]
    doubled: tuple[Span, ...]
    never_asked: tuple[int, ...]
    away: tuple[tuple[str, Absence], ...]


def duties(work: Work) -> list[Duty]:
    """Return who has duty at `work.now`, by schedule."""
    return [duty(work, schedule) for schedule in queries.schedules(work)]


def duty(work: Work, schedule: Schedule) -> Duty:
    """Return who has duty by one schedule at `work.now`."""
    known = known_people(schedule)
    ahead = spans(queries.rota(schedule), work.now, work.now + LOOK_AHEAD)
    later = ahead[1:]
    return Duty(
        schedule=schedule,
        people=_named(known, ahead[0].people),
        until=later[0].start if later else None,
        then=_named(known, later[0].people) if later else (),
        gaps=tuple(span for span in ahead if not span.people),
    )


def matching(work: Work, name: str) -> list[Duty]:
    """Return the duties of the schedules whose name or team is `name`, of all for an empty one."""
    wanted = name.casefold()
    return [found for found in duties(work) if not wanted or wanted in _names(found.schedule)]


def known_people(schedule: Schedule) -> dict[int, Person]:
    """Return everybody whom a schedule names, by id, in the order in which it names them."""
    members = [member.person for layer in schedule.layers for member in layer.members]
    others = [one for row in schedule.overrides for one in (row.person, row.replaces) if one]
    for_a_time = [one.person for plan in schedule.temporaries for one in plan.shifts]
    return {person.id: person for person in (*members, *others, *for_a_time)}


def people_of(rota: Rota, everybody: Mapping[int, Person]) -> dict[int, Person]:
    """Return those whom a rota names, in the order in which it does.

    Raises Invalid if it names somebody who is not among `everybody`.
    """
    named = [person for layer in rota.layers for person in layer.members]
    named += [one.person for one in rota.overrides]
    named += [shift.person for plan in rota.temporaries for shift in plan.shifts]
    if any(person not in everybody for person in named):
        raise Invalid("one of these people does not exist, or has left", {"members": "unknown"})
    return {person: everybody[person] for person in named}


def calendar(rota: Rota, people: Mapping[int, Person], now: datetime) -> list[Day]:
    """Return 14 rows, one a day in the rota's zone, from the day of `now` on."""
    first = now.astimezone(rota.zone).date()
    starts = [
        instant(datetime.combine(first + DAY * n, time()), rota.zone) for n in range(DAYS_AHEAD + 1)
    ]
    tones = _tones(people)
    drawn = spans(rota, starts[0], starts[-1])
    return [_day(start, end, drawn, people, tones) for start, end in pairwise(starts)]


def gaps_ahead(rota: Rota, now: datetime) -> list[Span]:
    """Return when nobody is on call in the next 14 days."""
    return gaps(rota, now, now + LOOK_AHEAD)


def ahead(rota: Rota, people: Mapping[int, Person], now: datetime) -> Ahead:
    """Return the next 14 days with gaps, overlaps and absences; `people` are all whom it names."""
    until = now + LOOK_AHEAD
    drawn = spans(rota, now, until)
    named = {person for layer in rota.layers for person in layer.members}
    away = (one for one in rota.absences if one.start < until and one.end > now)
    return Ahead(
        zone=rota.zone.key,
        days=tuple(calendar(rota, people, now)),
        loads=tuple(_loads(drawn, people)),
        gaps=tuple(gaps_ahead(rota, now)),
        overlaps=tuple(overlaps(rota, now, until)),
        doubled=tuple(span for span in drawn if len(span.people) > 1),
        never_asked=never_asked(rota, now, until),
        away=tuple((people[one.person].name, one) for one in away if one.person in named),
    )


def _loads(drawn: Sequence[Span], people: Mapping[int, Person]) -> Iterator[Load]:
    hours: Counter[int] = Counter()
    for span in drawn:
        for person in span.people:
            hours[person] += round((span.end - span.start).total_seconds())
    for person, seconds in hours.most_common():
        yield Load(people[person].name, _tones(people)[person], seconds / 3600)


def _tones(people: Mapping[int, Person]) -> dict[int, int]:
    return {person_id: n % TONES for n, person_id in enumerate(people)}


def clock(at: datetime, zone: str) -> str:
    """Return an instant as a person in `zone` reads it, such as Mon 09 Mar 09:00."""
    return at.astimezone(ZoneInfo(zone)).strftime("%a %d %b %H:%M")


def wall(at: datetime, zone: str) -> str:
    """Return an instant as a form field holds it, such as 2026-03-09T09:00."""
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


def hour(at: datetime, zone: str) -> str:
    """Return the time of day of an instant as a person in `zone` reads it, such as 09:00."""
    return at.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def _day(
    start: datetime,
    end: datetime,
    drawn: Iterable[Span],
    people: Mapping[int, Person],
    tones: Mapping[int, int],
) -> Day:
    length = (end - start).total_seconds()
    segments = []
    for span in drawn:
        since, until = max(span.start, start), min(span.end, end)
        if since >= until:
            continue
        segments.append(
            Segment(
                x=round((since - start).total_seconds() * 100 / length, 3),
                width=round((until - since).total_seconds() * 100 / length, 3),
                label=", ".join(people[who].name for who in span.people) or "Nobody",
                tone=tones[span.people[0]] if span.people else None,
                start=since,
                end=until,
            )
        )
    return Day(start, length / 3600, tuple(segments))


def _named(known: Mapping[int, Person], people: Sequence[int]) -> tuple[Person, ...]:
    return tuple(known[person_id] for person_id in people)


def _names(schedule: Schedule) -> set[str]:
    team = {schedule.team.key, schedule.team.name} if schedule.team else set()
    return {name.casefold() for name in (schedule.name, *team)}
