"""Changes to the directory: people, their roles, teams, sites and departments."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import delete

from itsm.kernel.access import ActorKind, Permission, Reach
from itsm.kernel.errors import Denied, Invalid, NotFound, Refused
from itsm.kernel.events import Json
from itsm.kernel.work import Work
from itsm.people import directory, queries, service
from itsm.people.directory_events import (
    DepartmentSaved,
    PersonChanged,
    PersonDeactivated,
    PersonReactivated,
    RoleRevoked,
    SiteSaved,
    TeamChanged,
    TeamCreated,
    TeamMemberAdded,
    TeamMemberRemoved,
)
from itsm.people.directory_inputs import (
    EditPerson,
    EditTeam,
    NewColleague,
    NewMember,
    NewTeam,
    SaveDepartment,
    SaveSite,
)
from itsm.people.inputs import NewPerson
from itsm.people.models import (
    Department,
    LoginSession,
    Person,
    PersonRole,
    Site,
    Team,
    TeamMember,
)

T = TypeVar("T")
ADMIN = "admin"
_RANK = {Reach.OWN: 0, Reach.TEAM: 1, Reach.DESK: 2, Reach.ALL: 3}


def create_person(work: Work, new: NewColleague) -> Person:
    """Make an account without a password and give it its place. Emits PersonCreated.

    Raises Denied without person:edit, Invalid for a username that is taken and for an unknown
    department, site or manager.
    """
    plain = NewPerson(**new.model_dump(include=set(NewPerson.model_fields)))
    person = service.create(work, plain)
    _assign(work, person, new.model_dump(exclude=set(NewPerson.model_fields)))
    return person


def edit_person(work: Work, person: Person, change: EditPerson) -> None:
    """Change the properties that `change` sets. `person` comes from `directory.person`.

    Emits PersonChanged with what was and what is, and PersonDeactivated or PersonReactivated.
    Raises Denied without person:edit, Invalid as above, Refused for the last administrator.
    """
    work.must(Permission.PERSON_EDIT)
    before = properties(person)
    values = change.model_dump(exclude_unset=True)
    active = values.pop("active", person.active)
    _assign(work, person, values)
    changed = [name for name, value in properties(person).items() if value != before[name]]
    if changed:
        after = properties(person)
        work.emit(
            PersonChanged(
                person_id=person.id,
                before={name: before[name] for name in changed},
                after={name: after[name] for name in changed},
            )
        )
    if active != person.active:
        _switch(work, person, active=active)


def deactivate(work: Work, person: Person) -> None:
    """Switch an account off: it cannot log in, its sessions end, its tokens are refused.

    Emits PersonDeactivated unless it is off. Raises Denied, Refused for the last administrator.
    """
    edit_person(work, person, EditPerson(active=False))


def set_password(work: Work, person: Person, password: str) -> None:
    """Give somebody a new password and end their sessions. Emits PasswordSet.

    Raises Invalid for one that is too short, and Denied for a person who may do more than the
    actor: who sets a password can log in with it.
    """
    if work.actor.id != person.id:
        rights = queries.actor(work, person).grants
        _must_reach(work, [(grant.permission, grant.reach) for grant in rights])
    service.set_password(work, person, password)


def grant(work: Work, person: Person, role_key: str, *, desk_id: int = 0) -> None:
    """Give a person a role, on one desk where it reaches a desk. Emits RoleGranted.

    Raises Denied without role:grant and for a role that allows more than the actor may, Invalid
    for an unknown role.
    """
    work.must(Permission.ROLE_GRANT)
    _must_reach(work, directory.grants_of(work, role_key))
    service.grant_role(work, person, role_key, desk_id=desk_id)


def revoke(work: Work, person: Person, person_role_id: int) -> None:
    """Take a role from a person. Emits RoleRevoked.

    Raises Denied as `grant` does, NotFound, Refused for the role of the last administrator.
    """
    work.must(Permission.ROLE_GRANT)
    held = next(
        (one for one in directory.roles_of(work, person.id) if one.id == person_role_id), None
    )
    if held is None:
        raise NotFound("the person has no such role")
    _must_reach(work, directory.grants_of(work, held.role.key))
    if held.role.key == ADMIN:
        _keep_an_admin(work, person)
    work.session.execute(delete(PersonRole).where(PersonRole.id == held.id))
    work.emit(RoleRevoked(person_id=person.id, role=held.role.key, desk_id=held.desk_id))


def create_team(work: Work, new: NewTeam) -> Team:
    """Make a team. Emits TeamCreated. Raises Denied without team:edit, Invalid if it exists."""
    work.must(Permission.TEAM_EDIT)
    if any(row.team.key == new.key for row in directory.teams(work)):
        raise Invalid(f"there is a team '{new.key}' already", {"key": "taken"})
    team = work.add(Team(**new.model_dump()))
    work.emit(TeamCreated(team_id=team.id, key=team.key))
    return team


def edit_team(work: Work, team: Team, change: EditTeam) -> None:
    """Change a team's name or mail address. Emits TeamChanged. Raises Denied."""
    work.must(Permission.TEAM_EDIT)
    after = change.model_dump(exclude_unset=True)
    before = {name: getattr(team, name) for name in after}
    if before != after:
        for name, value in after.items():
            setattr(team, name, value)
        work.emit(TeamChanged(team_id=team.id, before=before, after=after))


def add_member(work: Work, team: Team, new: NewMember) -> None:
    """Let an active person join a team, or change whether they lead it. Emits TeamMemberAdded.

    Raises Denied without team:edit, Invalid for a person who is not there or not active.
    """
    work.must(Permission.TEAM_EDIT)
    person = _named(work, "username", new.username, directory.person)
    if not person.active:
        raise Invalid(f"{person.name} is not active", {"username": "not active"})
    row = work.session.get(TeamMember, (team.id, person.id))
    if row is not None and row.lead == new.lead:
        return
    if row is None:
        work.add(TeamMember(team_id=team.id, person_id=person.id, lead=new.lead))
    else:
        row.lead = new.lead
    work.emit(
        TeamMemberAdded(
            team_id=team.id, person_id=person.id, username=person.username, lead=new.lead
        )
    )


def remove_member(work: Work, team: Team, username: str) -> None:
    """Let a person leave a team. Emits TeamMemberRemoved. Raises Denied, NotFound."""
    work.must(Permission.TEAM_EDIT)
    person = directory.person(work, username)
    row = work.session.get(TeamMember, (team.id, person.id))
    if row is None:
        raise NotFound(f"{person.name} is not in this team")
    work.session.delete(row)
    work.emit(TeamMemberRemoved(team_id=team.id, person_id=person.id, username=person.username))


def save_site(work: Work, wanted: SaveSite) -> Site:
    """Make a site, or change the one of that key. Emits SiteSaved. Raises Denied."""
    work.must(Permission.TEAM_EDIT)
    present = [site for site in directory.sites(work) if site.key == wanted.key]
    site = present[0] if present else Site(key=wanted.key)
    site.name, site.zone = wanted.name, wanted.zone
    work.add(site)
    work.emit(SiteSaved(site_id=site.id, key=site.key, title=site.name, zone=site.zone))
    return site


def save_department(work: Work, wanted: SaveDepartment) -> Department:
    """Make a department, or change the one of that key. Emits DepartmentSaved. Raises Denied."""
    work.must(Permission.TEAM_EDIT)
    present = [one for one in directory.departments(work) if one.key == wanted.key]
    department = present[0] if present else Department(key=wanted.key)
    department.name = wanted.name
    work.add(department)
    work.emit(
        DepartmentSaved(department_id=department.id, key=department.key, title=department.name)
    )
    return department


def properties(person: Person) -> dict[str, Json]:
    """Return the properties of a person that was loaded by `directory.person`."""
    return {
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "zone": person.zone,
        "department": person.department.key if person.department else None,
        "site": person.site.key if person.site else None,
        "manager": person.manager.username if person.manager else None,
        "vip": person.vip,
        "tier": person.tier,
    }


def _switch(work: Work, person: Person, *, active: bool) -> None:
    if not active:
        if any(one.role.key == ADMIN for one in directory.roles_of(work, person.id)):
            _keep_an_admin(work, person)
        work.session.execute(delete(LoginSession).where(LoginSession.person_id == person.id))
    person.active = active
    happened = PersonReactivated if active else PersonDeactivated
    work.emit(happened(person_id=person.id))


def _keep_an_admin(work: Work, person: Person) -> None:
    if person.active and queries.has_role(work, ADMIN) <= 1:
        raise Refused("this is the last administrator: make another one first")


def _must_reach(work: Work, wanted: Sequence[tuple[Permission, Reach]]) -> None:
    """Raise Denied where something is wanted that goes beyond what the actor may do."""
    if work.actor.kind is ActorKind.SYSTEM:
        return
    mine: dict[Permission, int] = {}
    for held in work.actor.grants:
        mine[held.permission] = max(mine.get(held.permission, -1), _RANK[held.reach])
    beyond = sorted(
        {
            permission.value
            for permission, reach in wanted
            if mine.get(permission, -1) < _RANK[reach]
        }
    )
    if beyond:
        raise Denied(f"this goes beyond what you may do yourself: {', '.join(beyond)}")


def _assign(work: Work, person: Person, values: dict[str, Any]) -> None:
    """Set the properties in `values`, resolving the keys of department, site and manager."""
    for field, value in values.items():
        setattr(person, field, _resolved(work, field, value))
    if person.manager is not None and person.manager.id == person.id:
        raise Invalid("nobody is their own manager", {"manager": "is the person"})


def _resolved(work: Work, field: str, value: Any) -> Any:  # noqa: ANN401 - a column or a row
    find = _FINDERS.get(field)
    if find is None:
        return value
    return _named(work, field, value, find) if value else None


def _named(work: Work, field: str, name: str, find: Callable[[Work, str], T]) -> T:
    try:
        return find(work, name)
    except NotFound as error:
        raise Invalid(str(error), {field: str(error)}) from error


_FINDERS: dict[str, Callable[[Work, str], Any]] = {
    "department": directory.department,
    "site": directory.site,
    "manager": directory.person,
}
