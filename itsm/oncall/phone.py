"""The page of somebody who is woken at night, behind the link in the message.

The link is good for one page of one person. To GET it shows and changes nothing, since mail
scanners follow links; only the POST of its button acts.
"""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from itsm.desk import service as desk
from itsm.desk.inputs import NewComment
from itsm.desk.models import Visibility
from itsm.kernel.clock import wall_time
from itsm.kernel.errors import DomainError, Invalid
from itsm.kernel.work import Work
from itsm.oncall import board, outlook, queries, responder_queries, service
from itsm.oncall.escalation import UNANSWERED, State
from itsm.oncall.models import Escalation, Page
from itsm.oncall.responder_pages import ask_whom, hand_to
from itsm.oncall.situation import About, nothing_known
from itsm.people import queries as people
from itsm.people.models import Person
from itsm.platform import idempotency
from itsm.web.door import current_work
from itsm.web.needs import public

MOST_SHOWN = 8
MOST_ONCE = 40
LINK = "the link's token stands for one page of one person"
DAY = timedelta(days=1)
phone = Blueprint("phone", __name__, template_folder="templates", url_prefix="/p")


def show_situation(app_extensions: dict[str, object], about: About) -> None:
    """Have the page tell what `about` knows of a ticket's devices and alerts."""
    app_extensions["oncall-situation"] = about


@phone.get("/<token>")
@public(LINK)
def show(token: str) -> ResponseReturnValue:
    """Show what is wrong, who knows of it and what can be done; change nothing."""
    return _shown(token, queries.page_by_token(current_work(), token), {})


def _shown(token: str, page: Page, typed: Mapping[str, str]) -> str:
    work = current_work()
    escalation = page.escalation
    return render_template(
        "oncall/phone.html",
        token=token,
        page=page,
        ticket=escalation.ticket,
        escalation=escalation,
        unanswered=escalation.state in UNANSWERED,
        over=escalation.state is State.DONE,
        mine=escalation.acknowledged_by_id == page.person_id,
        situation=_about()(work, escalation.ticket_id),
        tried=outlook.tried(queries.deliveries_of(work, escalation.id)),
        coming=outlook.coming_next(work, escalation),
        others=_others(work, escalation),
        teams=responder_queries.teams(work),
        on_call=_on_call_besides(work, page),
        now=work.now,
        typed=typed,
        once=secrets.token_urlsafe(9),
        tomorrow=f"{(work.now + DAY).astimezone(ZoneInfo(page.person.zone)):%Y-%m-%dT%H:%M}",
    )


@phone.post("/<token>/acknowledge")
@public(LINK)
def acknowledge(token: str) -> ResponseReturnValue:
    """Take it: nobody else is told for now."""
    page = _as_its_person(token)
    service.acknowledge(current_work(), page.escalation.ticket_id, escalation_id=page.escalation_id)
    return redirect(url_for(".show", token=token), code=303)


@phone.post("/<token>/escalate")
@public(LINK)
def escalate(token: str) -> ResponseReturnValue:
    """Have the next step told at once."""
    return _do(token, service.pass_on)


@phone.post("/<token>/responders")
@public(LINK)
def ask(token: str) -> ResponseReturnValue:
    """Page somebody else besides me."""
    who = request.form.get("who", "")
    return _do(token, lambda work, page: ask_whom(work, page.escalation.ticket, who))


@phone.post("/<token>/handover")
@public(LINK)
def hand_over(token: str) -> ResponseReturnValue:
    """Hand it over to another team."""
    return _do(token, lambda work, page: hand_to(work, page.escalation.ticket))


@phone.post("/<token>/note")
@public(LINK)
def note(token: str) -> ResponseReturnValue:
    """Write a note for colleagues; what was typed is shown again if that cannot be."""
    work, page = current_work(), _as_its_person(token)
    try:
        _write_once(work, page, _note())
    except DomainError as error:
        flash(str(error), "warning")
        return _shown(token, page, request.form), 422
    flash("Your note is on the ticket", "success")
    return redirect(url_for(".show", token=token), code=303)


@phone.post("/<token>/resolve")
@public(LINK)
def resolve(token: str) -> ResponseReturnValue:
    """Say what fixed it; what was typed is shown again if that cannot be."""
    work, page, said = current_work(), _as_its_person(token), request.form.get("resolution", "")
    try:
        service.report_resolution(work, page, said, _silence_until(page))
    except DomainError as error:
        flash(str(error), "warning")
        return _shown(token, page, request.form), 422
    return redirect(url_for(".show", token=token), code=303)


def _do(token: str, verb: Callable[[Work, Page], object]) -> ResponseReturnValue:
    page = _as_its_person(token)
    try:
        verb(current_work(), page)
    except DomainError as error:
        flash(str(error), "warning")
    return redirect(url_for(".show", token=token), code=303)


def _as_its_person(token: str) -> Page:
    """Return the page of a link, with its person as the actor of this request's Work."""
    work = current_work()
    page = queries.page_by_token(work, token)
    work.actor = people.actor(work, page.person)
    return page


def _write_once(work: Work, page: Page, new: NewComment) -> None:
    """Write the note unless this very form has done so: a thumb that trembles taps twice."""
    once = request.form.get("once", "")[:MOST_ONCE]
    if not once or idempotency.claim(work, f"note:{page.id}:{once}", "") is None:
        desk.comment(work, page.escalation.ticket, new)


def _note() -> NewComment:
    try:
        return NewComment(body=request.form.get("note", ""), visibility=Visibility.INTERNAL)
    except ValidationError as error:
        message = "say what colleagues are to know"
        raise Invalid(message, {"note": message}) from error


def _silence_until(page: Page) -> datetime | None:
    """Return until when the alerts are to be quiet, None where they are not. Raises Invalid."""
    if request.form.get("alerts") != "silence":
        return None
    try:
        return wall_time(request.form.get("silence_until", ""), page.person.zone)
    except (ValueError, OverflowError) as error:
        message = "say until when the alerts are quiet"
        raise Invalid(message, {"silence_until": "is not a time"}) from error


def _others(work: Work, escalation: Escalation) -> list[Escalation]:
    """Return what else pages people for the same ticket, or waits for whoever has taken it."""
    rows = responder_queries.escalations_of(work, escalation.ticket_id)
    return [row for row in rows if row.id != escalation.id and row.state is not State.DONE]


def _on_call_besides(work: Work, page: Page) -> list[Person]:
    """Return who has duty now by any schedule, each once, the person of the page left out."""
    found = {one.id: one for duty in board.duties(work) for one in duty.people}
    found.pop(page.person_id, None)
    return sorted(found.values(), key=lambda one: one.name)[:MOST_SHOWN]


def _about() -> About:
    about: About = current_app.extensions.get("oncall-situation", nothing_known)
    return about
