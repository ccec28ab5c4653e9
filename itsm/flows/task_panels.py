"""The card of a ticket's tasks."""

from itsm.desk.models import Ticket
from itsm.kernel.access import Permission
from itsm.kernel.work import Work
from itsm.tasks import queries
from itsm.tasks.checklists import queries as checklists
from itsm.tickets.panels import Panel


def tasks(work: Work, ticket: Ticket) -> Panel | None:
    """Return the card of what is to be done; who resolves is told what is left."""
    if not work.can(Permission.TICKET_NOTE, ticket):
        return None
    found = queries.of_ticket(work, ticket)
    if not found and not ticket.open:
        return None
    left = sum(task.done_at is None for task in found)
    data = {
        "tasks": found,
        "left": left,
        "done": len(found) - left,
        "number": ticket.number,
        "over": not ticket.open,
        "now": work.now,
        "checklists": checklists.offered(work, ticket) if ticket.open else [],
    }
    return Panel(
        "Tasks", "flows/tasks.html", data, resolving="flows/tasks_left.html" if left else ""
    )
