"""Reads of people and of what they may do."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select

from itsm.kernel.access import Actor, ActorKind, Grant, Permission, Reach
from itsm.kernel.errors import NotFound
from itsm.kernel.work import Work
from itsm.people.models import (
    Absence,
    ApiToken,
    LoginFailure,
    LoginSession,
    Password,
    Person,
    PersonRole,
    Role,
    RoleGrant,
    Team,
    TeamMember,
    TokenScope,
)

READS = frozenset(permission for permission in Permission if permission.value.endswith(":read"))
SCOPES: dict[TokenScope, frozenset[Permission]] = {
    TokenScope.ALL: frozenset(Permission),
    TokenScope.READ: READS,
    TokenScope.TICKETS: frozenset(
        permission for permission in Permission if permission.value.startswith("ticket:")
    )
    | {
        Permission.CI_READ,
        Permission.INCIDENT_MAJOR,
        Permission.PERSON_READ,
        Permission.TEAM_READ,
    },
    TokenScope.ALERTS: frozenset({Permission.ALERT_READ, Permission.ALERT_ACKNOWLEDGE}),
    TokenScope.ONCALL: frozenset(
        {Permission.ONCALL_READ, Permission.PAGE_READ, Permission.PAGE_ACKNOWLEDGE}
    ),
}


def person(work: Work, username: str) -> Person:
    """Return the person of that username. Raises NotFound."""
    found = work.session.scalar(select(Person).where(Person.username == username))
    if found is None:
        raise NotFound(f"there is no person '{username}'")
    return found


def team(work: Work, key: str) -> Team:
    """Return the team of that key. Raises NotFound."""
    found = work.session.scalar(select(Team).where(Team.key == key))
    if found is None:
        raise NotFound(f"there is no team '{key}'")
    return found


def absences(work: Work, who: Person) -> Sequence[Absence]:
    """Return a person's absences that are not over, the soonest first."""
    today = work.now.astimezone(ZoneInfo(who.zone)).date()
    query = select(Absence).where(Absence.person_id == who.id, Absence.last_day >= today)
    return work.session.scalars(query.order_by(Absence.first_day, Absence.id)).all()


def absence(work: Work, who: Person, absence_id: int) -> Absence:
    """Return one of a person's absences. Raises NotFound."""
    found = work.session.get(Absence, absence_id)
    if found is None or found.person_id != who.id:
        raise NotFound("there is no such absence")
    return found


def nobody_yet(work: Work) -> bool:
    """Tell whether the instance has no person, that is, has not been set up."""
    return work.session.scalar(select(Person.id).limit(1)) is None


def actor(work: Work, who: Person, scope: TokenScope = TokenScope.ALL) -> Actor:
    """Return `who` as an actor with the rights in force now, cut down to `scope`."""
    teams = work.session.scalars(select(TeamMember.team_id).where(TeamMember.person_id == who.id))
    return Actor(
        ActorKind.PERSON,
        who.username,
        id=who.id,
        grants=_within(_grants(work, who.id), SCOPES[scope]),
        team_ids=frozenset(teams),
        zone=who.zone,
        full_name=who.name,
        language=who.language,
        reads_only=scope is TokenScope.READ,
    )


def actors(work: Work, people: Sequence[Person]) -> dict[int, Actor]:
    """Return people as actors with the rights in force now, by id, with two statements."""
    ids = [one.id for one in people]
    teams: dict[int, set[int]] = {}
    members = select(TeamMember.person_id, TeamMember.team_id)
    for person_id, team_id in work.session.execute(members.where(TeamMember.person_id.in_(ids))):
        teams.setdefault(person_id, set()).add(team_id)
    granted = _granted(work, ids)
    return {
        one.id: Actor(
            ActorKind.PERSON,
            one.username,
            id=one.id,
            grants=tuple(granted.get(one.id, ())),
            team_ids=frozenset(teams.get(one.id, ())),
            zone=one.zone,
            full_name=one.name,
        )
        for one in people
    }


def active(work: Work, ids: Iterable[int]) -> Sequence[Person]:
    """Return those of the people who are active."""
    query = select(Person).where(Person.id.in_(set(ids)), Person.active)
    return work.session.scalars(query.order_by(Person.id)).all()


def by_session(work: Work, token: str) -> Person | None:
    """Return the active person whose browser holds this session token."""
    return work.session.scalar(
        select(Person)
        .join(LoginSession, LoginSession.person_id == Person.id)
        .where(
            LoginSession.token_hash == work.vault.digest(token),
            LoginSession.expires_at > work.now,
            Person.active,
        )
    )


def by_token(work: Work, token: str) -> tuple[Person, ApiToken] | None:
    """Return the active owner of an API token that is neither over nor revoked, and the token."""
    row = work.session.execute(
        select(Person, ApiToken)
        .join(ApiToken, ApiToken.person_id == Person.id)
        .where(
            ApiToken.token_hash == work.vault.digest(token),
            ApiToken.expires_at > work.now,
            ApiToken.revoked_at.is_(None),
            Person.active,
        )
    ).first()
    return None if row is None else (row[0], row[1])


def is_taken(work: Work, username: str) -> bool:
    """Tell whether there is an account of that name."""
    return work.session.scalar(select(Person.id).where(Person.username == username)) is not None


def roles(work: Work) -> Sequence[Role]:
    """Return all roles by name."""
    return work.session.scalars(select(Role).order_by(Role.name)).all()


def holds_role(work: Work, who: Person, role: Role, desk_id: int) -> bool:
    """Tell whether a person has the role on that desk (0: on none)."""
    statement = select(PersonRole.id).where(
        PersonRole.person_id == who.id,
        PersonRole.role_id == role.id,
        PersonRole.desk_id == desk_id,
    )
    return work.session.scalar(statement) is not None


def with_password(work: Work, username: str) -> tuple[Person, str] | None:
    """Return the active person of that username and their password's hash, None without one."""
    row = work.session.execute(
        select(Person, Password.hash)
        .join(Password, Password.person_id == Person.id)
        .where(Person.username == username, Person.active)
    ).first()
    return None if row is None else (row[0], row[1])


def login_failures(
    work: Work, username: str, address: str, since: datetime
) -> tuple[int, int, int]:
    """Return the refused logins since then: of account and address together, of each alone."""
    by_name = LoginFailure.username == username
    by_address = LoginFailure.address == address
    row = work.session.execute(
        select(
            func.count().filter(by_name & by_address),
            func.count().filter(by_name),
            func.count().filter(by_address),
        ).where(LoginFailure.at > since, or_(by_name, by_address))
    ).one()
    return row[0], row[1], row[2]


def password_hashes(work: Work, usernames: Sequence[str]) -> list[tuple[str, str]]:
    """Return username and password hash of those of the accounts that are active."""
    statement = (
        select(Person.username, Password.hash)
        .join(Password, Password.person_id == Person.id)
        .where(Person.username.in_(usernames), Person.active)
        .order_by(Person.username)
    )
    return [(name, hashed) for name, hashed in work.session.execute(statement)]


def has_role(work: Work, role: str) -> int:
    """Return how many active persons have the role."""
    query = (
        select(func.count(func.distinct(PersonRole.person_id)))
        .join(Role, Role.id == PersonRole.role_id)
        .join(Person, Person.id == PersonRole.person_id)
        .where(Role.key == role, Person.active)
    )
    return work.session.scalar(query) or 0


def _grants(work: Work, person_id: int) -> Iterable[Grant]:
    return _granted(work, [person_id]).get(person_id, ())


def _granted(work: Work, ids: Sequence[int]) -> dict[int, list[Grant]]:
    rows = work.session.execute(
        select(PersonRole.person_id, RoleGrant.permission, RoleGrant.reach, PersonRole.desk_id)
        .join(RoleGrant, PersonRole.role_id == RoleGrant.role_id)
        .where(PersonRole.person_id.in_(ids))
    )
    desks: dict[tuple[int, Permission, Reach], set[int]] = {}
    for person_id, permission, reach, desk_id in rows:
        desks.setdefault((person_id, permission, reach), set()).add(desk_id)
    found: dict[int, list[Grant]] = {}
    for (person_id, permission, reach), desk_ids in desks.items():
        found.setdefault(person_id, []).append(Grant(permission, reach, frozenset(desk_ids - {0})))
    return found


def _within(grants: Iterable[Grant], allowed: frozenset[Permission]) -> tuple[Grant, ...]:
    return tuple(grant for grant in grants if grant.permission in allowed)
