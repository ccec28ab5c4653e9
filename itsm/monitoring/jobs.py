"""What the clock does for alerts."""

from itsm.kernel.work import Work
from itsm.monitoring import service
from itsm.platform.outbox import Payload


def unsuppress(work: Work, payload: Payload) -> None:
    """End a reason to keep an alert quiet; the timer `monitoring.unsuppress`."""
    service.release_due(work, int(str(payload["suppression_id"])))
