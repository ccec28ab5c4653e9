"""Requests for cover and swaps in `/api/v1`."""

from datetime import datetime
from typing import Literal

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from itsm.kernel.access import Permission
from itsm.kernel.work import Work
from itsm.oncall import cover, cover_queries, queries, rota_queries
from itsm.oncall.cover_states import CoverKind, CoverState
from itsm.oncall.inputs import CoverInput
from itsm.oncall.shift_models import CoverRequest
from itsm.web.door import current_work
from itsm.web.needs import needs
from itsm.web.rest import PREFIX, RESPONSES, SECURITY, answer, once

api = APIBlueprint(
    "cover_api",
    __name__,
    url_prefix=PREFIX,
    abp_tags=[Tag(name="Schedules")],
    abp_security=SECURITY,
    abp_responses=RESPONSES,
)
ANSWERS = {"accept": cover.accept, "decline": cover.decline, "withdraw": cover.withdraw}


class NewCover(BaseModel):
    """One's own time on call, and what is asked for it."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    schedule: int = Field(ge=1, lt=2**63, description="a schedule's id")
    kind: CoverKind
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    asked: str | None = Field(default=None, description="whom; null for an offer to all")
    return_starts_at: AwareDatetime | None = Field(default=None, description="for a swap")
    return_ends_at: AwareDatetime | None = None
    note: str = ""


class AnswerPath(BaseModel):
    """A request and what is said to it."""

    id: int = Field(ge=1, lt=2**63)
    word: Literal["accept", "decline", "withdraw"]


class CoverOut(BaseModel):
    """A request for cover or a swap."""

    id: int
    schedule: str
    schedule_id: int
    kind: CoverKind
    state: CoverState
    asker: str
    asked: str | None
    starts_at: datetime
    ends_at: datetime
    return_starts_at: datetime | None
    return_ends_at: datetime | None
    note: str
    expires_at: datetime
    answered_by: str | None
    answered_at: datetime | None


class CoversOut(BaseModel):
    """Requests that wait for an answer, the soonest first."""

    items: list[CoverOut]
    next: str | None


@api.get("/oncall/requests", summary="Open requests for cover", responses={200: CoversOut})
@needs(Permission.ONCALL_READ)
def requests() -> Response:
    """Return the requests that wait for an answer."""
    found = cover_queries.open_requests(current_work())
    items = [cover_as_json(one) for one in found]
    return answer(CoversOut(items=items, next=None).model_dump(mode="json"))


@api.post("/oncall/requests", summary="Ask for cover or a swap", responses={201: CoverOut})
@needs(Permission.ONCALL_OVERRIDE)
@once
def ask(body: NewCover) -> Response:
    """Ask for cover or a swap of one's own time, or offer it to all."""
    work = current_work()
    schedule = queries.schedule(work, body.schedule)
    asked = [body.asked] if body.asked else []
    who = rota_queries.ids_by_username(work, asked)
    fields = body.model_dump(exclude={"schedule", "asked"})
    fields["asked_id"] = who[body.asked] if body.asked else None
    row = cover.ask(work, schedule, CoverInput.model_validate(fields))
    return _request(work, row.id, 201)


@api.post("/oncall/requests/<int:id>/<word>", summary="Answer", responses={200: CoverOut})
@needs(Permission.ONCALL_OVERRIDE)
@once
def answered(path: AnswerPath) -> Response:
    """Accept or decline a request, or withdraw one's own."""
    work = current_work()
    ANSWERS[path.word](work, cover_queries.request(work, path.id))
    return _request(work, path.id, 200)


def cover_as_json(row: CoverRequest) -> CoverOut:
    """Return a request with who is part of it."""
    return CoverOut(
        id=row.id,
        schedule=row.schedule.name,
        schedule_id=row.schedule_id,
        kind=row.kind,
        state=row.state,
        asker=row.asker.username,
        asked=row.asked.username if row.asked else None,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        return_starts_at=row.return_starts_at,
        return_ends_at=row.return_ends_at,
        note=row.note,
        expires_at=row.expires_at,
        answered_by=row.answered_by.username if row.answered_by else None,
        answered_at=row.answered_at,
    )


def _request(work: Work, request_id: int, status: int) -> Response:
    # Read anew, with the people that it has got since.
    row = cover_queries.request(work, request_id)
    return answer(cover_as_json(row).model_dump(mode="json"), status)
