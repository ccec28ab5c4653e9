"""Duplicates: incidents that wait for a master, and end with it."""

from itsm.desk import service as tickets
from itsm.desk.inputs import NewLink
from itsm.desk.models import LinkType
from itsm.incidents import editing, queries, service
from itsm.incidents.inputs import EditIncident
from itsm.incidents.models import Incident
from itsm.incidents.states import State
from itsm.kernel.access import Permission
from itsm.kernel.errors import Refused
from itsm.kernel.work import Work

# Its requester reads this, who may not know of the other.
WAITS = "the same fault, which is being worked on"


def mark(work: Work, incident: Incident, master: Incident) -> None:
    """Have an incident wait for another that is about the same fault, and leave the queue.

    Emits IncidentChanged, TicketLinked, IncidentPaused. Raises Refused where it is the master, is
    over or has duplicates of its own, or the master is over; Invalid where the master is a child;
    Denied without ticket:link, ticket:update and ticket:transition.
    """
    work.must(Permission.TICKET_LINK, incident)
    if incident.id == master.id:
        raise Refused("it is the master itself")
    if not master.open:
        raise Refused(f"{master.number} is over")
    if queries.has_children(work, incident.id):
        raise Refused("others hang under it: choose it as the master")
    editing.edit(work, incident, EditIncident(parent=master.number))
    tickets.link(work, incident, NewLink(type=LinkType.DUPLICATE_OF, target=master.number))
    if State(incident.state) is State.PENDING:
        service.resume(work, incident)
    service.wait(work, incident, WAITS)


def free(work: Work, incident: Incident, master: str) -> None:
    """Take back that it is a duplicate. Emits TicketUnlinked. Raises NotFound, Denied."""
    tickets.unlink(work, incident, NewLink(type=LinkType.DUPLICATE_OF, target=master))
