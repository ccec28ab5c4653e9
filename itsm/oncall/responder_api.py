"""Bringing others in, in `/api/v1`: asking for help, handing over."""

from typing import Self

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, ConfigDict, Field, model_validator

from itsm.desk import queries as desk
from itsm.kernel.access import Permission
from itsm.oncall import responder_pages, responders
from itsm.oncall.models import Escalation
from itsm.web.door import current_work
from itsm.web.needs import needs
from itsm.web.rest import PREFIX, RESPONSES, SECURITY, answer, once

api = APIBlueprint(
    "responder_api",
    __name__,
    url_prefix=PREFIX,
    abp_tags=[Tag(name="On call", description="Rotas, policies and pages")],
    abp_security=SECURITY,
    abp_responses=RESPONSES,
)


class ByNumber(BaseModel):
    """The number in the address."""

    number: str = Field(max_length=24)


class HelpAsked(BaseModel):
    """Whom to page besides whoever has it: a person, or a team by its policy."""

    model_config = ConfigDict(extra="forbid")

    person: str = Field(default="", description="username", max_length=80)
    team: str = Field(default="", description="key of a team that a policy pages", max_length=40)

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if bool(self.person) == bool(self.team):
            message = "name a person or a team"
            raise ValueError(message)
        return self


class HandOverIn(BaseModel):
    """Which team has it from now on, and why."""

    model_config = ConfigDict(extra="forbid")

    team: str = Field(description="key of a team that a policy pages", max_length=40)
    reason: str = Field(default="", max_length=responders.MOST_REASON)


class EscalationOut(BaseModel):
    """The paging that began."""

    incident: str
    policy: str
    state: str


@api.post(
    "/incidents/<number>/responders",
    summary="Ask a person or a team for help",
    responses={201: EscalationOut},
)
@needs(Permission.PAGE_SEND)
@once
def ask(path: ByNumber, body: HelpAsked) -> Response:
    """Page somebody besides whoever has it."""
    work = current_work()
    ticket = desk.get(work, path.number)
    if body.team:
        team = responder_pages.team_named(work, body.team)
        return _began(ticket.number, responders.ask_team(work, ticket, team))
    person = responder_pages.person_named(work, body.person)
    return _began(ticket.number, responders.ask_person(work, ticket, person))


@api.post(
    "/incidents/<number>/handover",
    summary="Hand over to another team",
    responses={201: EscalationOut},
)
@needs(Permission.PAGE_SEND)
@once
def hand_over(path: ByNumber, body: HandOverIn) -> Response:
    """Have another team see to it."""
    work = current_work()
    ticket = desk.get(work, path.number)
    team = responder_pages.team_named(work, body.team)
    return _began(ticket.number, responders.hand_over(work, ticket, team, body.reason))


def _began(number: str, row: Escalation) -> Response:
    out = EscalationOut(incident=number, policy=row.policy.name, state=row.state)
    return answer(out.model_dump(mode="json"), 201)
