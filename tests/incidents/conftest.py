"""Incidents of the cast: who acts opens a Work by `as_("alice")`."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from itsm.incidents import service
from itsm.incidents.inputs import OpenIncident
from itsm.incidents.models import Incident
from itsm.kernel.work import Work
from itsm.platform.house import House
from tests.cast import Cast, actor_of

As = Callable[[str], AbstractContextManager[Work]]


@pytest.fixture
def as_(house: House, cast: Cast) -> As:
    """Open a Work as one of the cast; it is committed on leaving."""
    del cast
    return lambda username: house.work(actor_of(house, username))


@pytest.fixture
def incident(work: Work, cast: Cast) -> Incident:
    """A new incident that Charlie reported, in the system's Work."""
    del cast
    return service.open_(work, OpenIncident(title="Printer on fire", requester="charlie"))


@pytest.fixture
def number(as_: As) -> str:
    """The number of a committed incident that Charlie reported."""
    with as_("charlie") as work:
        return service.open_(work, OpenIncident(title="Printer on fire")).number
