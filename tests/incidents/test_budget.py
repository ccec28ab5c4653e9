"""What a page costs does not grow with what it shows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from itsm.desk import service as tickets
from itsm.desk.inputs import NewComment
from itsm.desk.models import Visibility
from itsm.incidents import queries
from itsm.incidents.major import actions, roles, service, updates
from itsm.incidents.major.inputs import Declare, NewAction, NewUpdate
from itsm.platform.database import db
from itsm.platform.house import House
from tests.cast import Api, Browser
from tests.incidents.conftest import As

ROOT = "/api/v1/incidents"


@contextmanager
def counted(house: House) -> Iterator[list[str]]:
    """Collect the statements that are sent meanwhile."""
    said: list[str] = []

    def hear(*call: object) -> None:
        said.append(str(call[2]))

    with house.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", hear)


@pytest.fixture
def cost(house: House) -> Callable[..., int]:
    """Count the statements that an address costs, asked a second time."""

    def of(caller: Browser | Api, path: str) -> int:
        caller.get(path)
        with counted(house) as said:
            assert caller.get(path).status_code == 200
        return len(said)

    return of


@pytest.fixture
def grow(api: Callable[[str], Api]) -> Callable[[int], None]:
    """Open more incidents."""
    caller = api("alice")

    def more(count: int) -> None:
        for at in range(count):
            caller.post(ROOT, {"title": f"No {at}", "assignee": "bob", "team": "network"})

    return more


def test_lists_cost_the_same_however_long(
    as_: As,
    browser: Callable[..., Browser],
    api: Callable[[str], Api],
    cost: Callable[..., int],
    grow: Callable[[int], None],
) -> None:
    del as_
    asked = [(browser("alice"), "/incidents/"), (browser("alice"), "/desk"), (api("bob"), ROOT)]
    grow(2)
    before = [cost(*one) for one in asked]

    grow(10)

    assert [cost(*one) for one in asked] == before


def test_a_record_costs_the_same_however_long_its_story(
    as_: As, number: str, browser: Callable[..., Browser], cost: Callable[..., int]
) -> None:
    alice, path = browser("alice"), f"/incidents/{number}"
    before = cost(alice, path)

    with as_("alice") as work:
        incident = queries.get_to_change(work, number)
        for at in range(9):
            tickets.comment(work, incident, NewComment(body=f"Step {at}"))

    assert cost(alice, path) == before


def test_a_major_incident_costs_the_same_however_much_is_told_and_done(
    as_: As, number: str, browser: Callable[..., Browser], cost: Callable[..., int]
) -> None:
    alice = browser("alice")
    paths = ("/status", f"/status/{number}", f"/incidents/{number}", f"/incidents/{number}/review",
             "/incidents/actions", "/incidents/")  # fmt: skip

    def tell(count: int) -> None:
        with as_("dana") as work:
            incident = queries.get_to_change(work, number)
            for at in range(count):
                told = NewUpdate(body=f"Step {at}", visibility=Visibility.PUBLIC)
                updates.write(work, incident, told)
                actions.add(work, incident, NewAction(title=f"No {at}", owner="bob"))

    with as_("dana") as work:
        service.declare(work, queries.get_to_change(work, number), Declare())
    tell(1)
    before = [cost(alice, path) for path in paths]

    tell(9)
    with as_("dana") as work:
        incident = queries.get_to_change(work, number)
        roles.join(work, incident, "alice")
        roles.join(work, incident, "bob")

    assert [cost(alice, path) for path in paths] == before
