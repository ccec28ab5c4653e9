"""The people of the tests. Alice and Bob are agents of one team, Charlie only asks for help."""

from dataclasses import dataclass, replace
from typing import Any, cast

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from itsm.desk.models import Desk
from itsm.kernel.access import SYSTEM, Actor, Permission
from itsm.people import queries, service
from itsm.people.inputs import NewPerson
from itsm.people.models import LoginSession, Person, Team, TeamMember, TokenScope
from itsm.platform.house import House
from itsm.platform.secrets import new_token

AGENTS = {"alice": "Alice Archer", "bob": "Bob Baker"}
CSRF = "0123456789abcdef0123456789abcdef01234567"


@dataclass(frozen=True)
class Cast:
    """Ids of the people, the team and the desk; open a Work as one of them by `house.work`."""

    alice: int
    bob: int
    charlie: int
    dana: int
    team: int
    desk: int


def enter(house: House) -> Cast:
    """Bring the cast in: two agents of the team `network`, a requester, an administrator."""
    with house.work(SYSTEM) as work:
        desk = work.session.query(Desk).filter_by(key="it").one()
        ids = {name: _person(work, name, full) for name, full in AGENTS.items()}
        ids["charlie"] = _person(work, "charlie", "Charlie Clerk")
        ids["dana"] = _person(work, "dana", "Dana Director")
        team = work.add(Team(key="network", name="Network"))
        for name in AGENTS:
            person = queries.person(work, name)
            work.add(TeamMember(team_id=team.id, person_id=person.id))
            service.grant_role(work, person, "agent", desk_id=desk.id)
        service.grant_role(work, queries.person(work, "charlie"), "requester")
        service.grant_role(work, queries.person(work, "dana"), "admin", desk_id=desk.id)
        return Cast(**ids, team=team.id, desk=desk.id)


def _person(work: Any, name: str, full: str) -> int:  # noqa: ANN401 - Work, kept short
    new = NewPerson(username=name, name=full, email=f"{name}@example.org", zone="Europe/Berlin")
    return service.create(work, new).id


class Answer(TestResponse):
    """A response whose JSON is taken for what the test expects it to be."""

    json: Any


class Browser:
    """A browser in which somebody may be logged in; its forms bear the CSRF token."""

    def __init__(self, house: House, username: str | None = None) -> None:
        self.client: FlaskClient = house.app.test_client()
        serializer = URLSafeTimedSerializer(house.app.secret_key or "", salt="wtf-csrf-token")
        self.csrf = serializer.dumps(CSRF)
        with self.client.session_transaction() as session:
            if username:
                session["_user_id"] = _log_in(house, username)
                session["_fresh"] = True

    def get(self, path: str, **options: Any) -> Answer:  # noqa: ANN401 - passed on
        return cast("Answer", self.client.get(path, **options))

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:  # noqa: ANN401
        return self.client.post(
            path, data={**(data or {}), "csrf_token": self.fresh_csrf()}, **options
        )

    def fresh_csrf(self) -> str:
        """Return a token that the next form may bear, whatever became of the session."""
        with self.client.session_transaction() as session:
            session["csrf_token"] = CSRF
        return self.csrf


class Api:
    """A program that calls the API with somebody's token."""

    def __init__(self, house: House, username: str, scope: TokenScope = TokenScope.ALL) -> None:
        self.client: FlaskClient = house.app.test_client()
        with house.work(SYSTEM) as work:
            _, text = service.issue_token(work, queries.person(work, username), "test", scope)
        self.headers = {"Authorization": f"Bearer {text}"}

    def get(self, path: str, **options: Any) -> Answer:  # noqa: ANN401
        return cast("Answer", self.client.get(path, headers=self._headers(options), **options))

    def post(self, path: str, json: Any = None, **options: Any) -> Answer:  # noqa: ANN401
        return cast(
            "Answer", self.client.post(path, json=json, headers=self._headers(options), **options)
        )

    def patch(self, path: str, json: Any = None, **options: Any) -> Answer:  # noqa: ANN401
        return cast(
            "Answer", self.client.patch(path, json=json, headers=self._headers(options), **options)
        )

    def put(self, path: str, json: Any = None, **options: Any) -> Answer:  # noqa: ANN401
        return cast(
            "Answer", self.client.put(path, json=json, headers=self._headers(options), **options)
        )

    def delete(self, path: str, **options: Any) -> Answer:  # noqa: ANN401
        return cast("Answer", self.client.delete(path, headers=self._headers(options), **options))

    def _headers(self, options: dict[str, Any]) -> dict[str, str]:
        own: dict[str, str] = options.pop("headers", {})
        return self.headers | own


def actor_of(house: House, username: str) -> Actor:
    """Return somebody as an actor with their present rights."""
    with house.work(SYSTEM, writes=False) as work:
        return queries.actor(work, queries.person(work, username))


def actor_without(house: House, username: str, *permissions: Permission) -> Actor:
    """Return somebody with all of their present rights but these."""
    actor = actor_of(house, username)
    kept = tuple(grant for grant in actor.grants if grant.permission not in permissions)
    return replace(actor, grants=kept)


def _log_in(house: House, username: str) -> str:
    token = new_token("itsms")
    with house.work(SYSTEM) as work:
        person: Person = queries.person(work, username)
        work.add(
            LoginSession(
                person_id=person.id,
                token_hash=work.vault.digest(token),
                created_at=work.now,
                expires_at=work.now + service.SESSION,
                address="127.0.0.1",
                agent="test",
            )
        )
    return token
