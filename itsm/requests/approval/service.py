"""Every verb of approvals: asked, reminded, given or denied, withdrawn."""

from datetime import timedelta

from itsm.desk import service as tickets
from itsm.kernel.access import Permission
from itsm.kernel.errors import Denied, Invalid, Refused
from itsm.kernel.work import Work
from itsm.people.models import Person
from itsm.platform import timers
from itsm.platform.outbox import Payload
from itsm.requests.approval import queries
from itsm.requests.approval.events import (
    ApprovalAsked,
    ApprovalDenied,
    ApprovalGiven,
    ApprovalReminded,
    ApprovalWithdrawn,
)
from itsm.requests.approval.inputs import HUNDREDTHS, AskApproval, Decide
from itsm.requests.approval.models import Approval, Decision
from itsm.requests.models import ServiceRequest
from itsm.tickets import moving, properties

REMIND = "requests.remind"
REMIND_AFTER = timedelta(days=2)
MOST_REMINDERS = 3
# How long the link in a mail is good.
LINK_LIFE = timedelta(days=7)


def ask(work: Work, request: ServiceRequest, wanted: AskApproval) -> Approval:
    """Have somebody say whether a request may be fulfilled; nobody works on it before.

    They follow the request from then on, so that they can read it. Emits ApprovalAsked. Raises
    Invalid for a person that there is not or who may not decide this, where no manager is known;
    Refused, Denied without ticket:transition and ticket:watch.
    """
    approver = _approver(work, request, wanted.approver)
    moving.move(work, request, "ask")
    tickets.watch(work, request, approver)
    asked = work.add(
        Approval(
            ticket_id=request.id,
            approver_id=approver.id,
            approver=approver,
            asked_by_id=work.actor.id,
            what=wanted.what,
            amount=wanted.hundredths(),
            currency=wanted.currency if wanted.amount is not None else "",
            decision=Decision.WAITING,
            asked_at=work.now,
        )
    )
    _remind_later(work, asked)
    work.emit(
        ApprovalAsked(
            ticket_id=request.id,
            approver=approver.name,
            approver_id=approver.id,
            what=asked.what,
            cost=cost(asked),
        )
    )
    return asked


def _approver(work: Work, request: ServiceRequest, username: str) -> Person:
    named = username != ""
    person = properties.person(work, username, "approver") if named else _manager(work, request)
    if person.id == request.requester_id:
        raise Invalid("nobody approves what they asked for", {"approver": "is the requester"})
    if person.id == work.actor.id:
        raise Invalid("ask somebody else than yourself", {"approver": "is yourself"})
    return person


def _manager(work: Work, request: ServiceRequest) -> Person:
    manager_id = request.requester.manager_id if request.requester else None
    manager = work.session.get(Person, manager_id) if manager_id else None
    if manager is None or not manager.active:
        raise Invalid("no manager is known: say whom to ask", {"approver": "is needed"})
    return manager


def cost(approval: Approval) -> str:
    """Return what it costs as people read it, such as "1,200.00 USD"; empty for nothing."""
    if approval.amount is None:
        return ""
    return f"{approval.amount / HUNDREDTHS:,.2f} {approval.currency}"


def decide(work: Work, request: ServiceRequest, approval: Approval, answer: Decide) -> None:
    """Answer as whoever was asked: work goes on, or the request is rejected.

    Emits ApprovalGiven or ApprovalDenied. Raises Denied for anybody else and for its requester,
    Refused where it was answered or withdrawn before, Invalid for a rejection without a reason.
    """
    if work.actor.id is None or work.actor.id != approval.approver_id:
        raise Denied("only who was asked can answer")
    if work.actor.id == request.requester_id:
        raise Denied("nobody approves what they asked for")
    if approval.decision is not Decision.WAITING:
        raise Refused(f"this was {approval.decision.value} already")
    given = answer.decision == "approve"
    if not given and not answer.comment:
        raise Invalid("say why: the requester reads it", {"comment": "is needed to reject"})
    moving.move(work, request, "approve" if given else "reject", Permission.TICKET_READ)
    _end(work, approval, Decision.APPROVED if given else Decision.REJECTED)
    approval.comment = answer.comment
    if given:
        said = ApprovalGiven(ticket_id=request.id, cost=cost(approval), comment=answer.comment)
        work.emit(said)
        return
    request.closed_at = work.now
    work.emit(ApprovalDenied(ticket_id=request.id, cost=cost(approval), comment=answer.comment))


def withdraw(work: Work, request: ServiceRequest) -> None:
    """Ask nobody any more: it is new again. Emits ApprovalWithdrawn. Raises Refused, Denied."""
    moving.move(work, request, "withdraw")
    drop(work, request)


def drop(work: Work, request: ServiceRequest) -> None:
    """Take back what a request that ends waits for, if anything. Emits ApprovalWithdrawn."""
    approval = queries.waiting(work, request.id)
    if approval is not None:
        _end(work, approval, Decision.WITHDRAWN)
        work.emit(ApprovalWithdrawn(ticket_id=request.id, approver=approval.approver.name))


def _end(work: Work, approval: Approval, decision: Decision) -> None:
    approval.decision, approval.decided_at = decision, work.now
    timers.disarm(work, REMIND, str(approval.id))


def remind(work: Work, approval: Approval) -> None:
    """Remind whoever was asked, at most three times. Emits ApprovalReminded."""
    approval.reminded += 1
    work.emit(
        ApprovalReminded(
            ticket_id=approval.ticket_id,
            approver=approval.approver.name,
            approver_id=approval.approver_id,
        )
    )
    if approval.reminded < MOST_REMINDERS:
        _remind_later(work, approval)


def _remind_later(work: Work, approval: Approval) -> None:
    payload: Payload = {"ticket_id": approval.ticket_id}
    timers.arm(work, REMIND, str(approval.id), work.now + REMIND_AFTER, payload)
