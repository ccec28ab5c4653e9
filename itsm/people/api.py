"""`/api/v1/people`, `/api/v1/teams`, `/api/v1/sites` and `/api/v1/departments`."""

from collections.abc import Mapping, Sequence

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from itsm.kernel.access import Permission
from itsm.kernel.work import Work
from itsm.people import directory, directory_edits
from itsm.people.directory import PeopleFilter
from itsm.people.directory_inputs import (
    EditPerson,
    EditTeam,
    NewColleague,
    NewMember,
    NewTeam,
    SaveDepartment,
    SaveSite,
)
from itsm.people.models import Department, Person, Site, Team, TeamMember
from itsm.web.door import current_work
from itsm.web.needs import needs
from itsm.web.rest import (
    PREFIX,
    RESPONSES,
    SECURITY,
    ListQuery,
    answer,
    check_match,
    nothing,
    once,
)

api = APIBlueprint(
    "people_api",
    __name__,
    url_prefix=PREFIX,
    abp_tags=[Tag(name="People", description="People, teams, sites and departments")],
    abp_security=SECURITY,
    abp_responses=RESPONSES,
)


class PersonPath(BaseModel):
    """A person's username."""

    username: str


class TeamPath(BaseModel):
    """A team's key."""

    key: str


class MemberPath(TeamPath):
    """A member of a team."""

    username: str


class PeopleQuery(ListQuery):
    """What the list of people is narrowed to."""

    q: str = Field(default="", max_length=200, description="part of a name, username or mail")
    team: str = ""
    site: str = ""
    department: str = ""
    active: bool | None = Field(default=None, description="by default active or not")


class PersonOut(BaseModel):
    """A person."""

    username: str
    name: str
    email: str
    phone: str
    zone: str
    active: bool
    department: str | None
    site: str | None
    manager: str | None
    vip: bool
    tier: str
    groups: list[str] = Field(description="keys of the teams")
    version: int


class PeopleOut(BaseModel):
    """A page of people."""

    items: list[PersonOut]
    next: str | None


class MemberOut(BaseModel):
    """Somebody in a team."""

    username: str
    name: str
    lead: bool


class TeamOut(BaseModel):
    """A team."""

    key: str
    name: str
    email: str


class SiteOut(BaseModel):
    """A site."""

    key: str
    name: str
    zone: str


class DepartmentOut(BaseModel):
    """A department."""

    key: str
    name: str


def as_json(person: Person, teams: Sequence[str]) -> dict[str, object]:
    """Return a person as JSON; `teams` are the keys of their teams."""
    return PersonOut.model_validate(
        {
            **directory_edits.properties(person),
            "username": person.username,
            "active": person.active,
            "groups": list(teams),
            "version": person.version,
        }
    ).model_dump(mode="json")


def team_json(team: Team) -> dict[str, object]:
    """Return a team as JSON."""
    return TeamOut(key=team.key, name=team.name, email=team.email).model_dump(mode="json")


def site_json(site: Site) -> dict[str, object]:
    """Return a site as JSON."""
    return SiteOut(key=site.key, name=site.name, zone=site.zone).model_dump(mode="json")


def department_json(department: Department) -> dict[str, object]:
    """Return a department as JSON."""
    return DepartmentOut(key=department.key, name=department.name).model_dump(mode="json")


def _member(one: TeamMember) -> dict[str, object]:
    found = MemberOut(username=one.person.username, name=one.person.name, lead=one.lead)
    return found.model_dump(mode="json")


@api.get("/people", responses={200: PeopleOut})
@needs(Permission.PERSON_READ)
def people(query: PeopleQuery) -> Response:
    """List people by name."""
    work = current_work()
    wanted = PeopleFilter(query.q, query.team, query.site, query.department, query.active)
    page = directory.people(work, wanted, cursor=query.cursor or "", limit=query.limit)
    return answer({"items": _all_json(work, page.items), "next": page.next})


@api.post("/people", responses={201: PersonOut})
@needs(Permission.PERSON_EDIT)
@once
def create_person(body: NewColleague) -> Response:
    """Make an account without a password."""
    work = current_work()
    person = directory_edits.create_person(work, body)
    return _answer(work, person, 201)


@api.get("/people/<username>", responses={200: PersonOut})
@needs(Permission.PERSON_READ)
def person(path: PersonPath) -> Response:
    """Read a person; the ETag is good for If-Match."""
    work = current_work()
    return _answer(work, directory.person(work, path.username))


@api.patch("/people/<username>", responses={200: PersonOut})
@needs(Permission.PERSON_EDIT)
def change_person(path: PersonPath, body: EditPerson) -> Response:
    """Change a person; with If-Match only if nobody else has meanwhile."""
    work = current_work()
    found = directory.person(work, path.username)
    check_match(found.version)
    directory_edits.edit_person(work, found, body)
    return _answer(work, found)


@api.get("/teams", responses={200: TeamOut})
@needs(Permission.TEAM_READ)
def teams() -> Response:
    """List the teams by name."""
    rows = directory.teams(current_work())
    return answer({"items": [team_json(row.team) for row in rows], "next": None})


@api.post("/teams", responses={201: TeamOut})
@needs(Permission.TEAM_EDIT)
@once
def create_team(body: NewTeam) -> Response:
    """Make a team."""
    return answer(team_json(directory_edits.create_team(current_work(), body)), 201)


@api.get("/teams/<key>", responses={200: TeamOut})
@needs(Permission.TEAM_READ)
def team(path: TeamPath) -> Response:
    """Read a team."""
    return answer(team_json(directory.team(current_work(), path.key)))


@api.patch("/teams/<key>", responses={200: TeamOut})
@needs(Permission.TEAM_EDIT)
def change_team(path: TeamPath, body: EditTeam) -> Response:
    """Change a team."""
    work = current_work()
    found = directory.team(work, path.key)
    directory_edits.edit_team(work, found, body)
    return answer(team_json(found))


@api.get("/teams/<key>/members", responses={200: MemberOut})
@needs(Permission.TEAM_READ)
def members(path: TeamPath) -> Response:
    """List the members of a team."""
    work = current_work()
    found = directory.members(work, directory.team(work, path.key).id)
    return answer({"items": [_member(one) for one in found], "next": None})


@api.post("/teams/<key>/members", responses={201: MemberOut})
@needs(Permission.TEAM_EDIT)
def add_member(path: TeamPath, body: NewMember) -> Response:
    """Let a person join a team, or change whether they lead it."""
    work = current_work()
    directory_edits.add_member(work, directory.team(work, path.key), body)
    name = directory.person(work, body.username).name
    return answer(MemberOut(username=body.username, name=name, lead=body.lead).model_dump(), 201)


@api.delete("/teams/<key>/members/<username>")
@needs(Permission.TEAM_EDIT)
def remove_member(path: MemberPath) -> Response:
    """Let a person leave a team."""
    work = current_work()
    directory_edits.remove_member(work, directory.team(work, path.key), path.username)
    return nothing()


@api.get("/sites", responses={200: SiteOut})
@needs(Permission.TEAM_READ)
def sites() -> Response:
    """List the sites by name."""
    found = directory.sites(current_work())
    return answer({"items": [site_json(one) for one in found], "next": None})


@api.post("/sites", responses={201: SiteOut})
@needs(Permission.TEAM_EDIT)
@once
def save_site(body: SaveSite) -> Response:
    """Make a site, or change the one of that key."""
    return answer(site_json(directory_edits.save_site(current_work(), body)), 201)


@api.get("/departments", responses={200: DepartmentOut})
@needs(Permission.TEAM_READ)
def departments() -> Response:
    """List the departments by name."""
    found = directory.departments(current_work())
    return answer({"items": [department_json(one) for one in found], "next": None})


@api.post("/departments", responses={201: DepartmentOut})
@needs(Permission.TEAM_EDIT)
@once
def save_department(body: SaveDepartment) -> Response:
    """Make a department, or change the one of that key."""
    return answer(department_json(directory_edits.save_department(current_work(), body)), 201)


def _answer(work: Work, person: Person, status: int = 200) -> Response:
    # Reading the teams writes what is pending first, so that the version is the new one.
    (body,) = _all_json(work, [person])
    return answer({**body, "version": person.version}, status, version=person.version)


def _all_json(work: Work, found: Sequence[Person]) -> list[dict[str, object]]:
    keys: Mapping[int, list[str]] = directory.team_keys(work, [one.id for one in found])
    return [as_json(one, keys.get(one.id, [])) for one in found]
