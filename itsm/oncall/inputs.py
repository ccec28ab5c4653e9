"""What the commands of on call take, whichever door they come by."""

from datetime import datetime, time, timedelta
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    model_validator,
)

from itsm.oncall import holiday_calendar
from itsm.oncall.cover_states import CoverKind
from itsm.oncall.escalation import FOR_EVER, LEAST_INTERVAL_FOR_EVER
from itsm.oncall.rota import Change, Rhythm, instant
from itsm.people.inputs import Zone

MOST_LAYERS = 8
MOST_MEMBERS = 60
MOST_STEPS = 20
MOST_SHIFTS = 400
LONGEST_TEMPORARY = timedelta(days=366)
DAYS = "0123456"


class Input(BaseModel):
    """Base: what is unknown is refused, and texts lose the blanks around them."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)


def _wall_time(value: datetime) -> datetime:
    if value.tzinfo is not None:
        message = "give the wall time without an offset"
        raise ValueError(message)
    return value.replace(second=0, microsecond=0)


def _whole_minute(value: datetime) -> datetime:
    return value.replace(second=0, microsecond=0)


Minute = Annotated[AwareDatetime, AfterValidator(_whole_minute)]
WallTime = Annotated[datetime, AfterValidator(_wall_time)]
RowId = Annotated[int, Field(ge=1, lt=2**63)]
Name = Annotated[str, Field(min_length=1, max_length=120)]


class HoursInput(Input):
    """The part of the week in which a layer counts; `days` are digits, Monday is 0."""

    start: time
    end: time
    days: str = Field(default=DAYS, pattern=r"^[0-6]{1,7}$")


class LayerInput(Input):
    """Members in their order, and how they take turns from the first hand-off on.

    Times are wall times of `zone`, by default that of the schedule.
    """

    members: list[RowId] = Field(max_length=MOST_MEMBERS)
    first_handoff: WallTime
    rhythm: Rhythm = Rhythm.WEEKLY
    every: int = Field(default=1, ge=1, le=52)
    hours: HoursInput | None = None
    zone: Zone | None = None


HolidayCode = Annotated[str, Field(max_length=60), AfterValidator(holiday_calendar.checked)]


class ScheduleInput(Input):
    """A whole schedule; layers stand in the order in which they win."""

    name: Name
    zone: Zone
    team_id: RowId | None = None
    owner_id: RowId | None = None
    holidays: HolidayCode = ""
    layers: list[LayerInput] = Field(max_length=MOST_LAYERS)


class OverrideInput(Input):
    """A change on top of the layers, in wall time of `zone`."""

    change: Change
    starts: WallTime
    ends: WallTime
    zone: Zone
    person_id: RowId
    replaces_id: RowId | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends <= self.starts:
            message = "it has to end after it starts"
            raise ValueError(message)
        if self.replaces_id is not None and self.change is not Change.REPLACE:
            message = "only a replacement names whom it replaces"
            raise ValueError(message)
        return self

    def instants(self) -> tuple[datetime, datetime]:
        """Return start and end in UTC."""
        zone = ZoneInfo(self.zone)
        return instant(self.starts, zone), instant(self.ends, zone)


class ShiftInput(Input):
    """One person's time within a temporary schedule, in wall time."""

    person_id: RowId
    starts: WallTime
    ends: WallTime

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends <= self.starts:
            message = "a shift has to end after it starts"
            raise ValueError(message)
        return self


class TemporaryInput(Input):
    """Shifts that stand in for the layers for a time, in wall time of `zone`."""

    starts: WallTime
    ends: WallTime
    zone: Zone
    reason: str = Field(default="", max_length=120)
    shifts: list[ShiftInput] = Field(min_length=1, max_length=MOST_SHIFTS)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends <= self.starts:
            message = "it has to end after it starts"
            raise ValueError(message)
        if self.ends - self.starts > LONGEST_TEMPORARY:
            message = "it lasts a year at the most"
            raise ValueError(message)
        if any(one.starts < self.starts or one.ends > self.ends for one in self.shifts):
            message = "a shift lies outside the time that this schedule is for"
            raise ValueError(message)
        return self

    def instants(self) -> tuple[datetime, datetime]:
        """Return start and end in UTC."""
        zone = ZoneInfo(self.zone)
        return instant(self.starts, zone), instant(self.ends, zone)

    def shift_instants(self) -> list[tuple[int, datetime, datetime]]:
        """Return person, start and end of each shift, in UTC."""
        zone = ZoneInfo(self.zone)
        return [
            (one.person_id, instant(one.starts, zone), instant(one.ends, zone))
            for one in self.shifts
        ]


class StepInput(Input):
    """Whom a step tells, how urgently, and how many minutes it waits before the next."""

    delay_min: int = Field(ge=1, le=1440)
    important: bool = False
    people: list[RowId] = Field(default_factory=list, max_length=MOST_MEMBERS)
    schedules: list[RowId] = Field(default_factory=list, max_length=MOST_MEMBERS)

    @model_validator(mode="after")
    def _names_somebody(self) -> Self:
        if not self.people and not self.schedules:
            message = "a step names a person or a schedule"
            raise ValueError(message)
        return self


class PolicyInput(Input):
    """A whole escalation policy. `repeat` counts the loops after the first, -1 without end.

    `team_id` names the team that is paged by it when somebody asks that team for help.
    """

    name: Name
    steps: list[StepInput] = Field(min_length=1, max_length=MOST_STEPS)
    repeat: int = Field(default=2, ge=FOR_EVER, le=9)
    ack_timeout_min: int = Field(default=30, ge=1, le=1440)
    fallback_id: RowId
    team_id: RowId | None = None

    @model_validator(mode="after")
    def _not_too_fast(self) -> Self:
        interval = sum(step.delay_min for step in self.steps)
        if self.repeat == FOR_EVER and interval * 60 < LEAST_INTERVAL_FOR_EVER.total_seconds():
            message = "a policy that repeats without end needs 5 minutes a loop or more"
            raise ValueError(message)
        return self


class CoverInput(Input):
    """Time on call that somebody gives away, and what they take in return; in UTC."""

    kind: CoverKind
    starts_at: Minute
    ends_at: Minute
    asked_id: RowId | None = None
    return_starts_at: Minute | None = None
    return_ends_at: Minute | None = None
    note: str = Field(default="", max_length=400)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.ends_at <= self.starts_at:
            message = "it has to end after it starts"
            raise ValueError(message)
        if (self.kind is CoverKind.OFFER) != (self.asked_id is None):
            message = "an offer goes to all, everything else to one person"
            raise ValueError(message)
        returned = (self.return_starts_at, self.return_ends_at)
        if (self.kind is CoverKind.SWAP) != (None not in returned):
            message = "a swap, and nothing else, names the time that is taken in return"
            raise ValueError(message)
        return self
