"""What follows when a requester answers: what waits goes on, what is broken opens again."""

from itsm.desk.events import TicketCommented
from itsm.desk.models import Comment, Visibility
from itsm.incidents import duplicates, service
from itsm.incidents.events import IncidentThanked
from itsm.incidents.models import Incident
from itsm.incidents.states import State
from itsm.incidents.thanks import only_thanks
from itsm.kernel.work import Work

REASON = "the requester replied"


def replied(work: Work, event: TicketCommented) -> None:
    """Take in a public reply of the person who reported an incident."""
    if event.visibility is not Visibility.PUBLIC or work.actor.id is None:
        return
    incident = work.session.get(Incident, event.ticket_id)
    if incident is None or incident.requester_id != work.actor.id:
        return
    state = State(incident.state)
    if state is State.PENDING and incident.waits_for != duplicates.WAITS:
        service.answered(work, incident)
    elif state is State.RESOLVED:
        _after_the_end(work, incident, event.comment_id)


def _after_the_end(work: Work, incident: Incident, comment_id: int) -> None:
    said = work.session.get_one(Comment, comment_id).body
    if only_thanks(said):
        work.emit(IncidentThanked(ticket_id=incident.id))
    else:
        service.still_broken(work, incident, REASON)
