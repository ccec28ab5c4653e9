"""Pages of temporary schedules: shifts that stand in for a schedule's layers for a time."""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid, Refused
from itsm.kernel.work import Work
from itsm.oncall import board, forms, queries, rota_queries, temporaries
from itsm.oncall.board import Ahead
from itsm.oncall.forms import Draft
from itsm.oncall.inputs import TemporaryInput
from itsm.oncall.models import Schedule
from itsm.web.door import current_work
from itsm.web.needs import needs

pages = Blueprint(
    "temporaries",
    __name__,
    template_folder="templates",
    url_prefix="/oncall/schedules/<int:schedule_id>/temporary",
)
EMPTY_ROW = {"person_id": "", "starts": "", "ends": ""}


@pages.get("/new")
@needs(Permission.ONCALL_EDIT)
def new(schedule_id: int) -> ResponseReturnValue:
    """Show the form of a temporary schedule."""
    work = current_work()
    draft = {"reason": "", "starts": "", "ends": "", "shifts": [EMPTY_ROW]}
    return _editor(work, queries.schedule(work, schedule_id), draft)


@pages.post("/new")
@needs(Permission.ONCALL_EDIT)
def create(schedule_id: int) -> ResponseReturnValue:
    """Add a temporary schedule, or change its form by a button."""
    work = current_work()
    schedule = queries.schedule(work, schedule_id)
    draft = forms.temporary_draft(request.form)
    do = request.form.get("do", "preview")
    try:
        if do == "add-shift":
            draft["shifts"].append(EMPTY_ROW)
        elif do == "share":
            draft["shifts"] = _shared_out(draft)
        elif do == "save":
            return _save(work, schedule, draft)
    except ValidationError as error:
        return _editor(work, schedule, draft, forms.by_place(error)), 422
    except Invalid as error:
        return _editor(work, schedule, draft, error.fields), 422
    except Refused as error:
        return _editor(work, schedule, draft, {"": str(error)}), 422
    return _editor(work, schedule, draft)


@pages.post("/preview")
@needs(Permission.ONCALL_EDIT)
def preview(schedule_id: int) -> ResponseReturnValue:
    """Show what a form that is being filled in would make of the next 14 days; save nothing."""
    work = current_work()
    draft = forms.temporary_draft(request.form)
    ahead, wrong = _look_ahead(work, draft, queries.schedule(work, schedule_id))
    return render_template("oncall/preview.html", ahead=ahead, wrong=wrong)


@pages.post("/<int:temporary_id>/end")
@needs(Permission.ONCALL_EDIT)
def end(schedule_id: int, temporary_id: int) -> ResponseReturnValue:
    """Give what is left of it back to the layers."""
    work = current_work()
    temporaries.end(work, rota_queries.temporary(work, schedule_id, temporary_id))
    return redirect(url_for("schedules.show", schedule_id=schedule_id), code=303)


def _save(work: Work, schedule: Schedule, draft: Draft) -> ResponseReturnValue:
    open_time = temporaries.add(work, schedule, _input(schedule, draft))
    for gap in open_time:
        flash(f"Nobody is on call from {board.clock(gap.start, schedule.zone)}", "warning")
    flash("The temporary schedule is saved", "success")
    return redirect(url_for("schedules.show", schedule_id=schedule.id), code=303)


def _input(schedule: Schedule, draft: Draft) -> TemporaryInput:
    rows = [row for row in draft["shifts"] if any(row.values())]
    return TemporaryInput.model_validate(draft | {"zone": schedule.zone, "shifts": rows})


def _shared_out(draft: Draft) -> list[Draft]:
    """Return rows in which the people who were chosen take turns from start to end."""
    try:
        starts, ends = (datetime.fromisoformat(draft[name]) for name in ("starts", "ends"))
    except ValueError as error:
        message = "say from when to when it is first"
        raise Invalid(message, {"starts": message}) from error
    people = [int(one) for one in request.form.getlist("people") if one.isdigit()]
    hours = request.form.get("turn", 0, type=int)
    return forms.shift_rows(temporaries.shared_out(people, starts, ends, hours))


def _look_ahead(work: Work, draft: Draft, schedule: Schedule) -> tuple[Ahead | None, list[str]]:
    try:
        rota = temporaries.proposed_rota(schedule, _input(schedule, draft))
        everybody = {person.id: person for person in queries.active_people(work)}
        people = board.people_of(rota, everybody | board.known_people(schedule))
    except ValidationError as error:
        return None, forms.said(forms.by_place(error))
    except Invalid as error:
        return None, [str(error)]
    # What is planned for later is looked at where it stands, not in the next 14 days.
    since = max(work.now, min(plan.start for plan in rota.temporaries[:1]))
    return board.ahead(rota, people, since), []


def _editor(
    work: Work, schedule: Schedule, draft: Draft, errors: dict[str, str] | None = None
) -> str:
    ahead, wrong = _look_ahead(work, draft, schedule)
    return render_template(
        "oncall/temporary_form.html",
        schedule=schedule,
        draft=draft,
        errors=errors or {},
        people_options=[(one.id, one.name) for one in queries.active_people(work)],
        chosen=request.form.getlist("people"),
        turn=request.form.get("turn", "24"),
        ahead=ahead,
        wrong=wrong,
    )
