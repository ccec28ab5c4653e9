"""`/api/v1/maintenance-windows`: planned times in which alerts are kept quiet."""

from datetime import date, datetime

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, ConfigDict, Field

from itsm.kernel.access import Permission
from itsm.kernel.work import Work
from itsm.monitoring.maintenance import queries, service
from itsm.monitoring.maintenance.inputs import WEEKDAYS, WindowInput
from itsm.monitoring.maintenance.models import MaintenanceWindow
from itsm.monitoring.maintenance.recurrence import Repeats
from itsm.web.door import current_work
from itsm.web.needs import needs
from itsm.web.rest import PREFIX, RESPONSES, SECURITY, answer

api = APIBlueprint(
    "maintenance_api",
    __name__,
    url_prefix=f"{PREFIX}/maintenance-windows",
    abp_tags=[
        Tag(name="Maintenance windows", description="Planned times in which alerts are quiet")
    ],
    abp_security=SECURITY,
    abp_responses=RESPONSES,
)


class WindowPath(BaseModel):
    """The address of a window."""

    model_config = ConfigDict(extra="forbid")

    window_id: int


class Extension(BaseModel):
    """How much longer a window is to stand open."""

    model_config = ConfigDict(extra="forbid")

    minutes: int = Field(ge=1, le=service.LONGEST_EXTENSION)


class WindowOut(BaseModel):
    """A maintenance window; `starts` and `ends` are its first time, in wall time of `zone`."""

    id: int
    title: str
    reason: str
    zone: str
    starts: str
    ends: str
    repeats: Repeats
    every: int
    days: list[str]
    until: date | None
    cis: list[str]
    sites: list[str]
    integrations: list[str]
    dependents: bool
    components: bool
    owner: str | None
    state: str = Field(description="`running`, `planned`, `over` or `cancelled`")
    running_until: datetime | None
    next_start: datetime | None
    next_end: datetime | None


class WindowsOut(BaseModel):
    """The windows that run, those to come and the latest that are over."""

    items: list[WindowOut]
    next: str | None


def as_json(work: Work, row: MaintenanceWindow) -> dict[str, object]:
    """Return a window, with what it covers, as JSON."""
    coming = queries.upcoming(row, work.now)
    by_place = {place: day for day, place in WEEKDAYS.items()}
    return WindowOut(
        id=row.id,
        title=row.title,
        reason=row.reason,
        zone=row.zone,
        starts=row.starts.isoformat(timespec="minutes"),
        ends=row.ends.isoformat(timespec="minutes"),
        repeats=row.repeats,
        every=row.every,
        days=[by_place[int(day)] for day in row.days],
        until=row.until,
        cis=[scope.ci.number for scope in row.scopes if scope.ci],
        sites=[scope.site.key for scope in row.scopes if scope.site],
        integrations=[scope.integration.name for scope in row.scopes if scope.integration],
        dependents=row.dependents,
        components=row.components,
        owner=row.owner.username if row.owner else None,
        state=_state(row, coming=coming is not None),
        running_until=row.running_until,
        next_start=coming.starts_at if coming else None,
        next_end=coming.ends_at if coming else None,
    ).model_dump(mode="json")


def _state(row: MaintenanceWindow, *, coming: bool) -> str:
    if row.running_since is not None:
        return "running"
    if row.cancelled_at is not None:
        return "cancelled"
    return "planned" if coming else "over"


@api.get("", responses={200: WindowsOut})
@needs(Permission.ALERT_READ)
def listed() -> Response:
    """List the windows that run, those to come and the latest hundred that are over."""
    work = current_work()
    found = queries.windows(work)
    rows = [*found.running, *(row for row, _ in found.coming), *found.over]
    return answer({"items": [as_json(work, row) for row in rows], "next": None})


@api.post("", responses={201: WindowOut})
@needs(Permission.MAINTENANCE_EDIT)
def create(body: WindowInput) -> Response:
    """Plan a window; one whose time is now begins at once."""
    work = current_work()
    return answer(as_json(work, service.save(work, body)), 201)


@api.get("/<int:window_id>", responses={200: WindowOut})
@needs(Permission.ALERT_READ)
def show(path: WindowPath) -> Response:
    """Return one window."""
    work = current_work()
    return answer(as_json(work, queries.window(work, path.window_id)))


@api.put("/<int:window_id>", responses={200: WindowOut})
@needs(Permission.MAINTENANCE_EDIT)
def change(path: WindowPath, body: WindowInput) -> Response:
    """Change a window into another; what runs is ended and begins anew if its time is now."""
    work = current_work()
    row = queries.window(work, path.window_id, lock=True)
    return answer(as_json(work, service.save(work, body, row)))


@api.post("/<int:window_id>/extend", responses={200: WindowOut})
@needs(Permission.MAINTENANCE_EDIT)
def extend(path: WindowPath, body: Extension) -> Response:
    """Have a window that runs do so for longer."""
    work = current_work()
    row = queries.window(work, path.window_id, lock=True)
    service.extend(work, row, body.minutes)
    return answer(as_json(work, row))


@api.post("/<int:window_id>/end", responses={200: WindowOut})
@needs(Permission.MAINTENANCE_EDIT)
def end_now(path: WindowPath) -> Response:
    """End the time for which a window runs; it comes again as planned."""
    work = current_work()
    row = queries.window(work, path.window_id, lock=True)
    service.end_now(work, row)
    return answer(as_json(work, row))


@api.post("/<int:window_id>/cancel", responses={200: WindowOut})
@needs(Permission.MAINTENANCE_EDIT)
def cancel(path: WindowPath) -> Response:
    """Have a window not run any more."""
    work = current_work()
    row = queries.window(work, path.window_id, lock=True)
    service.cancel(work, row)
    return answer(as_json(work, row))
