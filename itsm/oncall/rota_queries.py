"""What a schedule's rota is loaded by, and how its rows become the pure rules."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload, selectinload

from itsm.kernel.errors import Invalid, NotFound
from itsm.kernel.work import Work
from itsm.oncall.models import (
    LayerMember,
    Schedule,
    ScheduleLayer,
    ScheduleOverride,
    TemporarySchedule,
    TemporaryShift,
)
from itsm.oncall.rota import (
    DAY,
    Absence,
    Hours,
    Layer,
    Override,
    Rota,
    Shift,
    Temporary,
    instant,
)
from itsm.people.models import Absence as AbsenceRow
from itsm.people.models import Person

# However far a person's zone is from UTC, their day is over by then.
FARTHEST = timedelta(days=1)


def whole_schedules(since: datetime) -> Select[Schedule]:
    """Return schedules with what their rotas need from `since` on."""
    person = selectinload(Schedule.layers).selectinload(ScheduleLayer.members)
    absent = person.joinedload(LayerMember.person).selectinload(Person.absences.and_(_from(since)))
    ahead = Schedule.overrides.and_(ScheduleOverride.ends_at > since)
    instead = Schedule.temporaries.and_(TemporarySchedule.ends_at > since)
    shifts = selectinload(instead).selectinload(TemporarySchedule.shifts)
    return select(Schedule).options(
        joinedload(Schedule.team),
        joinedload(Schedule.owner),
        absent,
        selectinload(ahead).joinedload(ScheduleOverride.person),
        selectinload(ahead).joinedload(ScheduleOverride.replaces),
        shifts.joinedload(TemporaryShift.person),
    )


def rota(schedule: Schedule) -> Rota:
    """Return the rules of a schedule whose layers, overrides and so on are loaded."""
    members = [member.person for layer in schedule.layers for member in layer.members]
    return Rota(
        ZoneInfo(schedule.zone),
        tuple(_layer(layer) for layer in schedule.layers),
        tuple(_override(override) for override in schedule.overrides),
        tuple(_temporary(temporary) for temporary in schedule.temporaries),
        tuple(_absences({person.id: person for person in members}.values())),
    )


def absences(work: Work, person_ids: Iterable[int]) -> tuple[Absence, ...]:
    """Return when people are away from `work.now` on."""
    query = select(Person).where(Person.id.in_(set(person_ids)))
    loaded = query.options(selectinload(Person.absences.and_(_from(work.now))))
    return tuple(_absences(work.session.scalars(loaded)))


def temporary(work: Work, schedule_id: int, temporary_id: int) -> TemporarySchedule:
    """Return a temporary schedule with its shifts. Raises NotFound."""
    query = (
        select(TemporarySchedule)
        .where(TemporarySchedule.id == temporary_id, TemporarySchedule.schedule_id == schedule_id)
        .options(selectinload(TemporarySchedule.shifts).joinedload(TemporaryShift.person))
    )
    found = work.session.scalar(query)
    if found is None:
        raise NotFound("there is no such temporary schedule")
    return found


def ids_by_username(work: Work, usernames: Iterable[str]) -> dict[str, int]:
    """Return the ids of active people. Raises Invalid naming those whom there are not."""
    wanted = set(usernames)
    query = select(Person).where(Person.username.in_(wanted), Person.active)
    found = {person.username: person.id for person in work.session.scalars(query)}
    missing = ", ".join(sorted(wanted - set(found)))
    if missing:
        raise Invalid(f"there is nobody named {missing}", {"person": f"unknown: {missing}"})
    return found


def _from(since: datetime) -> ColumnElement[bool]:
    return AbsenceRow.last_day >= (since - FARTHEST).date()


def _layer(row: ScheduleLayer) -> Layer:
    hours = None
    if row.hours_from is not None and row.hours_to is not None and row.days is not None:
        hours = Hours(row.hours_from, row.hours_to, frozenset(int(day) for day in row.days))
    members = tuple(member.person_id for member in row.members)
    zone = ZoneInfo(row.zone) if row.zone else None
    return Layer(members, row.first_handoff, row.rhythm, row.every, hours, zone)


def _override(row: ScheduleOverride) -> Override:
    return Override(row.change, row.starts_at, row.ends_at, row.person_id, row.replaces_id)


def _temporary(row: TemporarySchedule) -> Temporary:
    shifts = tuple(Shift(one.person_id, one.starts_at, one.ends_at) for one in row.shifts)
    return Temporary(row.starts_at, row.ends_at, shifts)


def _absences(people: Iterable[Person]) -> Iterator[Absence]:
    for person in people:
        zone = ZoneInfo(person.zone)
        for row in person.absences:
            yield Absence(
                person.id, _midnight(row.first_day, zone), _midnight(row.last_day + DAY, zone)
            )


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return instant(datetime.combine(day, time()), zone)
