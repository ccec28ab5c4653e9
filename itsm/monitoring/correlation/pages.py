"""The pages of correlation rules: their order, and a form that tries a rule on past alerts."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid
from itsm.kernel.work import Work
from itsm.monitoring.correlation import queries, service
from itsm.monitoring.correlation.inputs import RuleInput
from itsm.monitoring.correlation.models import CorrelationRule
from itsm.monitoring.correlation.queries import Trial
from itsm.monitoring.snmp.forms import wrong
from itsm.web.door import current_work
from itsm.web.needs import needs

pages = Blueprint(
    "correlation", __name__, template_folder="templates", url_prefix="/monitoring/correlation"
)
Values = Mapping[str, object]
NEW: Values = {"window_min": 10, "enabled": True}


@pages.get("/")
@needs(Permission.INTEGRATION_READ)
def listed() -> ResponseReturnValue:
    """Show all rules in the order in which they are asked."""
    return render_template("correlation/rules.html", rules=queries.rules(current_work()))


@pages.get("/new")
@needs(Permission.INTEGRATION_EDIT)
def new() -> ResponseReturnValue:
    """Show an empty rule."""
    return _form(NEW, {})


@pages.get("/<int:rule_id>")
@needs(Permission.INTEGRATION_READ)
def show(rule_id: int) -> ResponseReturnValue:
    """Show a rule, to be changed and tried."""
    work = current_work()
    row = queries.rule(work, rule_id)
    values = {
        "name": row.name,
        "enabled": row.enabled,
        "window_min": row.window_min,
        "tests": "\n".join(map(str, row.tests if isinstance(row.tests, list) else [])),
        "group_by": ", ".join(map(str, row.group_by if isinstance(row.group_by, list) else [])),
    }
    return _form(values, {}, row, queries.tried(work, queries.read(row)))


@pages.post("/")
@needs(Permission.INTEGRATION_EDIT)
def create() -> ResponseReturnValue:
    """Make a rule, or try it on the latest alerts."""
    return _save_or_try(current_work(), None)


@pages.post("/<int:rule_id>")
@needs(Permission.INTEGRATION_EDIT)
def change(rule_id: int) -> ResponseReturnValue:
    """Change a rule, or try the change on the latest alerts."""
    work = current_work()
    return _save_or_try(work, queries.rule(work, rule_id))


@pages.post("/<int:rule_id>/switch")
@needs(Permission.INTEGRATION_EDIT)
def switch(rule_id: int) -> ResponseReturnValue:
    """Turn a rule on or off."""
    work = current_work()
    row = queries.rule(work, rule_id)
    service.switch(work, row, enabled=not row.enabled)
    return redirect(url_for(".listed"), code=303)


@pages.post("/<int:rule_id>/up")
@needs(Permission.INTEGRATION_EDIT)
def move_up(rule_id: int) -> ResponseReturnValue:
    """Have a rule asked one place earlier."""
    work = current_work()
    service.move_up(work, queries.rule(work, rule_id))
    return redirect(url_for(".listed"), code=303)


@pages.post("/<int:rule_id>/remove")
@needs(Permission.INTEGRATION_EDIT)
def remove(rule_id: int) -> ResponseReturnValue:
    """Remove a rule."""
    work = current_work()
    service.remove(work, queries.rule(work, rule_id))
    return redirect(url_for(".listed"), code=303)


def _save_or_try(work: Work, row: CorrelationRule | None) -> ResponseReturnValue:
    given = ("name", "tests", "group_by", "window_min")
    values: Values = {name: request.form.get(name, "") for name in given} | {
        "enabled": "enabled" in request.form
    }
    try:
        rule = RuleInput.model_validate(values)
        if request.form.get("do") == "try":
            return _form(values, {}, row, queries.tried(work, rule.rule()))
        saved = service.save(work, rule, row)
    except (ValidationError, Invalid) as error:
        return _form(values, wrong(error), row), 422
    flash(f"{saved.name} counts from the next alert on", "success")
    return redirect(url_for(".listed"), code=303)


def _form(
    values: Values,
    errors: Mapping[str, str],
    row: CorrelationRule | None = None,
    tried: Trial | None = None,
) -> str:
    return render_template(
        "correlation/rule.html", rule=row, values=values, errors=errors, tried=tried
    )
