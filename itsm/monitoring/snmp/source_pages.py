"""The pages of who may send traps: sources, v3 users and their engines."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from itsm.assets import queries as assets
from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid, NotFound
from itsm.monitoring.snmp import queries, service
from itsm.monitoring.snmp.ciphers import Auth, Privacy
from itsm.monitoring.snmp.forms import Values, fields, network_lines, wrong
from itsm.monitoring.snmp.inputs import EditedSource, EditedUser, NewSource, NewUser
from itsm.monitoring.snmp.models import EngineState, TrapUser
from itsm.monitoring.snmp.usm import Level
from itsm.web.door import current_work
from itsm.web.needs import needs

pages = Blueprint(
    "trap_sources", __name__, template_folder="templates", url_prefix="/monitoring/traps"
)
NEW_USER: Values = {"level": Level.PRIV, "auth": Auth.SHA256, "privacy": Privacy.AES128}
Astray = Mapping[int, tuple[str, str]]
"""What was typed for an engine's CI, and why it is none, by the engine's row."""


@pages.get("/sources")
@needs(Permission.TRAP_READ)
def listed() -> ResponseReturnValue:
    """Show who may send, and the form that lets more devices in."""
    return _sources({"networks": ""}, {})


@pages.post("/sources")
@needs(Permission.TRAP_EDIT)
def add() -> ResponseReturnValue:
    """Let devices in."""
    try:
        source = service.add_source(current_work(), NewSource.model_validate(fields(request.form)))
    except (ValidationError, Invalid) as error:
        return _sources(fields(request.form), wrong(error)), 422
    flash(f"{source.name} may send now", "success")
    return redirect(url_for(".listed"), code=303)


@pages.get("/sources/<int:source_id>")
@needs(Permission.TRAP_READ)
def show(source_id: int) -> ResponseReturnValue:
    """Show one source, to be changed."""
    source = queries.source(current_work(), source_id)
    values: Values = {
        "networks": network_lines(source.networks),
        "group": source.group,
        "trusted": source.trusted,
        "enabled": source.enabled,
    }
    return render_template("traps/source.html", source=source, values=values, errors={})


@pages.post("/sources/<int:source_id>")
@needs(Permission.TRAP_EDIT)
def edit(source_id: int) -> ResponseReturnValue:
    """Change one source."""
    work = current_work()
    source = queries.source(work, source_id)
    values = fields(request.form)
    try:
        service.edit_source(work, source, EditedSource.model_validate(values))
    except ValidationError as error:
        page = render_template(
            "traps/source.html", source=source, values=values, errors=wrong(error)
        )
        return page, 422
    flash(f"{source.name} is saved", "success")
    return redirect(url_for(".listed"), code=303)


@pages.get("/users")
@needs(Permission.TRAP_READ)
def users() -> ResponseReturnValue:
    """Show v3 users, the engines that wait, and the form for another user."""
    return _users(NEW_USER, {})


@pages.post("/users")
@needs(Permission.TRAP_EDIT)
def add_user() -> ResponseReturnValue:
    """Let a v3 user in."""
    try:
        user = service.add_user(current_work(), NewUser.model_validate(fields(request.form)))
    except (ValidationError, Invalid) as error:
        return _users(fields(request.form), wrong(error)), 422
    flash(f"{user.name} may send now", "success")
    return redirect(url_for(".users"), code=303)


@pages.get("/users/<int:user_id>")
@needs(Permission.TRAP_READ)
def user(user_id: int) -> ResponseReturnValue:
    """Show a v3 user with its engines."""
    return _user_page(queries.user(current_work(), user_id))


@pages.post("/users/<int:user_id>")
@needs(Permission.TRAP_EDIT)
def edit_user(user_id: int) -> ResponseReturnValue:
    """Approve engines by their ids, and turn learning on or off."""
    work = current_work()
    user = queries.user(work, user_id)
    values = fields(request.form)
    try:
        service.edit_user(work, user, EditedUser.model_validate(values))
    except (ValidationError, Invalid) as error:
        return _user_page(user, values, wrong(error)), 422
    flash(f"{user.name} is saved", "success")
    return redirect(url_for(".user", user_id=user_id), code=303)


@pages.post("/users/<int:user_id>/remove")
@needs(Permission.TRAP_EDIT)
def remove_user(user_id: int) -> ResponseReturnValue:
    """Let a v3 user in no more."""
    work = current_work()
    service.remove_user(work, queries.user(work, user_id))
    return redirect(url_for(".users"), code=303)


@pages.post("/engines/<int:engine_id>")
@needs(Permission.TRAP_EDIT)
def decide(engine_id: int) -> ResponseReturnValue:
    """Approve or refuse an engine, and say which CI or host it is."""
    work = current_work()
    engine = queries.engine(work, engine_id)
    wanted = EngineState.REFUSED if request.form.get("do") == "refuse" else EngineState.APPROVED
    number = request.form.get("ci", "").strip()
    try:
        ci = assets.get(work, number) if number else None
    except NotFound as error:
        return _users(NEW_USER, {}, {engine_id: (number, str(error))}), 422
    service.decide_engine(work, engine, wanted, host=request.form.get("host", ""), ci=ci)
    flash(f"Engine {engine.engine_id} is {wanted.value}", "success")
    if request.form.get("back") == "user":
        return redirect(url_for(".user", user_id=engine.user_id), code=303)
    return redirect(url_for(".users"), code=303)


def _sources(values: Values, errors: Mapping[str, str]) -> str:
    work = current_work()
    return render_template(
        "traps/sources.html",
        sources=queries.sources(work),
        integrations=[(one.id, one.name) for one in queries.integrations(work)],
        values=values,
        errors=errors,
    )


def _users(values: Values, errors: Mapping[str, str], astray: Astray | None = None) -> str:
    work = current_work()
    shown = {name: value for name, value in values.items() if "passphrase" not in name}
    return render_template(
        "traps/users.html",
        users=queries.users(work),
        counts=queries.engine_counts(work),
        engines=queries.waiting_engines(work),
        sources=[(source.id, source.name) for source in queries.sources(work)],
        levels=[(level.value, level.value) for level in Level],
        auths=[(auth.value, auth.value) for auth in Auth],
        privacies=[(privacy.value, privacy.value) for privacy in Privacy],
        values=shown,
        errors=errors,
        astray=astray or {},
    )


def _user_page(
    user: TrapUser, values: Values | None = None, errors: Mapping[str, str] | None = None
) -> str:
    asked = request.args.get("q", "").strip()[:120]
    return render_template(
        "traps/user.html",
        user=user,
        engines=queries.engines_of(current_work(), user.id, asked),
        asked=asked,
        most=queries.MOST_ENGINES,
        values={"learn": user.learn} if values is None else values,
        errors=errors or {},
    )
