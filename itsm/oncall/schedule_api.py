"""Schedules in `/api/v1`: who has duty, rotas, overrides, temporary schedules, shifts."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid
from itsm.kernel.work import Work
from itsm.oncall import board, planning, queries, rota, rota_queries, temporaries
from itsm.oncall.inputs import (
    MOST_LAYERS,
    MOST_MEMBERS,
    MOST_SHIFTS,
    HoursInput,
    OverrideInput,
    ScheduleInput,
    TemporaryInput,
    WallTime,
)
from itsm.oncall.models import Schedule
from itsm.oncall.rota import Change, Rhythm
from itsm.oncall.schedule_json import (
    NowOut,
    ScheduleOut,
    SchedulesOut,
    ShiftOut,
    ShiftsOut,
    duty_as_json,
    schedule_as_json,
)
from itsm.people import queries as people
from itsm.web.door import current_work
from itsm.web.needs import needs
from itsm.web.rest import PREFIX, RESPONSES, SECURITY, answer, check_match, nothing, once

api = APIBlueprint(
    "schedules_api",
    __name__,
    url_prefix=PREFIX,
    abp_tags=[Tag(name="Schedules", description="Who has duty, and the rotas that say so")],
    abp_security=SECURITY,
    abp_responses=RESPONSES,
)
Username = Annotated[str, StringConstraints(min_length=1, max_length=80)]
MOST_DAYS = timedelta(days=400)
YEARS = range(2000, 2200)


class Body(BaseModel):
    """Base of what is sent: what is unknown is refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class NowQuery(Body):
    """Which schedules."""

    schedule: str = Field(default="", description="name of a schedule or a team; all without it")


class RangeQuery(Body):
    """From when to when; by default the next 14 days."""

    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class ById(BaseModel):
    """The id in the address."""

    id: int = Field(ge=1, lt=2**63)


class TopPath(ById):
    """What lies on top of a schedule."""

    top_id: int = Field(ge=1, lt=2**63)


class NewLayer(Body):
    """Members in their order, and how they take turns; times are wall times of `zone`."""

    members: list[Username] = Field(max_length=MOST_MEMBERS)
    first_handoff: WallTime
    rhythm: Rhythm = Rhythm.WEEKLY
    every: int = Field(default=1, description="hours, days, weeks or months of one turn")
    hours: HoursInput | None = None
    zone: str | None = Field(default=None, description="null: that of the schedule")


class NewSchedule(Body):
    """A whole schedule; the first layer that has somebody wins."""

    name: str
    zone: str
    team: str | None = Field(default=None, description="a team's key")
    owner: Username | None = Field(default=None, description="who is told of gaps")
    holidays: str = Field(
        default="", description="whose public holidays count, such as DE or DE-BY"
    )
    layers: list[NewLayer] = Field(max_length=MOST_LAYERS)


class NewOverride(Body):
    """A change on top of the layers for a time."""

    change: Change
    person: Username
    replaces: Username | None = None
    starts_at: AwareDatetime
    ends_at: AwareDatetime


class NewShift(Body):
    """One person's time."""

    person: Username
    starts_at: AwareDatetime
    ends_at: AwareDatetime


class NewTemporary(Body):
    """Shifts that stand in for layers and overrides for a time."""

    reason: str = ""
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    shifts: list[NewShift] = Field(min_length=1, max_length=MOST_SHIFTS)


@api.get("/oncall/now", summary="Who is on call now", responses={200: NowOut})
@needs(Permission.ONCALL_READ)
def now(query: NowQuery) -> Response:
    """Return who has duty, by schedule."""
    found = board.matching(current_work(), query.schedule)
    return _said(NowOut(items=[duty_as_json(duty) for duty in found], next=None))


@api.get("/schedules", summary="List schedules", responses={200: SchedulesOut})
@needs(Permission.ONCALL_READ)
def schedules() -> Response:
    """Return all schedules by name."""
    found = queries.schedules(current_work())
    return _said(SchedulesOut(items=[schedule_as_json(one) for one in found], next=None))


@api.post("/schedules", summary="Add a schedule", responses={201: ScheduleOut})
@needs(Permission.ONCALL_EDIT)
@once
def create(body: NewSchedule) -> Response:
    """Add a schedule."""
    work = current_work()
    made = planning.create_schedule(work, _schedule_input(work, body))
    return _schedule(work, made.id, 201)


@api.get("/schedules/<int:id>", summary="Read a schedule", responses={200: ScheduleOut})
@needs(Permission.ONCALL_READ)
def schedule(path: ById) -> Response:
    """Return a schedule; the ETag is good for If-Match."""
    return _schedule(current_work(), path.id)


@api.put("/schedules/<int:id>", summary="Change a schedule", responses={200: ScheduleOut})
@needs(Permission.ONCALL_EDIT)
def change(path: ById, body: NewSchedule) -> Response:
    """Give a schedule other rules; what lies on top of it stays."""
    work = current_work()
    found = queries.schedule(work, path.id)
    check_match(found.version)
    planning.edit_schedule(work, found, _schedule_input(work, body))
    return _schedule(work, path.id)


@api.get("/schedules/<int:id>/shifts", summary="Who is on call when", responses={200: ShiftsOut})
@needs(Permission.ONCALL_READ)
def shifts(path: ById, query: RangeQuery) -> Response:
    """Return each person's shifts in a range, by what the rules say today."""
    work = current_work()
    since, until = _range(query, work.now)
    found = queries.schedule_since(work, path.id, since)
    drawn = rota.spans(queries.rota(found), since, until)
    names = {person.id: person.username for person in board.known_people(found).values()}
    items = [
        ShiftOut(person=names[one.person], starts_at=one.start, ends_at=one.end)
        for one in sorted(rota.shifts(drawn), key=lambda one: one.start)
    ]
    return _said(ShiftsOut(items=items, next=None))


@api.post("/schedules/<int:id>/overrides", summary="Override", responses={201: ScheduleOut})
@needs(Permission.ONCALL_OVERRIDE)
@once
def override(path: ById, body: NewOverride) -> Response:
    """Change who is on call for a time."""
    work = current_work()
    found = queries.schedule(work, path.id)
    who = _ids(work, [body.person, body.replaces])
    wanted = OverrideInput(
        change=body.change,
        starts=_in_utc(body.starts_at),
        ends=_in_utc(body.ends_at),
        zone="UTC",
        person_id=who[body.person],
        replaces_id=who[body.replaces] if body.replaces else None,
    )
    planning.override(work, found, wanted)
    return _schedule(work, path.id, 201)


@api.delete("/schedules/<int:id>/overrides/<int:top_id>", summary="Take an override back")
@needs(Permission.ONCALL_OVERRIDE)
def remove_override(path: TopPath) -> Response:
    """Take an override back."""
    work = current_work()
    planning.remove_override(work, queries.override(work, path.id, path.top_id))
    return nothing()


@api.post("/schedules/<int:id>/temporaries", summary="Stand in", responses={201: ScheduleOut})
@needs(Permission.ONCALL_EDIT)
@once
def add_temporary(path: ById, body: NewTemporary) -> Response:
    """Put shifts in the place of layers and overrides for a time."""
    work = current_work()
    found = queries.schedule(work, path.id)
    who = _ids(work, [one.person for one in body.shifts])
    rows = [
        {
            "person_id": who[one.person],
            "starts": _in_utc(one.starts_at),
            "ends": _in_utc(one.ends_at),
        }
        for one in body.shifts
    ]
    times = {"starts": _in_utc(body.starts_at), "ends": _in_utc(body.ends_at), "zone": "UTC"}
    temporaries.add(
        work, found, TemporaryInput.model_validate({**times, "reason": body.reason, "shifts": rows})
    )
    return _schedule(work, path.id, 201)


@api.delete("/schedules/<int:id>/temporaries/<int:top_id>", summary="End a temporary schedule")
@needs(Permission.ONCALL_EDIT)
def end_temporary(path: TopPath) -> Response:
    """Give what is left of it back to the layers."""
    work = current_work()
    temporaries.end(work, rota_queries.temporary(work, path.id, path.top_id))
    return nothing()


def _schedule(work: Work, schedule_id: int, status: int = 200) -> Response:
    # Read anew, with the people whom what was just written names.
    found: Schedule = queries.schedule_since(work, schedule_id, work.now)
    body = schedule_as_json(found).model_dump(mode="json")
    return answer(body, status, version=found.version)


def _schedule_input(work: Work, body: NewSchedule) -> ScheduleInput:
    named = [body.owner, *(member for layer in body.layers for member in layer.members)]
    who = _ids(work, named)
    fields: dict[str, Any] = body.model_dump(exclude={"team", "owner", "layers"})
    layers = [
        layer.model_dump(exclude={"members"}) | {"members": [who[one] for one in layer.members]}
        for layer in body.layers
    ]
    return ScheduleInput.model_validate(
        {
            **fields,
            "team_id": people.team(work, body.team).id if body.team else None,
            "owner_id": who[body.owner] if body.owner else None,
            "layers": layers,
        }
    )


def _ids(work: Work, usernames: Sequence[str | None]) -> dict[str, int]:
    return rota_queries.ids_by_username(work, [name for name in usernames if name])


def _in_utc(at: datetime) -> datetime:
    """Return an instant as the wall time of UTC, which is what inputs take."""
    return at.astimezone(UTC).replace(tzinfo=None)


def _range(query: RangeQuery, now: datetime) -> tuple[datetime, datetime]:
    since = query.since or now
    if since.year not in YEARS:
        raise Invalid("no rota reaches so far", {"since": "no rota reaches so far"})
    until = query.until or since + planning.LOOK_AHEAD
    if not timedelta() < until - since <= MOST_DAYS:
        raise Invalid("the range has to end after it begins, within 400 days", {"until": "range"})
    return since, until


def _said(body: BaseModel) -> Response:
    return answer(body.model_dump(mode="json"))
