"""The pages of the portal. What a person may do here is for the verbs of incidents to say."""

from collections.abc import Callable, Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from itsm.desk import queries as desk
from itsm.desk import service as tickets
from itsm.desk.files import download
from itsm.desk.inputs import NewComment
from itsm.desk.models import LinkType, Source
from itsm.incidents import forms, queries, service
from itsm.incidents.inputs import OpenIncident
from itsm.incidents.major import affected, bulletins
from itsm.incidents.models import Incident
from itsm.kernel.access import Permission
from itsm.kernel.errors import DomainError
from itsm.kernel.work import Work
from itsm.portal import things
from itsm.portal.wording import HINDERS, title_of
from itsm.web.door import current_work
from itsm.web.needs import needs

pages = Blueprint("portal", __name__, template_folder="templates", url_prefix="/portal")


@pages.get("")
@needs(Permission.SELF)
def home() -> str:
    """Show what a person came for: to ask, to report, to see how it goes."""
    work = current_work()
    current = bulletins.board(work).current
    return render_template(
        "portal/home.html",
        disturbed=current,
        joined=affected.joined_by_me(work, [one.number for one in current]),
        rows=things.open_ones(work),
        standing=things.standing,
        devices=things.devices(work),
        desks=desk.desks(work),
        name=(work.actor.full_name or work.actor.name).split()[0],
    )


@pages.post("/disturbances/<number>/me-too")
@needs(Permission.SELF)
def me_too(number: str) -> ResponseReturnValue:
    """Be counted among those whom a disturbance hits."""
    affected.join(current_work(), number)
    flash("Noted: we know that it hits you too, and you need not report it", "success")
    return redirect(url_for(".home"), code=303)


@pages.get("/report")
@needs(Permission.TICKET_CREATE)
def report() -> str:
    """Ask what is wrong."""
    return _report_page(request.args)


@pages.post("/report")
@needs(Permission.TICKET_CREATE)
def send_report() -> ResponseReturnValue:
    """Report something; what was typed is shown again if that cannot be."""
    work, form = current_work(), request.form
    try:
        kept = forms.keep_files(request.files.getlist("files"))
        incident = service.open_(work, OpenIncident.model_validate(_reported(form)))
        for name, stored in kept:
            tickets.attach(work, incident, name, stored)
    except (ValidationError, DomainError) as error:
        return _report_page(form, _wrong_report(error)), 422
    flash(f"We have it as {incident.number}. You are told when something happens.", "success")
    return redirect(url_for(".show", number=incident.number), code=303)


@pages.get("/tickets")
@needs(Permission.TICKET_READ)
def listed() -> str:
    """Show everything that the person reported, open and done."""
    asked = forms.asked(request.args)
    return render_template(
        "portal/tickets.html",
        page=things.page(current_work(), asked),
        standing=things.standing,
        q=asked.get("q", ""),
    )


@pages.get("/tickets/<number>")
@needs(Permission.TICKET_READ)
def show(number: str) -> str:
    """Show how one of them goes."""
    return _ticket_page(number)


@pages.get("/tickets/<number>/files/<int:attachment_id>")
@needs(Permission.TICKET_READ)
def file(number: str, attachment_id: int) -> ResponseReturnValue:
    """Send a file of it."""
    work = current_work()
    found = desk.attachment(work, things.one(work, number), attachment_id)
    return download(found, inline="show" in request.args)


@pages.post("/tickets/<number>/replies")
@needs(Permission.TICKET_REPLY)
def reply(number: str) -> ResponseReturnValue:
    """Write to those who work on it."""

    def act(work: Work, incident: Incident) -> None:
        new = NewComment.model_validate({"body": request.form.get("body", "")})
        kept = forms.keep_files(request.files.getlist("files"))
        written = tickets.comment(work, incident, new, source=Source.PORTAL)
        for name, stored in kept:
            tickets.attach(work, incident, name, stored, comment=written)

    return _do(number, act)


@pages.post("/tickets/<number>/works")
@needs(Permission.TICKET_REPLY)
def works(number: str) -> ResponseReturnValue:
    """Say that it works."""
    return _do(number, service.confirm, "Thank you. It is done.")


@pages.post("/tickets/<number>/broken")
@needs(Permission.TICKET_REPLY)
def broken(number: str) -> ResponseReturnValue:
    """Say that it is still broken, and how."""
    said = request.form.get("reason", "").strip()

    def act(work: Work, incident: Incident) -> None:
        service.still_broken(work, incident, said[:400])
        if said:
            tickets.comment(work, incident, NewComment(body=said), source=Source.PORTAL)

    return _do(number, act, "It is open again.")


@pages.post("/tickets/<number>/again")
@needs(Permission.TICKET_CREATE)
def again(number: str) -> ResponseReturnValue:
    """Report anew what was closed and is broken again; the new ticket names the old one."""
    work = current_work()
    old = things.one(work, number)
    new = OpenIncident(
        title=old.title,
        description=request.form.get("reason", "") or old.description,
        impact=old.impact,
        urgency=old.urgency,
        desk=old.desk.key,
        category=old.category,
        source=Source.PORTAL,
    )
    made = service.open_(work, new)
    tickets.relate(work, made, old, LinkType.RECURRENCE_OF)
    flash(f"We have it as {made.number}, and know of {old.number}", "success")
    return redirect(url_for(".show", number=made.number), code=303)


def _do(number: str, act: Callable[[Work, Incident], None], done: str = "") -> ResponseReturnValue:
    """Do something to one of the person's; where it is refused, say why and keep the text."""
    work = current_work()
    things.one(work, number)
    incident = queries.get_to_change(work, number)
    try:
        with work.session.begin_nested():
            act(work, incident)
    except (ValidationError, DomainError) as error:
        return _ticket_page(number, forms.wrong(error, "body"), request.form), 422
    if done:
        flash(done, "success")
    return redirect(url_for(".show", number=number), code=303)


def _reported(form: Mapping[str, str]) -> dict[str, object]:
    _, impact, urgency = HINDERS.get(form.get("hinders", ""), HINDERS["slow"])
    text = form.get("text", "")
    return {
        "title": form.get("title", "").strip() or title_of(text),
        "description": text,
        "impact": impact,
        "urgency": urgency,
        "desk": form.get("desk", ""),
        "category": form.get("category", ""),
        "device": form.get("device", ""),
        "source": Source.PORTAL,
    }


def _wrong_report(error: ValidationError | DomainError) -> dict[str, str]:
    wrong = forms.wrong(error)
    if "title" in wrong:
        return {"text": "say what is wrong"}
    return wrong


def _report_page(typed: Mapping[str, str], errors: Mapping[str, str] | None = None) -> str:
    work = current_work()
    devices = things.devices(work)
    offered = [(one.number, f"{one.name} ({one.number})") for one in devices]
    return render_template(
        "portal/report.html",
        typed=typed,
        errors=errors or {},
        hinders=[(key, says, "") for key, (says, _, _) in HINDERS.items()],
        devices=offered,
        desks=[(one.key, one.name) for one in desk.desks(work)],
    )


def _ticket_page(
    number: str,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> str:
    work = current_work()
    shown = things.show(work, things.one(work, number))
    return render_template(
        "portal/ticket.html", shown=shown, errors=errors or {}, typed=typed or {}
    )
