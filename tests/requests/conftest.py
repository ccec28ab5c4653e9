"""Charlie asks for something, Alice fulfils it; Bob decides where somebody has to."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from itsm.kernel.work import Work
from itsm.platform import runner
from itsm.platform.house import House
from itsm.requests import service
from itsm.requests.models import ServiceRequest
from itsm.tickets import queries
from itsm.tickets.inputs import OpenTicket
from tests.cast import Api, Cast, actor_of

As = Callable[[str], AbstractContextManager[Work]]
WISH = OpenTicket(title="A second screen", description="27 inches", category="workplace")


@pytest.fixture
def as_(house: House, cast: Cast) -> As:
    """Open a Work as one of the cast; it is committed on leaving."""
    del cast
    return lambda username: house.work(actor_of(house, username))


@pytest.fixture
def number(as_: As) -> str:
    """The number of a request of Charlie's."""
    with as_("charlie") as work:
        return service.open_(work, WISH).number


@pytest.fixture
def alice(house: House, cast: Cast) -> Api:
    del cast
    return Api(house, "alice")


def get(work: Work, number: str) -> ServiceRequest:
    """Return a request, to change it."""
    return queries.get_as_to_change(work, ServiceRequest, number)


def settle(house: House) -> None:
    """Do what is due until nothing is left."""
    while runner.drain(house) + runner.fire(house):
        pass
