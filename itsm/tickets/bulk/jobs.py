"""Batches that are too large for a request."""

from itsm.kernel.work import Work
from itsm.people import queries as people
from itsm.platform.outbox import Payload
from itsm.tickets.bulk import queries, service
from itsm.tickets.bulk.models import Progress

_UNDER_WAY = frozenset({Progress.RUNNING, Progress.UNDOING})


def go_on(work: Work, payload: Payload) -> None:
    """Do the next incidents of a batch as its maker, by the rights that they have now.

    Payload: `batch_id`.
    """
    batch = queries.to_run(work, int(str(payload["batch_id"])))
    if batch.progress not in _UNDER_WAY:
        return
    maker = people.active(work, [batch.actor_id])
    if not maker:
        service.stop(work, batch, "whoever began this is no longer here")
        return
    work.actor = people.actor(work, maker[0])
    if batch.progress is Progress.RUNNING:
        service.go_on(work, batch)
    else:
        service.go_back(work, batch)
