"""The pages of administration."""

from collections.abc import Mapping
from itertools import product

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from itsm.admin import queries, service
from itsm.admin.queries import AuditFilter
from itsm.desk import priorities
from itsm.flows.checks import CHECKS
from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid
from itsm.notify import accounts
from itsm.notify import queries as notify
from itsm.notify.providers import PROVIDERS
from itsm.platform import doctor, seals
from itsm.platform.doctor import Health
from itsm.platform.outbox import JobState
from itsm.web.door import current_work, house
from itsm.web.needs import needs

pages = Blueprint("admin", __name__, template_folder="templates", url_prefix="/admin")
WORST_FIRST = (Health.FAIL, Health.WARN, Health.OK)


@pages.get("/")
@needs(Permission.CONFIG_READ)
def index() -> ResponseReturnValue:
    work = current_work()
    findings = doctor.examine(work, house().settings, CHECKS)
    findings.sort(key=lambda finding: WORST_FIRST.index(finding.state))
    return render_template("admin/index.html", findings=findings, jobs=queries.job_counts(work))


@pages.get("/outbox")
@needs(Permission.OUTBOX_READ)
def outbox() -> ResponseReturnValue:
    work, state = current_work(), request.args.get("state", "")
    page = queries.jobs(work, state=state, cursor=request.args.get("cursor", ""))
    return render_template(
        "admin/outbox.html",
        page=page,
        wanted=state,
        states=JobState,
        counts=queries.job_counts(work),
    )


@pages.post("/outbox/<int:job_id>/replay")
@needs(Permission.OUTBOX_REPLAY)
def replay(job_id: int) -> ResponseReturnValue:
    service.replay(current_work(), job_id)
    return redirect(url_for(".outbox", state=JobState.PARKED), code=303)


@pages.get("/audit")
@needs(Permission.AUDIT_READ)
def audit() -> ResponseReturnValue:
    work = current_work()
    wanted = AuditFilter(
        **{name: request.args.get(name, "").strip() for name in AuditFilter.__slots__}
    )
    return render_template(
        "admin/audit.html",
        page=queries.journal(work, wanted, cursor=request.args.get("cursor", "")),
        filters=wanted,
        names=queries.names(work),
        verdict=seals.verify(work) if "verify" in request.args else None,
    )


@pages.get("/priorities")
@needs(Permission.CONFIG_READ)
def priority_matrix() -> ResponseReturnValue:
    return _matrix_page()


@pages.post("/priorities")
@needs(Permission.CONFIG_EDIT)
def change_priorities() -> ResponseReturnValue:
    try:
        priorities.change(current_work(), _typed_matrix())
    except Invalid as error:
        return _matrix_page(str(error)), 422
    return redirect(url_for(".priority_matrix", saved="1"), code=303)


@pages.get("/providers")
@needs(Permission.CONFIG_READ)
def providers() -> ResponseReturnValue:
    return _providers_page()


@pages.post("/providers/<kind>")
@needs(Permission.CONFIG_EDIT)
def set_provider(kind: str) -> ResponseReturnValue:
    names = PROVIDERS[kind].config.model_fields if kind in PROVIDERS else ()
    try:
        accounts.set_account(
            current_work(), kind, {name: request.form.get(name, "") for name in names}
        )
    except Invalid as error:
        return _providers_page(kind, error.fields), 422
    flash("The account is saved", "success")
    return redirect(url_for(".providers"), code=303)


@pages.post("/providers/<kind>/remove")
@needs(Permission.CONFIG_EDIT)
def forget_provider(kind: str) -> ResponseReturnValue:
    accounts.forget_account(current_work(), kind)
    return redirect(url_for(".providers"), code=303)


def _providers_page(kind: str = "", errors: Mapping[str, str] | None = None) -> str:
    return render_template(
        "admin/providers.html",
        providers=PROVIDERS.values(),
        fields={
            one.kind: one.config.model_json_schema()["properties"] for one in PROVIDERS.values()
        },
        accounts=notify.accounts(current_work()),
        public_url=house().settings.public_url,
        wrong=kind,
        errors=errors or {},
        values=request.form,
    )


def _typed_matrix() -> dict[tuple[int, int], int]:
    cells = product(priorities.LEVELS, priorities.LEVELS)
    typed = {cell: request.form.get(f"p{cell[0]}{cell[1]}", type=int) for cell in cells}
    return {cell: priority for cell, priority in typed.items() if priority is not None}


def _matrix_page(error: str = "") -> str:
    return render_template(
        "admin/priorities.html",
        matrix=_typed_matrix() if error else priorities.matrix(current_work()),
        levels=priorities.LEVELS,
        error=error,
        saved="saved" in request.args,
    )
