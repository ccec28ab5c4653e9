"""Where a ticket stands as plain values, and how it is put back there."""

from collections.abc import Mapping
from datetime import datetime

from itsm.desk import service as tickets
from itsm.desk.models import Ticket
from itsm.kernel.access import Permission
from itsm.kernel.events import Json, plain
from itsm.kernel.work import Work
from itsm.tickets import kinds
from itsm.tickets.events import TicketRestored

_KEPT = (
    "state",
    "waits_for",
    "resolution",
    "resolution_code",
    "reopened_count",
    "resolved_at",
    "closed_at",
)
_INSTANTS = frozenset({"resolved_at", "closed_at"})


def standing(ticket: Ticket) -> dict[str, Json]:
    """Return the state of a ticket with all that hangs on it."""
    return {name: plain(getattr(ticket, name)) for name in (*_KEPT, *kinds.of(ticket).kept)}


def restore(work: Work, ticket: Ticket, was: Mapping[str, Json]) -> None:
    """Put a ticket back to what `standing` said of it before. Emits TicketRestored.

    Raises Denied without ticket:transition. Paging that ended does not begin again.
    """
    work.must(Permission.TICKET_TRANSITION, ticket)
    kind = kinds.of(ticket)
    for name in (*_KEPT, *kind.kept):
        value = was[name]
        at = datetime.fromisoformat(str(value)) if name in _INSTANTS and value else None
        setattr(ticket, name, at if name in _INSTANTS else value)
    state = kind.states(str(was["state"]))
    ticket.open = state in kind.open
    kind.settle(work, ticket)
    tickets.touch(work, ticket)
    work.emit(TicketRestored(ticket_id=ticket.id, state=state.value))
