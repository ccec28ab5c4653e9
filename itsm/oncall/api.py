"""On call in `/api/v1`: who has duty, schedules, escalation policies, pages."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Literal

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, ConfigDict, Field

from itsm.kernel.access import Permission
from itsm.oncall import board, queries, service
from itsm.oncall.board import Duty
from itsm.oncall.models import (
    Delivery,
    Page,
    Policy,
    PolicyStep,
    PolicyVersion,
    Schedule,
    ScheduleLayer,
    ScheduleOverride,
)
from itsm.oncall.queries import PageFilter
from itsm.oncall.rota import Change, Rhythm
from itsm.people.models import Person
from itsm.web.door import current_work
from itsm.web.needs import needs
from itsm.web.rest import PREFIX, RESPONSES, SECURITY, ListQuery, answer, once

api = APIBlueprint(
    "oncall_api",
    __name__,
    url_prefix=PREFIX,
    abp_tags=[Tag(name="On call", description="Rotas, policies and pages")],
    abp_security=SECURITY,
    abp_responses=RESPONSES,
)
PageState = Literal["triggered", "acknowledged", "resolved", "exhausted"]


class NowQuery(BaseModel):
    """Which schedules."""

    model_config = ConfigDict(extra="forbid")

    schedule: str = Field(default="", description="name of a schedule or a team; all without it")


class PageQuery(ListQuery):
    """Which pages."""

    state: PageState | Literal[""] = ""


class ById(BaseModel):
    """The id in the address."""

    id: int = Field(ge=1, lt=2**63)


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
    """Members who take turns; times are wall time of the schedule's zone."""

    rhythm: Rhythm
    every: int
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


class ScheduleOut(BaseModel):
    """A schedule; the first layer that has somebody wins."""

    id: int
    name: str
    zone: str
    team: str | None
    layers: list[LayerOut]
    overrides: list[OverrideOut] = Field(description="those that are not over")


class StepOut(BaseModel):
    """Whom a step tells, and how long it waits before the next."""

    delay_min: int
    important: bool = Field(description="its pages go by people's rules for important ones")
    people: list[str]
    schedules: list[str]


class PolicyOut(BaseModel):
    """What an escalation policy says now."""

    id: int
    name: str
    standard: bool = Field(description="used for what names no policy")
    version: int
    repeat: int = Field(description="loops after the first; -1 without end")
    ack_timeout_min: int
    fallback: str
    steps: list[StepOut]


class AttemptOut(BaseModel):
    """One try to reach somebody; `queued` is one that is to come."""

    channel: str
    state: str = Field(description="held: until `at`, by quiet hours", examples=["accepted"])
    at: datetime
    detail: str


class PageOut(BaseModel):
    """One person told of one incident."""

    id: int
    incident: str
    person: str
    policy: str
    step: int
    loop: int
    state: str
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    created_at: datetime
    attempts: list[AttemptOut]


class NowOut(BaseModel):
    """Who is on call, by schedule."""

    items: list[DutyOut]
    next: str | None


class SchedulesOut(BaseModel):
    """Schedules."""

    items: list[ScheduleOut]
    next: str | None


class PoliciesOut(BaseModel):
    """Escalation policies."""

    items: list[PolicyOut]
    next: str | None


class PagesOut(BaseModel):
    """Some pages, and the cursor of the rest."""

    items: list[PageOut]
    next: str | None


@api.get("/oncall/now", summary="Who is on call now", responses={200: NowOut})
@needs(Permission.ONCALL_READ)
def now(query: NowQuery) -> Response:
    found = board.matching(current_work(), query.schedule)
    return _said(NowOut(items=[duty_as_json(duty) for duty in found], next=None))


@api.get("/schedules", summary="List schedules", responses={200: SchedulesOut})
@needs(Permission.ONCALL_READ)
def schedules() -> Response:
    found = queries.schedules(current_work())
    return _said(SchedulesOut(items=[schedule_as_json(one) for one in found], next=None))


@api.get("/schedules/<int:id>", summary="Read a schedule", responses={200: ScheduleOut})
@needs(Permission.ONCALL_READ)
def schedule(path: ById) -> Response:
    found = queries.schedule(current_work(), path.id)
    return _said(schedule_as_json(found), version=found.version)


@api.get("/escalation-policies", summary="List policies", responses={200: PoliciesOut})
@needs(Permission.ONCALL_READ)
def policies() -> Response:
    found = queries.policies(current_work())
    return _said(PoliciesOut(items=[policy_as_json(*one) for one in found], next=None))


@api.get("/escalation-policies/<int:id>", summary="Read a policy", responses={200: PolicyOut})
@needs(Permission.ONCALL_READ)
def policy(path: ById) -> Response:
    found, version = queries.policy(current_work(), path.id)
    return _said(policy_as_json(found, version), version=version.number)


@api.get("/pages", summary="List pages, newest first", responses={200: PagesOut})
@needs(Permission.PAGE_READ)
def pages(query: PageQuery) -> Response:
    wanted = PageFilter(state=query.state, cursor=query.cursor, limit=query.limit)
    found = queries.pages(current_work(), wanted)
    return _said(PagesOut(items=[page_as_json(one) for one in found.items], next=found.next))


@api.get("/pages/<int:id>", summary="Read a page", responses={200: PageOut})
@needs(Permission.PAGE_READ)
def page(path: ById) -> Response:
    return _said(page_as_json(queries.page(current_work(), path.id)))


@api.post("/pages/<int:id>/acknowledge", summary="Take it", responses={200: PageOut})
@needs(Permission.PAGE_ACKNOWLEDGE)
@once
def acknowledge(path: ById) -> Response:
    work = current_work()
    found = queries.page(work, path.id)
    service.acknowledge(work, found.escalation.ticket_id, escalation_id=found.escalation_id)
    return _said(page_as_json(found))


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
        overrides=[_override(row) for row in schedule.overrides],
    )


def policy_as_json(policy: Policy, version: PolicyVersion) -> PolicyOut:
    """Return what a policy says now."""
    return PolicyOut(
        id=policy.id,
        name=policy.name,
        standard=bool(policy.standard),
        version=version.number,
        repeat=version.repeat,
        ack_timeout_min=version.ack_timeout_min,
        fallback=version.fallback.username,
        steps=[_step(step) for step in version.steps],
    )


def page_as_json(page: Page) -> PageOut:
    """Return a page with everything that was tried and what is to come."""
    escalation = page.escalation
    taken_by = escalation.acknowledged_by
    return PageOut(
        id=page.id,
        incident=escalation.ticket.number,
        person=page.person.username,
        policy=escalation.policy.name,
        step=page.step + 1,
        loop=page.loop + 1,
        state=queries.state_of(page),
        acknowledged_by=taken_by.username if taken_by else None,
        acknowledged_at=escalation.acknowledged_at,
        created_at=page.created_at,
        attempts=[one for delivery in page.deliveries for one in _attempts(delivery)],
    )


def _people(people: Sequence[Person]) -> list[PersonOut]:
    return [PersonOut(username=person.username, name=person.name) for person in people]


def _layer(layer: ScheduleLayer) -> LayerOut:
    return LayerOut(
        rhythm=layer.rhythm,
        every=layer.every,
        first_handoff=layer.first_handoff,
        hours_from=layer.hours_from,
        hours_to=layer.hours_to,
        days=layer.days,
        members=[member.person.username for member in layer.members],
    )


def _override(row: ScheduleOverride) -> OverrideOut:
    return OverrideOut(
        id=row.id,
        change=row.change,
        person=row.person.username,
        replaces=row.replaces.username if row.replaces else None,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
    )


def _step(step: PolicyStep) -> StepOut:
    return StepOut(
        delay_min=step.delay_min,
        important=step.important,
        people=[one.person.username for one in step.targets if one.person],
        schedules=[one.schedule.name for one in step.targets if one.schedule],
    )


def _attempts(delivery: Delivery) -> list[AttemptOut]:
    channel = delivery.channel
    if not delivery.attempts:
        state = delivery.state
        return [AttemptOut(channel=channel, state=state, at=delivery.due_at, detail="")]
    return [
        AttemptOut(channel=channel, state=one.state, at=one.at, detail=one.detail)
        for one in delivery.attempts
    ]


def _said(body: BaseModel, *, version: int | None = None) -> Response:
    return answer(body.model_dump(mode="json"), version=version)
