"""PagerDuty Events API v2: alert events on `/v2/enqueue`, change events on `/v2/change/enqueue`.

The wording of the errors is that of the API itself, since senders show it to their users.
"""

from itsm.monitoring import fields
from itsm.monitoring.body import Json, Message
from itsm.monitoring.kinds.kind import Kind
from itsm.monitoring.signal import Action, Reading, Reject, Signal

MAX_DEDUP_KEY = 255
MAX_SUMMARY = 1024
_ACTIONS = {
    "trigger": Action.FIRE,
    "acknowledge": Action.ACKNOWLEDGE,
    "resolve": Action.RESOLVE,
}
_SEVERITIES = ("critical", "warning", "error", "info")


def read(message: Message, mapping: Json) -> Reading:
    """Return the one signal of an event; a change event, which has no action, becomes a note."""
    del mapping
    document = message.document()
    document.must_be_flawless()
    event = fields.obj(document.root, "body")
    if "event_action" not in event and isinstance(event.get("payload"), dict) and _is_change(event):
        return Reading(notes=("a change event: kept, and nothing follows from it",))
    errors = _errors(event)
    if errors:
        return Reading(rejects=tuple(Reject(0, name, reason) for name, reason in errors))
    return Reading((_signal(event),))


def _is_change(event: dict[str, Json]) -> bool:
    return "severity" not in event["payload"] and "dedup_key" not in event


def _errors(event: dict[str, Json]) -> list[tuple[str, str]]:
    action = fields.text(event.get("event_action"))
    if not action:
        return [_missing("event_action")]
    if action not in _ACTIONS:
        listed = "'trigger', 'acknowledge' or 'resolve'"
        reason = f"'event_action' is invalid (must be one of the following: {listed})"
        return [("event_action", reason)]
    return _key_errors(event, action) + (_payload_errors(event) if action == "trigger" else [])


def _key_errors(event: dict[str, Json], action: str) -> list[tuple[str, str]]:
    key = event.get("dedup_key")
    if key is None or key == "":
        return [] if action == "trigger" else [_missing("dedup_key")]
    if not isinstance(key, str):
        return [("dedup_key", "'dedup_key' is not a string")]
    if len(key) > MAX_DEDUP_KEY:
        reason = f"'dedup_key' is too long (maximum is {MAX_DEDUP_KEY} characters)"
        return [("dedup_key", reason)]
    return []


def _payload_errors(event: dict[str, Json]) -> list[tuple[str, str]]:
    payload = event.get("payload")
    if not isinstance(payload, dict) or not payload:
        return [_missing("payload")]
    needed = ("summary", "source", "severity")
    errors = [_missing(f"payload.{name}") for name in needed if not fields.text(payload.get(name))]
    if not errors and payload["severity"] not in _SEVERITIES:
        listed = "'critical', 'warning', 'error' or 'info'"
        reason = f"'payload.severity' is invalid (must be one of the following: {listed})"
        errors.append(("payload.severity", reason))
    return errors


def _missing(name: str) -> tuple[str, str]:
    return name, f"'{name}' is missing or blank"


def _signal(event: dict[str, Json]) -> Signal:
    action = _ACTIONS[fields.text(event["event_action"])]
    payload = event["payload"] if action is Action.FIRE else {}
    details = payload.get("custom_details")
    source = fields.text(payload.get("source"))
    return Signal(
        action=action,
        source_key=fields.text(event.get("dedup_key")),
        title=fields.text(payload.get("summary"))[:MAX_SUMMARY],
        body="" if isinstance(details, dict) else fields.text(details),
        severity_word=fields.text(payload.get("severity")),
        hosts=(source,) if source else (),
        check=fields.first(payload, "component", "class", "group"),
        labels=_labels(payload, details),
        starts_at=fields.instant(payload.get("timestamp")),
        url=_url(event),
    )


def _labels(payload: dict[str, Json], details: Json) -> dict[str, str]:
    named = {name: payload[name] for name in ("component", "group", "class") if payload.get(name)}
    return fields.labels({**named, **(details if isinstance(details, dict) else {})})


def _url(event: dict[str, Json]) -> str:
    links = event.get("links")
    linked = links[0] if isinstance(links, list) and links and isinstance(links[0], dict) else {}
    return fields.first(linked, "href") or fields.first(event, "client_url")


KIND = Kind(
    name="pagerduty",
    label="PagerDuty Events v2",
    read=read,
    path="/v2/enqueue",
    sample={
        "event_action": "trigger",
        "dedup_key": "test",
        "payload": {
            "summary": "Test from the integration page",
            "source": "test.example.com",
            "severity": "info",
        },
    },
    snippet=("Events API address:  {url}\nRouting key:         {key}\n"),
)
