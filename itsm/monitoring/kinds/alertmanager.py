"""Prometheus Alertmanager: webhook version 4, alerts read one by one, never by their group."""

from itsm.monitoring import fields
from itsm.monitoring.body import Json, Message, Unreadable
from itsm.monitoring.kinds.kind import Kind
from itsm.monitoring.signal import Action, Reading, Reject, Signal

_ACTIONS = {"firing": Action.FIRE, "resolved": Action.RESOLVE}
HOSTS = ("instance", "host", "hostname", "node", "nodename", "exported_instance")


def read(message: Message, mapping: Json) -> Reading:
    """Return a signal for each member of `alerts`; `truncatedAlerts` becomes a note."""
    del mapping
    document = message.document()
    sound, rejects = fields.members(document, "alerts")
    signals = []
    for index, member in sound:
        try:
            signals.append(signal(index, member))
        except Unreadable as error:
            rejects.append(Reject(index, error.field, error.reason))
    return Reading(tuple(signals), tuple(rejects), truncated(document.root))


def signal(index: int, member: Json) -> Signal:
    """Return what one alert of a group says. Raises Unreadable."""
    where = f"alerts[{index}]"
    alert = fields.obj(member, where)
    action = _ACTIONS.get(fields.text(alert.get("status")))
    if action is None:
        raise Unreadable(f"{where}.status", "is neither 'firing' nor 'resolved'")
    labels = fields.obj(alert.get("labels"), f"{where}.labels")
    if not labels and not fields.first(alert, "fingerprint"):
        raise Unreadable(f"{where}.labels", "is empty, and no fingerprint tells what it is")
    notes = fields.labels(alert.get("annotations"))
    name = fields.first(labels, "alertname")
    return Signal(
        action=action,
        index=index,
        source_key=fields.first(alert, "fingerprint") or fields.identity(labels),
        title=fields.first(notes, "summary", "title", "message") or name or "Alert without a name",
        body=fields.first(notes, "description", "message"),
        severity_word=fields.first(labels, "severity"),
        hosts=tuple(fields.first(labels, label) for label in HOSTS if labels.get(label)),
        check=name,
        labels=fields.labels(labels),
        starts_at=fields.instant(alert.get("startsAt")),
        # While firing, endsAt is either the year 1 or when the alert would lapse.
        ended_at=fields.instant(alert.get("endsAt")) if action is Action.RESOLVE else None,
        url=fields.first(alert, "generatorURL"),
    )


def truncated(body: dict[str, Json]) -> tuple[str, ...]:
    """Return a note of the alerts that the sender left out of a group, if any."""
    truncated = body.get("truncatedAlerts")
    if isinstance(truncated, int) and truncated > 0:
        return (f"the sender left out {truncated} alerts of this group (truncatedAlerts)",)
    return ()


KIND = Kind(
    name="alertmanager",
    label="Prometheus Alertmanager",
    read=read,
    sample={
        "version": "4",
        "status": "firing",
        "receiver": "itsm",
        "truncatedAlerts": 0,
        "alerts": [
            {
                "status": "firing",
                "labels": {"alertname": "TestAlert", "severity": "info", "instance": "test:9100"},
                "annotations": {"summary": "Test from the integration page"},
                "startsAt": "2026-01-01T00:00:00Z",
                "endsAt": "0001-01-01T00:00:00Z",
            }
        ],
    },
    snippet=(
        "receivers:\n"
        "  - name: itsm\n"
        "    webhook_configs:\n"
        "      - url: {url}\n"
        "        send_resolved: true\n"
    ),
)
