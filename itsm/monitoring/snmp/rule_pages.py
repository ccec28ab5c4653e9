"""The pages of trap rules: ours and the built-in ones, and the box in which a rule is tried."""

from collections.abc import Mapping
from contextlib import suppress

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid
from itsm.kernel.work import Work
from itsm.monitoring.signal import Severity
from itsm.monitoring.snmp import builtin, names, queries, service, suggestion, trial
from itsm.monitoring.snmp.forms import Values, draft, fields, rule_values, wrong
from itsm.monitoring.snmp.inputs import RuleInput
from itsm.monitoring.snmp.models import TrapRule
from itsm.monitoring.snmp.names import Names
from itsm.monitoring.snmp.trial import Trial
from itsm.web.door import current_work
from itsm.web.needs import needs

pages = Blueprint(
    "trap_rules", __name__, template_folder="templates", url_prefix="/monitoring/traps/rules"
)
NEW: Values = {"raises": True, "severity": Severity.MEDIUM, "title": "{trap} from {agent}"}


@pages.get("/")
@needs(Permission.TRAP_READ)
def listed() -> ResponseReturnValue:
    """Show all rules in the order in which they are asked."""
    work = current_work()
    rules = queries.rules(work)
    oids = {rule.oid for rule in rules}
    known = Names(queries.uploaded_names(work, names.trap_heads(oids)))
    return render_template(
        "traps/rules.html", rules=rules, builtin=builtin.rules(), spoken=known.trap
    )


@pages.get("/new")
@needs(Permission.TRAP_EDIT)
def new() -> ResponseReturnValue:
    """Show an empty rule, or one for the OID of `oid`, made of the kept trap `intake_id`."""
    work = current_work()
    oid = request.args.get("oid", "")[:600]
    chosen = request.args.get("intake_id", type=int)
    kept = trial.of_row(work, queries.kept_trap(work, chosen)) if chosen is not None else None
    if kept is not None and kept.opened is not None:
        values = NEW | suggestion.values_of(kept.opened.trap, kept.names)
        with suppress(ValidationError):
            # A trap may bear an OID that is too long for a rule; then there is nothing to try.
            kept = trial.of_row(work, kept.row, draft(RuleInput.model_validate(values)))
        return _form(values, {}, tried=kept)
    about = {"oid": oid, "name": f"Trap {names.SHIPPED.trap(oid)}"[:120]} if oid else {}
    return _form(NEW | {"key": "{oid}"} | about, {})


@pages.get("/<int:rule_id>")
@needs(Permission.TRAP_READ)
def show(rule_id: int) -> ResponseReturnValue:
    """Show a rule, to be changed and tried."""
    row = queries.rule(current_work(), rule_id)
    return _form(rule_values(row), {}, row)


@pages.post("/")
@needs(Permission.TRAP_EDIT)
def create() -> ResponseReturnValue:
    """Make a rule, or try it on a kept trap."""
    return _save_or_try(current_work(), None)


@pages.post("/<int:rule_id>")
@needs(Permission.TRAP_EDIT)
def change(rule_id: int) -> ResponseReturnValue:
    """Change a rule, or try the change on a kept trap."""
    work = current_work()
    return _save_or_try(work, queries.rule(work, rule_id))


@pages.post("/<int:rule_id>/switch")
@needs(Permission.TRAP_EDIT)
def switch(rule_id: int) -> ResponseReturnValue:
    """Turn a rule on or off."""
    work = current_work()
    row = queries.rule(work, rule_id)
    service.switch_rule(work, row, enabled=not row.enabled)
    return redirect(url_for(".listed"), code=303)


@pages.post("/<int:rule_id>/remove")
@needs(Permission.TRAP_EDIT)
def remove(rule_id: int) -> ResponseReturnValue:
    """Remove a rule."""
    work = current_work()
    service.remove_rule(work, queries.rule(work, rule_id))
    return redirect(url_for(".listed"), code=303)


def _save_or_try(work: Work, row: TrapRule | None) -> ResponseReturnValue:
    values = fields(request.form)
    try:
        rule = service.known_oid(work, RuleInput.model_validate({"raises": False} | values))
        if request.form.get("do") == "try":
            return _form(values, {}, row, _tried(work, rule))
        saved = service.save_rule(work, rule, row)
    except (ValidationError, Invalid) as error:
        return _form(values, wrong(error), row), 422
    flash(f"{saved.name} counts from the next trap on", "success")
    return redirect(url_for(".listed"), code=303)


def _tried(work: Work, rule: RuleInput) -> Trial | None:
    chosen = request.form.get("intake_id", type=int)
    if chosen is None:
        return None
    return trial.of_row(work, queries.kept_trap(work, chosen), draft(rule))


def _form(
    values: Values,
    errors: Mapping[str, str],
    row: TrapRule | None = None,
    tried: Trial | None = None,
) -> str:
    traps = trial.latest(current_work())
    return render_template(
        "traps/rule.html",
        rule=row,
        values=values,
        errors=errors,
        tried=tried,
        chosen=request.values.get("intake_id", type=int),
        traps=traps,
        severities=[(one.value, one.value.capitalize()) for one in Severity],
    )
