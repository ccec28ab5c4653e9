"""The pages of people: list, record, roles; and one's own API tokens."""

from collections.abc import Callable, MutableMapping, Sequence
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from itsm.kernel.access import Permission
from itsm.kernel.errors import Denied, DomainError, Invalid, Refused
from itsm.kernel.work import Work
from itsm.people import directory, directory_edits, queries, service
from itsm.people.directory import PeopleFilter
from itsm.people.directory_inputs import EditPerson, NewColleague
from itsm.people.inputs import zones
from itsm.people.models import Person, TokenScope
from itsm.web.door import current_work
from itsm.web.errors import field_errors
from itsm.web.needs import needs

pages = Blueprint("people", __name__, template_folder="templates", url_prefix="/people")
DESKS = "itsm-desks"
SUGGESTED = 200
Desks = Callable[[Work], Sequence[tuple[int, str]]]


def show_desks(extensions: MutableMapping[str, Any], desks: Desks) -> None:
    """Have `desks` tell the id and name of each desk that a role may be held on.

    Desks stand a floor higher, so what puts the house together hands them in.
    """
    extensions[DESKS] = desks


@pages.get("/")
@needs(Permission.PERSON_READ)
def index() -> ResponseReturnValue:
    """Show the list of people."""
    work = current_work()
    wanted = _filter()
    return render_template(
        "people/index.html",
        page=directory.people(work, wanted, cursor=request.args.get("cursor", "")),
        filters=wanted,
        asked={name: request.args[name] for name in request.args if name != "cursor"},
        teams=directory.teams(work),
        sites=directory.sites(work),
    )


@pages.get("/new")
@needs(Permission.PERSON_EDIT)
def new() -> ResponseReturnValue:
    """Show the form for a new person."""
    return _form_page()


@pages.post("/")
@needs(Permission.PERSON_EDIT)
def create() -> ResponseReturnValue:
    """Make an account, with a role and a password where they are given."""
    work = current_work()
    try:
        person = directory_edits.create_person(work, NewColleague.model_validate(_typed()))
        _equip(work, person)
    except (ValidationError, Invalid, Denied) as error:
        return _form_page(errors=_wrong(error)), 422
    return redirect(url_for(".show", username=person.username), code=303)


@pages.get("/<username>")
@needs(Permission.PERSON_READ)
def show(username: str) -> ResponseReturnValue:
    """Show a person's record."""
    return _record_page(directory.person(current_work(), username))


@pages.get("/<username>/edit")
@needs(Permission.PERSON_EDIT)
def edit(username: str) -> ResponseReturnValue:
    """Show the form to change a person."""
    return _form_page(directory.person(current_work(), username))


@pages.post("/<username>")
@needs(Permission.PERSON_EDIT)
def change(username: str) -> ResponseReturnValue:
    """Change a person."""
    work = current_work()
    person = directory.person(work, username)
    try:
        directory_edits.edit_person(work, person, EditPerson.model_validate(_typed()))
    except (ValidationError, Invalid) as error:
        return _form_page(person, _wrong(error)), 422
    return redirect(url_for(".show", username=username), code=303)


@pages.post("/<username>/active")
@needs(Permission.PERSON_EDIT)
def switch(username: str) -> ResponseReturnValue:
    """Switch an account off or on."""
    work = current_work()
    person = directory.person(work, username)
    active = request.form.get("active") == "1"
    try:
        directory_edits.edit_person(work, person, EditPerson(active=active))
    except Refused as error:
        return _record_page(person, {"": str(error)}), 409
    return redirect(url_for(".show", username=username), code=303)


@pages.post("/<username>/password")
@needs(Permission.PERSON_EDIT)
def set_password(username: str) -> ResponseReturnValue:
    """Give a person a new password."""
    work = current_work()
    person = directory.person(work, username)
    try:
        directory_edits.set_password(work, person, request.form.get("password", ""))
    except (Invalid, Denied) as error:
        return _record_page(person, _wrong(error)), 422
    return redirect(url_for(".show", username=username), code=303)


@pages.post("/<username>/roles")
@needs(Permission.ROLE_GRANT)
def grant(username: str) -> ResponseReturnValue:
    """Give a person a role."""
    work = current_work()
    person = directory.person(work, username)
    desk_id = request.form.get("desk", 0, type=int)
    try:
        directory_edits.grant(work, person, request.form.get("role", ""), desk_id=desk_id)
    except (Invalid, Denied) as error:
        return _record_page(person, {"role": str(error)}), 422
    return redirect(url_for(".show", username=username, _anchor="roles"), code=303)


@pages.post("/<username>/roles/<int:role_id>/remove")
@needs(Permission.ROLE_GRANT)
def revoke(username: str, role_id: int) -> ResponseReturnValue:
    """Take a role from a person."""
    work = current_work()
    person = directory.person(work, username)
    try:
        directory_edits.revoke(work, person, role_id)
    except (Refused, Denied) as error:
        return _record_page(person, {"role": str(error)}), 409
    return redirect(url_for(".show", username=username, _anchor="roles"), code=303)


@pages.get("/me/tokens")
@needs(Permission.TOKEN_ISSUE)
def tokens() -> ResponseReturnValue:
    """Show one's own API tokens."""
    return _tokens_page()


@pages.post("/me/tokens")
@needs(Permission.TOKEN_ISSUE)
def issue_token() -> ResponseReturnValue:
    """Make an API token and show it this once."""
    work = current_work()
    name, scope = request.form.get("name", "").strip(), request.form.get("scope", "")
    if not name:
        return _tokens_page(errors={"name": "say what it is for"}), 422
    if scope not in set(TokenScope):
        return _tokens_page(errors={"scope": "choose what it may do"}), 422
    me = queries.person(work, work.actor.name)
    _, text = service.issue_token(work, me, name, TokenScope(scope))
    return _tokens_page(text)


@pages.post("/me/tokens/<int:token_id>/revoke")
@needs(Permission.TOKEN_ISSUE)
def revoke_token(token_id: int) -> ResponseReturnValue:
    """Take one of one's own tokens back."""
    service.revoke_token(current_work(), token_id)
    return redirect(url_for(".tokens"), code=303)


def _filter() -> PeopleFilter:
    active = {"no": False, "any": None}.get(request.args.get("active", ""), True)
    words = {name: request.args.get(name, "") for name in ("q", "team", "site", "department")}
    return PeopleFilter(**words, active=active)


def _equip(work: Work, person: Person) -> None:
    role, password = request.form.get("role", ""), request.form.get("password", "")
    if role:
        desk_id = request.form.get("desk", 0, type=int)
        directory_edits.grant(work, person, role, desk_id=desk_id)
    if password:
        directory_edits.set_password(work, person, password)


def _typed() -> dict[str, object]:
    typed = {name: request.form[name] for name in NewColleague.model_fields if name in request.form}
    return {**typed, "vip": "vip" in request.form}


def _record_page(person: Person, errors: dict[str, str] | None = None) -> str:
    work = current_work()
    return render_template(
        "people/record.html",
        person=person,
        memberships=directory.memberships(work, person.id),
        held=directory.roles_of(work, person.id),
        roles=queries.roles(work),
        desks=dict(_desks(work)),
        errors=errors or {},
    )


def _form_page(person: Person | None = None, errors: dict[str, str] | None = None) -> str:
    work = current_work()
    return render_template(
        "people/form.html",
        person=person,
        values=request.form or (directory_edits.properties(person) if person else {}),
        errors=errors or {},
        departments=directory.departments(work),
        sites=directory.sites(work),
        roles=queries.roles(work),
        desks=dict(_desks(work)),
        people=directory.people(work, PeopleFilter(), limit=SUGGESTED).items,
        zones=sorted(zones()),
    )


def _tokens_page(secret: str = "", errors: dict[str, str] | None = None) -> str:
    work = current_work()
    return render_template(
        "people/tokens.html",
        tokens=directory.tokens(work, work.actor.id or 0),
        scopes=TokenScope,
        secret=secret,
        now=work.now,
        errors=errors or {},
        typed=request.form,
    )


def _desks(work: Work) -> Sequence[tuple[int, str]]:
    desks: Desks | None = current_app.extensions.get(DESKS)
    return desks(work) if desks else ()


def _wrong(error: ValidationError | DomainError) -> dict[str, str]:
    if isinstance(error, ValidationError):
        return field_errors(error)
    return (error.fields if isinstance(error, Invalid) else {}) or {"": str(error)}
