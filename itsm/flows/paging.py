"""Between paging and its ticket: what one learns of the other, in the same transaction."""

import structlog

from itsm.flows.waits import HOLD, HOLD_FOR, QUIET
from itsm.incidents import queries as incidents
from itsm.incidents import service as incident_verbs
from itsm.incidents.events import (
    IncidentAcknowledged,
    IncidentCancelled,
    IncidentClosed,
    IncidentResolved,
    IncidentStarted,
)
from itsm.kernel.access import ActorKind, Permission
from itsm.kernel.work import Work
from itsm.monitoring import queries as monitoring
from itsm.monitoring import service as alerts
from itsm.monitoring import silence
from itsm.monitoring.correlation.queries import storm_of
from itsm.monitoring.events import AlertsAcknowledged
from itsm.monitoring.inputs import Silence
from itsm.monitoring.states import ACTIVE
from itsm.oncall import queries, service
from itsm.oncall.escalation import State as Stands
from itsm.oncall.events import (
    AcknowledgementTimedOut,
    EscalationExhausted,
    EscalationFoundNobody,
    HandedOver,
    PageAcknowledged,
    ResolutionReported,
)
from itsm.people.models import Team
from itsm.platform import timers
from itsm.platform.outbox import Payload
from itsm.tickets import editing

log = structlog.get_logger()


def taken(work: Work, event: PageAcknowledged) -> None:
    """Bring the incident in progress and acknowledge its alerts: somebody who was paged has it.

    Whoever is paged may take it, whatever else they may do at its desk: what they may not move
    follows its acknowledged alerts, or stays as it is.
    """
    incident = incidents.behind_page(work, event.ticket_id)
    if incident.open and work.can(Permission.TICKET_TRANSITION, incident):
        incident_verbs.acknowledge(work, incident)
    # The alerts of a storm are too many to be taken one by one, and follow its incident.
    if storm_of(work, event.ticket_id) is None:
        alerts.acknowledge_of(work, event.ticket_id)


def alerts_taken(work: Work, event: AlertsAcknowledged) -> None:
    """Take the incidents of alerts that a person acknowledged on the page of alerts."""
    if work.actor.kind is not ActorKind.PERSON:
        return
    for ticket_id in monitoring.incident_ids(work, event.alert_ids):
        incident = incidents.behind_page(work, ticket_id)
        if incident.open and work.can(Permission.TICKET_TRANSITION, incident):
            incident_verbs.acknowledge(work, incident)


def begun(work: Work, event: IncidentAcknowledged | IncidentStarted) -> None:
    """Acknowledge the pages of an incident that somebody has taken at the desk."""
    by_person = work.actor.kind is ActorKind.PERSON
    if not by_person or not queries.running(work, event.ticket_id):
        return
    if work.can(Permission.PAGE_ACKNOWLEDGE):
        service.acknowledge(work, event.ticket_id)


def handed_over(work: Work, event: HandedOver) -> None:
    """Assign the incident to the team that is paged now, where the actor may assign it.

    Its alerts are open again until one of the team takes them: else what is still to be done about
    the acknowledgement before would end the team's paging.
    """
    incident = incidents.behind_page(work, event.ticket_id)
    if incident.open and work.can(Permission.TICKET_ASSIGN, incident):
        team = work.session.get_one(Team, event.team_id)
        editing.assign(work, incident, assignee=None, team=team)
    _open_alerts(work, event.ticket_id)


def lapsed(work: Work, event: AcknowledgementTimedOut) -> None:
    """Open the alerts again: nothing came of the acknowledgement in time.

    Not while whoever has the ticket holds it, and it was the help they asked for that went quiet.
    """
    _open_alerts(work, event.ticket_id)


def _open_alerts(work: Work, ticket_id: int) -> None:
    """Open the alerts of a ticket again unless somebody has it."""
    owning = queries.owning(work, ticket_id)
    if all(row.state is not Stands.ACKNOWLEDGED for row in owning):
        alerts.lapse_of(work, ticket_id)


def fixed(work: Work, event: ResolutionReported) -> None:
    """Resolve the incident: somebody who was paged says what fixed it."""
    incident = incidents.by_id(work, event.ticket_id)
    if incident.open:
        until = event.silence_until
        incident_verbs.resolve(work, incident, event.resolution, silence_until=until)


def over(work: Work, event: IncidentResolved | IncidentClosed | IncidentCancelled) -> None:
    """End paging and waits: the incident needs nobody any more.

    One that is closed within the hold after its resolution is still held: its alerts wait.
    """
    service.finish(work, event.ticket_id)
    timers.disarm(work, QUIET, str(event.ticket_id))
    if isinstance(event, IncidentResolved) and not event.by_source:
        _leave_alone(work, event)
    elif not isinstance(event, IncidentClosed):
        timers.disarm(work, HOLD, str(event.ticket_id))


def _leave_alone(work: Work, event: IncidentResolved) -> None:
    """Do with the alerts that fire what the person said who resolved their incident."""
    ticket_id = event.ticket_id
    firing = monitoring.of_incident(work, ticket_id, ACTIVE)
    if firing and event.silence_until is None:
        payload: Payload = {"ticket_id": ticket_id, "by": work.actor.full_name or work.actor.name}
        timers.arm(work, HOLD, str(ticket_id), work.now + HOLD_FOR, payload)
        return
    timers.disarm(work, HOLD, str(ticket_id))
    if firing and event.silence_until is not None:
        reason = (event.resolution or f"{firing[0].incident_number} was resolved")[:400]
        wanted = Silence(until=event.silence_until, reason=reason, until_recovery=True)
        silence.silence(work, firing, wanted)


def unanswered(work: Work, event: EscalationFoundNobody | EscalationExhausted) -> None:
    """Tell whoever operates the product, who reads its log, that paging ran out."""
    del work
    log.error("paging reached nobody", reason=event.name, ticket=event.ticket_id)
