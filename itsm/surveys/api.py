"""`/api/v1/surveys`: results and answers; `/api/v1/desks/<key>/survey`: when a desk asks."""

from datetime import datetime
from typing import Annotated

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, Field

from itsm.kernel.access import Permission
from itsm.kernel.work import Work
from itsm.surveys import queries, service
from itsm.surveys.inputs import GiveAnswer, SaveRule
from itsm.surveys.models import Answer
from itsm.surveys.pages import month_of
from itsm.surveys.queries import Which
from itsm.web import rest
from itsm.web.door import current_work
from itsm.web.needs import needs

TAG = Tag(name="Surveys", description="How requesters say that we did")
api = APIBlueprint(
    "surveys_api",
    __name__,
    url_prefix=f"{rest.PREFIX}/surveys",
    abp_tags=[TAG],
    abp_security=rest.SECURITY,
    abp_responses=rest.RESPONSES,
)
rules = APIBlueprint(
    "survey_rules_api",
    __name__,
    url_prefix=f"{rest.PREFIX}/desks/<key>/survey",
    abp_tags=[TAG],
    abp_security=rest.SECURITY,
    abp_responses=rest.RESPONSES,
)
Month = Annotated[str, Field(pattern=r"^\d{4}-\d{2}$", examples=["2026-11"])]


class AnswersQuery(rest.ListQuery):
    """Which answers."""

    desk: str | None = Field(default=None, max_length=40)
    team: str | None = Field(default=None, max_length=80, description="empty: those of no team")
    month: Month | None = None
    rating: int | None = Field(default=None, ge=1, le=5)
    commented: bool = False


class AnswerOut(BaseModel):
    """One answer; without a name it tells neither ticket nor moment."""

    rating: int
    comment: str
    anonymous: bool
    desk: str
    team: str | None
    month: str = Field(description="in which the ticket was closed")
    ticket: str | None
    person: str | None
    answered_at: datetime | None


class RuleOut(BaseModel):
    """When a desk asks."""

    active: bool
    percent: int
    rest_days: int
    wait_hours: int


class SurveyPath(BaseModel):
    """Which ticket."""

    number: str = Field(max_length=24)


class RulePath(BaseModel):
    """Which desk."""

    key: str = Field(max_length=40)


@api.get("", summary="What was answered, newest first", responses={200: AnswerOut})
@needs(Permission.SURVEY_READ)
def answers(query: AnswersQuery) -> Response:
    which = Which(
        query.desk,
        query.team,
        month_of(query.month) if query.month else None,
        query.rating,
        query.commented,
    )
    found = queries.answers(current_work(), which, cursor=query.cursor, limit=query.limit)
    return rest.answer({"items": [_json(one) for one in found.items], "next": found.next})


@api.put("/<number>", summary="Say how we did", responses={200: GiveAnswer})
@needs(Permission.TICKET_REPLY)
def give(path: SurveyPath, body: GiveAnswer) -> Response:
    """Answer about a ticket of one's own, or answer anew."""
    work = current_work()
    service.answer(work, queries.own(work, path.number), body)
    return rest.answer(body.model_dump())


@rules.get("", summary="When a desk asks", responses={200: RuleOut})
@needs(Permission.CONFIG_READ)
def rule(path: RulePath) -> Response:
    work = current_work()
    return _rule(work, queries.desk_of(work, path.key).id)


@rules.put("", summary="Say when a desk asks", responses={200: RuleOut})
@needs(Permission.CONFIG_EDIT)
def save_rule(path: RulePath, body: SaveRule) -> Response:
    work = current_work()
    desk = queries.desk_of(work, path.key)
    service.save_rule(work, desk, body)
    return _rule(work, desk.id)


def _rule(work: Work, desk_id: int) -> Response:
    found = queries.rule(work, desk_id) or SaveRule(active=False)
    shown = {name: getattr(found, name) for name in service.FIELDS}
    return rest.answer(RuleOut(**shown).model_dump())


def _json(one: Answer) -> dict[str, object]:
    return AnswerOut(
        rating=one.rating,
        comment=one.comment,
        anonymous=one.ticket is None,
        desk=one.desk.key,
        team=one.team.key if one.team else None,
        month=f"{one.month:%Y-%m}",
        ticket=one.ticket.number if one.ticket else None,
        person=one.person.username if one.person else None,
        answered_at=one.answered_at,
    ).model_dump(mode="json")
