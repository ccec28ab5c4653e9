"""The pages of trap intake: what arrives, what is refused, what waits."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from itsm.kernel.access import Permission
from itsm.monitoring.snmp import names, queries, service, trial
from itsm.monitoring.snmp.names import Names
from itsm.web.door import current_work
from itsm.web.needs import needs

pages = Blueprint("traps", __name__, template_folder="templates", url_prefix="/monitoring/traps")


@pages.get("/")
@needs(Permission.TRAP_READ)
def index() -> ResponseReturnValue:
    work = current_work()
    unmatched = queries.unmatched(work)
    known = Names(queries.uploaded_names(work, names.trap_heads(one.oid for one in unmatched)))
    return render_template(
        "traps/index.html",
        receivers=queries.receivers(work),
        drops=queries.drops(work),
        unmatched=unmatched,
        spoken=known.trap,
        problems=queries.held_problems(work),
        trials=trial.latest(work),
        any_source=bool(queries.sources(work)),
        engines=len(queries.waiting_engines(work)),
    )


@pages.get("/kept/<int:intake_id>")
@needs(Permission.TRAP_READ)
def kept(intake_id: int) -> ResponseReturnValue:
    work = current_work()
    found = trial.of_row(work, queries.kept_trap(work, intake_id))
    return render_template("traps/kept.html", trial=found)


@pages.post("/kept/<int:intake_id>/read")
@needs(Permission.INTAKE_REPLAY)
def read_again(intake_id: int) -> ResponseReturnValue:
    service.read_again(current_work(), intake_id)
    flash("The trap is read again within a moment", "success")
    return redirect(url_for(".kept", intake_id=intake_id), code=303)
