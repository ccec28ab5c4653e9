"""The sample of each kind that fires, and the message by which the same thing recovers.

Splunk says nothing of a recovery, and Opsgenie says it at another address.
"""

from collections.abc import Mapping
from typing import Final

from itsm.kernel.events import Json
from itsm.monitoring.kinds import KINDS

BEGUN: Final = "2026-03-02T10:00:00Z"
ENDED: Final = "2026-03-02T10:30:00Z"
# Of 10:00 and 10:30 on that day, in seconds of Unix.
BEGUN_S: Final = 1772445600
ENDED_S: Final = BEGUN_S + 1800


def _laid(body: Json, over: Mapping[str, Json]) -> Json:
    """Return `body` with the values of `over` in their places, written as a.b.0.c."""
    for path, value in over.items():
        body = _put(body, path.split("."), value)
    return body


def _put(body: Json, path: list[str], value: Json) -> Json:
    if not path:
        return value
    if isinstance(body, list):
        copy = list(body)
        copy[int(path[0])] = _put(copy[int(path[0])], path[1:], value)
        return copy
    known = body if isinstance(body, dict) else {}
    return {**known, path[0]: _put(known.get(path[0], {}), path[1:], value)}


# What is laid over the sample where it fires, and where it recovers. A kind that says when stands
# with its times: whichever of the two arrives last, it has recovered.
TIMED: Mapping[str, tuple[Mapping[str, Json], Mapping[str, Json]]] = {
    "alertmanager": (
        {"alerts.0.startsAt": BEGUN},
        {"alerts.0.startsAt": BEGUN, "alerts.0.endsAt": ENDED, "alerts.0.status": "resolved"},
    ),
    "azure": (
        {"data.essentials.firedDateTime": BEGUN},
        {
            "data.essentials.firedDateTime": BEGUN,
            "data.essentials.resolvedDateTime": ENDED,
            "data.essentials.monitorCondition": "Resolved",
        },
    ),
    "cloudevents": (
        {"time": BEGUN},
        {"time": ENDED, "type": "com.example.alert.resolved"},
    ),
    "cloudwatch": (
        {"StateChangeTime": "2026-03-02T10:00:00.000+0000", "NewStateValue": "ALARM"},
        {"StateChangeTime": "2026-03-02T10:30:00.000+0000", "NewStateValue": "OK"},
    ),
    "gcp": (
        {"incident.started_at": BEGUN_S},
        {
            "incident.started_at": BEGUN_S,
            "incident.ended_at": ENDED_S,
            "incident.state": "closed",
        },
    ),
    "grafana": (
        {"alerts.0.startsAt": BEGUN},
        {"alerts.0.startsAt": BEGUN, "alerts.0.endsAt": ENDED, "alerts.0.status": "resolved"},
    ),
    "icinga": (
        {"long_date_time": "2026-03-02 10:00:00 +0000"},
        {
            "long_date_time": "2026-03-02 10:30:00 +0000",
            "notification_type": "RECOVERY",
            "service.state": "OK",
        },
    ),
    "newrelic": (
        {"createdAt": BEGUN_S * 1000},
        {"createdAt": BEGUN_S * 1000, "closedAt": ENDED_S * 1000, "state": "CLOSED"},
    ),
    "pingdom": (
        {"state_changed_timestamp": BEGUN_S},
        {"state_changed_timestamp": ENDED_S, "previous_state": "DOWN", "current_state": "UP"},
    ),
    "uptimekuma": (
        {"heartbeat.time": "2026-03-02 10:00:00"},
        {"heartbeat.time": "2026-03-02 10:30:00", "heartbeat.status": 1},
    ),
    "zabbix": (
        {"event_date": "2026.03.02", "event_time": "10:00:00"},
        {
            "event_recovery_date": "2026.03.02",
            "event_recovery_time": "10:30:00",
            "event_date": "2026.03.02",
            "event_time": "10:00:00",
            "event_value": "0",
        },
    ),
    "nagios": (
        {"TIMET": str(BEGUN_S)},
        {"TIMET": str(ENDED_S), "NOTIFICATIONTYPE": "RECOVERY", "SERVICESTATE": "OK"},
    ),
    "checkmk": (
        {"NOTIFY_MICROTIME": str(BEGUN_S * 1000000)},
        {
            "NOTIFY_MICROTIME": str(ENDED_S * 1000000),
            "NOTIFY_NOTIFICATIONTYPE": "RECOVERY",
            "NOTIFY_SERVICESTATE": "OK",
        },
    ),
    "datadog": (
        {"last_updated": str(BEGUN_S * 1000)},
        {"last_updated": str(ENDED_S * 1000), "alert_transition": "Recovered"},
    ),
}
# These give no time with one of the two, so what arrives last is believed.
UNTIMED: Mapping[str, tuple[Mapping[str, Json], Mapping[str, Json]]] = {
    "elastic": (
        {"date": BEGUN},
        {"date": ENDED, "alert.actionGroup": "recovered"},
    ),
    "pagerduty": (
        {"payload.timestamp": BEGUN},
        {"payload.timestamp": ENDED, "event_action": "resolve"},
    ),
    "healthchecks": ({}, {"status": "up"}),
    "librenms": ({}, {"state": "0"}),
    "netdata": ({}, {"severity": "clear"}),
    "prtg": ({}, {"status": "Up"}),
    "sentry": ({}, {"action": "resolved", "data.issue.status": "resolved"}),
    "site24x7": ({}, {"STATUS": "UP"}),
    "generic": ({}, {"status": "resolved"}),
}
PAIRS: Mapping[str, tuple[Json, Json]] = {
    kind: (_laid(dict(KINDS[kind].sample), fire), _laid(dict(KINDS[kind].sample), over))
    for kind, (fire, over) in (*TIMED.items(), *UNTIMED.items())
}
