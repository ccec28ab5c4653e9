"""The pages of teams, sites and departments."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ValidationError

from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid
from itsm.people import directory, directory_edits
from itsm.people.directory import PeopleFilter
from itsm.people.directory_inputs import EditTeam, NewMember, NewTeam, SaveDepartment, SaveSite
from itsm.people.inputs import zones
from itsm.people.models import Team
from itsm.web.door import current_work
from itsm.web.errors import field_errors
from itsm.web.needs import needs

pages = Blueprint("teams", __name__, template_folder="templates", url_prefix="/people")
SUGGESTED = 200


@pages.get("/teams/")
@needs(Permission.TEAM_READ)
def index() -> ResponseReturnValue:
    """Show the list of teams."""
    return _list_page()


@pages.post("/teams/")
@needs(Permission.TEAM_EDIT)
def create() -> ResponseReturnValue:
    """Make a team."""
    try:
        team = directory_edits.create_team(current_work(), NewTeam.model_validate(_typed(NewTeam)))
    except (ValidationError, Invalid) as error:
        return _list_page(_wrong(error)), 422
    return redirect(url_for(".show", key=team.key), code=303)


@pages.get("/teams/<key>")
@needs(Permission.TEAM_READ)
def show(key: str) -> ResponseReturnValue:
    """Show a team and its members."""
    return _record_page(directory.team(current_work(), key))


@pages.post("/teams/<key>")
@needs(Permission.TEAM_EDIT)
def change(key: str) -> ResponseReturnValue:
    """Change a team."""
    work = current_work()
    team = directory.team(work, key)
    try:
        directory_edits.edit_team(work, team, EditTeam.model_validate(_typed(EditTeam)))
    except ValidationError as error:
        return _record_page(team, _wrong(error)), 422
    return redirect(url_for(".show", key=key), code=303)


@pages.post("/teams/<key>/members")
@needs(Permission.TEAM_EDIT)
def add_member(key: str) -> ResponseReturnValue:
    """Let a person join, or make a member lead or no longer lead."""
    work = current_work()
    team = directory.team(work, key)
    new = {"username": request.form.get("username", ""), "lead": "lead" in request.form}
    try:
        directory_edits.add_member(work, team, NewMember.model_validate(new))
    except (ValidationError, Invalid) as error:
        return _record_page(team, _wrong(error)), 422
    return redirect(url_for(".show", key=key), code=303)


@pages.post("/teams/<key>/members/<username>/remove")
@needs(Permission.TEAM_EDIT)
def remove_member(key: str, username: str) -> ResponseReturnValue:
    """Let a person leave."""
    work = current_work()
    directory_edits.remove_member(work, directory.team(work, key), username)
    return redirect(url_for(".show", key=key), code=303)


@pages.get("/places")
@needs(Permission.TEAM_READ)
def places() -> ResponseReturnValue:
    """Show the sites and departments."""
    return _places_page()


@pages.post("/sites")
@needs(Permission.TEAM_EDIT)
def save_site() -> ResponseReturnValue:
    """Make or change a site."""
    try:
        directory_edits.save_site(current_work(), SaveSite.model_validate(_typed(SaveSite)))
    except ValidationError as error:
        return _places_page(site_errors=_wrong(error)), 422
    return redirect(url_for(".places"), code=303)


@pages.post("/departments")
@needs(Permission.TEAM_EDIT)
def save_department() -> ResponseReturnValue:
    """Make or change a department."""
    wanted = _typed(SaveDepartment)
    try:
        directory_edits.save_department(current_work(), SaveDepartment.model_validate(wanted))
    except ValidationError as error:
        return _places_page(department_errors=_wrong(error)), 422
    return redirect(url_for(".places"), code=303)


def _typed(model: type[BaseModel]) -> dict[str, str]:
    return {name: request.form[name] for name in model.model_fields if name in request.form}


def _list_page(errors: dict[str, str] | None = None) -> str:
    return render_template(
        "people/teams.html",
        teams=directory.teams(current_work()),
        errors=errors or {},
        typed=request.form,
    )


def _record_page(team: Team, errors: dict[str, str] | None = None) -> str:
    work = current_work()
    return render_template(
        "people/team.html",
        team=team,
        members=directory.members(work, team.id),
        people=directory.people(work, PeopleFilter(), limit=SUGGESTED).items,
        errors=errors or {},
        typed=request.form,
    )


def _places_page(
    site_errors: dict[str, str] | None = None, department_errors: dict[str, str] | None = None
) -> str:
    work = current_work()
    return render_template(
        "people/places.html",
        sites=directory.sites(work),
        departments=directory.departments(work),
        zones=sorted(zones()),
        site_errors=site_errors or {},
        department_errors=department_errors or {},
        typed=request.form,
    )


def _wrong(error: ValidationError | Invalid) -> dict[str, str]:
    if isinstance(error, ValidationError):
        return field_errors(error)
    return error.fields or {"": str(error)}
