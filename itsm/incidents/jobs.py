"""What happens to incidents later, when a timer fires."""

from itsm.incidents import queries, service
from itsm.incidents.states import State
from itsm.kernel.work import Work
from itsm.platform.outbox import Payload


def close(work: Work, payload: Payload) -> None:
    """Close an incident that has stayed resolved for 72 hours (timer `incidents.close`)."""
    incident = queries.by_id(work, int(str(payload["ticket_id"])))
    if incident.state == State.RESOLVED:
        service.close(work, incident)
