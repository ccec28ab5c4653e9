"""Charlie asks for help, Alice works on it."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from itsm.incidents import service
from itsm.incidents.inputs import OpenIncident
from itsm.kernel.work import Work
from itsm.platform.house import House
from tests.cast import Browser, Cast, actor_of

As = Callable[[str], AbstractContextManager[Work]]


@pytest.fixture
def as_(house: House, cast: Cast) -> As:
    """Open a Work as one of the cast; it is committed on leaving."""
    del cast
    return lambda username: house.work(actor_of(house, username))


@pytest.fixture
def charlie(browser: Callable[..., Browser], cast: Cast) -> Browser:
    del cast
    return browser("charlie")


@pytest.fixture
def number(as_: As) -> str:
    """The number of a ticket that Charlie reported."""
    with as_("charlie") as work:
        return service.open_(work, OpenIncident(title="Printer on fire")).number
