"""From alerts to incidents: the table "alert to incident", one job for each row of events.

Each job takes the ids of the alerts that one message changed alike. It reads the alerts as they are
now, so a job that runs late, or twice, does what is right now and nothing twice.
"""

from collections.abc import Sequence

import structlog

from itsm.assets import queries as assets
from itsm.assets import service as cmdb
from itsm.assets.queries import CiBrief
from itsm.desk import service as tickets
from itsm.desk.models import LinkType, Source
from itsm.flows import correlation
from itsm.flows.events import (
    AlertBack,
    AlertFlaps,
    AlertRecovered,
    AlertReleased,
    AlertSuppressed,
    AlertUnheardOf,
    AlertWorse,
    StillFiring,
)
from itsm.flows.joining import about, attach, go_on_paging, page, page_anew
from itsm.flows.waits import HOLD, QUIET, QUIET_FOR, REOPEN_WITHIN
from itsm.incidents import queries as incidents
from itsm.incidents import service as incident_verbs
from itsm.incidents.inputs import OpenIncident
from itsm.incidents.models import Incident
from itsm.incidents.states import State
from itsm.incidents.urgency import impact_of, urgency_of
from itsm.kernel.work import Work
from itsm.monitoring import behind, hosts, queries, suppression
from itsm.monitoring.correlation.queries import storm_of
from itsm.monitoring.maintenance import service as maintenance
from itsm.monitoring.models import Alert
from itsm.monitoring.signal import Severity
from itsm.monitoring.states import ACTIVE, LOUD
from itsm.monitoring.states import State as AlertState
from itsm.oncall import service as escalations
from itsm.people.models import Team
from itsm.platform import timers
from itsm.platform.faults import kill_point
from itsm.platform.outbox import Payload

log = structlog.get_logger()
# An alert of this severity is listed and opens nothing.
NEWS = Severity.INFO
RECOVERED = "The source says that this has recovered."
SILENT = (
    "The source says no more of this, which counts as recovered: it was silence, not a message."
)


def opened(work: Work, payload: Payload) -> None:
    """Open an incident for each new alert that is more than news, and page for it."""
    hosts.map_hosts(work, _ids(payload))
    for alert in _alerts(work, payload):
        if alert.incident_id is None:
            _open_if_worth(work, alert)


def reopened(work: Work, payload: Payload) -> None:
    """Bring back the incident of each alert that fires again, or open one that names the old.

    One that is news for now may rise yet, as a link does that stays down: then `rose` does this.
    """
    for alert in _alerts(work, payload):
        if alert.state in LOUD and alert.severity is not NEWS:
            _bring_back(work, alert)


def rose(work: Work, payload: Payload) -> None:
    """Take in that alerts became worse: priority rises, acknowledgements do not hold any more."""
    for alert in _alerts(work, payload):
        if alert.state not in LOUD:
            continue
        incident = _incident(work, alert)
        if incident is None:
            _open_for(work, alert)
        elif incident.open:
            _worsen(work, incident, alert)
        else:
            # Worse than what the person knew who resolved it, so that it waits for nothing.
            timers.disarm(work, HOLD, str(incident.id))
            _bring_back(work, alert)
            back = _incident(work, alert)
            if back is not None and back.open:
                incident_verbs.raise_severity(work, back, alert.severity.value)


def acknowledged(work: Work, payload: Payload) -> None:
    """Stop paging for alerts that somebody has taken at the source."""
    for alert in _alerts(work, payload):
        incident = _incident(work, alert)
        if incident is not None and incident.open and alert.state is AlertState.ACKNOWLEDGED:
            incident_verbs.acknowledge(work, incident)
            escalations.acknowledge_for(work, incident.id, alert.integration.name)


def given_back(work: Work, payload: Payload) -> None:
    """Page again for alerts whose acknowledgement was taken back at the source."""
    for alert in _alerts(work, payload):
        incident = _incident(work, alert)
        if incident is not None and incident.open and alert.state is AlertState.OPEN:
            escalations.restart(work, incident.id)


def noted(work: Work, payload: Payload) -> None:
    """Leave on their incidents what somebody noted on alerts at the source."""
    for alert in _alerts(work, payload):
        incident = _incident(work, alert)
        if incident is not None:
            incident_verbs.note(work, incident, f"{alert.integration.name}: {payload['note']}")


def mapped(work: Work, payload: Payload) -> None:
    """Link the incidents of alerts to the CI that a person has now named."""
    for alert in _alerts(work, payload):
        if alert.incident_id is not None and alert.ci_id is not None:
            for ci in _to_link(assets.service_path(work, alert.ci_id)):
                cmdb.link(work, incidents.by_id(work, alert.incident_id), ci.id)


def resolved(work: Work, payload: Payload) -> None:
    """Note each recovery; after the last one stop paging, and resolve after a quiet time."""
    for alert in _alerts(work, payload):
        incident = _incident(work, alert)
        if incident is None or alert.state in ACTIVE:
            continue
        _recover(work, incident, alert)
        _settle(work, incident)


def expired(work: Work, payload: Payload) -> None:
    """Take the silence of a source for a recovery, and say that it was silence."""
    for alert in _alerts(work, payload):
        incident = _incident(work, alert)
        if incident is not None and alert.state is AlertState.EXPIRED:
            minutes = str(alert.integration.stale_after or "many")
            work.emit(about(AlertUnheardOf, incident, alert, minutes=minutes))
            correlation.parent_back(work, alert)
            _settle(work, incident)


def _recover(work: Work, incident: Incident, alert: Alert) -> None:
    """Tell of a recovery, but for those of a storm, and look at what depends on its CI."""
    if storm_of(work, incident.id) is None:
        work.emit(about(AlertRecovered, incident, alert))
    correlation.parent_back(work, alert)


def _settle(work: Work, incident: Incident) -> None:
    """Stop paging after the last recovery, and resolve after a quiet time."""
    if incident.open and not behind.has_alerts(work, incident.id, ACTIVE):
        escalations.finish(work, incident.id)
        due = work.now + QUIET_FOR
        timers.arm(work, QUIET, str(incident.id), due, {"ticket_id": incident.id})
    else:
        _hold_if_quiet(work, incident)


def flapping(work: Work, payload: Payload) -> None:
    """Tell on the incident's timeline, once, that its alert flaps and what that means."""
    for alert in _alerts(work, payload):
        incident = _incident(work, alert)
        if incident is not None and incident.open and alert.flapping_since is not None:
            work.emit(about(AlertFlaps, incident, alert))


def suppressed(work: Work, payload: Payload) -> None:
    """Have paging wait for each incident whose alerts that fire are all kept quiet now."""
    alerts = _alerts(work, payload)
    reasons = queries.suppressions(work, [alert.id for alert in alerts])
    for alert in alerts:
        incident = _incident(work, alert)
        if incident is not None and incident.open and alert.state is AlertState.SUPPRESSED:
            told = ", ".join(suppression.told(reason) for reason in reasons.get(alert.id, ()))
            work.emit(about(AlertSuppressed, incident, alert, reason=told))
            _hold_if_quiet(work, incident)


def released(work: Work, payload: Payload) -> None:
    """Take in that nothing keeps alerts quiet any more: what still fires is opened, or paged."""
    for alert in _alerts(work, payload):
        incident = _incident(work, alert)
        if alert.state not in LOUD:
            continue
        if incident is None:
            _open_if_worth(work, alert)
        elif incident.open:
            work.emit(about(AlertReleased, incident, alert))
            incident_verbs.raise_severity(work, incident, alert.severity.value)
            go_on_paging(work, incident, alert)
        else:
            _bring_back(work, alert)


def quiet(work: Work, payload: Payload) -> None:
    """Resolve an incident that stayed recovered, unless a person has worked on it."""
    incident = incidents.by_id(work, int(str(payload["ticket_id"])))
    if incident.open and not behind.has_alerts(work, incident.id, ACTIVE):
        silent = behind.has_alerts(work, incident.id, frozenset({AlertState.EXPIRED}))
        told = SILENT if silent else RECOVERED
        if incident.touched_by_person:
            incident_verbs.note(work, incident, told)
        else:
            incident_verbs.resolve_by_source(work, incident, told)


def hold(work: Work, payload: Payload) -> None:
    """Open an incident again whose alerts still fire an hour after a person resolved it."""
    incident = incidents.by_id(work, int(str(payload["ticket_id"])))
    firing = queries.of_incident(work, incident.id, LOUD)
    if not firing or incident.open:
        return
    if State(incident.state) is not State.RESOLVED:
        for alert in firing:
            _open_if_worth(work, alert)
        return
    by = str(payload.get("by", ""))
    work.emit(StillFiring(ticket_id=incident.id, alerts=len(firing), by=by))
    incident_verbs.reopen(work, incident, "its alerts still fire")
    page(work, incident, firing[0])


def _alerts(work: Work, payload: Payload) -> list[Alert]:
    return queries.by_ids(work, _ids(payload))


def _ids(payload: Payload) -> list[int]:
    ids = payload["alert_ids"]
    return [int(str(one)) for one in ids] if isinstance(ids, list) else []


def _incident(work: Work, alert: Alert) -> Incident | None:
    return None if alert.incident_id is None else incidents.by_id(work, alert.incident_id)


def _open_if_worth(work: Work, alert: Alert) -> None:
    """Open an incident for an alert unless it is news, over, kept quiet or part of another."""
    if alert.state not in LOUD or alert.severity is NEWS:
        return
    if not maintenance.keep_quiet(work, alert) and not correlation.absorbed(work, alert):
        _open_for(work, alert)


def _open_for(work: Work, alert: Alert) -> None:
    before = alert.incident_id
    hit = assets.service_path(work, alert.ci_id) if alert.ci_id is not None else ()
    owner = next((ci.owner_team_id for ci in hit if ci.owner_team_id), None)
    team = work.session.get(Team, owner) if owner else None
    incident = incident_verbs.open_(
        work,
        OpenIncident(
            title=alert.title,
            description=alert.body,
            impact=min((impact_of(ci.criticality) for ci in hit), default=impact_of(None)),
            urgency=urgency_of(alert.severity.value),
            cis=tuple(ci.number for ci in _to_link(hit)),
            team=team.key if team else "",
            source=Source.MONITORING,
        ),
    )
    kill_point("incident-opened")
    attach(work, incident, alert)
    correlation.opened(work, alert, incident.id)
    if before is None:
        before = queries.earlier_incident(work, alert, incident.id)
    if before is not None:
        tickets.relate(work, incident, incidents.by_id(work, before), LinkType.RECURRENCE_OF)
    page(work, incident, alert)
    kill_point("escalation-started")


def _to_link(hit: Sequence[CiBrief]) -> list[CiBrief]:
    """Return what an incident hangs on of the way from a CI to its services: it and these."""
    return [ci for place, ci in enumerate(hit) if place == 0 or ci.is_service]


def _bring_back(work: Work, alert: Alert) -> None:
    incident = _incident(work, alert)
    if incident is None:
        opened(work, {"alert_ids": [alert.id]})
        return
    if maintenance.keep_quiet(work, alert):
        return
    if not incident.open and timers.due_at(work, HOLD, str(incident.id)) is not None:
        work.emit(about(AlertBack, incident, alert))
        return
    if not incident.open and correlation.behind_parent(work, alert):
        return
    if not incident.open and not _may_return(work, incident):
        _open_for(work, alert)
        return
    timers.disarm(work, QUIET, str(incident.id))
    work.emit(about(AlertBack, incident, alert))
    if State(incident.state) is State.RESOLVED:
        incident_verbs.reopen(work, incident, "its alert fires again")
        page(work, incident, alert)
    else:
        go_on_paging(work, incident, alert)


def _hold_if_quiet(work: Work, incident: Incident) -> None:
    if incident.open and not behind.has_alerts(work, incident.id, LOUD):
        escalations.hold(work, incident.id)


def _may_return(work: Work, incident: Incident) -> bool:
    if incident.resolved_at is None or State(incident.state) is not State.RESOLVED:
        return False
    return work.now - incident.resolved_at <= REOPEN_WITHIN


def _worsen(work: Work, incident: Incident, alert: Alert) -> None:
    work.emit(about(AlertWorse, incident, alert))
    incident_verbs.raise_severity(work, incident, alert.severity.value)
    page_anew(work, incident, alert)
