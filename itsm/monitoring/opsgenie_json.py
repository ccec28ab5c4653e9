"""Alerts and requests in the JSON of Opsgenie's alert API."""

from datetime import UTC, datetime

from itsm.monitoring import intake
from itsm.monitoring.body import Json
from itsm.monitoring.kinds.opsgenie import ACTION, CREATE, PRIORITIES
from itsm.monitoring.models import Alert
from itsm.monitoring.signal import Severity
from itsm.monitoring.states import ACTIVE, State
from itsm.platform.intake import IntakeRow, IntakeState

# What the API calls a request, and says of one that was carried out.
_DONE = {
    "create": ("Create", "Created alert"),
    "acknowledge": ("Acknowledge", "Acknowledged alert"),
    "unacknowledge": ("UnAcknowledge", "Unacknowledged alert"),
    "close": ("Close", "Closed alert"),
    "snooze": ("Snooze", "Snoozed alert"),
    "notes": ("AddNote", "Added note to alert"),
}
_PRIORITY = dict(zip(Severity, PRIORITIES, strict=True))


def alert(alert: Alert) -> dict[str, Json]:
    """Return an alert, which has its integration, as `GET /v2/alerts/:identifier` does."""
    labels = alert.labels if isinstance(alert.labels, dict) else {}
    hosts = alert.hosts if isinstance(alert.hosts, list) else []
    tags = labels.get("tags")
    return {
        "id": str(alert.id),
        "tinyId": str(alert.id),
        "alias": alert.source_key,
        "message": alert.title,
        "status": "open" if alert.state in ACTIVE else "closed",
        "acknowledged": alert.state is State.ACKNOWLEDGED,
        "isSeen": alert.state is not State.OPEN,
        "tags": tags.split(", ") if isinstance(tags, str) and tags else [],
        "snoozed": False,
        "count": alert.count,
        "lastOccurredAt": _written(alert.last_seen),
        "createdAt": _written(alert.first_seen),
        "updatedAt": _written(alert.changed_at),
        "source": labels.get("source") or alert.integration.name,
        "owner": "",
        "priority": _PRIORITY[alert.severity],
        "responders": [],
        "integration": {
            "id": str(alert.integration_id),
            "name": alert.integration.name,
            "type": alert.integration.kind,
        },
        "report": {},
        "actions": [],
        "entity": hosts[0] if hosts else "",
        "description": alert.body,
        "details": labels,
    }


def outcome(row: IntakeRow, alert: Alert | None) -> dict[str, Json]:
    """Return what became of a kept request, as `GET /v2/alerts/requests/:requestId` does."""
    asked = intake.headers_of(row).get(ACTION, CREATE)
    action, done = _DONE.get(asked, (asked, ""))
    status = done if alert else "Alert does not exist"
    if row.state is IntakeState.REJECTED:
        status = row.reason
    return {
        "success": alert is not None,
        "action": action,
        "processedAt": _written(row.finished_at or row.received_at),
        "integrationId": str(row.source_id),
        "isSuccess": alert is not None,
        "status": status,
        "alertId": str(alert.id) if alert else "",
        "alias": alert.source_key if alert else "",
    }


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
