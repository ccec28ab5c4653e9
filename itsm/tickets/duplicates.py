"""Duplicates: incidents that wait for a master, and end with it."""

from itsm.desk import service as tickets
from itsm.desk.inputs import NewLink
from itsm.desk.models import Kind, LinkType, Ticket
from itsm.kernel.access import Permission
from itsm.kernel.errors import Refused
from itsm.kernel.work import Work
from itsm.tickets import editing, kinds, queries
from itsm.tickets.inputs import EditTicket
from itsm.tickets.moving import PENDING

# Its requester reads this, who may not know of the other.
WAITS = "the same fault, which is being worked on"


def mark(work: Work, ticket: Ticket, master: Ticket) -> None:
    """Have an incident wait for another that is about the same fault, and leave the queue.

    Emits TicketChanged, TicketLinked, IncidentPaused. Raises Refused where it is the master, is
    over or has duplicates of its own, or the master is over; Invalid where the master is a child;
    Denied without ticket:link, ticket:update and ticket:transition.
    """
    work.must(Permission.TICKET_LINK, ticket)
    if Kind.INCIDENT not in {ticket.kind} & {master.kind}:
        raise Refused("only incidents wait for a master: merge requests instead")
    if ticket.id == master.id:
        raise Refused("it is the master itself")
    if not master.open:
        raise Refused(f"{master.number} is over")
    if queries.has_children(work, ticket.id):
        raise Refused("others hang under it: choose it as the master")
    editing.edit(work, ticket, EditTicket(parent=master.number))
    tickets.link(work, ticket, NewLink(type=LinkType.DUPLICATE_OF, target=master.number))
    kind = kinds.of(ticket)
    if ticket.state == PENDING:
        kind.resume(work, ticket, None)
    kind.wait(work, ticket, WAITS)


def free(work: Work, ticket: Ticket, master: str) -> None:
    """Take back that it is a duplicate. Emits TicketUnlinked. Raises NotFound, Denied."""
    tickets.unlink(work, ticket, NewLink(type=LinkType.DUPLICATE_OF, target=master))
