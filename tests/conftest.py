"""Fixtures for all tests: the product on both databases, a set clock, a fixed cast."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from itsm.kernel.access import SYSTEM
from itsm.kernel.work import Origin, Work
from itsm.platform.house import House
from tests import cast as people
from tests import servers
from tests.cast import Api, Browser, Cast
from tests.clock import SetClock
from tests.instances import Instance, on_postgresql, on_sqlite

pytest_plugins = ["tests.nonet"]


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL server of this test session, as a URL to its maintenance database."""
    with servers.postgresql() as url:
        yield url


@pytest.fixture(scope="session")
def instances(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Instance]]:
    """Make an instance on a kind of database once, however many tests use it."""
    made: dict[str, Instance] = {}
    with ExitStack() as stack:

        def make(kind: str) -> Instance:
            if kind not in made:
                home = tmp_path_factory.mktemp(kind)
                made[kind] = (
                    on_sqlite(home)
                    if kind == "sqlite"
                    else on_postgresql(home, stack.enter_context(servers.postgresql()))
                )
            return made[kind]

        yield make


@pytest.fixture(params=["sqlite", "postgresql"])
def instance(request: pytest.FixtureRequest, instances: Callable[[str], Instance]) -> Instance:
    """The product on each database in turn."""
    return instances(request.param)


@pytest.fixture
def house(instance: Instance) -> House:
    """A house as `itsm init` leaves it."""
    return instance.fresh()


@pytest.fixture
def clock(instance: Instance, house: House) -> SetClock:
    """The clock of the house; it stands at noon until it is moved."""
    del house
    return instance.clock


@pytest.fixture
def work(house: House) -> Iterator[Work]:
    """A Work of the system that is rolled back after the test."""
    with house.app.app_context():
        opened = house.open(SYSTEM, Origin("test"), writes=True)
        yield opened
        opened.session.rollback()
        opened.session.close()


@pytest.fixture
def cast(house: House) -> Cast:
    """Alice, Bob, Charlie and Dana, committed."""
    return people.enter(house)


@pytest.fixture
def browser(house: House) -> Callable[..., Browser]:
    """Open a browser: `browser("alice")` is logged in, `browser()` is not."""

    def open_browser(username: str | None = None) -> Browser:
        return Browser(house, username)

    return open_browser


@pytest.fixture
def api(house: House) -> Callable[..., Api]:
    """Call the API with somebody's token: `api("alice").get("/api/v1/incidents")`."""

    def call_as(username: str, **options: object) -> Api:
        return Api(house, username, **options)  # type: ignore[arg-type]

    return call_as
