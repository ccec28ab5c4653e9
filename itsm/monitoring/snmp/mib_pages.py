"""The pages of uploaded MIBs: what is there, what waits for what, and the names in one module."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid
from itsm.monitoring.snmp import mibs, queries, shipped
from itsm.monitoring.snmp.forms import wrong
from itsm.monitoring.snmp.mibs import File, Uploaded
from itsm.web.door import current_work
from itsm.web.needs import needs

pages = Blueprint(
    "mibs", __name__, template_folder="templates", url_prefix="/monitoring/traps/mibs"
)


@pages.get("/")
@needs(Permission.TRAP_READ)
def listed() -> ResponseReturnValue:
    """Show the uploaded MIBs, and where more are handed in."""
    return _listed({})


@pages.post("/")
@needs(Permission.TRAP_EDIT)
def upload() -> ResponseReturnValue:
    """Keep the MIBs that were handed in; the worker compiles them."""
    chosen = (one for one in request.files.getlist("files") if one.filename)
    files = [File((one.filename or "")[:120], one.stream.read()) for one in chosen]
    try:
        uploaded = mibs.upload(current_work(), files)
    except Invalid as error:
        return _listed(wrong(error)), 422
    flash(_told(uploaded), "warn" if uploaded.refused else "success")
    return redirect(url_for(".listed"), code=303)


@pages.get("/<int:mib_id>")
@needs(Permission.TRAP_READ)
def show(mib_id: int) -> ResponseReturnValue:
    """Show one module: what it waits for, or the names in it."""
    work = current_work()
    mib = queries.mib(work, mib_id)
    asked = request.args.get("q", "").strip()[:120]
    names = queries.names_in(work, mib.id, asked)
    return render_template(
        "traps/mib.html", mib=mib, names=names, asked=asked, most=queries.MOST_NAMES
    )


@pages.post("/<int:mib_id>/remove")
@needs(Permission.TRAP_EDIT)
def remove(mib_id: int) -> ResponseReturnValue:
    """Forget one module and its names."""
    work = current_work()
    mib = queries.mib(work, mib_id)
    mibs.remove(work, mib)
    flash(f"{mib.name} is removed", "success")
    return redirect(url_for(".listed"), code=303)


def _listed(errors: Mapping[str, str]) -> str:
    return render_template(
        "traps/mibs.html",
        mibs=queries.mibs(current_work()),
        shipped=sorted(shipped.by_module()),
        errors=errors,
    )


def _told(uploaded: Uploaded) -> str:
    count = len({mib.id for mib in uploaded.kept})
    told = f"{count} {'module is' if count == 1 else 'modules are'} kept and being compiled"
    refused = "; ".join(f"{name}: {reason}" for name, reason in list(uploaded.refused.items())[:5])
    return f"{told}. Not kept: {refused}" if refused else told
