"""The pages of alerts, of kept messages, and of names that lead to no CI."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from itsm.assets import queries as assets
from itsm.kernel.access import Permission
from itsm.kernel.errors import DomainError
from itsm.monitoring import hosts, intake, listing, queries, service
from itsm.monitoring.intake import Receipt
from itsm.monitoring.kinds import KINDS
from itsm.monitoring.listing import Filters
from itsm.monitoring.models import Change
from itsm.monitoring.signal import Severity
from itsm.web.door import current_work
from itsm.web.needs import needs

pages = Blueprint("monitoring", __name__, template_folder="templates", url_prefix="/monitoring")
SHOWN_OF_BODY = 64 * 1024
# How a change of an alert is drawn and told.
CHANGES: dict[Change, tuple[str, str, str]] = {
    Change.OPENED: ("bolt", "danger", "Fired"),
    Change.REOPENED: ("rotate-clockwise", "danger", "Fired again"),
    Change.ROSE: ("arrow-up", "danger", "Became worse"),
    Change.FELL: ("arrow-down", "", "Became less bad"),
    Change.ACKNOWLEDGED: ("user-check", "", "Acknowledged"),
    Change.LAPSED: ("clock", "warn", "The acknowledgement lapsed"),
    Change.SUPPRESSED: ("bell-off", "", "Kept quiet"),
    Change.RELEASED: ("bell", "warn", "Quiet no more"),
    Change.FLAPPING: ("activity", "warn", "Is flapping: it counts as firing until it is steady"),
    Change.WAVERED: ("activity", "", "Flips, while it is flapping"),
    Change.STEADY: ("activity", "", "Flaps no more"),
    Change.RESOLVED: ("circle-check", "ok", "Recovered, says the source"),
    Change.EXPIRED: ("clock", "", "Counts as over"),
    Change.CLOSED: ("history", "", "Became history: the same trouble fired anew"),
    Change.STALE: ("history", "", "An older message came late and was ignored"),
    Change.EARLY: ("history", "", "Its recovery came before it fired"),
    Change.MAPPED: ("link", "", "Was given to a CI"),
}


@pages.get("/")
@needs(Permission.ALERT_READ)
def index() -> ResponseReturnValue:
    return list_page()


@pages.get("/alerts/<int:alert_id>")
@needs(Permission.ALERT_READ)
def show(alert_id: int) -> ResponseReturnValue:
    return alert_page(alert_id)


@pages.post("/alerts/<int:alert_id>/acknowledge")
@needs(Permission.ALERT_ACKNOWLEDGE)
def acknowledge(alert_id: int) -> ResponseReturnValue:
    work = current_work()
    service.acknowledge(work, queries.alert(work, alert_id))
    flash("Acknowledged", "ok")
    return redirect(url_for(".show", alert_id=alert_id), code=303)


@pages.get("/rejected")
@needs(Permission.INTAKE_READ)
def rejected() -> ResponseReturnValue:
    work = current_work()
    before = request.args.get("before", type=listing.row_id)
    return render_template(
        "monitoring/rejected.html",
        messages=queries.rejected(work, before),
        names={one.id: one.name for one in queries.integrations(work)},
        over_limit=len(queries.over_limit(work, after=0)),
        before=before,
    )


@pages.post("/rejected/replay")
@needs(Permission.INTAKE_REPLAY)
def replay_refused() -> ResponseReturnValue:
    count = intake.replay_refused(current_work())
    flash(f"{count} are read again now, oldest first", "ok")
    return redirect(url_for(".rejected"), code=303)


@pages.get("/messages/<int:message_id>")
@needs(Permission.INTAKE_READ)
def message(message_id: int) -> ResponseReturnValue:
    work = current_work()
    row = queries.message(work, message_id)
    integration = queries.integration(work, row.source_id or 0)
    kind = KINDS.get(integration.kind)
    return render_template(
        "monitoring/message.html",
        message=row,
        body=intake.readable(row)[:SHOWN_OF_BODY],
        integration=integration,
        mapped=kind is not None and kind.mapped,
    )


@pages.post("/messages/<int:message_id>/replay")
@needs(Permission.INTAKE_REPLAY)
def replay(message_id: int) -> ResponseReturnValue:
    work = current_work()
    receipt = intake.replay(work, queries.message(work, message_id))
    flash(told(receipt), "ok" if receipt.understood else "warn")
    return redirect(url_for(".message", message_id=message_id), code=303)


@pages.get("/unmapped")
@needs(Permission.ALERT_READ)
def unmapped() -> ResponseReturnValue:
    names = queries.unmapped(current_work())
    return render_template("monitoring/unmapped.html", names=names, errors={}, typed={})


@pages.post("/unmapped/<int:host_id>/adopt")
@needs(Permission.CI_EDIT)
def adopt(host_id: int) -> ResponseReturnValue:
    work = current_work()
    name = queries.unmapped_host(work, host_id)
    number = request.form.get("ci", "").strip()
    try:
        count = hosts.adopt(work, name, assets.get(work, number))
    except DomainError as error:
        return _unmapped_again(host_id, number, str(error)), 422
    flash(f"{number.upper()} answers to {name.name} now; {count} active alerts are its own", "ok")
    return redirect(url_for(".unmapped"), code=303)


@pages.post("/unmapped/<int:host_id>/dismiss")
@needs(Permission.CI_EDIT)
def dismiss(host_id: int) -> ResponseReturnValue:
    work = current_work()
    hosts.dismiss(work, queries.unmapped_host(work, host_id))
    return redirect(url_for(".unmapped"), code=303)


def list_page(errors: Mapping[str, str] | None = None, marked: Sequence[int] = ()) -> str:
    """Return the list as its address asks for it, with what was wrong with an act on the marked."""
    work = current_work()
    filters = Filters.lenient(request.args)
    return render_template(
        "monitoring/index.html",
        page=listing.page(work, filters),
        filters=filters,
        severities=[(level.value, level.value.capitalize()) for level in Severity],
        sources=[(one.name, one.name) for one in queries.integrations(work)],
        errors=errors or {},
        typed=request.form,
        marked=marked,
    )


def alert_page(alert_id: int, errors: Mapping[str, str] | None = None) -> str:
    """Return the page of an alert, with what was wrong with what was typed there."""
    work = current_work()
    alert = queries.alert(work, alert_id)
    return render_template(
        "monitoring/alert.html",
        alert=alert,
        reasons=queries.suppressions(work, [alert.id]).get(alert.id, ()),
        history=queries.history(work, alert),
        changes=CHANGES,
        errors=errors or {},
        typed=request.form,
    )


def told(receipt: Receipt) -> str:
    """Return what became of a message, in one sentence."""
    if receipt.results:
        counts: dict[str, int] = {}
        for result in receipt.results:
            counts[result.outcome] = counts.get(result.outcome, 0) + 1
        return ", ".join(f"{count} {outcome}" for outcome, count in counts.items()).capitalize()
    if receipt.rejects:
        return f"Not understood: {receipt.rejects[0].field} {receipt.rejects[0].reason}"
    return "; ".join(receipt.notes).capitalize() or "Understood; it asks for nothing"


def _unmapped_again(host_id: int, typed: str, error: str) -> str:
    return render_template(
        "monitoring/unmapped.html",
        names=queries.unmapped(current_work()),
        errors={f"ci-{host_id}": error},
        typed={host_id: typed},
    )
