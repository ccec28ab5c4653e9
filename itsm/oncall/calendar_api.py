"""Calendars in `/api/v1`: secret addresses, and shifts taken in from an .ics text."""

from datetime import datetime

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, ConfigDict, Field

from itsm.kernel.access import Permission
from itsm.oncall import calendar_import, calendars, queries, shift_queries
from itsm.oncall.calendar_file import MOST_BYTES, Entry
from itsm.oncall.calendar_import import TakenAs
from itsm.oncall.calendar_pages import address
from itsm.web.door import current_work
from itsm.web.needs import needs
from itsm.web.rest import PREFIX, RESPONSES, SECURITY, answer, nothing

api = APIBlueprint(
    "calendars_api",
    __name__,
    url_prefix=PREFIX,
    abp_tags=[Tag(name="Schedules")],
    abp_security=SECURITY,
    abp_responses=RESPONSES,
)


class NewCalendar(BaseModel):
    """Of what a calendar is to be."""

    model_config = ConfigDict(extra="forbid")

    schedule: int | None = Field(
        default=None, ge=1, lt=2**63, description="a schedule's id; null: one's own shifts"
    )


class CalendarOut(BaseModel):
    """One of one's own calendars; its address is told only when it is made."""

    id: int
    schedule: int | None
    created_at: datetime


class AddressOut(BaseModel):
    """A new address, told this once."""

    schedule: int | None
    url: str


class CalendarsOut(BaseModel):
    """One's own calendars."""

    items: list[CalendarOut]
    next: str | None


class ById(BaseModel):
    """The id in the address."""

    id: int = Field(ge=1, lt=2**63)


class NewImport(BaseModel):
    """An iCalendar text, and what its events become."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=MOST_BYTES)
    taken_as: TakenAs = TakenAs.OVERRIDES
    dry_run: bool = Field(default=False, description="only say what the text says")


class EntryOut(BaseModel):
    """One event, and why it is not taken in, if it is not."""

    summary: str
    person: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    problem: str


class EntriesOut(BaseModel):
    """What a text says, and how many of its events were taken in."""

    items: list[EntryOut]
    taken_in: int


@api.get("/oncall/calendars", summary="My calendars", responses={200: CalendarsOut})
@needs(Permission.ONCALL_READ)
def listed() -> Response:
    """List one's own calendars."""
    work = current_work()
    items = [
        CalendarOut(id=one.id, schedule=one.schedule_id, created_at=one.created_at)
        for one in shift_queries.feeds_of(work, work.actor.id or 0)
    ]
    return answer(CalendarsOut(items=items, next=None).model_dump(mode="json"))


# Without an idempotency key: its answer, which would be kept, holds the secret.
@api.post("/oncall/calendars", summary="Make an address", responses={201: AddressOut})
@needs(Permission.ONCALL_READ)
def renew(body: NewCalendar) -> Response:
    """Make a new address; the one before it is good for nothing from now on."""
    token = calendars.renew(current_work(), body.schedule)
    return answer(AddressOut(schedule=body.schedule, url=address(token)).model_dump(), 201)


@api.delete("/oncall/calendars/<int:id>", summary="Close an address")
@needs(Permission.ONCALL_READ)
def close(path: ById) -> Response:
    """Make an address good for nothing."""
    work = current_work()
    calendars.close(work, shift_queries.feed(work, path.id))
    return nothing()


@api.post("/schedules/<int:id>/import", summary="Take in shifts", responses={200: EntriesOut})
@needs(Permission.ONCALL_EDIT)
def take_in(path: ById, body: NewImport) -> Response:
    """Take in the events of an iCalendar text that can be, or only say what it says."""
    work = current_work()
    schedule = queries.schedule(work, path.id)
    entries = calendar_import.look(work, schedule, body.text)
    count = 0
    if not body.dry_run:
        count = calendar_import.take_in(work, schedule, body.text, body.taken_as)
    out = EntriesOut(items=[_entry(one) for one in entries], taken_in=count)
    return answer(out.model_dump(mode="json"))


def _entry(entry: Entry) -> EntryOut:
    return EntryOut(
        summary=entry.summary,
        person=entry.person.username if entry.person else None,
        starts_at=entry.start,
        ends_at=entry.end,
        problem=entry.problem,
    )
