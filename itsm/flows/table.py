"""The table: what follows what, and who handles which job and which timer."""

from collections.abc import Mapping, Sequence

from itsm.desk import jobs as desk_jobs
from itsm.desk.events import FileAttached, TicketCommented, TicketEchoed, WatcherAdded
from itsm.flows import (
    alerts,
    answers,
    correlation,
    duplicates,
    housekeeping,
    majors,
    news,
    paging,
    storms,
    surveys,
    waits,
)
from itsm.flows.situation import about
from itsm.incidents import jobs as incident_jobs
from itsm.incidents import service as incidents
from itsm.incidents.events import (
    IncidentAcknowledged,
    IncidentCancelled,
    IncidentClosed,
    IncidentGraver,
    IncidentOpened,
    IncidentPaused,
    IncidentReopened,
    IncidentResolved,
    IncidentResumed,
    IncidentStarted,
)
from itsm.incidents.major import cadence
from itsm.incidents.major import jobs as major_jobs
from itsm.incidents.major.events import MajorDeclared
from itsm.kernel.events import Event
from itsm.monitoring import expiry, heartbeat, intake, suppression
from itsm.monitoring import jobs as alert_jobs
from itsm.monitoring import service as alert_verbs
from itsm.monitoring.correlation import storms as storm_rows
from itsm.monitoring.events import (
    AlertsAcknowledged,
    AlertsExpired,
    AlertsFlapping,
    AlertsGivenBack,
    AlertsMapped,
    AlertsNoted,
    AlertsOpened,
    AlertsReleased,
    AlertsReopened,
    AlertsResolved,
    AlertsRose,
    AlertsSuppressed,
)
from itsm.monitoring.maintenance import service as maintenance
from itsm.monitoring.snmp import jobs as snmp_jobs
from itsm.news import jobs as news_jobs
from itsm.news import service as news_verbs
from itsm.notify import jobs as notify_jobs
from itsm.notify.channel import Outside
from itsm.oncall import cover, mail_answers, notices, watch
from itsm.oncall import jobs as oncall_jobs
from itsm.oncall import service as oncall
from itsm.oncall.events import (
    AcknowledgementTimedOut,
    EscalationExhausted,
    EscalationFoundNobody,
    HandedOver,
    OverrideRemoved,
    PageAcknowledged,
    ResolutionReported,
    ScheduleOverridden,
    ScheduleSaved,
    TemporaryAdded,
    TemporaryEnded,
)
from itsm.people.absence_events import AbsenceEntered, AbsenceRemoved
from itsm.platform.house import After, Job, Table, Within
from itsm.platform.outbox import Lane
from itsm.platform.storage import Folder
from itsm.requests import jobs as request_jobs
from itsm.requests import service as requests
from itsm.requests.approval import jobs as approval_jobs
from itsm.requests.approval import service as approvals
from itsm.requests.approval.events import (
    ApprovalAsked,
    ApprovalDenied,
    ApprovalGiven,
    ApprovalReminded,
)
from itsm.requests.events import (
    RequestCancelled,
    RequestClosed,
    RequestFulfilled,
    RequestOpened,
    RequestPaused,
    RequestRejected,
    RequestReopened,
    RequestResumed,
    RequestStarted,
)
from itsm.surveys import links as survey_links
from itsm.surveys import service as survey_verbs
from itsm.tasks import jobs as task_jobs
from itsm.tasks import service as tasks
from itsm.tasks.events import TaskGiven, TaskReminded
from itsm.tickets import jobs as ticket_jobs
from itsm.tickets import moving, stale
from itsm.tickets.bulk import jobs as bulk_jobs
from itsm.tickets.bulk import service as bulk
from itsm.tickets.events import (
    AnswerAwaited,
    ClosesSoon,
    TicketAssigned,
    TicketChanged,
    TicketRestored,
)

# In the same transaction.
WITHIN: Mapping[type[Event], Sequence[Within]] = {
    AcknowledgementTimedOut: [paging.lapsed],
    AlertsAcknowledged: [paging.alerts_taken],
    EscalationExhausted: [paging.unanswered],
    EscalationFoundNobody: [paging.unanswered],
    FileAttached: [desk_jobs.attached],
    HandedOver: [paging.handed_over],
    IncidentAcknowledged: [paging.begun],
    IncidentCancelled: [paging.over, majors.over, duplicates.over],
    IncidentClosed: [paging.over, surveys.closed],
    RequestClosed: [surveys.closed],
    IncidentReopened: [majors.back, duplicates.not_over],
    IncidentResolved: [paging.over, majors.over, duplicates.over],
    TicketRestored: [majors.restored, duplicates.not_over],
    IncidentStarted: [paging.begun],
    MajorDeclared: [majors.declared],
    PageAcknowledged: [paging.taken, majors.joined],
    ResolutionReported: [paging.fixed],
    TicketCommented: [answers.replied, duplicates.commented],
    WatcherAdded: [news.watched],
}

_TELL = [After("flows.news", signed=True)]

# After the commit, in the worker. Alerts wake people, so they go before all else.
AFTER: Mapping[type[Event], Sequence[After]] = {
    AlertsAcknowledged: [After("flows.alerts_acknowledged", Lane.PAGE)],
    AlertsGivenBack: [After("flows.alerts_given_back", Lane.PAGE)],
    AlertsExpired: [After("flows.alerts_expired", Lane.PAGE)],
    AlertsFlapping: [After("flows.alerts_flapping", Lane.PAGE)],
    AlertsMapped: [After("flows.alerts_mapped")],
    AlertsNoted: [After("flows.alerts_noted")],
    AlertsOpened: [After("flows.alerts_opened", Lane.PAGE)],
    AlertsReleased: [After("flows.alerts_released", Lane.PAGE)],
    AlertsReopened: [After("flows.alerts_reopened", Lane.PAGE)],
    AlertsResolved: [After("flows.alerts_resolved", Lane.PAGE)],
    AlertsRose: [After("flows.alerts_rose", Lane.PAGE)],
    AlertsSuppressed: [After("flows.alerts_suppressed", Lane.PAGE)],
    # Whom it concerns is told; what wakes nobody waits behind what does.
    IncidentAcknowledged: _TELL,
    TicketAssigned: _TELL,
    IncidentCancelled: _TELL,
    TicketChanged: _TELL,
    IncidentClosed: _TELL,
    IncidentGraver: _TELL,
    IncidentOpened: _TELL,
    IncidentPaused: _TELL,
    IncidentReopened: _TELL,
    IncidentResolved: _TELL,
    TicketRestored: _TELL,
    IncidentResumed: _TELL,
    IncidentStarted: _TELL,
    ApprovalAsked: _TELL,
    ApprovalDenied: _TELL,
    ApprovalGiven: _TELL,
    ApprovalReminded: _TELL,
    AnswerAwaited: _TELL,
    ClosesSoon: _TELL,
    RequestCancelled: _TELL,
    RequestClosed: _TELL,
    RequestFulfilled: _TELL,
    RequestOpened: _TELL,
    RequestPaused: _TELL,
    RequestRejected: _TELL,
    RequestReopened: _TELL,
    RequestResumed: _TELL,
    RequestStarted: _TELL,
    TaskGiven: [After("flows.news_of_task", signed=True)],
    TaskReminded: [After("flows.news_of_task", signed=True)],
    TicketCommented: [After("flows.news_of_comment", signed=True)],
    TicketEchoed: [After("flows.news_of_echo", signed=True)],
    # Whatever may leave a gap is looked at again at once.
    AbsenceEntered: [After("oncall.gaps")],
    AbsenceRemoved: [After("oncall.gaps")],
    OverrideRemoved: [After("oncall.gaps")],
    ScheduleOverridden: [After("oncall.gaps")],
    ScheduleSaved: [After("oncall.gaps")],
    TemporaryAdded: [After("oncall.gaps")],
    TemporaryEnded: [After("oncall.gaps")],
}


TIMERS: Mapping[str, Job] = {
    cadence.TIMER: major_jobs.remind,
    housekeeping.SEAL: housekeeping.seal,
    housekeeping.SWEEP: housekeeping.sweep,
    incidents.CLOSE: incident_jobs.close,
    requests.CLOSE: request_jobs.close,
    approvals.REMIND: approval_jobs.remind,
    moving.WARN: ticket_jobs.warn,
    stale.TIMER: stale.look,
    moving.REMIND: ticket_jobs.remind,
    oncall.TIMER: oncall_jobs.advance,
    cover.TIMER: cover.expire,
    watch.GAPS: watch.look_for_gaps,
    watch.WATCH: watch.watch,
    "snmp.settle": snmp_jobs.settle,
    "snmp.unsettled": snmp_jobs.close_unseen,
    heartbeat.LOOK: alert_jobs.look_for_silence,
    heartbeat.TIMER: alert_jobs.await_news,
    expiry.TIMER: alert_jobs.expire,
    alert_verbs.STEADY: alert_jobs.steady,
    suppression.TIMER: alert_jobs.unsuppress,
    maintenance.TIMER: maintenance.tick,
    correlation.PARENT_BACK: correlation.release_dependents,
    storm_rows.TIMER: storms.calm,
    waits.HOLD: alerts.hold,
    waits.QUIET: alerts.quiet,
    news_verbs.TIMER: news_verbs.bundle,
    tasks.TIMER: task_jobs.remind,
    survey_verbs.TIMER: surveys.ask,
}


def table(outside: Outside, files: Folder) -> Table:
    """Return the table of a house that reaches `outside` and keeps its files there."""
    return Table(
        within=WITHIN,
        after=AFTER,
        jobs={
            "flows.alerts_acknowledged": alerts.acknowledged,
            "flows.alerts_given_back": alerts.given_back,
            "flows.alerts_expired": alerts.expired,
            "flows.alerts_flapping": alerts.flapping,
            "flows.alerts_mapped": alerts.mapped,
            "flows.alerts_noted": alerts.noted,
            "flows.alerts_opened": alerts.opened,
            "flows.alerts_released": alerts.released,
            "flows.alerts_reopened": alerts.reopened,
            "flows.alerts_resolved": alerts.resolved,
            "flows.alerts_rose": alerts.rose,
            intake.CONFIRM: alert_jobs.confirming(outside),
            "flows.alerts_suppressed": alerts.suppressed,
            intake.REPLAY: alert_jobs.replay,
            duplicates.BACK: duplicates.back,
            duplicates.FREED: duplicates.freed,
            duplicates.RESOLVED: duplicates.resolved,
            duplicates.TOLD: duplicates.told,
            bulk.JOB: bulk_jobs.go_on,
            stale.JOB: stale.mailing(outside),
            "flows.news": news.happened,
            "flows.news_of_comment": news.commented,
            "flows.news_of_echo": news.echoed,
            "flows.news_of_task": news.of_task,
            news_verbs.MAIL: news_jobs.mailing(outside, survey_links.ratings),
            news_verbs.PUSH: news_jobs.pushing(outside),
            "notify.test": notify_jobs.testing(outside),
            "oncall.slack_answer": oncall_jobs.answering(outside),
            mail_answers.JOB: mail_answers.take,
            mail_answers.ANSWER: mail_answers.answering(outside),
            "oncall.deliver": oncall_jobs.delivering(outside, about),
            "snmp.compile": snmp_jobs.compile_mib,
            desk_jobs.READ_FILE: desk_jobs.reading(files),
            "oncall.gaps": watch.look_again,
            notices.JOB: notices.telling(outside),
            "snmp.read": snmp_jobs.read,
        },
        timers=TIMERS,
    )
