"""What follows for alerts from what happens to their incident."""

import pytest
from sqlalchemy import select

from itsm.desk.models import Ticket
from itsm.incidents import service as incidents
from itsm.incidents.inputs import OpenIncident
from itsm.kernel.work import Work
from itsm.monitoring import events, queries, service
from itsm.monitoring.models import Alert
from itsm.monitoring.signal import Action
from itsm.monitoring.states import ACTIVE, State
from tests.monitoring.conftest import Say


@pytest.fixture
def incident(work: Work, say: Say) -> Ticket:
    """An incident with one firing alert attached."""
    opened = incidents.open_(work, OpenIncident(title="Disk full", impact=2, urgency=2))
    result = say(Action.FIRE)
    service.attach(work, [result.alert_id or 0], opened.id, opened.number)
    return opened


def only_alert(work: Work) -> Alert:
    work.session.expire_all()
    return work.session.scalars(select(Alert)).one()


def test_a_repeat_is_answered_with_the_number_of_its_incident(say: Say, incident: Ticket) -> None:
    assert say(Action.FIRE).incident == incident.number


def test_taking_an_incident_acknowledges_its_alerts(work: Work, incident: Ticket) -> None:
    service.acknowledge_of(work, incident.id)

    assert only_alert(work).state is State.ACKNOWLEDGED
    assert any(isinstance(event, events.AlertsAcknowledged) for event in work.events)


def test_an_acknowledgement_that_lapses_opens_them_again(work: Work, incident: Ticket) -> None:
    service.acknowledge_of(work, incident.id)
    service.lapse_of(work, incident.id)

    assert only_alert(work).state is State.OPEN
    assert queries.of_incident(work, incident.id, ACTIVE)
