"""Storms: one integration opens so many incidents that one major incident stands for the rest."""

from datetime import datetime, timedelta

from itsm.assets import queries as assets
from itsm.assets import service as cmdb
from itsm.desk.models import Source
from itsm.flows.events import StormBegan, StormOver, StormSpread
from itsm.flows.joining import go_on_paging, host_of, page, page_anew
from itsm.flows.waits import QUIET
from itsm.incidents import queries as incidents
from itsm.incidents import service as incident_verbs
from itsm.incidents.inputs import OpenIncident
from itsm.incidents.models import Incident
from itsm.kernel.work import Work
from itsm.monitoring import behind, service
from itsm.monitoring.correlation import queries
from itsm.monitoring.correlation import storms as rows
from itsm.monitoring.correlation.models import AlertStorm
from itsm.monitoring.models import Alert
from itsm.monitoring.states import LOUD
from itsm.oncall import queries as oncall
from itsm.oncall import service as escalations
from itsm.platform import timers
from itsm.platform.outbox import Payload
from itsm.tickets import editing
from itsm.tickets.inputs import EditTicket

CALM = timedelta(minutes=rows.CALM_MIN)
WHAT = (
    "More than {most} incidents opened within 5 minutes. This one stands for all that {source}"
    " says until it has said nothing new for 10 minutes; those that it opened before are its"
    " children."
)


def absorbed(work: Work, alert: Alert) -> bool:
    """Take an alert into the storm of its integration, also one that it brings about itself."""
    storm = queries.running_storm(work, alert.integration_id)
    if storm is not None:
        return _taken_in(work, storm, alert)
    return alert.integration.storm_after is not None and _breaks_out(work, alert)


def opened(work: Work, alert: Alert, ticket_id: int) -> None:
    """Count an incident that an alert opened."""
    if alert.integration.storm_after is not None:
        before = rows.opened_lately(work, alert.integration)
        rows.count(work, alert.integration, ticket_id, before)


def stands_for(work: Work, ticket_id: int, alert: Alert) -> bool:
    """Take an alert in where the incident that it would join is that of a storm."""
    storm = queries.storm_of(work, ticket_id)
    return storm is not None and _taken_in(work, storm, alert)


def calm(work: Work, payload: Payload) -> None:
    """Timer `monitoring.storm`: end a storm ten minutes after its last new alert."""
    storm = work.session.get_one(AlertStorm, int(str(payload["storm_id"])))
    last = behind.last_of(work, storm.ticket_id) or storm.started_at
    if storm.ended_at is not None:
        return
    if last + CALM > work.now:
        _watch(work, storm, last + CALM)
        return
    rows.end(work, storm)
    alerts, hosts = behind.size_of(work, storm.ticket_id)
    work.emit(StormOver(ticket_id=storm.ticket_id, alerts=alerts, hosts=hosts))
    _give_back_children(work, storm.ticket_id)


def _taken_in(work: Work, storm: AlertStorm, alert: Alert) -> bool:
    """Put an alert behind a storm's incident; False if that is over, and with it the storm."""
    incident = incidents.by_id(work, storm.ticket_id)
    if not incident.open:
        if storm.ended_at is None:
            rows.end(work, storm)
        return False
    service.attach(work, [alert.id], incident.id, incident.number)
    if timers.disarm(work, QUIET, str(incident.id)):
        go_on_paging(work, incident, alert)
    _spread(work, incident, alert)
    return True


def _spread(work: Work, incident: Incident, alert: Alert) -> None:
    """Page once more for each service that the storm had not hit yet."""
    known = {ci.id for ci in assets.of_tickets(work, [incident.id]).get(incident.id, [])}
    new = [ci for ci in _services(work, alert) if ci.id not in known]
    for ci in new:
        cmdb.link(work, incident, ci.id)
    if new:
        names = ", ".join(ci.name for ci in new)
        work.emit(StormSpread(ticket_id=incident.id, services=names, host=host_of(alert)))
        page_anew(work, incident, alert)


def _breaks_out(work: Work, alert: Alert) -> bool:
    source = alert.integration
    before = rows.opened_lately(work, source)
    # Whoever held the count before may have begun one.
    storm = queries.running_storm(work, source.id)
    if storm is not None:
        return _taken_in(work, storm, alert)
    most = source.storm_after or 0
    if len(before) < most:
        return False
    incident = incident_verbs.open_(
        work,
        OpenIncident(
            title=f"Alert storm: {source.name}"[:200],
            description=WHAT.format(most=most, source=source.name),
            impact=1,
            urgency=1,
            cis=tuple(ci.number for ci in _services(work, alert)),
            source=Source.MONITORING,
            major=True,
        ),
    )
    storm = rows.begin(work, source, incident.id)
    work.emit(StormBegan(ticket_id=incident.id, source=source.name, incidents=len(before)))
    service.attach(work, [alert.id], incident.id, incident.number)
    for _, ticket_id in before:
        _adopt(work, incident, ticket_id)
    page(work, incident, alert)
    _watch(work, storm, work.now + CALM)
    return True


def _adopt(work: Work, parent: Incident, ticket_id: int) -> None:
    """Put an earlier incident under the storm's, which is paged for instead of it."""
    child = incidents.by_id(work, ticket_id)
    if child.open and child.parent_id is None:
        editing.edit(work, child, EditTicket(parent=parent.number))
        escalations.hold(work, child.id)


def _give_back_children(work: Work, ticket_id: int) -> None:
    """Have paged for again what still fires under a storm that is over.

    Where somebody has the storm they have its children as well, until an acknowledgement runs out.
    """
    owning = oncall.owning(work, ticket_id)
    taken = bool(owning) and all(one.acknowledged_at for one in owning)
    parent = incidents.by_id(work, ticket_id)
    for child_id in incidents.open_children(work, ticket_id):
        if not behind.has_alerts(work, child_id, LOUD):
            continue
        escalations.resume(work, child_id)
        if taken:
            escalations.acknowledge_for(work, child_id, parent.number)


def _services(work: Work, alert: Alert) -> list[assets.CiBrief]:
    path = assets.service_path(work, alert.ci_id) if alert.ci_id is not None else ()
    return [ci for ci in path if ci.is_service]


def _watch(work: Work, storm: AlertStorm, due: datetime) -> None:
    timers.arm(work, rows.TIMER, str(storm.id), due, {"storm_id": storm.id})
