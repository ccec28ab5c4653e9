"""Reads of the directory: lists and records of people, teams, sites, departments and roles."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from itsm.kernel import paging
from itsm.kernel.access import Permission, Reach
from itsm.kernel.errors import NotFound
from itsm.kernel.paging import Page
from itsm.kernel.work import Work
from itsm.people.models import (
    ApiToken,
    Department,
    Person,
    PersonRole,
    Role,
    RoleGrant,
    Site,
    Team,
    TeamMember,
)

MOST = 500


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """What a list of people is narrowed to; empty means everybody who is active."""

    q: str = ""
    team: str = ""
    site: str = ""
    department: str = ""
    active: bool | None = True


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team in the list of teams."""

    team: Team
    members: int


def people(
    work: Work, wanted: PeopleFilter, *, cursor: str = "", limit: int | None = None
) -> Page[Person]:
    """Return persons by name, with department, site and manager."""
    size = paging.clamp(limit)
    statement = _narrowed(select(Person), wanted).order_by(Person.name, Person.id)
    if cursor:
        name, last = paging.decode(cursor, 2)
        after = and_(Person.name == str(name), Person.id > (last if isinstance(last, int) else 0))
        statement = statement.where(or_(Person.name > str(name), after))
    rows = work.session.scalars(
        statement.options(
            joinedload(Person.department), joinedload(Person.site), joinedload(Person.manager)
        ).limit(size + 1)
    ).all()
    more = paging.encode([rows[size - 1].name, rows[size - 1].id]) if len(rows) > size else None
    return Page(rows[:size], more)


def _narrowed(statement: Select[Person], wanted: PeopleFilter) -> Select[Person]:
    if wanted.active is not None:
        statement = statement.where(Person.active.is_(wanted.active))
    for word in wanted.q.split()[:8]:
        columns = (Person.name, Person.username, Person.email)
        statement = statement.where(
            or_(*(column.icontains(word, autoescape=True) for column in columns))
        )
    if wanted.team:
        members = select(TeamMember.person_id).join(Team).where(Team.key == wanted.team)
        statement = statement.where(Person.id.in_(members))
    if wanted.site:
        statement = statement.join(Person.site).where(Site.key == wanted.site)
    if wanted.department:
        statement = statement.join(Person.department).where(Department.key == wanted.department)
    return statement


def person(work: Work, username: str) -> Person:
    """Return a person with department, site and manager. Raises NotFound."""
    found = work.session.scalar(
        select(Person)
        .where(Person.username == username)
        .options(joinedload(Person.department), joinedload(Person.site), joinedload(Person.manager))
    )
    if found is None:
        raise NotFound(f"there is no person '{username}'")
    return found


def team(work: Work, key: str) -> Team:
    """Return a team. Raises NotFound."""
    found = work.session.scalar(select(Team).where(Team.key == key))
    if found is None:
        raise NotFound(f"there is no team '{key}'")
    return found


def site(work: Work, key: str) -> Site:
    """Return a site. Raises NotFound."""
    found = work.session.scalar(select(Site).where(Site.key == key))
    if found is None:
        raise NotFound(f"there is no site '{key}'")
    return found


def department(work: Work, key: str) -> Department:
    """Return a department. Raises NotFound."""
    found = work.session.scalar(select(Department).where(Department.key == key))
    if found is None:
        raise NotFound(f"there is no department '{key}'")
    return found


def teams(work: Work) -> Sequence[TeamRow]:
    """Return the teams by name, each with the number of its active members."""
    counts = (
        select(TeamMember.team_id, func.count().label("members"))
        .join(Person, Person.id == TeamMember.person_id)
        .where(Person.active)
        .group_by(TeamMember.team_id)
        .subquery()
    )
    rows = work.session.execute(
        select(Team, func.coalesce(counts.c.members, 0))
        .outerjoin(counts, counts.c.team_id == Team.id)
        .order_by(Team.name)
        .limit(MOST)
    )
    return [TeamRow(found, members) for found, members in rows]


def sites(work: Work) -> Sequence[Site]:
    """Return the sites by name."""
    return work.session.scalars(select(Site).order_by(Site.name).limit(MOST)).all()


def departments(work: Work) -> Sequence[Department]:
    """Return the departments by name."""
    return work.session.scalars(select(Department).order_by(Department.name).limit(MOST)).all()


def members(work: Work, team_id: int) -> Sequence[TeamMember]:
    """Return the members of a team, leads first, then by name."""
    return work.session.scalars(
        select(TeamMember)
        .join(Person, Person.id == TeamMember.person_id)
        .where(TeamMember.team_id == team_id)
        .options(joinedload(TeamMember.person))
        .order_by(TeamMember.lead.desc(), Person.name)
    ).all()


def memberships(work: Work, person_id: int) -> Sequence[TeamMember]:
    """Return a person's teams by name."""
    return work.session.scalars(
        select(TeamMember)
        .join(Team, Team.id == TeamMember.team_id)
        .where(TeamMember.person_id == person_id)
        .options(joinedload(TeamMember.team))
        .order_by(Team.name)
    ).all()


def team_keys(work: Work, person_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the keys of the teams of several persons, by person id."""
    rows = work.session.execute(
        select(TeamMember.person_id, Team.key)
        .join(Team, Team.id == TeamMember.team_id)
        .where(TeamMember.person_id.in_(person_ids))
        .order_by(Team.key)
    )
    keys: dict[int, list[str]] = {}
    for person_id, key in rows:
        keys.setdefault(person_id, []).append(key)
    return keys


def roles_of(work: Work, person_id: int) -> Sequence[PersonRole]:
    """Return the roles that a person has, by name."""
    return work.session.scalars(
        select(PersonRole)
        .join(Role, Role.id == PersonRole.role_id)
        .where(PersonRole.person_id == person_id)
        .options(joinedload(PersonRole.role))
        .order_by(Role.name, PersonRole.desk_id)
    ).all()


def grants_of(work: Work, role_key: str) -> list[tuple[Permission, Reach]]:
    """Return what a role allows, and how far; a permission may be there with several reaches."""
    rows = work.session.execute(
        select(RoleGrant.permission, RoleGrant.reach)
        .join(Role, Role.id == RoleGrant.role_id)
        .where(Role.key == role_key)
    )
    return [(permission, reach) for permission, reach in rows]


def tokens(work: Work, person_id: int) -> Sequence[ApiToken]:
    """Return a person's API tokens, newest first."""
    return work.session.scalars(
        select(ApiToken)
        .where(ApiToken.person_id == person_id)
        .order_by(ApiToken.id.desc())
        .limit(MOST)
    ).all()
