"""Verbs on temporary schedules: shifts that stand in for a schedule's layers for a time."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid, Refused
from itsm.kernel.work import Work
from itsm.oncall import queries, rota
from itsm.oncall.events import TemporaryAdded, TemporaryEnded
from itsm.oncall.inputs import MOST_SHIFTS, ShiftInput, TemporaryInput
from itsm.oncall.models import Schedule, TemporarySchedule, TemporaryShift
from itsm.oncall.rota import HOUR, Rota, Shift, Span, Temporary


def proposed_rota(schedule: Schedule, wanted: TemporaryInput) -> Rota:
    """Return the rota of a schedule with `wanted` on top, not saved."""
    now = queries.rota(schedule)
    start, end = wanted.instants()
    plan = Temporary(start, end, tuple(Shift(*one) for one in wanted.shift_instants()))
    return Rota(now.zone, now.layers, now.overrides, (plan, *now.temporaries), now.absences)


def add(work: Work, schedule: Schedule, wanted: TemporaryInput) -> list[Span]:
    """Put shifts in the place of layers and overrides for a time; return the gaps that they leave.

    Raises Denied, Invalid for unknown people, Refused for what is over or meets another temporary
    schedule. Emits TemporaryAdded.
    """
    work.must(Permission.ONCALL_EDIT)
    start, end = wanted.instants()
    if end <= work.now:
        raise Refused("this time is over already")
    if any(one.starts_at < end and start < one.ends_at for one in schedule.temporaries):
        raise Refused("another temporary schedule stands in that time: end it first")
    known = queries.people(work, [one.person_id for one in wanted.shifts])
    if any(one.person_id not in known for one in wanted.shifts):
        raise Invalid("one of these people does not exist", {"shifts": "unknown person"})
    left_open = rota.gaps(proposed_rota(schedule, wanted), start, end)
    row = work.add(_row(schedule, wanted))
    work.emit(
        TemporaryAdded(
            schedule_id=schedule.id,
            temporary_id=row.id,
            reason=row.reason,
            starts_at=start,
            ends_at=end,
            people=tuple(sorted(person.name for person in known.values())),
            gaps=len(left_open),
        )
    )
    return left_open


def end(work: Work, row: TemporarySchedule) -> None:
    """Give the time that is left back to the layers. Raises Denied. Emits TemporaryEnded."""
    work.must(Permission.ONCALL_EDIT)
    work.emit(TemporaryEnded(schedule_id=row.schedule_id, temporary_id=row.id, reason=row.reason))
    if row.starts_at >= work.now:
        work.session.delete(row)
        return
    row.shifts[:] = [one for one in row.shifts if one.starts_at < work.now]
    for shift in row.shifts:
        shift.ends_at = min(shift.ends_at, work.now)
    row.ends_at = min(row.ends_at, work.now)


def shared_out(
    people: Sequence[int], starts: datetime, ends: datetime, hours: int
) -> list[ShiftInput]:
    """Return shifts in which people take turns of so many hours on the wall clock, in their order.

    Raises Invalid without people, for turns of no length, and for more shifts than there may be.
    """
    if not people:
        raise Invalid("choose who takes turns", {"people": "choose at least one person"})
    if hours < 1:
        raise Invalid("a turn lasts an hour or more", {"turn": "an hour or more"})
    turn = HOUR * hours
    count = -((starts - ends) // turn)
    if count > MOST_SHIFTS:
        raise Invalid("these are too many shifts", {"turn": f"at most {MOST_SHIFTS} shifts"})
    return [_turn(people[n % len(people)], starts + turn * n, ends, turn) for n in range(count)]


def _turn(person_id: int, starts: datetime, ends: datetime, turn: timedelta) -> ShiftInput:
    return ShiftInput(person_id=person_id, starts=starts, ends=min(starts + turn, ends))


def _row(schedule: Schedule, wanted: TemporaryInput) -> TemporarySchedule:
    start, end = wanted.instants()
    shifts = [
        TemporaryShift(person_id=person_id, starts_at=since, ends_at=until)
        for person_id, since, until in wanted.shift_instants()
        if since < until
    ]
    return TemporarySchedule(
        schedule_id=schedule.id, reason=wanted.reason, starts_at=start, ends_at=end, shifts=shifts
    )
