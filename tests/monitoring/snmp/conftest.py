"""A trap source, and a short way to have a trap kept and read."""

from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import select

from itsm.kernel.work import Work
from itsm.monitoring.models import Alert
from itsm.monitoring.snmp import queries, reading, service
from itsm.monitoring.snmp.inputs import NewSource
from itsm.monitoring.snmp.models import TrapSource
from itsm.platform import intake
from itsm.platform.intake import Message

SWITCH = "10.0.0.7"
Send = Callable[..., int]


def new_source(work: Work, **more: object) -> TrapSource:
    """Add a source for 10.0.0.0/8 with the community `secret`."""
    integration = service.add_integration(work, "Network traps")
    fields: dict[str, object] = {
        "name": "Switches",
        "integration_id": integration.id,
        "networks": "10.0.0.0/8",
        "community": "secret",
    }
    return service.add_source(work, NewSource.model_validate(fields | more))


@pytest.fixture
def source(work: Work) -> TrapSource:
    return new_source(work)


@pytest.fixture
def send(work: Work, source: TrapSource) -> Send:
    """Have one trap kept, and all that wait read: `send(link_down())` returns its row's id."""

    def keep_and_read(datagram: bytes, address: str = SWITCH) -> int:
        row = Message(queries.DOOR, "v2c", datagram, address, source.id)
        row_id = intake.keep(work, row)
        reading.read_waiting(work)
        return row_id

    return keep_and_read


def alerts(work: Work) -> Sequence[Alert]:
    work.session.expire_all()
    return work.session.scalars(select(Alert).where(Alert.count > 0).order_by(Alert.id)).all()
