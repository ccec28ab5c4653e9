"""An alert that fires, and somebody who is paged for a ticket of the world."""

from itsm.desk import queries as desk
from itsm.kernel.access import SYSTEM
from itsm.monitoring import integrations, service
from itsm.monitoring.inputs import NewIntegration
from itsm.monitoring.models import Alert
from itsm.monitoring.signal import Action, Severity, Signal
from itsm.notify import service as notify
from itsm.oncall import planning
from itsm.oncall import service as escalations
from itsm.oncall.inputs import PolicyInput, StepInput
from itsm.people import queries as people
from itsm.platform import runner
from itsm.platform.house import House


def fire(house: House) -> int:
    """Let one alert fire; return its id."""
    says = Signal(action=Action.FIRE, source_key="disk", title="Disk", severity=Severity.HIGH)
    with house.work(SYSTEM) as work:
        source, _ = integrations.add_integration(work, NewIntegration(kind="generic", name="probe"))
        service.receive(work, source, [says])
        return work.session.query(Alert).one().id


def page(house: House, username: str, number: str) -> int:
    """Have somebody paged for a ticket; return its id."""
    with house.work(SYSTEM) as work:
        ticket_id = desk.get(work, number).id
        person = people.person(work, username)
        notify.add_contact(work, person.id, "outbox", "", {})
        steps = [StepInput(delay_min=5, people=[person.id])]
        wanted = PolicyInput(name="Duty", steps=steps, repeat=1, fallback_id=person.id)
        escalations.start(work, ticket_id, planning.create_policy(work, wanted).id)
    runner.fire(house)
    return ticket_id
