"""Pages of surveys: the link of a mail, answers from the portal, results, when a desk asks."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from itsm.kernel.access import Permission
from itsm.kernel.errors import DomainError, Invalid, NotFound, Refused
from itsm.kernel.languages import marked as _
from itsm.kernel.work import Work
from itsm.people import queries as people
from itsm.surveys import links, queries, result_queries, service
from itsm.surveys.inputs import GiveAnswer, SaveRule
from itsm.surveys.models import Survey
from itsm.surveys.queries import Which
from itsm.web.door import current_work
from itsm.web.errors import field_errors
from itsm.web.needs import machine, needs

pages = Blueprint("surveys", __name__, template_folder="templates")
SIGNED = "the link of a mail is signed for one survey and one rating"
RATINGS = ((5, _("Very good")), (4, _("Good")), (3, _("Fair")), (2, _("Poor")), (1, _("Very poor")))


@pages.get("/surveys/rate/<link>")
@machine(SIGNED)
def rate(link: str) -> ResponseReturnValue:
    """Show what the link of a mail would answer; it changes nothing."""
    work, survey, rating = _signed(link)
    return _rate_page(work, survey, {"rating": str(rating)}, link)


@pages.post("/surveys/rate/<link>")
@machine(SIGNED)
def send(link: str) -> ResponseReturnValue:
    """Answer for the person whom the mail was sent to."""
    work, survey, _rating = _signed(link)
    try:
        service.answer(work, survey, _given())
    except (ValidationError, Refused) as error:
        return _rate_page(work, survey, request.form, link, _wrong(error)), 422
    return redirect(url_for(".rate", link=link, done="yes"), code=303)


@pages.post("/surveys/tickets/<number>")
@needs(Permission.TICKET_REPLY)
def answer(number: str) -> ResponseReturnValue:
    """Answer in the portal, about a ticket of one's own."""
    work = current_work()
    survey = queries.own(work, number)
    try:
        service.answer(work, survey, _given())
    except (ValidationError, Refused) as error:
        for text in _wrong(error).values():
            flash(text, "error")
    return redirect(f"/portal/tickets/{survey.ticket.number}", code=303)


@pages.get("/surveys/")
@needs(Permission.SURVEY_READ)
def results() -> str:
    """Show what was answered, by desk, team and month."""
    work, which = current_work(), _which()
    found = queries.answers(work, which, cursor=request.args.get("cursor"))
    told = result_queries.results(work, which)
    return render_template(
        "surveys/results.html",
        found=found,
        asked={name: value for name, value in request.args.items() if name != "cursor"},
        total=told.total,
        groups=(
            ("Desk", "desk", told.by_desk),
            ("Team", "team", told.by_team),
            ("Month", "month", told.by_month),
        ),
    )


@pages.get("/admin/desks/<key>/survey")
@needs(Permission.CONFIG_READ)
def rule(key: str) -> str:
    """Show when a desk asks."""
    return _rule_page(key)


@pages.post("/admin/desks/<key>/survey")
@needs(Permission.CONFIG_EDIT)
def save_rule(key: str) -> ResponseReturnValue:
    """Say when a desk asks."""
    work, form = current_work(), request.form
    desk = queries.desk_of(work, key)
    typed = {name: form.get(name, "") for name in ("percent", "rest_days", "wait_hours")}
    try:
        wanted = SaveRule.model_validate({**typed, "active": "active" in form})
    except ValidationError as error:
        return _rule_page(key, field_errors(error)), 422
    service.save_rule(work, desk, wanted)
    flash(f"{desk.name} asks from now on as you say here", "success")
    return redirect(url_for(".rule", key=key), code=303)


def _signed(link: str) -> tuple[Work, Survey, int]:
    """Return what a link is good for. Raises NotFound for any other, and once it is no more."""
    work = current_work()
    survey, rating = links.read(work, link)
    person = queries.person(work, survey.person_id)
    if not person.active:
        raise NotFound("this link is not good, or no longer")
    return replace(work, actor=people.actor(work, person)), survey, rating


def _rate_page(
    work: Work,
    survey: Survey,
    typed: Mapping[str, str],
    link: str,
    errors: Mapping[str, str] | None = None,
) -> str:
    return render_template(
        "surveys/rate.html",
        number=survey.ticket.number,
        title="" if survey.confidential or survey.ticket.confidential else survey.ticket.title,
        given=service.answer_to(work, survey),
        typed=typed,
        link=link,
        done="done" in request.args,
        ratings=RATINGS,
        errors=errors or {},
    )


def _given() -> GiveAnswer:
    form = request.form
    return GiveAnswer.model_validate(
        {
            "rating": form.get("rating", ""),
            "comment": form.get("comment", ""),
            "anonymous": "anonymous" in form,
        }
    )


def _wrong(error: ValidationError | DomainError) -> Mapping[str, str]:
    if isinstance(error, ValidationError):
        return field_errors(error)
    return {"": str(error)}


def _which() -> Which:
    args = request.args
    return Which(
        desk=args.get("desk") or None,
        team=args.get("team") if "team" in args else None,
        month=month_of(args["month"]) if args.get("month") else None,
        rating=args.get("rating", type=int),
        commented="commented" in args,
    )


def month_of(text: str) -> date:
    """Return the first day of a month such as 2026-11. Raises Invalid."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Invalid("there is no such month", {"month": "such as 2026-11"}) from None


def _rule_page(key: str, errors: Mapping[str, str] | None = None) -> str:
    work = current_work()
    desk = queries.desk_of(work, key)
    return render_template(
        "surveys/rule.html",
        desk=desk,
        rule=queries.rule(work, desk.id) or SaveRule(active=False),
        typed=request.form,
        errors=errors or {},
    )
