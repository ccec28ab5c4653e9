"""What happens to approvals later, when a timer fires."""

from itsm.kernel.work import Work
from itsm.platform.outbox import Payload
from itsm.requests.approval import queries, service


def remind(work: Work, payload: Payload) -> None:
    """Remind whoever was asked and has not answered (timer `requests.remind`)."""
    approval = queries.waiting(work, int(str(payload["ticket_id"])))
    if approval is not None:
        service.remind(work, approval)
