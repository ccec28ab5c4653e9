"""What major incidents learn from the life of their tickets, and from paging."""

from itsm.incidents import queries as incidents
from itsm.incidents.events import (
    IncidentCancelled,
    IncidentReopened,
    IncidentResolved,
)
from itsm.incidents.major import queries, roles, service
from itsm.incidents.major.events import MajorDeclared
from itsm.incidents.states import OPEN
from itsm.kernel.work import Work
from itsm.oncall import queries as oncall
from itsm.oncall import responder_queries
from itsm.oncall.events import PageAcknowledged
from itsm.tickets.events import TicketRestored


def over(work: Work, event: IncidentResolved | IncidentCancelled) -> None:
    """Tell employees that it is over, and ask for no further update."""
    service.end(work, event.ticket_id)


def back(work: Work, event: IncidentReopened) -> None:
    """Tell employees that it is not over after all."""
    service.resume(work, event.ticket_id)


def restored(work: Work, event: TicketRestored) -> None:
    """Tell them so where a step was taken back."""
    if event.state in OPEN:
        service.resume(work, event.ticket_id)


def joined(work: Work, event: PageAcknowledged) -> None:
    """Count whoever took the page of a major incident among those who work on it."""
    major = queries.of(work, event.ticket_id)
    if major is not None and major.active and event.person_id is not None:
        _take_in(work, event.ticket_id, event.person_id)


def declared(work: Work, event: MajorDeclared) -> None:
    """Count among them whoever had taken a page before it was declared."""
    for escalation in responder_queries.escalations_of(work, event.ticket_id):
        if escalation.acknowledged_by_id is not None:
            _take_in(work, event.ticket_id, escalation.acknowledged_by_id)


def _take_in(work: Work, ticket_id: int, person_id: int) -> None:
    person = oncall.people(work, [person_id])[person_id]
    roles.take_in(work, incidents.behind_page(work, ticket_id), person, paged=True)
