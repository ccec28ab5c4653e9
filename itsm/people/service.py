"""Accounts: people, their passwords and roles, logins and API tokens."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import delete

from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid, NotFound, Refused, TooMany
from itsm.kernel.languages import marked as _
from itsm.kernel.work import Work
from itsm.people import queries
from itsm.people.events import (
    LoggedIn,
    LoggedOut,
    PasswordSet,
    PersonCreated,
    RoleGranted,
    TokenIssued,
    TokenRevoked,
)
from itsm.people.inputs import NewPerson
from itsm.people.models import (
    ApiToken,
    LoginFailure,
    LoginSession,
    Password,
    Person,
    PersonRole,
    TokenScope,
)
from itsm.platform import instance
from itsm.platform.secrets import new_token

SESSION = timedelta(days=7)
TOKEN_LIFE = timedelta(days=90)
TOKEN_LONGEST = timedelta(days=366)
FAILURE_WINDOW = timedelta(minutes=15)
FAILURES_OF_ACCOUNT_HERE = 5
FAILURES_OF_ACCOUNT = 50
FAILURES_OF_ADDRESS = 50
PASSWORD_LENGTH = 12
DEMO_PASSWORD = "demo"  # noqa: S105 - good in a demo instance alone
DEMO_LOGINS = (
    "admin",
    "agent",
    "supervisor",
    "approver",
    "manager",
    "oncall",
    "assets",
    "hr",
    "employee",
    "auditor",
)

_hasher = PasswordHasher()


@cache
def _nobody() -> str:
    """Return a hash to verify against when the account does not exist, to take as long."""
    return _hasher.hash("nobody has this password")


class WrongLogin(Refused):
    """Name and password do not belong together; the answer does not say which is wrong."""


@dataclass(frozen=True, slots=True)
class Login:
    """A login that went well: who, and the session token for the cookie."""

    person: Person
    token: str


def create(work: Work, new: NewPerson) -> Person:
    """Make an account without a password. Emits PersonCreated.

    Raises Denied without person:edit, Invalid if the username is taken.
    """
    work.must(Permission.PERSON_EDIT)
    if queries.is_taken(work, new.username):
        raise Invalid("this username is taken", {"username": "taken"})
    person = work.add(Person(**new.model_dump(), created_at=work.now))
    work.emit(PersonCreated(person_id=person.id, username=person.username))
    return person


def set_password(work: Work, person: Person, password: str) -> None:
    """Set a password of at least 12 characters and end all sessions. Emits PasswordSet.

    In a demo instance the password `demo` is allowed as well. Raises Denied, Invalid.
    """
    if work.actor.id != person.id:
        work.must(Permission.PERSON_EDIT)
    if not _acceptable(work, password):
        raise Invalid("the password is too short", {"password": "at least 12 characters"})
    row = work.session.get(Password, person.id) or Password(person_id=person.id)
    row.hash, row.changed_at = _hasher.hash(password), work.now
    work.session.add(row)
    work.session.execute(delete(LoginSession).where(LoginSession.person_id == person.id))
    work.emit(PasswordSet(person_id=person.id))


def grant_role(work: Work, person: Person, role_key: str, *, desk_id: int = 0) -> None:
    """Give a person a role, on one desk where the role's grants reach a desk. Emits RoleGranted.

    Raises Denied without role:grant, Invalid for an unknown role. A role that the person has
    already is left as it is.
    """
    work.must(Permission.ROLE_GRANT)
    roles = {role.key: role for role in queries.roles(work)}
    role = roles.get(role_key)
    if role is None:
        known = ", ".join(sorted(roles))
        raise Invalid(f"there is no role '{role_key}'; there are {known}", {"role": "unknown"})
    if not queries.holds_role(work, person, role, desk_id):
        work.add(PersonRole(person_id=person.id, role_id=role.id, desk_id=desk_id))
        work.emit(RoleGranted(person_id=person.id, role=role_key, desk_id=desk_id))


def log_in(work: Work, username: str, password: str, *, agent: str = "") -> Login:
    """Check a password and open a session of 7 days. Emits LoggedIn.

    Raises WrongLogin, and TooMany after 5 failures for this account from this address in 15
    minutes. The caller keeps the Work on WrongLogin, since the failure is counted in it.
    """
    _throttle(work, username)
    person = _verified(work, username, password)
    if person is None:
        work.add(LoginFailure(username=username[:80], address=work.origin.address, at=work.now))
        raise WrongLogin(_("name and password do not belong together"))
    token = new_token("itsms")
    work.add(
        LoginSession(
            person_id=person.id,
            token_hash=work.vault.digest(token),
            created_at=work.now,
            expires_at=work.now + SESSION,
            address=work.origin.address,
            agent=agent[:200],
        )
    )
    work.emit(LoggedIn(person_id=person.id))
    return Login(person, token)


def log_out(work: Work, token: str) -> None:
    """End the session that the token belongs to. Emits LoggedOut if there was one."""
    ended = work.session.execute(
        delete(LoginSession)
        .where(LoginSession.token_hash == work.vault.digest(token))
        .returning(LoginSession.person_id)
    ).first()
    if ended is not None:
        work.emit(LoggedOut(person_id=ended.person_id))


def issue_token(
    work: Work, owner: Person, name: str, scope: TokenScope, *, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make an API token that ends in 90 days, or at `expires_at`; return it with its text.

    The text is shown this once. Raises Denied unless the owner asks, or somebody with
    person:edit; Invalid if it would end in the past or after more than 366 days.
    """
    work.must(Permission.TOKEN_ISSUE)
    if work.actor.id != owner.id:
        work.must(Permission.PERSON_EDIT)
    ends = expires_at or work.now + TOKEN_LIFE
    if not work.now < ends <= work.now + TOKEN_LONGEST:
        raise Invalid("a token ends within 366 days", {"expires_at": "within 366 days"})
    text = new_token("itsm")
    token = work.add(
        ApiToken(
            person_id=owner.id,
            name=name[:120],
            token_hash=work.vault.digest(text),
            hint=text[:9],
            scope=scope,
            created_at=work.now,
            expires_at=ends,
        )
    )
    work.emit(
        TokenIssued(person_id=owner.id, token_id=token.id, scope=scope.value, expires_at=ends)
    )
    return token, text


def revoke_token(work: Work, token_id: int) -> None:
    """Take an API token back at once. Emits TokenRevoked.

    Raises NotFound unless it is one's own, or the actor has person:edit.
    """
    token = work.session.get(ApiToken, token_id)
    mine = token is not None and token.person_id == work.actor.id
    if token is None or not (mine or work.can(Permission.PERSON_EDIT)):
        raise NotFound("there is no such token")
    if token.revoked_at is None:
        token.revoked_at = work.now
        work.emit(TokenRevoked(person_id=token.person_id, token_id=token.id))


def with_demo_password(work: Work) -> list[str]:
    """Return the demo's usernames that have its password where this is no demo.

    Nobody can log in with it there, but it shows that an instance began as a demo.
    """
    if instance.get(work, instance.DEMO) is True:
        return []
    kept = queries.password_hashes(work, DEMO_LOGINS)
    return [username for username, hashed in kept if _matches(hashed, DEMO_PASSWORD)]


def _matches(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except VerificationError:
        return False


def _verified(work: Work, username: str, password: str) -> Person | None:
    found = queries.with_password(work, username)
    person, hashed = found or (None, _nobody())
    matches = _matches(hashed, password)
    return person if matches and _allowed_here(work, password) else None


def _allowed_here(work: Work, password: str) -> bool:
    return password != DEMO_PASSWORD or instance.get(work, instance.DEMO) is True


def _acceptable(work: Work, password: str) -> bool:
    if password == DEMO_PASSWORD:
        return _allowed_here(work, password)
    return len(password) >= PASSWORD_LENGTH


def _throttle(work: Work, username: str) -> None:
    since = work.now - FAILURE_WINDOW
    counts = queries.login_failures(work, username[:80], work.origin.address, since)
    limits = (FAILURES_OF_ACCOUNT_HERE, FAILURES_OF_ACCOUNT, FAILURES_OF_ADDRESS)
    if any(count >= limit for count, limit in zip(counts, limits, strict=True)):
        wait = int(FAILURE_WINDOW.total_seconds())
        raise TooMany(_("too many refused logins: wait 15 minutes"), retry_after=wait)
