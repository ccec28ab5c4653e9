"""Pages of schedules: the list, a record with its next 14 days, the editor, overrides."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid, Refused
from itsm.kernel.work import Work
from itsm.oncall import board, forms, planning, queries, shift_queries
from itsm.oncall.board import Ahead
from itsm.oncall.forms import Draft
from itsm.oncall.inputs import OverrideInput, ScheduleInput
from itsm.oncall.models import Schedule
from itsm.people.inputs import zones
from itsm.web.door import current_work
from itsm.web.needs import needs

pages = Blueprint(
    "schedules", __name__, template_folder="templates", url_prefix="/oncall/schedules"
)
OVERRIDE = ("change", "starts", "ends", "person_id", "replaces_id")


@pages.get("/")
@needs(Permission.ONCALL_READ)
def listed() -> ResponseReturnValue:
    """List the schedules with who has duty and what is not covered."""
    work = current_work()
    return render_template("oncall/schedules.html", duties=board.duties(work), zone=work.actor.zone)


@pages.get("/<int:schedule_id>")
@needs(Permission.ONCALL_READ)
def show(schedule_id: int) -> ResponseReturnValue:
    """Show a schedule and its next 14 days."""
    work = current_work()
    return _record(work, queries.schedule(work, schedule_id))


@pages.get("/new")
@needs(Permission.ONCALL_EDIT)
def new() -> ResponseReturnValue:
    """Show the form of a new schedule."""
    work = current_work()
    draft = {
        "name": "",
        "zone": work.actor.zone,
        "holidays": "",
        "team_id": None,
        "layers": [forms.new_layer(_this_monday(work))],
    }
    return _editor(work, draft)


@pages.get("/<int:schedule_id>/edit")
@needs(Permission.ONCALL_EDIT)
def edit(schedule_id: int) -> ResponseReturnValue:
    """Show the form of a schedule."""
    work = current_work()
    schedule = queries.schedule(work, schedule_id)
    return _editor(work, forms.of_schedule(schedule), schedule)


@pages.post("/new")
@needs(Permission.ONCALL_EDIT)
def create() -> ResponseReturnValue:
    """Add a schedule, or show what the form would make of it."""
    return _take(current_work(), None)


@pages.post("/<int:schedule_id>/edit")
@needs(Permission.ONCALL_EDIT)
def save(schedule_id: int) -> ResponseReturnValue:
    """Change a schedule, or show what the form would make of it."""
    work = current_work()
    schedule = queries.schedule(work, schedule_id)
    forms.check_unchanged(request.form, schedule.version)
    return _take(work, schedule)


@pages.post("/preview")
@needs(Permission.ONCALL_EDIT)
def preview() -> ResponseReturnValue:
    """Show what a form that is being filled in would make of the next 14 days; save nothing."""
    work = current_work()
    schedule_id = request.form.get("schedule_id", type=int)
    schedule = queries.schedule(work, schedule_id) if schedule_id else None
    ahead, wrong = _look_ahead(work, forms.schedule_draft(request.form), schedule)
    return render_template("oncall/preview.html", ahead=ahead, wrong=wrong)


@pages.post("/<int:schedule_id>/overrides")
@needs(Permission.ONCALL_OVERRIDE)
def override(schedule_id: int) -> ResponseReturnValue:
    """Change who has duty for a time."""
    work = current_work()
    schedule = queries.schedule(work, schedule_id)
    typed = forms.typed(request.form, *OVERRIDE)
    try:
        wanted = OverrideInput.model_validate({"zone": schedule.zone, **typed})
        open_time = planning.override(work, schedule, wanted)
    except ValidationError as error:
        return _record(work, schedule, forms.by_place(error)), 422
    except (Invalid, Refused) as error:
        return _record(work, schedule, {"": str(error)}), 422
    for gap in open_time:
        flash(f"Nobody is on call from {board.clock(gap.start, schedule.zone)}", "warning")
    return redirect(url_for(".show", schedule_id=schedule_id), code=303)


@pages.post("/<int:schedule_id>/overrides/<int:override_id>/remove")
@needs(Permission.ONCALL_OVERRIDE)
def remove_override(schedule_id: int, override_id: int) -> ResponseReturnValue:
    """Take an override back."""
    work = current_work()
    planning.remove_override(work, queries.override(work, schedule_id, override_id))
    return redirect(url_for(".show", schedule_id=schedule_id), code=303)


def _take(work: Work, schedule: Schedule | None) -> ResponseReturnValue:
    draft = forms.schedule_draft(request.form)
    do = request.form.get("do", "preview")
    if do == "add-layer":
        draft["layers"].append(forms.new_layer(_this_monday(work)))
    if do not in {"save", "preview"}:
        return _editor(work, draft, schedule)
    try:
        wanted = ScheduleInput.model_validate(draft)
    except ValidationError as error:
        return _editor(work, draft, schedule, errors=forms.by_place(error)), 422
    if do == "preview":
        return _editor(work, draft, schedule)
    return _save(work, schedule, draft, wanted)


def _save(
    work: Work, schedule: Schedule | None, draft: Draft, wanted: ScheduleInput
) -> ResponseReturnValue:
    try:
        if schedule is None:
            schedule = planning.create_schedule(work, wanted)
        else:
            planning.edit_schedule(work, schedule, wanted)
    except Invalid as error:
        return _editor(work, draft, schedule, errors=error.fields), 422
    flash(f"{wanted.name} is saved", "success")
    return redirect(url_for(".show", schedule_id=schedule.id), code=303)


def _record(work: Work, schedule: Schedule, errors: dict[str, str] | None = None) -> str:
    rota = queries.rota(schedule)
    return render_template(
        "oncall/schedule.html",
        duty=board.duty(work, schedule),
        schedule=schedule,
        ahead=board.ahead(rota, board.known_people(schedule), work.now),
        told=shift_queries.told_gaps(work, schedule.id),
        people_options=[(one.id, one.name) for one in queries.active_people(work)],
        errors=errors or {},
        values=request.form,
        zone=schedule.zone,
    )


def _look_ahead(
    work: Work, draft: Draft, schedule: Schedule | None
) -> tuple[Ahead | None, list[str]]:
    """Return the 14 days of a draft, or else what is wrong with it; a name it may still lack."""
    try:
        wanted = ScheduleInput.model_validate(draft | {"name": draft["name"] or "unnamed"})
    except ValidationError as error:
        return None, forms.said(forms.by_place(error))
    everybody = {person.id: person for person in queries.active_people(work)}
    rota = planning.proposed_rota(work, wanted, schedule)
    try:
        known = board.known_people(schedule) if schedule else {}
        people = board.people_of(rota, everybody | known)
    except Invalid as error:
        return None, [str(error)]
    return board.ahead(rota, people, work.now), []


def _editor(
    work: Work,
    draft: Draft,
    schedule: Schedule | None = None,
    *,
    errors: dict[str, str] | None = None,
) -> str:
    ahead, wrong = _look_ahead(work, draft, schedule)
    zone_options = [(zone, zone) for zone in sorted(zones())]
    return render_template(
        "oncall/schedule_form.html",
        draft=draft,
        schedule=schedule,
        errors=errors or {},
        people_options=[(one.id, one.name) for one in queries.active_people(work)],
        team_options=[(team.id, team.name) for team in queries.teams(work)],
        zone_options=zone_options,
        ahead=ahead,
        wrong=wrong,
    )


def _this_monday(work: Work) -> str:
    today = work.now.astimezone(ZoneInfo(work.actor.zone)).date()
    monday = today - timedelta(days=today.weekday())
    return f"{datetime.combine(monday, time(9)):%Y-%m-%dT%H:%M}"
