"""What persons do to alerts on pages, one at a time or many at once."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from itsm.kernel.access import Permission
from itsm.kernel.errors import DomainError, Invalid
from itsm.kernel.paging import MAX_LIMIT
from itsm.kernel.work import Work
from itsm.monitoring import forms, queries, silence, suppression, views
from itsm.monitoring.listing import Filters, row_id
from itsm.monitoring.models import Alert
from itsm.web.door import current_work
from itsm.web.errors import field_errors
from itsm.web.needs import needs

pages = Blueprint("alerts", __name__, template_folder="templates", url_prefix="/monitoring/alerts")

pages.add_app_template_filter(suppression.told, "told_reason")


@pages.post("/<int:alert_id>/silence")
@needs(Permission.ALERT_ACKNOWLEDGE)
def quiet(alert_id: int) -> ResponseReturnValue:
    """Keep one alert quiet until an end that is asked for."""
    work = current_work()
    queries.alert(work, alert_id)
    try:
        wanted = forms.silence_of(request.form, work.now, work.actor.zone)
        silence.silence(work, queries.by_ids(work, [alert_id]), wanted)
    except (ValidationError, DomainError) as error:
        return views.alert_page(alert_id, _wrong(error)), 422
    flash("Silenced", "ok")
    return redirect(url_for("monitoring.show", alert_id=alert_id), code=303)


@pages.post("/<int:alert_id>/unsilence")
@needs(Permission.ALERT_ACKNOWLEDGE)
def loud(alert_id: int) -> ResponseReturnValue:
    """End the silence of one alert."""
    work = current_work()
    queries.alert(work, alert_id)
    silence.unsilence(work, queries.by_ids(work, [alert_id]))
    flash("The silence is over", "ok")
    return redirect(url_for("monitoring.show", alert_id=alert_id), code=303)


@pages.post("/many/acknowledge")
@needs(Permission.ALERT_ACKNOWLEDGE)
def acknowledge_many() -> ResponseReturnValue:
    """Take the marked alerts that are open."""
    return _to_marked(silence.acknowledge, "acknowledged")


@pages.post("/many/silence")
@needs(Permission.ALERT_ACKNOWLEDGE)
def silence_many() -> ResponseReturnValue:
    """Keep the marked alerts that fire quiet until an end that is asked for."""

    def act(work: Work, alerts: list[Alert]) -> int:
        wanted = forms.silence_of(request.form, work.now, work.actor.zone)
        return silence.silence(work, alerts, wanted)

    return _to_marked(act, "silenced")


def _to_marked(act: Callable[[Work, list[Alert]], int], word: str) -> ResponseReturnValue:
    """Do something to the marked alerts, and go back to the list as it was."""
    work = current_work()
    marked = request.form.getlist("alert", type=row_id)[:MAX_LIMIT]
    try:
        if not marked:
            raise Invalid("mark the alerts first", {"alert": "none is marked"})
        count = act(work, queries.by_ids(work, marked))
    except (ValidationError, DomainError) as error:
        return views.list_page(_wrong(error), marked), 422
    flash(f"{count} {word}", "ok")
    back = Filters.lenient(request.args).address()
    return redirect(f"{url_for('monitoring.index')}?{back}", code=303)


def _wrong(error: ValidationError | DomainError) -> dict[str, str]:
    if isinstance(error, ValidationError):
        return field_errors(error)
    return (error.fields if isinstance(error, Invalid) else {}) or {"": str(error)}
