"""A major incident that Charlie reported: Dana may declare one, Alice and Bob may not."""

from collections.abc import Callable
from typing import Any

import pytest

from itsm.assets import service as cmdb
from itsm.assets.inputs import NewCi
from itsm.incidents import queries
from itsm.incidents.major import service
from itsm.incidents.major.inputs import Declare
from itsm.kernel.access import SYSTEM
from itsm.platform import runner
from itsm.platform.house import House
from tests.cast import Api, Browser
from tests.clock import SetClock
from tests.incidents.conftest import As

Do = Callable[..., None]


@pytest.fixture
def do(as_: As, number: str) -> Do:
    """Have somebody do `verb(work, incident, ...)` to the incident that Charlie reported."""

    def act(username: str, verb: Callable[..., Any], *more: Any, **named: Any) -> None:  # noqa: ANN401 - passed on
        with as_(username) as work:
            verb(work, queries.get_to_change(work, number), *more, **named)

    return act


@pytest.fixture
def major(do: Do, number: str) -> str:
    """The number of that incident, which Dana has declared a major one."""
    do("dana", service.declare, Declare(headline="Checkout fails for many"))
    return number


@pytest.fixture
def hit(house: House) -> Callable[[str], None]:
    """Link an incident to a service and to a server that employees need not know of."""

    def link(number: str) -> None:
        with house.work(SYSTEM) as work:
            incident = queries.get_to_change(work, number)
            for name, class_key in (("Checkout", "service"), ("pay-db-07", "server")):
                ci = cmdb.create(work, NewCi.model_validate({"class": class_key, "name": name}))
                cmdb.link(work, incident, ci.id)

    return link


@pytest.fixture
def wait(house: House, clock: SetClock) -> Callable[[float], None]:
    """Let minutes pass at once, and what fell due meanwhile happen."""

    def pass_by(minutes: float) -> None:
        clock.advance(minutes=minutes)
        while runner.drain(house) + runner.fire(house):
            pass

    return pass_by


@pytest.fixture
def timeline(api: Callable[[str], Api], number: str) -> Callable[[str], list[str]]:
    """Read the texts of the timeline as somebody."""

    def read(username: str) -> list[str]:
        told = api(username).get(f"/api/v1/incidents/{number}/timeline").json["items"]
        return [one["text"] for one in told]

    return read


@pytest.fixture
def page(browser: Callable[..., Browser], number: str) -> Callable[[str], str]:
    """Read the record page as somebody."""
    return lambda username: browser(username).get(f"/incidents/{number}").text
