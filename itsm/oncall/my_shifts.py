"""What "My shifts" shows: one's own time on call, and whose time could be taken in return."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from itsm.kernel.work import Work
from itsm.oncall import board, queries, rota
from itsm.oncall.models import Schedule
from itsm.oncall.rota import Shift
from itsm.people.models import Person

AHEAD = timedelta(days=60)
MOST = 40


@dataclass(frozen=True)
class MyShift:
    """One of somebody's shifts by a schedule."""

    schedule: Schedule
    person: Person
    shift: Shift

    @property
    def key(self) -> str:
        """What stands for it in a form: the person and the two instants."""
        start, end = self.shift.start.isoformat(), self.shift.end.isoformat()
        return f"{self.shift.person}~{start}~{end}"


def mine(work: Work) -> list[MyShift]:
    """Return the actor's shifts in the next 60 days by all schedules, the soonest first."""
    found = [
        one
        for schedule in queries.schedules(work)
        for one in of_schedule(work, schedule)
        if one.shift.person == work.actor.id
    ]
    return sorted(found, key=lambda one: one.shift.start)[:MOST]


def of_others(work: Work, schedule: Schedule) -> Sequence[MyShift]:
    """Return the shifts to come of the schedule's other people, the soonest first."""
    found = [
        one
        for one in of_schedule(work, schedule)
        if one.shift.person != work.actor.id and one.shift.start > work.now
    ]
    return sorted(found, key=lambda one: one.shift.start)[:MOST]


def of_schedule(work: Work, schedule: Schedule) -> Iterator[MyShift]:
    """Yield everybody's shifts in the next 60 days by one schedule."""
    known = board.known_people(schedule)
    drawn = rota.spans(queries.rota(schedule), work.now, work.now + AHEAD)
    for shift in rota.shifts(drawn):
        yield MyShift(schedule, known[shift.person], shift)
