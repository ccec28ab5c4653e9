"""The card that leads to a ticket's story."""

from itsm.desk.models import Ticket
from itsm.kernel.work import Work
from itsm.tickets.panels import Panel


def card(work: Work, ticket: Ticket) -> Panel:
    """Return the card with the ways to print a ticket, or to take it along."""
    del work
    return Panel("Story", "story/card.html", {"kinds": f"{ticket.kind}s", "number": ticket.number})
