"""What happens to requests later, when a timer fires."""

from itsm.kernel.work import Work
from itsm.platform.outbox import Payload
from itsm.requests import service
from itsm.requests.models import ServiceRequest
from itsm.requests.states import State
from itsm.tickets import queries


def close(work: Work, payload: Payload) -> None:
    """Close a request that has stayed fulfilled long enough (timer `requests.close`)."""
    request = queries.by_id(work, ServiceRequest, int(str(payload["ticket_id"])))
    if request.state == State.FULFILLED:
        service.close(work, request)
