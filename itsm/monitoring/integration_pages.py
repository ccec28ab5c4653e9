"""The pages on which a monitoring system is let in, and on which its messages are made to fit."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid
from itsm.monitoring import integrations, queries, trial
from itsm.monitoring.forms import mapping_of, mapping_text, severity_map_of, severity_text
from itsm.monitoring.inputs import EditIntegration, NewIntegration
from itsm.monitoring.kinds import KINDS
from itsm.monitoring.listing import row_id
from itsm.monitoring.models import Integration
from itsm.monitoring.signal import Severity
from itsm.monitoring.views import told
from itsm.web.door import current_work, house
from itsm.web.errors import field_errors
from itsm.web.needs import needs

MAY_BE_EMPTY = ("stale_after", "storm_after", "expects_every")
pages = Blueprint(
    "integrations",
    __name__,
    template_folder="templates",
    url_prefix="/monitoring/integrations",
)


@pages.get("/")
@needs(Permission.INTEGRATION_READ)
def index() -> ResponseReturnValue:
    """Show all integrations and when each was last heard of."""
    work = current_work()
    return render_template(
        "monitoring/integrations.html",
        integrations=queries.integrations(work),
        health=queries.health(work),
        seen=queries.SEEN,
        kinds=KINDS,
    )


@pages.get("/new")
@needs(Permission.INTEGRATION_EDIT)
def new() -> ResponseReturnValue:
    """Show the kinds to choose from, or the form for the kind that was chosen."""
    kind = KINDS.get(request.args.get("kind", ""))
    if kind is None:
        return render_template("monitoring/kinds.html", kinds=KINDS)
    return _new_page(kind.name)


@pages.post("/")
@needs(Permission.INTEGRATION_EDIT)
def create() -> ResponseReturnValue:
    """Let a monitoring system in, and show its key this one time."""
    given = {name: request.form.get(name, "") for name in ("kind", "name", "default_severity")}
    policy = request.form.get("policy") or None
    try:
        wanted = NewIntegration.model_validate({**given, "policy": policy})
        integration, key = integrations.add_integration(current_work(), wanted)
    except (ValidationError, Invalid) as error:
        return _new_page(given["kind"], given, _wrong(error)), 422
    return _key_page(integration, key, step=2)


@pages.get("/<int:integration_id>")
@needs(Permission.INTEGRATION_READ)
def show(integration_id: int) -> ResponseReturnValue:
    """Show an integration with its latest messages."""
    return _record_page(queries.integration(current_work(), integration_id))


@pages.post("/<int:integration_id>")
@needs(Permission.INTEGRATION_EDIT)
def change(integration_id: int) -> ResponseReturnValue:
    """Change how an integration is ranked, paged and limited."""
    work = current_work()
    integration = queries.integration(work, integration_id)
    try:
        integrations.edit(work, integration, EditIntegration.model_validate(_typed()))
    except (ValidationError, Invalid) as error:
        return _record_page(integration, request.form, _wrong(error)), 422
    flash("Saved", "ok")
    return redirect(url_for(".show", integration_id=integration_id), code=303)


@pages.post("/<int:integration_id>/rotate")
@needs(Permission.INTEGRATION_EDIT)
def rotate(integration_id: int) -> ResponseReturnValue:
    """Give an integration a new key, and show it this one time."""
    work = current_work()
    integration = queries.integration(work, integration_id)
    return _key_page(integration, integrations.rotate_key(work, integration))


@pages.post("/<int:integration_id>/test")
@needs(Permission.INTEGRATION_EDIT)
def test(integration_id: int) -> ResponseReturnValue:
    """Send a test through the whole intake, and show what became of it."""
    work = current_work()
    receipt = trial.send_test(work, queries.integration(work, integration_id))
    flash(f"Test sent: {told(receipt)}", "ok" if receipt.results else "warn")
    if receipt.results and receipt.results[0].alert_id:
        return redirect(url_for("monitoring.show", alert_id=receipt.results[0].alert_id), code=303)
    return redirect(url_for(".show", integration_id=integration_id), code=303)


@pages.post("/<int:integration_id>/test/clear")
@needs(Permission.INTEGRATION_EDIT)
def clear_test(integration_id: int) -> ResponseReturnValue:
    """Have the source say that the test is over."""
    work = current_work()
    trial.clear_test(work, queries.integration(work, integration_id))
    flash("The test is over", "ok")
    return redirect(url_for(".show", integration_id=integration_id), code=303)


@pages.get("/<int:integration_id>/mapping")
@needs(Permission.INTEGRATION_EDIT)
def mapping(integration_id: int) -> ResponseReturnValue:
    """Show a received sample beside the fields that its parts may go to."""
    integration = queries.integration(current_work(), integration_id)
    return _mapping_page(integration, mapping_text(integration.mapping))


@pages.post("/<int:integration_id>/mapping")
@needs(Permission.INTEGRATION_EDIT)
def map_fields(integration_id: int) -> ResponseReturnValue:
    """Try a mapping on the sample, or save it."""
    work = current_work()
    integration = queries.integration(work, integration_id)
    typed = request.form.to_dict()
    try:
        wanted = mapping_of(typed)
    except ValidationError as error:
        return _mapping_page(integration, typed, _wrong(error)), 422
    if "try" in typed:
        return _mapping_page(integration, typed)
    integrations.edit(work, integration, EditIntegration(mapping=wanted))
    flash("Saved. Rejected messages can be replayed now.", "ok")
    return redirect(url_for(".show", integration_id=integration_id), code=303)


def _options() -> dict[str, list[tuple[str, str]]]:
    """Return what the select fields offer, as pairs of value and label."""
    return {
        "policies": [(name, name) for name in queries.policies(current_work())],
        "severities": [(level.value, level.value.capitalize()) for level in Severity],
    }


def _new_page(
    kind: str, typed: dict[str, str] | None = None, errors: dict[str, str] | None = None
) -> str:
    chosen = KINDS.get(kind) or KINDS["generic"]
    return render_template(
        "monitoring/new.html",
        kind=chosen,
        typed=typed or {},
        errors=errors or {},
        options=_options(),
    )


def _key_page(integration: Integration, key: str, step: int | None = None) -> str:
    base = house().settings.public_url
    return render_template(
        "monitoring/key.html",
        integration=integration,
        kind=KINDS[integration.kind],
        key=key,
        address=integrations.address(base, integration, key),
        snippet=integrations.snippet(base, integration, key),
        step=step,
    )


def _record_page(
    integration: Integration,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> str:
    work = current_work()
    return render_template(
        "monitoring/integration.html",
        integration=integration,
        kind=KINDS.get(integration.kind),
        bucket=queries.bucket(work, integration),
        messages=queries.messages(work, integration),
        severity_text=severity_text(integration.severity_map),
        policy=queries.policy_name(work, integration.policy_id),
        options=_options(),
        typed=typed or {},
        errors=errors or {},
    )


def _mapping_page(
    integration: Integration, typed: dict[str, str], errors: dict[str, str] | None = None
) -> str:
    work = current_work()
    chosen = request.values.get("message", type=row_id)
    sample = trial.sample_of(work, integration, chosen)
    return render_template(
        "monitoring/mapping.html",
        integration=integration,
        sample=sample,
        messages=queries.messages(work, integration),
        read=trial.read_sample(sample, typed) if sample and not errors else None,
        typed=typed,
        errors=errors or {},
    )


def _typed() -> dict[str, object]:
    """Return what the settings form says; a check box that is off is not sent at all."""
    form = request.form
    given: dict[str, object] = {
        name: form[name]
        for name in ("name", "default_severity", "rate_per_minute", "burst", "policy")
        if name in form
    }
    given |= {name: form[name] or None for name in MAY_BE_EMPTY if name in form}
    given["enabled"] = "enabled" in form
    given["verify_signature"] = "verify_signature" in form
    given["severity_map"] = severity_map_of(form.get("severity_map", ""))
    return given


def _wrong(error: ValidationError | Invalid) -> dict[str, str]:
    if isinstance(error, ValidationError):
        return field_errors(error)
    return error.fields or {"": str(error)}
