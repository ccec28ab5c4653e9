"""How schedules, duties and what lies on top of them look in `/api/v1`."""

from collections.abc import Sequence
from datetime import datetime, time

from pydantic import BaseModel, Field

from itsm.oncall.board import Duty
from itsm.oncall.models import Schedule, ScheduleLayer, ScheduleOverride, TemporarySchedule
from itsm.oncall.rota import Change, Rhythm
from itsm.people.models import Person


class PersonOut(BaseModel):
    """Somebody."""

    username: str
    name: str


class GapOut(BaseModel):
    """A time in which nobody is on call."""

    start: datetime
    end: datetime


class DutyOut(BaseModel):
    """Who has duty by one schedule."""

    schedule: str
    schedule_id: int
    team: str | None
    people: list[PersonOut]
    until: datetime | None = Field(description="null: nothing changes in the next 14 days")
    next: list[PersonOut]
    gaps: list[GapOut] = Field(description="of the next 14 days")


class LayerOut(BaseModel):
    """Members who take turns."""

    rhythm: Rhythm
    every: int = Field(description="hours, days, weeks or months of one turn")
    zone: str | None = Field(description="where its wall times are kept; null: the schedule's")
    first_handoff: datetime
    hours_from: time | None
    hours_to: time | None
    days: str | None = Field(description="digits, Monday is 0")
    members: list[str]


class OverrideOut(BaseModel):
    """A change on top of the layers."""

    id: int
    change: Change
    person: str
    replaces: str | None
    starts_at: datetime
    ends_at: datetime


class ShiftOut(BaseModel):
    """One person's time on call."""

    person: str
    starts_at: datetime
    ends_at: datetime


class TemporaryOut(BaseModel):
    """Shifts that stand in for layers and overrides for a time."""

    id: int
    reason: str
    starts_at: datetime
    ends_at: datetime
    shifts: list[ShiftOut]


class ScheduleOut(BaseModel):
    """A schedule; the first layer that has somebody wins."""

    id: int
    name: str
    zone: str
    team: str | None
    layers: list[LayerOut]
    owner: str | None = Field(description="who is told of gaps; null: the members of the team")
    holidays: str = Field(description="whose public holidays count; empty for none")
    overrides: list[OverrideOut] = Field(description="those that are not over")
    temporaries: list[TemporaryOut] = Field(description="those that are not over")


class NowOut(BaseModel):
    """Who is on call, by schedule."""

    items: list[DutyOut]
    next: str | None


class SchedulesOut(BaseModel):
    """Schedules."""

    items: list[ScheduleOut]
    next: str | None


class ShiftsOut(BaseModel):
    """Shifts by their beginning."""

    items: list[ShiftOut]
    next: str | None


def duty_as_json(duty: Duty) -> DutyOut:
    """Return who has duty by one schedule."""
    return DutyOut(
        schedule=duty.schedule.name,
        schedule_id=duty.schedule.id,
        team=duty.schedule.team.key if duty.schedule.team else None,
        people=_people(duty.people),
        until=duty.until,
        next=_people(duty.then),
        gaps=[GapOut(start=gap.start, end=gap.end) for gap in duty.gaps],
    )


def schedule_as_json(schedule: Schedule) -> ScheduleOut:
    """Return a schedule with its layers and the overrides that are not over."""
    return ScheduleOut(
        id=schedule.id,
        name=schedule.name,
        zone=schedule.zone,
        team=schedule.team.key if schedule.team else None,
        layers=[_layer(layer) for layer in schedule.layers],
        owner=schedule.owner.username if schedule.owner else None,
        holidays=schedule.holidays,
        overrides=[override_as_json(row) for row in schedule.overrides],
        temporaries=[temporary_as_json(row) for row in schedule.temporaries],
    )


def _people(people: Sequence[Person]) -> list[PersonOut]:
    return [PersonOut(username=person.username, name=person.name) for person in people]


def _layer(layer: ScheduleLayer) -> LayerOut:
    return LayerOut(
        rhythm=layer.rhythm,
        every=layer.every,
        zone=layer.zone,
        first_handoff=layer.first_handoff,
        hours_from=layer.hours_from,
        hours_to=layer.hours_to,
        days=layer.days,
        members=[member.person.username for member in layer.members],
    )


def temporary_as_json(row: TemporarySchedule) -> TemporaryOut:
    """Return a temporary schedule with its shifts."""
    return TemporaryOut(
        id=row.id,
        reason=row.reason,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        shifts=[
            ShiftOut(person=one.person.username, starts_at=one.starts_at, ends_at=one.ends_at)
            for one in row.shifts
        ],
    )


def override_as_json(row: ScheduleOverride) -> OverrideOut:
    """Return an override."""
    return OverrideOut(
        id=row.id,
        change=row.change,
        person=row.person.username,
        replaces=row.replaces.username if row.replaces else None,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
    )
