"""The pages of maintenance windows: which there are, a form with a look ahead, one window."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid, Refused
from itsm.kernel.work import Work
from itsm.monitoring import queries as monitoring
from itsm.monitoring.maintenance import queries, service
from itsm.monitoring.maintenance.inputs import WEEKDAYS, WindowInput
from itsm.monitoring.maintenance.models import MaintenanceWindow
from itsm.monitoring.maintenance.recurrence import Plan, Repeats, in_words
from itsm.monitoring.snmp.forms import wrong
from itsm.people import directory
from itsm.people.inputs import zones
from itsm.web.door import current_work
from itsm.web.needs import needs

pages = Blueprint(
    "maintenance", __name__, template_folder="templates", url_prefix="/monitoring/maintenance"
)
Values = Mapping[str, object]
SHOWN = 5
REPEATS = {
    Repeats.ONCE: "Once",
    Repeats.DAILY: "Every day",
    Repeats.WEEKLY: "Every week",
    Repeats.MONTHLY: "Every month on that day",
    Repeats.MONTHLY_WEEKDAY: "Every month on that weekday",
}
LOCAL = "%Y-%m-%dT%H:%M"


@pages.get("/")
@needs(Permission.ALERT_READ)
def listed() -> ResponseReturnValue:
    """Show the windows that stand open, those to come and the latest that are over."""
    return render_template(
        "maintenance/windows.html",
        windows=queries.windows(current_work()),
        rule=lambda row: in_words(queries.plan(row)),
        names=service.names,
        local=_local,
    )


@pages.get("/new")
@needs(Permission.MAINTENANCE_EDIT)
def new() -> ResponseReturnValue:
    """Show the form of a window that begins at the next full hour, for the CI of `ci`."""
    work = current_work()
    hour = work.now.astimezone(ZoneInfo(work.actor.zone)).replace(minute=0) + timedelta(hours=1)
    values = {
        "zone": work.actor.zone,
        "starts": hour.strftime(LOCAL),
        "ends": (hour + timedelta(hours=2)).strftime(LOCAL),
        "cis": request.args.get("ci", "")[:255],
        "dependents": True,
        "every": 1,
    }
    return _form(values, {})


@pages.post("/")
@needs(Permission.MAINTENANCE_EDIT)
def create() -> ResponseReturnValue:
    """Plan a window, or show what the form means."""
    return _save_or_look(current_work(), None)


@pages.get("/<int:window_id>")
@needs(Permission.ALERT_READ)
def show(window_id: int) -> ResponseReturnValue:
    """Show a window: when, what it covers, and what it keeps quiet now."""
    work = current_work()
    row = queries.window(work, window_id)
    plan = queries.plan(row)
    over = row.cancelled_at is not None
    return render_template(
        "maintenance/window.html",
        window=row,
        rule=in_words(plan),
        coming=[] if over else plan.coming(row.done_until or work.now, SHOWN),
        zone=plan.zone,
        names=service.names(row),
        cover=queries.cover(work, row),
        quiet=queries.kept_quiet(work, row),
        local=_local,
    )


@pages.get("/<int:window_id>/edit")
@needs(Permission.MAINTENANCE_EDIT)
def edit(window_id: int) -> ResponseReturnValue:
    """Show the form of a window."""
    row = queries.window(current_work(), window_id)
    return _form(_values(row), {}, row)


@pages.post("/<int:window_id>")
@needs(Permission.MAINTENANCE_EDIT)
def change(window_id: int) -> ResponseReturnValue:
    """Change a window, or show what the form means."""
    work = current_work()
    return _save_or_look(work, queries.window(work, window_id, lock=True))


@pages.post("/<int:window_id>/extend")
@needs(Permission.MAINTENANCE_EDIT)
def extend(window_id: int) -> ResponseReturnValue:
    """Have a window that stands open do so for `minutes` more."""
    work = current_work()
    row = queries.window(work, window_id, lock=True)
    service.extend(work, row, request.form.get("minutes", 0, type=int))
    return _back(row)


@pages.post("/<int:window_id>/end")
@needs(Permission.MAINTENANCE_EDIT)
def end_now(window_id: int) -> ResponseReturnValue:
    """End the time for which a window stands open."""
    work = current_work()
    row = queries.window(work, window_id, lock=True)
    service.end_now(work, row)
    flash("It is over: what still fires is heard again", "success")
    return _back(row)


@pages.post("/<int:window_id>/cancel")
@needs(Permission.MAINTENANCE_EDIT)
def cancel(window_id: int) -> ResponseReturnValue:
    """Have a window not stand open any more."""
    work = current_work()
    row = queries.window(work, window_id, lock=True)
    service.cancel(work, row)
    return _back(row)


def _local(row: MaintenanceWindow, at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(row.zone)):%a %d %b %Y, %H:%M}"


def _back(row: MaintenanceWindow) -> ResponseReturnValue:
    return redirect(url_for(".show", window_id=row.id), code=303)


def _save_or_look(work: Work, row: MaintenanceWindow | None) -> ResponseReturnValue:
    values = _typed(request.form)
    try:
        wanted = WindowInput.model_validate(values)
        if request.form.get("do") == "look":
            return _form(values, {}, row, wanted.plan())
        saved = service.save(work, wanted, row)
    except (ValidationError, Invalid) as error:
        return _form(values, wrong(error), row), 422
    except Refused as error:
        return _form(values, {"": str(error)}, row), 422
    flash("The maintenance is planned", "success")
    return _back(saved)


def _typed(form: MultiDict[str, str]) -> Values:
    texts = ("title", "reason", "zone", "starts", "ends", "repeats", "every", "until", "cis")
    lists = {name: form.getlist(name) for name in ("days", "sites", "integrations")}
    checks = {name: name in form for name in ("dependents", "components")}
    return {name: form.get(name, "") for name in texts} | lists | checks


def _values(row: MaintenanceWindow) -> Values:
    by_place = {place: day for day, place in WEEKDAYS.items()}
    fields = ("title", "reason", "zone", "repeats", "every", "dependents", "components")
    return {name: getattr(row, name) for name in fields} | {
        "starts": row.starts.strftime(LOCAL),
        "ends": row.ends.strftime(LOCAL),
        "until": row.until or "",
        "days": [by_place[int(day)] for day in row.days],
        "cis": ", ".join(scope.ci.number for scope in row.scopes if scope.ci),
        "sites": [scope.site.key for scope in row.scopes if scope.site],
        "integrations": [scope.integration.name for scope in row.scopes if scope.integration],
    }


def _form(
    values: Values,
    errors: Mapping[str, str],
    row: MaintenanceWindow | None = None,
    plan: Plan | None = None,
) -> str:
    work = current_work()
    return render_template(
        "maintenance/form.html",
        window=row,
        values=values,
        errors=errors,
        coming=plan.coming(work.now, SHOWN) if plan else [],
        rule=in_words(plan) if plan else "",
        zone=plan.zone if plan else None,
        zones=[(zone, zone) for zone in sorted(zones())],
        repeats=[(one.value, label) for one, label in REPEATS.items()],
        weekdays=[(day, day.capitalize()) for day in WEEKDAYS],
        sites=[(site.key, site.name) for site in directory.sites(work)],
        integrations=[(one.name, one.name) for one in monitoring.integrations(work)],
    )
