"""The pages of the portal."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from itsm.assets import devices
from itsm.desk import queries as desk
from itsm.desk import service as tickets
from itsm.desk.files import download
from itsm.desk.inputs import NewComment
from itsm.desk.models import Desk, Ticket
from itsm.incidents.major import affected, bulletins
from itsm.incidents.reporting import Hurt, Report, report
from itsm.kernel.access import Permission
from itsm.kernel.errors import Denied, DomainError, Refused
from itsm.kernel.work import Work
from itsm.portal import queries, thread, wording
from itsm.portal.thread import Tried
from itsm.requests.asking import Wish, ask
from itsm.surveys import own as surveys
from itsm.tickets import forms, requester
from itsm.tickets.inputs import Transition
from itsm.web.door import current_work
from itsm.web.needs import needs

pages = Blueprint("portal", __name__, template_folder="templates", url_prefix="/portal")
ANSWERED = {Denied: 403, Refused: 409}
MOST_WORDS = 200


@pages.get("")
@needs(Permission.TICKET_READ)
def home() -> str:
    work = current_work()
    return render_template(
        "portal/home.html",
        board=bulletins.board(work),
        tickets=queries.latest(work),
        devices=devices.used_by_actor(work),
        told=wording.DISTURBANCES,
        desks=_other_desks(work),
    )


@pages.post("/outages/<number>/me-too")
@needs(Permission.SELF)
def me_too(number: str) -> ResponseReturnValue:
    affected.count_me(current_work(), number)
    return redirect(url_for(".home"), code=303)


@pages.get("/report")
@needs(Permission.TICKET_CREATE)
def report_form() -> str:
    return _report_page(Tried(typed=request.args))


@pages.post("/report")
@needs(Permission.TICKET_CREATE)
def send_report() -> ResponseReturnValue:
    work = current_work()
    try:
        kept = forms.keep_files(request.files.getlist("files"))
        incident = report(work, Report.model_validate(forms.filled(request.form, Report)))
        for name, stored in kept:
            tickets.attach(work, incident, name, stored)
    except (ValidationError, DomainError) as error:
        return _report_page(Tried(wording.wrong(error), request.form)), 422
    return redirect(url_for(".ticket", number=incident.number, sent="yes"), code=303)


@pages.get("/ask")
@needs(Permission.TICKET_CREATE)
def ask_form() -> str:
    return _ask_page(Tried(typed=request.args))


@pages.post("/ask")
@needs(Permission.TICKET_CREATE)
def send_wish() -> ResponseReturnValue:
    work = current_work()
    try:
        kept = forms.keep_files(request.files.getlist("files"))
        wish = ask(work, Wish.model_validate(forms.filled(request.form, Wish)))
        for name, stored in kept:
            tickets.attach(work, wish, name, stored)
    except (ValidationError, DomainError) as error:
        return _ask_page(Tried(wording.wrong(error), request.form)), 422
    return redirect(url_for(".ticket", number=wish.number, sent="yes"), code=303)


@pages.get("/tickets")
@needs(Permission.TICKET_READ)
def mine() -> str:
    words = " ".join(request.args.get("q", "").replace("\x00", "").split())[:MOST_WORDS]
    page = queries.page(current_work(), words, request.args.get("cursor", ""))
    return render_template("portal/tickets.html", page=page, words=words)


@pages.get("/tickets/<number>")
@needs(Permission.TICKET_READ)
def ticket(number: str) -> str:
    return _ticket_page(number)


@pages.get("/tickets/<number>/files/<int:attachment_id>")
@needs(Permission.TICKET_READ)
def file(number: str, attachment_id: int) -> ResponseReturnValue:
    work = current_work()
    found = queries.file(work, queries.get(work, number), attachment_id)
    return download(found, inline="show" in request.args)


@pages.post("/tickets/<number>/replies")
@needs(Permission.TICKET_REPLY)
def reply(number: str) -> ResponseReturnValue:
    def act(work: Work, ticket: Ticket) -> None:
        new = NewComment.model_validate({"body": request.form.get("body", "")})
        kept = forms.keep_files(request.files.getlist("files"))
        written = tickets.comment(work, ticket, new)
        for name, stored in kept:
            tickets.attach(work, ticket, name, stored, comment=written)

    return _attempt(number, act)


@pages.post("/tickets/<number>/works")
@needs(Permission.TICKET_REPLY)
def works(number: str) -> ResponseReturnValue:
    return _attempt(number, requester.confirm)


@pages.post("/tickets/<number>/broken")
@needs(Permission.TICKET_REPLY)
def broken(number: str) -> ResponseReturnValue:
    def act(work: Work, ticket: Ticket) -> None:
        reason = {"to": "in_progress", "reason": request.form.get("reason", "")}
        requester.dispute(work, ticket, Transition.model_validate(reason).reason)

    return _attempt(number, act)


def _attempt(number: str, act: Callable[[Work, Ticket], None]) -> ResponseReturnValue:
    """Do something to a ticket; where it is refused, show the page with what was typed."""
    work = current_work()
    ticket = queries.get(work, number, to_change=True)
    try:
        with work.session.begin_nested():
            act(work, ticket)
    except (ValidationError, DomainError) as error:
        tried = Tried(wording.wrong(error), request.form)
        return _ticket_page(number, tried), ANSWERED.get(type(error), 422)
    return redirect(url_for(".ticket", number=ticket.number), code=303)


def _ticket_page(number: str, tried: Tried | None = None) -> str:
    work = current_work()
    shown = thread.of(work, queries.get(work, number))
    question = surveys.question(work, shown.ticket)
    return render_template(
        "portal/ticket.html",
        shown=shown,
        question=question,
        tried=tried or Tried(),
        steps_of=wording.STEPS,
        sent="sent" in request.args,
    )


def _ask_page(tried: Tried) -> str:
    asked = tried.typed.get("desk", "")
    desks = _other_desks(current_work())
    return render_template(
        "portal/ask.html",
        tried=tried,
        desk=next((one for one in desks if one.key == asked), None),
    )


def _other_desks(work: Work) -> list[Desk]:
    """Return the desks that take reports from the person, beside the first, which takes most."""
    usual = desk.desk(work, "")
    return [one for one in desk.desks(work) if one.id != usual.id]


def _report_page(tried: Tried) -> str:
    work = current_work()
    own = [(ci.number, ci.name) for ci in devices.used_by_actor(work)]
    asked = tried.typed.get("desk", "")
    return render_template(
        "portal/report.html",
        tried=tried,
        desk=next((one for one in _other_desks(work) if one.key == asked), None),
        devices=own,
        device=tried.typed.get("device", own[0][0] if len(own) == 1 else ""),
        hurts=wording.HURTS,
        hurt=tried.typed.get("hurt", Hurt.HAMPERED.value),
    )
