"""Pages of my shifts: when I am on call, who asks me for cover, and what I was told."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid, NotFound, Refused
from itsm.kernel.work import Work
from itsm.oncall import cover, cover_queries, forms, my_shifts, queries, shift_queries
from itsm.oncall.cover_states import CoverKind
from itsm.oncall.inputs import CoverInput
from itsm.oncall.models import Schedule
from itsm.oncall.rota import instant
from itsm.web.door import current_work
from itsm.web.needs import needs

pages = Blueprint("shifts", __name__, template_folder="templates", url_prefix="/oncall/shifts")
ANSWERS = {"accept": cover.accept, "decline": cover.decline, "withdraw": cover.withdraw}
LATELY = timedelta(days=14)


@pages.get("/")
@needs(Permission.ONCALL_READ)
def mine() -> ResponseReturnValue:
    """Show my shifts, the requests that I am part of, and what I was told."""
    work = current_work()
    me = work.actor.id or 0
    requests = cover_queries.open_requests(work)
    return render_template(
        "oncall/my_shifts.html",
        shifts=my_shifts.mine(work),
        waiting=[one for one in requests if one.asked_id == me],
        offers=[one for one in requests if one.asked_id is None and one.asker_id != me],
        asked=cover_queries.requests_of(work, me, work.now - LATELY),
        notices=shift_queries.notices_of(work, me),
        zone=work.actor.zone,
    )


@pages.get("/ask/<int:schedule_id>")
@needs(Permission.ONCALL_OVERRIDE)
def ask(schedule_id: int) -> ResponseReturnValue:
    """Show the form in which I ask for cover, filled in with the shift that I came from."""
    work = current_work()
    return _form(work, queries.schedule(work, schedule_id), request.args)


@pages.post("/ask/<int:schedule_id>")
@needs(Permission.ONCALL_OVERRIDE)
def send(schedule_id: int) -> ResponseReturnValue:
    """Ask for cover or a swap, or offer my time to all."""
    work = current_work()
    schedule = queries.schedule(work, schedule_id)
    try:
        cover.ask(work, schedule, _input(schedule, request.form))
    except ValidationError as error:
        return _form(work, schedule, request.form, _by_field(forms.by_place(error))), 422
    except Invalid as error:
        return _form(work, schedule, request.form, error.fields), 422
    except Refused as error:
        return _form(work, schedule, request.form, {"": str(error)}), 422
    flash("You have asked. Who is asked is told now.", "success")
    return redirect(url_for(".mine"), code=303)


@pages.post("/requests/<int:request_id>/<word>")
@needs(Permission.ONCALL_OVERRIDE)
def answer(request_id: int, word: str) -> ResponseReturnValue:
    """Accept or decline a request, or withdraw mine."""
    work = current_work()
    found = cover_queries.request(work, request_id)
    if word not in ANSWERS:
        raise NotFound("this is no answer to a request")
    ANSWERS[word](work, found)
    flash({"accept": "You have taken it over"}.get(word, "Done"), "success")
    return redirect(url_for(".mine"), code=303)


def _input(schedule: Schedule, form: Mapping[str, str]) -> CoverInput:
    kind = form.get("kind", "")
    fields: dict[str, object] = {
        "kind": kind,
        "note": form.get("note", ""),
        "starts_at": _instant(schedule, form, "starts"),
        "ends_at": _instant(schedule, form, "ends"),
    }
    if kind == CoverKind.COVER:
        fields["asked_id"] = form.get("asked_id") or None
    if kind == CoverKind.SWAP:
        who, _, times = form.get("theirs", "").partition("~")
        start, _, end = times.partition("~")
        fields |= {"asked_id": who or None}
        fields |= {"return_starts_at": start or None, "return_ends_at": end or None}
    return CoverInput.model_validate(fields)


def _instant(schedule: Schedule, form: Mapping[str, str], name: str) -> datetime:
    """Return the instant of a wall time of the schedule's zone. Raises Invalid for none."""
    try:
        local = datetime.fromisoformat(form.get(name, "")).replace(tzinfo=None)
    except ValueError as error:
        message = "fill this in"
        raise Invalid(message, {name: message}) from error
    return instant(local, ZoneInfo(schedule.zone))


def _by_field(errors: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong by the fields that the form has."""
    names = {"return_starts_at": "theirs", "return_ends_at": "theirs", "starts_at": "starts"}
    return {names.get(name, name): text for name, text in errors.items()}


def _form(
    work: Work,
    schedule: Schedule,
    values: Mapping[str, str],
    errors: dict[str, str] | None = None,
) -> str:
    takers = cover_queries.may_cover(work)
    may = {person.id for person in takers}
    return render_template(
        "oncall/ask_form.html",
        schedule=schedule,
        values=values,
        errors=errors or {},
        people_options=[(one.id, one.name) for one in takers if one.id != work.actor.id],
        theirs=[one for one in my_shifts.of_others(work, schedule) if one.shift.person in may],
        zone=schedule.zone,
    )
