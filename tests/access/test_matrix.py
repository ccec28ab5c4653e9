"""The authorisation matrix: every route, every sort of person, every ticket.

What each may see is written in `world.py`, and what each route needs in `policy.txt`; neither is
computed by the product. Every byte of every answer is searched for words that its reader may not
read, which finds the leaks that a status code hides.
"""

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import select
from werkzeug.routing import Rule

from itsm.desk.models import Attachment, Comment, Link, Ticket, Watcher
from itsm.incidents.major.models import Action, Major, Responder, Review, RoleHolder, Update
from itsm.kernel.access import SYSTEM, Permission
from itsm.people.models import TokenScope
from itsm.people.roles import BUILT_IN
from itsm.platform.house import House
from itsm.tasks.models import Task
from itsm.web.needs import Caller, declared
from tests.access import world
from tests.access.world import CASES, PEOPLE, World
from tests.cast import Api, Browser

POLICY = Path(__file__).with_name("policy.txt")
SAFE = ("GET", "HEAD")
ARGUMENT = re.compile(r"<(?:[^:<>]+:)?(\w+)>")
# Their answers are the same for everybody, or they prove themselves with a key of their own.
OTHER_DOORS = ("/hooks/", "/v2/", "/static/", "/p/", "/login", "/logout", "/setup", "/look")
MAJOR = (Major, RoleHolder, Responder, Update, Review, Action)
KINDS = ("incidents", "requests")
STORY = "/<any(incidents, requests, problems, changes):kinds>/<number>"
TICKET_PATHS = (
    STORY,
    *(f"/{kind}/<number>" for kind in KINDS),
    *(f"/api/v1/{kind}/<number>" for kind in KINDS),
    "/portal/tickets/<number>",
    "/desk/tickets/<number>",
)
SEARCHES = ("/search", *(f"/{one}/" for one in KINDS), *(f"/api/v1/{one}" for one in KINDS))
# There one finds one's own alone, whatever one may read elsewhere.
OWN_PATHS = ("/portal/tickets/",)


class Ask(NamedTuple):
    """One request: the rule it is for, its method and address."""

    rule: Rule
    method: str
    path: str


def asks(house: House, made: World, number: str, file: int) -> Iterator[Ask]:
    """Yield every request that can be made, with plausible values in the addresses."""
    values = {
        "number": number,
        "kinds": "requests" if number.startswith("REQ-") else "incidents",
        "attachment_id": file,
        "username": "alice",
        "key": "network",
        "field": "title",
        "role": "scribe",
        "token": "itsmp_unknown",
        "kind": "generic",
        "name": "x.css",
    }
    for rule in house.app.url_map.iter_rules():
        if rule.rule.startswith(OTHER_DOORS) or _of_another_kind(rule.rule, number):
            continue
        here = (
            {**values, "number": made.ci}
            if "/assets/" in rule.rule or "/cis" in rule.rule
            else values
        )
        path = ARGUMENT.sub(lambda found, here=here: str(here.get(found[1], 1)), rule.rule)  # type: ignore[misc]
        for method in sorted((rule.methods or set()) - {"OPTIONS"}):
            yield Ask(rule, method, path)


def _of_another_kind(rule: str, number: str) -> bool:
    """Tell whether an address is that of tickets of another kind than this one."""
    kind = "requests" if number.startswith("REQ-") else "incidents"
    return any(f"/{other}/<number>" in rule for other in KINDS if other != kind)


def held(name: str) -> frozenset[Permission]:
    """Return what somebody's roles grant, with any reach."""
    return frozenset(
        permission for role, _ in PEOPLE[name] for permission, _ in BUILT_IN[role].grants
    )


def call(house: House, name: str | None, ask: Ask) -> tuple[int, bytes]:
    """Make one request in a browser, or with a token for the API, and return what came."""
    if ask.path.startswith("/api/") and name:
        api = _apis.setdefault((id(house), name), None) or Api(house, name)
        _apis[(id(house), name)] = api
        response = api.client.open(
            ask.path, buffered=True, method=ask.method, headers=api.headers, json={}
        )
    else:
        browser = _browsers.setdefault((id(house), name), None) or Browser(house, name)
        _browsers[(id(house), name)] = browser
        data = {"csrf_token": browser.fresh_csrf()}
        response = browser.client.open(
            ask.path,
            buffered=True,
            method=ask.method,
            data=None if ask.method in SAFE else data,
        )
    # A file that is sent is open until its answer is closed.
    with response:
        return response.status_code, response.data


_apis: dict[tuple[int, str], Api | None] = {}
_browsers: dict[tuple[int, str | None], Browser | None] = {}


@pytest.fixture
def made(house: House) -> Iterator[World]:
    yield world.make(house)
    _apis.clear()
    _browsers.clear()


def test_what_routes_need_stands_in_the_policy(house: House) -> None:
    found = set()
    for rule in house.app.url_map.iter_rules():
        it = declared(house.app, rule.endpoint)
        assert it is not None
        for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}:
            found.add(f"{method} {rule.rule} {it.permission.value if it.permission else it.caller}")

    assert sorted(found) == POLICY.read_text().splitlines()


def test_nobody_gets_in_without_a_login(house: House, made: World) -> None:
    for ask in asks(house, made, made.numbers["plain"], made.files["plain"]):
        it = declared(house.app, ask.rule.endpoint)
        if it is None or it.caller is not Caller.PERSON:
            continue
        status, data = call(house, None, ask)
        assert status in {303, 401, 403}, (ask, status)
        assert b"XQ" not in data, ask


@pytest.mark.parametrize("name", sorted(PEOPLE))
def test_who_lacks_the_permission_is_refused(house: House, made: World, name: str) -> None:
    for ask in asks(house, made, made.numbers["plain"], made.files["plain"]):
        it = declared(house.app, ask.rule.endpoint)
        if it and it.permission and it.permission not in held(name):
            status, _ = call(house, name, ask)
            assert status == 403, (name, ask, status)


@pytest.mark.parametrize("name", sorted(PEOPLE))
def test_no_answer_holds_what_its_reader_may_not_read(house: House, made: World, name: str) -> None:
    for case, number in made.numbers.items():
        for ask in asks(house, made, number, made.files[case]):
            of_ticket = ask.rule.rule.startswith(TICKET_PATHS)
            if ask.method not in SAFE or (not of_ticket and case != "plain"):
                continue
            status, data = call(house, name, ask)
            assert status < 500, (name, ask)
            assert _leaks(name, data) == [], (name, ask)
            if of_ticket:
                _expect_found(house, name, case, (ask, status))
    for word in ("XQ", world.public("secret"), world.internal("plain")):
        for path in SEARCHES:
            ask = Ask(next(house.app.url_map.iter_rules()), "GET", f"{path}?q={word}")
            assert _leaks(name, call(house, name, ask)[1].replace(word.encode(), b"")) == []


def _expect_found(house: House, name: str, case: str, answered: tuple[Ask, int]) -> None:
    """Check that what one may not read does not exist, and that what one may read does."""
    ask, status = answered
    it = declared(house.app, ask.rule.endpoint)
    if it and it.permission not in held(name):
        assert status == 403, (name, case, ask, status)
    elif name not in _finders(ask, case):
        assert status == 404, (name, case, ask, status)
    elif ask.path.count("/") == 2 and ask.method == "GET":
        assert status == 200, (name, case, ask, status)


def _finders(ask: Ask, case: str) -> frozenset[str]:
    """Return who finds a ticket by this request."""
    of = CASES[case]
    if ask.rule.rule.startswith(OWN_PATHS):
        return of.readers & {of.requester, of.watcher}
    return of.readers


def _leaks(name: str, data: bytes) -> list[str]:
    found = []
    for case, of in CASES.items():
        if name not in of.readers and world.public(case).lower().encode() in data.lower():
            found.append(world.public(case))
        if name not in of.workers and world.internal(case).lower().encode() in data.lower():
            found.append(world.internal(case))
    return found


@pytest.mark.parametrize("name", sorted(PEOPLE))
def test_nobody_changes_what_they_may_not_work_on(house: House, made: World, name: str) -> None:
    before = {case: _prints(house, number) for case, number in made.numbers.items()}
    for case, number in made.numbers.items():
        of = CASES[case]
        if name in of.workers or name == of.requester:
            continue
        for ask in asks(house, made, number, made.files[case]):
            if ask.method in SAFE or not ask.rule.rule.startswith(TICKET_PATHS):
                continue
            # Who follows a ticket may say something about it, and keep what they wrote so far.
            if name == of.watcher and ask.rule.rule.endswith(("/replies", "/draft", "/discard")):
                continue
            status = _try_to_change(house, name, ask)
            assert 400 <= status < 500, (name, case, ask, status)
            if name not in of.readers:
                # 422: the form was not even looked up for a ticket.
                assert status in {403, 404, 422}, (name, case, ask, status)
        assert _prints(house, number) == before[case], (name, case)


@pytest.mark.parametrize("name", ["erin", "charlie"])
def test_a_requester_replies_and_does_nothing_else(house: House, made: World, name: str) -> None:
    own = next(case for case, of in CASES.items() if of.requester == name and of.desk == "it")
    before = _ticket_print(house, made.numbers[own])
    for ask in asks(house, made, made.numbers[own], made.files[own]):
        if ask.method not in SAFE and ask.rule.rule.startswith(TICKET_PATHS):
            assert _try_to_change(house, name, ask) < 500

    after = _ticket_print(house, made.numbers[own])
    assert after == before


@pytest.mark.parametrize("name", ["alice", "dana"])
def test_a_token_for_reading_only_reads(house: House, made: World, name: str) -> None:
    reader = Api(house, name, TokenScope.READ)
    for ask in asks(house, made, made.numbers["plain"], made.files["plain"]):
        if ask.path.startswith("/api/") and ask.method not in SAFE:
            response = reader.client.open(
                ask.path, method=ask.method, headers=reader.headers, json={}
            )
            assert response.status_code == 403, (ask, response.status_code)


_FORM = {
    "value": "changed",
    "title": "changed",
    "body": "changed",
    "to": "in_progress",
    "visibility": "internal",
    "type": "related_to",
    "target": "INC-1001",
    "username": "alice",
    "person": "alice",
    "role": "scribe",
    "update": "changed",
    "status": "monitoring",
    "headline": "changed",
    "why": "changed",
    "version": "1",
    "done": "true",
}


def _try_to_change(house: House, name: str, ask: Ask) -> int:
    if ask.path.startswith("/api/"):
        call(house, name, Ask(ask.rule, "HEAD", "/api/v1/incidents"))
        api = _apis[(id(house), name)]
        assert api is not None
        statuses = []
        for body in ({"title": "changed"}, {"body": "changed", "visibility": "internal"},
                     {"to": "in_progress"}, {"type": "related_to", "target": "INC-1001"},
                     {"person": "alice"}, {"username": "alice"}):  # fmt: skip
            response = api.client.open(
                ask.path, buffered=True, method=ask.method, headers=api.headers, json=body
            )
            statuses.append(response.status_code)
        return min(statuses)
    call(house, name, Ask(ask.rule, "HEAD", "/healthz"))
    browser = _browsers[(id(house), name)]
    assert browser is not None
    form = {**_FORM, "csrf_token": browser.fresh_csrf()}
    response = browser.client.open(ask.path, method=ask.method, data=form)
    return (
        403
        if _led_away(response.status_code, response.headers.get("Location"))
        else response.status_code
    )


def _led_away(status: int, location: str | None) -> bool:
    return status == 303 and (location or "").startswith("/login")


def _prints(house: House, number: str) -> str:
    """Return a fingerprint of a ticket and all that hangs on it."""
    with house.work(SYSTEM, writes=False) as work:
        ticket_id = work.session.scalars(select(Ticket.id).where(Ticket.number == number)).one()
        rows = [work.session.execute(select(Ticket.__table__).where(Ticket.id == ticket_id)).all()]
        for model in (Comment, Attachment, Link, Watcher, Task, *MAJOR):
            table = model.__table__
            rows.append(
                work.session.execute(select(table).where(table.c.ticket_id == ticket_id)).all()
            )
    return sha256(repr(rows).encode()).hexdigest()


def _ticket_print(house: House, number: str) -> tuple[object, ...]:
    with house.work(SYSTEM, writes=False) as work:
        row = work.session.execute(
            select(
                Ticket.title, Ticket.assignee_id, Ticket.team_id, Ticket.priority, Ticket.impact
            ).where(Ticket.number == number)
        ).one()
    return tuple(row)
