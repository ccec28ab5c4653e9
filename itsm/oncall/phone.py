"""The page of somebody who is woken at night, behind the link in the message.

The link is good for one page of one person. To GET it shows and changes nothing, since mail
scanners follow links; only the POST of its button acts.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from itsm.kernel.clock import wall_time
from itsm.kernel.errors import DomainError, Invalid
from itsm.oncall import outlook, queries, service
from itsm.oncall.escalation import UNANSWERED, State
from itsm.oncall.models import Page
from itsm.oncall.situation import About, nothing_known
from itsm.people import queries as people
from itsm.web.door import current_work
from itsm.web.needs import public

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
    work = current_work()
    page = queries.page_by_token(work, token)
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
        now=work.now,
        tomorrow=f"{(work.now + DAY).astimezone(ZoneInfo(page.person.zone)):%Y-%m-%dT%H:%M}",
    )


@phone.post("/<token>/acknowledge")
@public(LINK)
def acknowledge(token: str) -> ResponseReturnValue:
    """Take it: nobody else is told for now."""
    page = _as_its_person(token)
    service.acknowledge(current_work(), page.escalation.ticket_id)
    return redirect(url_for(".show", token=token), code=303)


@phone.post("/<token>/resolve")
@public(LINK)
def resolve(token: str) -> ResponseReturnValue:
    """Say what fixed it."""
    page = _as_its_person(token)
    try:
        until = _silence_until(page)
        resolution = request.form.get("resolution", "")
        service.report_resolution(current_work(), page, resolution, until)
    except DomainError as error:
        flash(str(error), "warning")
    return redirect(url_for(".show", token=token), code=303)


def _as_its_person(token: str) -> Page:
    """Return the page of a link, with its person as the actor of this request's Work."""
    work = current_work()
    page = queries.page_by_token(work, token)
    work.actor = people.actor(work, page.person)
    return page


def _silence_until(page: Page) -> datetime | None:
    """Return until when the alerts are to be quiet, None where they are not. Raises Invalid."""
    if request.form.get("alerts") != "silence":
        return None
    try:
        return wall_time(request.form.get("silence_until", ""), page.person.zone)
    except (ValueError, OverflowError) as error:
        message = "say until when the alerts are quiet"
        raise Invalid(message, {"silence_until": "is not a time"}) from error


def _about() -> About:
    about: About = current_app.extensions.get("oncall-situation", nothing_known)
    return about
