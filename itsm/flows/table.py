"""The table: what follows what, and who handles which job and which timer."""

from collections.abc import Mapping, Sequence

from itsm.flows import alerts, housekeeping, paging, waits
from itsm.flows.situation import about
from itsm.incidents import jobs as incident_jobs
from itsm.incidents import service as incidents
from itsm.incidents.events import (
    IncidentAcknowledged,
    IncidentCancelled,
    IncidentClosed,
    IncidentResolved,
    IncidentStarted,
)
from itsm.kernel.events import Event
from itsm.monitoring.events import (
    AlertsAcknowledged,
    AlertsMapped,
    AlertsOpened,
    AlertsReopened,
    AlertsResolved,
    AlertsRose,
)
from itsm.monitoring.snmp import jobs as snmp_jobs
from itsm.notify import jobs as notify_jobs
from itsm.notify.channel import Outside
from itsm.oncall import jobs as oncall_jobs
from itsm.oncall import service as oncall
from itsm.oncall.events import (
    AcknowledgementTimedOut,
    EscalationExhausted,
    EscalationFoundNobody,
    HandedOver,
    PageAcknowledged,
    ResolutionReported,
)
from itsm.platform.house import After, Table, Within
from itsm.platform.outbox import Lane

# In the same transaction.
WITHIN: Mapping[type[Event], Sequence[Within]] = {
    AcknowledgementTimedOut: [paging.lapsed],
    AlertsAcknowledged: [paging.alerts_taken],
    EscalationExhausted: [paging.unanswered],
    EscalationFoundNobody: [paging.unanswered],
    HandedOver: [paging.handed_over],
    IncidentAcknowledged: [paging.begun],
    IncidentCancelled: [paging.over],
    IncidentClosed: [paging.over],
    IncidentResolved: [paging.over],
    IncidentStarted: [paging.begun],
    PageAcknowledged: [paging.taken],
    ResolutionReported: [paging.fixed],
}

# After the commit, in the worker. Alerts wake people, so they go before all else.
AFTER: Mapping[type[Event], Sequence[After]] = {
    AlertsAcknowledged: [After("flows.alerts_acknowledged", Lane.PAGE)],
    AlertsMapped: [After("flows.alerts_mapped")],
    AlertsOpened: [After("flows.alerts_opened", Lane.PAGE)],
    AlertsReopened: [After("flows.alerts_reopened", Lane.PAGE)],
    AlertsResolved: [After("flows.alerts_resolved", Lane.PAGE)],
    AlertsRose: [After("flows.alerts_rose", Lane.PAGE)],
}


def table(outside: Outside) -> Table:
    """Return the table of a house that reaches `outside`."""
    return Table(
        within=WITHIN,
        after=AFTER,
        jobs={
            "flows.alerts_acknowledged": alerts.acknowledged,
            "flows.alerts_mapped": alerts.mapped,
            "flows.alerts_opened": alerts.opened,
            "flows.alerts_reopened": alerts.reopened,
            "flows.alerts_resolved": alerts.resolved,
            "flows.alerts_rose": alerts.rose,
            "notify.test": notify_jobs.testing(outside),
            "oncall.slack_answer": oncall_jobs.answering(outside),
            "oncall.deliver": oncall_jobs.delivering(outside, about),
            "snmp.read": snmp_jobs.read,
        },
        timers={
            housekeeping.SEAL: housekeeping.seal,
            housekeeping.SWEEP: housekeeping.sweep,
            incidents.CLOSE: incident_jobs.close,
            oncall.TIMER: oncall_jobs.advance,
            "snmp.settle": snmp_jobs.settle,
            "snmp.unsettled": snmp_jobs.close_unseen,
            waits.HOLD: alerts.hold,
            waits.QUIET: alerts.quiet,
        },
    )
