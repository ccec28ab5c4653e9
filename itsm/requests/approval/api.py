"""`/api/v1/requests/{number}/approvals`: who is asked, and the answer."""

from datetime import datetime

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, Field

from itsm.desk.api import TicketPath
from itsm.kernel.access import Permission
from itsm.requests.approval import queries, service
from itsm.requests.approval.inputs import HUNDREDTHS, AskApproval, Decide
from itsm.requests.approval.models import Approval, Decision
from itsm.requests.models import ServiceRequest
from itsm.tickets import queries as tickets
from itsm.web.door import current_work
from itsm.web.needs import needs
from itsm.web.rest import PREFIX, RESPONSES, SECURITY, answer, once

api = APIBlueprint(
    "approvals_api",
    __name__,
    url_prefix=f"{PREFIX}/requests/<number>/approvals",
    abp_tags=[Tag(name="Requests", description="Something that a person wants")],
    abp_security=SECURITY,
    abp_responses=RESPONSES,
)


class ApprovalOut(BaseModel):
    """Somebody's word on a request."""

    id: int
    approver: str
    asked_by: str | None
    what: str
    amount: str | None = Field(description="such as 1200.00")
    currency: str
    decision: Decision
    comment: str
    asked_at: datetime
    decided_at: datetime | None


def as_json(approval: Approval) -> dict[str, object]:
    """Return an approval as JSON."""
    amount = approval.amount
    return ApprovalOut(
        id=approval.id,
        approver=approval.approver.username,
        asked_by=approval.asked_by.username if approval.asked_by else None,
        what=approval.what,
        amount=None if amount is None else f"{amount / HUNDREDTHS:.2f}",
        currency=approval.currency,
        decision=approval.decision,
        comment=approval.comment,
        asked_at=approval.asked_at,
        decided_at=approval.decided_at,
    ).model_dump(mode="json")


@api.get("", responses={200: ApprovalOut})
@needs(Permission.TICKET_READ)
def index(path: TicketPath) -> Response:
    """List who was asked and what they answered, oldest first."""
    work = current_work()
    found = queries.of(work, tickets.get_as(work, ServiceRequest, path.number))
    return answer({"items": [as_json(one) for one in found], "next": None})


@api.post("/ask", responses={201: ApprovalOut})
@needs(Permission.TICKET_TRANSITION)
@once
def ask(path: TicketPath, body: AskApproval) -> Response:
    """Ask somebody to approve it, by default the requester's manager."""
    work = current_work()
    request = tickets.get_as_to_change(work, ServiceRequest, path.number)
    service.ask(work, request, body)
    return answer(as_json(queries.of(work, request)[-1]), 201)


@api.post("", responses={200: ApprovalOut})
@needs(Permission.SELF)
@once
def decide(path: TicketPath, body: Decide) -> Response:
    """Answer what one was asked; a rejection needs a comment."""
    work = current_work()
    approval = queries.asked_of_me(work, path.number)
    request = tickets.by_id(work, ServiceRequest, approval.ticket_id)
    service.decide(work, request, approval, body)
    return answer(as_json(approval))


@api.delete("")
@needs(Permission.TICKET_TRANSITION)
def withdraw(path: TicketPath) -> Response:
    """Ask nobody any more; the request is new again."""
    work = current_work()
    request = tickets.get_as_to_change(work, ServiceRequest, path.number)
    service.withdraw(work, request)
    return answer({"items": [as_json(one) for one in queries.of(work, request)], "next": None})
