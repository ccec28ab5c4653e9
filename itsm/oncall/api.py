"""Paging in `/api/v1`: escalation policies and pages."""

from datetime import datetime
from typing import Literal

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, Field

from itsm.kernel.access import Permission
from itsm.oncall import queries, service
from itsm.oncall.models import (
    Delivery,
    Page,
    Policy,
    PolicyStep,
    PolicyVersion,
)
from itsm.oncall.queries import PageFilter
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


class PageQuery(ListQuery):
    """Which pages."""

    state: PageState | Literal[""] = ""


class ById(BaseModel):
    """The id in the address."""

    id: int = Field(ge=1, lt=2**63)


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


class PoliciesOut(BaseModel):
    """Escalation policies."""

    items: list[PolicyOut]
    next: str | None


class PagesOut(BaseModel):
    """Some pages, and the cursor of the rest."""

    items: list[PageOut]
    next: str | None


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
