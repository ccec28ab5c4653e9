"""How a schedule's time is shared, in `/api/v1`."""

from datetime import date

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, ConfigDict, Field

from itsm.kernel.access import Permission
from itsm.oncall import shift_report
from itsm.oncall.fairness import Burden
from itsm.web.door import current_work
from itsm.web.needs import needs
from itsm.web.rest import PREFIX, RESPONSES, SECURITY, answer

api = APIBlueprint(
    "fairness_api",
    __name__,
    url_prefix=PREFIX,
    abp_tags=[Tag(name="Schedules")],
    abp_security=SECURITY,
    abp_responses=RESPONSES,
)


class ById(BaseModel):
    """The id in the address."""

    id: int = Field(ge=1, lt=2**63)


class DaysQuery(BaseModel):
    """Which days by the schedule's clock, both included; the last four weeks without them."""

    model_config = ConfigDict(extra="forbid")

    first: date | None = None
    last: date | None = None


class BurdenOut(BaseModel):
    """What one person carried."""

    person: str
    hours: float
    work_hours: float
    night_hours: float
    weekend_hours: float
    holiday_hours: float = Field(description="on public holidays, whichever day they fall on")
    pages: int
    pages_outside_work: int
    acknowledged: int
    median_s: float | None = Field(description="seconds from a page to its acknowledgement")


class HolidayOut(BaseModel):
    """A public holiday by the schedule's calendar."""

    on: date
    name: str


class FairnessOut(BaseModel):
    """How a schedule's time was shared, the most hours first."""

    schedule: str
    first: date
    last: date
    items: list[BurdenOut]
    holidays: list[HolidayOut]


@api.get("/schedules/<int:id>/fairness", summary="Who had how much", responses={200: FairnessOut})
@needs(Permission.PAGE_READ)
def fairness(path: ById, query: DaysQuery) -> Response:
    """Return hours, pages and time to acknowledge by person."""
    found = shift_report.report(current_work(), path.id, query.first, query.last)
    items = [_burden(found.people[one.person].username, one) for one in found.burdens]
    out = FairnessOut(
        schedule=found.schedule.name,
        first=found.first,
        last=found.last,
        items=items,
        holidays=[HolidayOut(on=day, name=name) for day, name in found.holidays.items()],
    )
    return answer(out.model_dump(mode="json"))


def _burden(username: str, one: Burden) -> BurdenOut:
    return BurdenOut(
        person=username,
        hours=one.hours(),
        work_hours=one.hours("work"),
        night_hours=one.hours("night"),
        weekend_hours=one.hours("weekend"),
        holiday_hours=one.hours("holiday"),
        pages=one.pages,
        pages_outside_work=one.disturbing,
        acknowledged=one.answered,
        median_s=one.median_s,
    )
