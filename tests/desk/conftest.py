"""A ticket that Charlie reported."""

import pytest

from itsm.desk.models import Ticket
from itsm.incidents import service
from itsm.incidents.inputs import OpenIncident
from itsm.kernel.work import Work
from tests.cast import Cast


@pytest.fixture
def ticket(work: Work, cast: Cast) -> Ticket:
    """A new ticket, in the system's Work."""
    del cast
    return service.open_(work, OpenIncident(title="Printer on fire", requester="charlie"))
