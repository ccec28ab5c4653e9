"""The pages on which an administrator sets up desks."""

from collections.abc import Callable, Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from itsm.desk import queries as tickets
from itsm.desk.models import Desk
from itsm.desk.setup import queries, service
from itsm.desk.setup.inputs import EditDesk, NewDesk, SaveCategory
from itsm.desk.setup.presets import PRESETS
from itsm.kernel.access import Permission
from itsm.kernel.errors import DomainError, Invalid, Refused
from itsm.people import directory
from itsm.people.directory import PeopleFilter
from itsm.web.door import current_work
from itsm.web.errors import field_errors
from itsm.web.needs import needs

pages = Blueprint("desks", __name__, template_folder="templates", url_prefix="/admin/desks")
SUGGESTED = 200
CHECKS = ("confidential", "internal", "active", "warns")
TEXTS = ("name", "prefix", "team", "close_after_h", "remind_after_days", "reminders")


@pages.get("/")
@needs(Permission.CONFIG_READ)
def index() -> str:
    """Show all desks."""
    return render_template("desks/index.html", rows=queries.rows(current_work()))


@pages.get("/new")
@needs(Permission.CONFIG_EDIT)
def new() -> str:
    """Ask for what a new desk needs, beginning with what such desks usually have."""
    preset = PRESETS.get(request.args.get("like", ""))
    typed: dict[str, object] = {}
    if preset is not None:
        typed = {
            "key": preset.key,
            "name": preset.name,
            "prefix": preset.prefix,
            "categories": "\n".join(preset.categories),
            "confidential": preset.confidential,
        }
    return _new_page(typed)


@pages.post("/")
@needs(Permission.CONFIG_EDIT)
def make() -> ResponseReturnValue:
    """Make a desk."""
    typed = {name: request.form[name] for name in NewDesk.model_fields if name in request.form}
    try:
        desk = service.make(current_work(), NewDesk.model_validate(typed))
    except (ValidationError, DomainError) as error:
        return _new_page(request.form, _wrong(error)), 422
    flash(f"{desk.name} takes tickets from now on", "success")
    return redirect(url_for(".show", key=desk.key), code=303)


@pages.get("/<key>")
@needs(Permission.CONFIG_READ)
def show(key: str) -> str:
    """Show a desk: what it is, its categories and who works at it."""
    return _desk_page(queries.get(current_work(), key))


@pages.post("/<key>")
@needs(Permission.CONFIG_EDIT)
def change(key: str) -> ResponseReturnValue:
    """Change a desk."""
    typed = {name: request.form[name] for name in TEXTS if name in request.form}
    checked = {name: name in request.form for name in CHECKS}
    return _do(
        key,
        lambda desk: service.edit(
            current_work(), desk, EditDesk.model_validate({**typed, **checked})
        ),
    )


@pages.post("/<key>/categories")
@needs(Permission.CONFIG_EDIT)
def save_category(key: str) -> ResponseReturnValue:
    """Offer a category, or change its team."""
    typed = {"name": request.form.get("category", ""), "team": request.form.get("of_team", "")}
    return _do(
        key,
        lambda desk: service.save_category(
            current_work(), desk, SaveCategory.model_validate(typed)
        ),
        {"name": "category", "team": "of_team"},
    )


@pages.post("/<key>/categories/retire")
@needs(Permission.CONFIG_EDIT)
def retire_category(key: str) -> ResponseReturnValue:
    """Offer a category no longer."""
    name = request.form.get("category", "")
    return _do(key, lambda desk: service.retire_category(current_work(), desk, name))


def _do(
    key: str, act: Callable[[Desk], object], fields: Mapping[str, str] | None = None
) -> ResponseReturnValue:
    """Do something to a desk; where it is refused, show the page with what was typed.

    `fields` are the names that the form has for those of the input.
    """
    work = current_work()
    desk = queries.get(work, key)
    try:
        with work.session.begin_nested():
            act(desk)
    except (ValidationError, Invalid, Refused) as error:
        named = fields or {}
        wrong = {named.get(name, name): said for name, said in _wrong(error).items()}
        return _desk_page(queries.get(work, key), wrong), 409 if isinstance(error, Refused) else 422
    return redirect(url_for(".show", key=key), code=303)


def _new_page(typed: Mapping[str, object], errors: Mapping[str, str] | None = None) -> str:
    work = current_work()
    return render_template(
        "desks/new.html",
        presets=PRESETS.values(),
        typed=typed,
        errors=errors or {},
        teams=[(team.key, team.name) for team in tickets.teams(work)],
        people=directory.people(work, PeopleFilter(), limit=SUGGESTED).items,
    )


def _desk_page(desk: Desk, errors: Mapping[str, str] | None = None) -> str:
    work = current_work()
    return render_template(
        "desks/desk.html",
        desk=desk,
        categories=queries.categories(work, desk),
        helpers=queries.helpers(work, desk),
        teams=[(team.key, team.name) for team in tickets.teams(work)],
        typed=request.form,
        errors=errors or {},
    )


def _wrong(error: ValidationError | DomainError) -> dict[str, str]:
    if isinstance(error, ValidationError):
        return field_errors(error)
    return (error.fields if isinstance(error, Invalid) else {}) or {"": str(error)}
