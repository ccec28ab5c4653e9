"""What a page says of its ticket's surroundings: the way to the service, and what fires."""

from itsm.assets import queries as assets
from itsm.kernel.work import Work
from itsm.monitoring import queries as monitoring
from itsm.oncall.situation import AlertLine, Situation


def about(work: Work, ticket_id: int) -> Situation:
    """Return the path from the ticket's first CI to its services, and the alerts that fire."""
    cis = assets.of_tickets(work, [ticket_id]).get(ticket_id, [])
    path = assets.service_path(work, cis[0].id) if cis else ()
    firing = monitoring.firing(work, ticket_id)
    return Situation(
        path=tuple(ci.name for ci in path),
        alerts=tuple(AlertLine(alert.severity.value, alert.title) for alert in firing),
    )
