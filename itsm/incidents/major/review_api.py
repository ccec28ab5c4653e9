"""Reviews of major incidents and their action items in `/api/v1/incidents`."""

from datetime import date, datetime

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, Field

from itsm.desk.api import TicketPath
from itsm.incidents.major import actions, queries, review
from itsm.incidents.major.api import to_change, worked_on
from itsm.incidents.major.inputs import (
    ChangeAction,
    EditReview,
    NewAction,
)
from itsm.incidents.major.models import Action, Review
from itsm.incidents.models import Incident
from itsm.kernel.access import Permission
from itsm.web import rest
from itsm.web.door import current_work
from itsm.web.needs import needs
from itsm.web.rest import answer, once

api = APIBlueprint(
    "reviews_api",
    __name__,
    url_prefix=f"{rest.PREFIX}/incidents",
    abp_tags=[Tag(name="Reviews", description="What is learnt from major incidents, and done")],
    abp_security=rest.SECURITY,
    abp_responses=rest.RESPONSES,
)


class ActionOut(BaseModel):
    """An action item."""

    id: int
    incident: str
    title: str
    owner: str | None
    due_on: date | None
    done: bool
    created_at: datetime
    done_at: datetime | None


class ReviewOut(BaseModel):
    """A review."""

    number: str
    body: str = Field(description="Markdown")
    drafted_at: datetime
    changed_at: datetime
    version: int


class ActionPath(TicketPath):
    """Which action item of which incident."""

    id: int = Field(le=2**63 - 1)


class ActionsQuery(BaseModel):
    """Which action items."""

    done: bool = False
    mine: bool = False


@api.get("/<number>/review", responses={200: ReviewOut})
@needs(Permission.TICKET_NOTE)
def show_review(path: TicketPath) -> Response:
    """Read the review; 404 where none was drafted."""
    incident = worked_on(path)
    return _review(incident, queries.review(current_work(), incident))


@api.post("/<number>/review", responses={201: ReviewOut})
@needs(Permission.TICKET_NOTE)
@once
def draft_review(path: TicketPath) -> Response:
    """Draft the review of a major incident that is over, from the journal."""
    incident = to_change(path)
    return _review(incident, review.draft(current_work(), incident), 201)


@api.put("/<number>/review", responses={200: ReviewOut})
@needs(Permission.TICKET_NOTE)
def edit_review(path: TicketPath, body: EditReview) -> Response:
    """Set the text of the review, unless somebody has changed it since it was read."""
    incident = to_change(path)
    return _review(incident, review.edit(current_work(), incident, body))


@api.get("/<number>/actions", responses={200: ActionOut})
@needs(Permission.TICKET_NOTE)
def list_actions(path: TicketPath) -> Response:
    """List the action items of one major incident."""
    incident = worked_on(path)
    found = queries.actions(current_work(), incident.id)
    items = [_action_json(one, incident.number) for one in found]
    return answer({"items": items, "next": None})


@api.post("/<number>/actions", responses={201: ActionOut})
@needs(Permission.TICKET_NOTE)
@once
def add_action(path: TicketPath, body: NewAction) -> Response:
    """Write down something that is to be done so that it does not happen again."""
    incident = to_change(path)
    made = actions.add(current_work(), incident, body)
    return answer(_action_json(made, incident.number), 201)


@api.patch("/<number>/actions/<int:id>", responses={200: ActionOut})
@needs(Permission.TICKET_NOTE)
def change_action(path: ActionPath, body: ChangeAction) -> Response:
    """Tick an action item, or give it another title, owner or date."""
    work, incident = current_work(), to_change(path)
    found = queries.action(work, incident, path.id)
    actions.change(work, incident, found, body)
    return answer(_action_json(found, incident.number))


@api.get("/actions", responses={200: ActionOut})
@needs(Permission.TICKET_NOTE)
def all_actions(query: ActionsQuery) -> Response:
    """List action items of all major incidents, the next due first; at most 500."""
    found = queries.all_actions(current_work(), done=query.done, mine=query.mine)
    items = [_action_json(one, one.ticket.number) for one in found]
    return answer({"items": items, "next": None})


def _action_json(action: Action, number: str) -> dict[str, object]:
    return ActionOut(
        id=action.id,
        incident=number,
        title=action.title,
        owner=action.owner.username if action.owner else None,
        due_on=action.due_on,
        done=action.done_at is not None,
        created_at=action.created_at,
        done_at=action.done_at,
    ).model_dump(mode="json")


def _review(incident: Incident, found: Review, code: int = 200) -> Response:
    body = ReviewOut(
        number=incident.number,
        body=found.body,
        drafted_at=found.drafted_at,
        changed_at=found.changed_at,
        version=found.version,
    )
    return answer(body.model_dump(mode="json"), code)
