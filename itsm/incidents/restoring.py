"""Where an incident stands as plain values, and how it is put back there."""

from collections.abc import Mapping
from datetime import datetime

from itsm.desk import service as tickets
from itsm.incidents.events import IncidentRestored
from itsm.incidents.models import Incident
from itsm.incidents.service import CLOSE, CLOSE_AFTER
from itsm.incidents.states import OPEN, State
from itsm.kernel.access import Permission
from itsm.kernel.events import Json, plain
from itsm.kernel.work import Work
from itsm.platform import timers

_KEPT = (
    "state",
    "waits_for",
    "resolution",
    "resolution_code",
    "resolved_by_source",
    "reopened_count",
    "resolved_at",
    "closed_at",
)
_INSTANTS = frozenset({"resolved_at", "closed_at"})


def standing(incident: Incident) -> dict[str, Json]:
    """Return the state of an incident with all that hangs on it."""
    return {name: plain(getattr(incident, name)) for name in _KEPT}


def restore(work: Work, incident: Incident, was: Mapping[str, Json]) -> None:
    """Put an incident back to what `standing` said of it before. Emits IncidentRestored.

    Raises Denied without ticket:transition. Paging that ended does not begin again.
    """
    work.must(Permission.TICKET_TRANSITION, incident)
    for name in _KEPT:
        value = was[name]
        at = datetime.fromisoformat(str(value)) if name in _INSTANTS and value else None
        setattr(incident, name, at if name in _INSTANTS else value)
    state = State(str(was["state"]))
    incident.open = state in OPEN
    if state is State.RESOLVED and incident.resolved_at is not None:
        due, key = incident.resolved_at + CLOSE_AFTER, str(incident.id)
        timers.arm(work, CLOSE, key, max(due, work.now), {"ticket_id": incident.id})
    else:
        timers.disarm(work, CLOSE, str(incident.id))
    tickets.touch(work, incident)
    work.emit(IncidentRestored(ticket_id=incident.id, state=state.value))
