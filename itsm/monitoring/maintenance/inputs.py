"""What the commands about maintenance windows take; one text may stand for a list."""

import re
from datetime import date, datetime, timedelta
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from itsm.monitoring.maintenance.recurrence import Plan, Repeats, shortest_gap
from itsm.people.inputs import Zone

LONGEST = timedelta(days=31)
MOST_THINGS = 200
WEEKDAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}


def _parts(value: object) -> object:
    if not isinstance(value, str):
        return value
    return [part.strip() for part in re.split(r"[,\n]", value) if part.strip()]


def _wall_time(value: datetime) -> datetime:
    if value.tzinfo is not None:
        message = "give the wall time without an offset"
        raise ValueError(message)
    return value.replace(second=0, microsecond=0)


def _weekday(value: str) -> str:
    plain = value.strip().lower()[:3]
    if plain not in WEEKDAYS:
        message = f"{value[:20]!r} is none of {', '.join(WEEKDAYS)}"
        raise ValueError(message)
    return plain


WallTime = Annotated[datetime, AfterValidator(_wall_time)]
Names = Annotated[
    tuple[Annotated[str, Field(max_length=255)], ...],
    BeforeValidator(_parts),
    Field(max_length=MOST_THINGS),
]


class WindowInput(BaseModel):
    """A maintenance window; `starts` and `ends` are its first time, in wall time of `zone`.

    `cis` are numbers or names of CIs and services, `sites` keys, `integrations` names.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    title: str = Field(min_length=1, max_length=200)
    reason: str = Field(default="", max_length=4000)
    zone: Zone
    starts: WallTime
    ends: WallTime
    repeats: Repeats = Repeats.ONCE
    every: int = Field(default=1, ge=1, le=52)
    days: Annotated[
        tuple[Annotated[str, AfterValidator(_weekday)], ...], BeforeValidator(_parts)
    ] = ()
    until: Annotated[date | None, BeforeValidator(lambda value: value or None)] = None
    cis: Names = ()
    sites: Names = ()
    integrations: Names = ()
    dependents: bool = Field(default=True, description="also what depends on these CIs")
    components: bool = Field(default=False, description="also what these CIs need")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.ends <= self.starts:
            message = "it has to end after it starts"
            raise ValueError(message)
        if self.ends - self.starts > LONGEST:
            message = f"it lasts {LONGEST.days} days at most"
            raise ValueError(message)
        if not (self.cis or self.sites or self.integrations):
            message = "say what it covers: CIs, sites or integrations"
            raise ValueError(message)
        gap = shortest_gap(self.plan())
        if gap is not None and self.ends - self.starts > gap:
            message = "it would begin again before it has ended"
            raise ValueError(message)
        return self

    def plan(self) -> Plan:
        """Return its rule."""
        return Plan(
            zone=ZoneInfo(self.zone),
            starts=self.starts,
            ends=self.ends,
            repeats=self.repeats,
            every=self.every,
            days=frozenset(WEEKDAYS[day] for day in self.days),
            until=self.until,
        )
