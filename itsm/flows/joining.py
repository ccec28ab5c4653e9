"""How an alert comes to stand behind an incident, and how that incident is paged for."""

import structlog

from itsm.flows.events import AlertAttached, AlertEventOnTicket, NobodyPaged
from itsm.flows.waits import QUIET
from itsm.incidents import service as incident_verbs
from itsm.incidents.models import Incident
from itsm.incidents.states import State
from itsm.kernel.work import Work
from itsm.monitoring import service
from itsm.monitoring.correlation.queries import storm_of
from itsm.monitoring.models import Alert
from itsm.oncall import queries as oncall
from itsm.oncall import service as escalations
from itsm.platform import timers

log = structlog.get_logger()


def attach(work: Work, incident: Incident, alert: Alert) -> None:
    """Put an alert behind an incident, and tell so on its timeline."""
    service.attach(work, [alert.id], incident.id, incident.number)
    work.emit(about(AlertAttached, incident, alert))


def join(work: Work, incident: Incident, alert: Alert) -> None:
    """Have an alert belong to an open incident that others opened; a graver one pages anew."""
    timers.disarm(work, QUIET, str(incident.id))
    attach(work, incident, alert)
    before = incident.priority
    incident_verbs.raise_severity(work, incident, alert.severity.value)
    if incident.priority < before:
        page_anew(work, incident, alert)
    else:
        go_on_paging(work, incident, alert)


def page(work: Work, incident: Incident, alert: Alert) -> None:
    """Start paging for an incident by its integration's policy, else the instance's."""
    standard = oncall.standard_policy(work)
    policy_id = alert.integration.policy_id or (standard.id if standard else None)
    if policy_id is None:
        log.error("an incident opened and no escalation policy is set up", number=incident.number)
        work.emit(NobodyPaged(ticket_id=incident.id))
        return
    escalations.start(work, incident.id, policy_id)


def page_anew(work: Work, incident: Incident, alert: Alert) -> None:
    """Page from the first step on, whoever has acknowledged: it is worse than they know."""
    if _is_covered(work, incident):
        return
    service.lapse_of(work, incident.id)
    if oncall.running(work, incident.id):
        escalations.restart(work, incident.id)
    else:
        page(work, incident, alert)


def go_on_paging(work: Work, incident: Incident, alert: Alert) -> None:
    """Page on after a time of quiet; whoever had acknowledged it still has it."""
    if _is_covered(work, incident):
        return
    escalations.resume(work, incident.id)
    owning = oncall.owning(work, incident.id)
    if not owning and State(incident.state) is State.NEW:
        page(work, incident, alert)
    elif owning and all(one.acknowledged_at for one in owning):
        service.acknowledge_of(work, incident.id)


def _is_covered(work: Work, incident: Incident) -> bool:
    """Tell whether a storm that is not over is paged for instead of an incident."""
    storm = storm_of(work, incident.parent_id) if incident.parent_id is not None else None
    return storm is not None and storm.ended_at is None


def about(
    kind: type[AlertEventOnTicket], incident: Incident, alert: Alert, **more: str
) -> AlertEventOnTicket:
    """Return an event of the incident's timeline about one of its alerts."""
    return kind(
        ticket_id=incident.id,
        alert_id=alert.id,
        title=alert.title,
        severity=alert.severity.value,
        source=alert.integration.name,
        host=host_of(alert),
        **more,
    )


def host_of(alert: Alert) -> str:
    """Return the host that an alert names first, empty where it names none."""
    named = alert.hosts if isinstance(alert.hosts, list) else []
    return str(named[0]) if named else ""
