"""Approvals: what waits for my word, and the page on which it is given, with or without a login."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from itsm.desk import queries as desk
from itsm.kernel.access import Permission
from itsm.kernel.errors import DomainError
from itsm.kernel.work import Work
from itsm.requests.approval import link, queries, service
from itsm.requests.approval.inputs import AskApproval, Decide
from itsm.requests.approval.models import Approval, Decision
from itsm.requests.models import ServiceRequest
from itsm.tickets import queries as tickets
from itsm.tickets.forms import filled, only, wrong
from itsm.tickets.views import ANSWERED
from itsm.web.door import current_work
from itsm.web.needs import machine, needs

pages = Blueprint("approvals", __name__, template_folder="../templates")
SIGNED = "the link of a mail is signed for one person and one approval"


@pages.get("/approvals")
@needs(Permission.SELF)
def index() -> str:
    """Show what waits for my word, and what I answered."""
    work = current_work()
    return render_template(
        "requests/approvals.html",
        waiting=queries.mine(work),
        decided=queries.mine(work, decided=True),
        cost=service.cost,
    )


@pages.get("/approvals/<number>")
@needs(Permission.SELF)
def show(number: str) -> str:
    """Show one approval that I am asked for."""
    work = current_work()
    return _page(work, queries.asked_of_me(work, number), url_for(".decide", number=number))


@pages.post("/approvals/<number>")
@needs(Permission.SELF)
def decide(number: str) -> ResponseReturnValue:
    """Answer it."""
    work = current_work()
    approval = queries.asked_of_me(work, number)
    here = url_for(".decide", number=number)
    refused = _answer(work, approval, here)
    if refused is not None:
        return refused
    flash(f"{number}: {approval.decision.value}", "success")
    return redirect(url_for(".index"), code=303)


@pages.get("/approvals/by-link/<token>")
@machine(SIGNED)
def show_by_link(token: str) -> str:
    """Show what is asked; it decides nothing, since mail scanners open links."""
    work, approval = link.opened(current_work(), token)
    return _page(work, approval, url_for(".decide_by_link", token=token), bare=True)


@pages.post("/approvals/by-link/<token>")
@machine(SIGNED)
def decide_by_link(token: str) -> ResponseReturnValue:
    """Answer as the person whom the mail was sent to."""
    work, approval = link.opened(current_work(), token)
    refused = _answer(work, approval, url_for(".decide_by_link", token=token), bare=True)
    if refused is not None:
        return refused
    return _page(work, approval, "", bare=True)


@pages.post("/requests/<number>/approval")
@needs(Permission.TICKET_TRANSITION)
def ask(number: str) -> ResponseReturnValue:
    """Ask somebody to approve a request."""
    work = current_work()
    wanted = tickets.get_as_to_change(work, ServiceRequest, number)
    try:
        with work.session.begin_nested():
            service.ask(work, wanted, AskApproval.model_validate(filled(request.form, AskApproval)))
    except (ValidationError, DomainError) as error:
        flash("; ".join(wrong(error).values()), "danger")
    return redirect(f"/requests/{number}", code=303)


@pages.post("/requests/<number>/approval/withdraw")
@needs(Permission.TICKET_TRANSITION)
def withdraw(number: str) -> ResponseReturnValue:
    """Ask nobody any more."""
    work = current_work()
    service.withdraw(work, tickets.get_as_to_change(work, ServiceRequest, number))
    return redirect(f"/requests/{number}", code=303)


def _answer(
    work: Work, approval: Approval, here: str, *, bare: bool = False
) -> ResponseReturnValue | None:
    """Take in what the form says; return the page with what is wrong where it is refused."""
    wanted = tickets.by_id(work, ServiceRequest, approval.ticket_id)
    try:
        with work.session.begin_nested():
            answer = Decide.model_validate(only(request.form, Decide))
            service.decide(work, wanted, approval, answer)
    except (ValidationError, DomainError) as error:
        page = _page(work, approval, here, bare=bare, errors=wrong(error, "comment"))
        return page, ANSWERED.get(type(error), 422)
    return None


def _page(
    work: Work,
    approval: Approval,
    here: str,
    *,
    bare: bool = False,
    errors: dict[str, str] | None = None,
) -> str:
    wanted = tickets.shown_by_id(work, ServiceRequest, approval.ticket_id)
    return render_template(
        "requests/approval.html",
        bare=bare,
        approval=approval,
        ticket=wanted,
        cost=service.cost(approval),
        files=desk.attachments(work, wanted),
        here=here,
        open=approval.decision is Decision.WAITING,
        errors=errors or {},
        typed=request.form.get("comment", ""),
    )
