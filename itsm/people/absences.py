"""Absences: days on which a person is away, entered by themselves or by who may edit people."""

from datetime import date, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, model_validator

from itsm.kernel.access import Permission
from itsm.kernel.errors import Refused
from itsm.kernel.work import Work
from itsm.people import queries
from itsm.people.absence_events import AbsenceEntered, AbsenceRemoved
from itsm.people.models import Absence, Person

LONGEST = timedelta(days=366)


class AbsenceInput(BaseModel):
    """From the first to the last day, both included."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    first_day: date
    last_day: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not timedelta() <= self.last_day - self.first_day <= LONGEST:
            message = "the last day comes after the first, within a year"
            raise ValueError(message)
        return self


def enter(work: Work, person: Person, wanted: AbsenceInput) -> Absence:
    """Note that a person is away on some days. Emits AbsenceEntered.

    Raises Denied for somebody else without person:edit, Refused for days that are over or that
    meet another absence.
    """
    _must_edit(work, person)
    if wanted.last_day < work.now.astimezone(ZoneInfo(person.zone)).date():
        raise Refused("these days are over already")
    for other in queries.absences(work, person):
        if other.first_day <= wanted.last_day and wanted.first_day <= other.last_day:
            raise Refused(f"there is an absence from {other.first_day} to {other.last_day} already")
    row = work.add(Absence(person_id=person.id, created_at=work.now, **wanted.model_dump()))
    work.emit(
        AbsenceEntered(
            person_id=person.id,
            first_day=row.first_day.isoformat(),
            last_day=row.last_day.isoformat(),
        )
    )
    return row


def remove(work: Work, person: Person, row: Absence) -> None:
    """Take an absence back. Raises Denied for somebody else's. Emits AbsenceRemoved."""
    _must_edit(work, person)
    work.session.delete(row)
    work.emit(
        AbsenceRemoved(
            person_id=row.person_id,
            first_day=row.first_day.isoformat(),
            last_day=row.last_day.isoformat(),
        )
    )


def _must_edit(work: Work, person: Person) -> None:
    if work.actor.id != person.id:
        work.must(Permission.PERSON_EDIT)
