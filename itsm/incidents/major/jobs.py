"""What happens to major incidents later, when a timer fires."""

from itsm.incidents import queries
from itsm.incidents.major import updates
from itsm.kernel.work import Work
from itsm.platform.outbox import Payload


def remind(work: Work, payload: Payload) -> None:
    """Remind whoever is to write an update that it is due (timer `major.update_due`)."""
    incident = queries.by_id(work, int(str(payload["ticket_id"])))
    updates.remind(work, incident, int(str(payload["times"])))
