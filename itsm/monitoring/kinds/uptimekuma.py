"""Uptime Kuma: the webhook notification, as JSON or as a form with the JSON in its field `data`.

A test and the warning of a certificate that ends have no heartbeat, only a text.
"""

import re

from itsm.monitoring import fields, multipart, templated
from itsm.monitoring.body import Document, Json, Message, Unreadable, parse
from itsm.monitoring.kinds.kind import Kind
from itsm.monitoring.signal import Action, Reading, Severity, Signal

Body = dict[str, Json]
_STATES = {
    "0": "down",
    "1": "up",
    "2": "pending",
    "3": "maintenance",
    "false": "down",
    "true": "up",
}
_ACTIONS = {
    "down": Action.FIRE,
    "up": Action.RESOLVE,
    # Not yet down: it is tried again first.
    "pending": None,
    # Its end is never told, so that keeping quiet for it might last for ever.
    "maintenance": None,
}
_EXPIRY = re.compile(
    r"^\[(?P<name>.*?)\]\s*\[(?P<url>.*?)\]\s*(?P<what>.+?) will expire in -?\d+ day"
)


def read(message: Message, mapping: Json) -> Reading:
    """Return the one signal of a heartbeat, or of the warning that a certificate ends."""
    del mapping
    document = _document(message)
    document.must_be_flawless()
    body = fields.obj(document.root, "body")
    if body.get("heartbeat") is None:
        return _without_heartbeat(fields.first(body, "msg"))
    heartbeat = fields.obj(body["heartbeat"], "heartbeat")
    monitor = body["monitor"] if isinstance(body.get("monitor"), dict) else {}
    state = _state(heartbeat)
    action = _ACTIONS[state]
    if action is None:
        return Reading(notes=(f"{state}: nothing follows until the monitor is up or down",))
    return Reading((_signal(heartbeat, monitor, state, action),))


def _document(message: Message) -> Document:
    if message.media_type != multipart.TYPE:
        return templated.document(message)
    data = multipart.fields(message).get("data")
    if data is None:
        raise Unreadable("data", "is missing from the form")
    return parse(data)


def _without_heartbeat(said: str) -> Reading:
    if not said:
        raise Unreadable("heartbeat", "is missing, and so is msg")
    ending = _EXPIRY.match(said)
    if ending is None:
        return Reading(notes=(f"a test or a remark, not of a monitor: {said[:200]}",))
    host = fields.host_of(ending["url"])
    signal = Signal(
        action=Action.FIRE,
        source_key=fields.identity(ending.groupdict()),
        title=said,
        severity=Severity.MEDIUM,
        hosts=(host,) if host else (),
        check=ending["name"],
    )
    return Reading((signal,))


def _state(heartbeat: Body) -> str:
    word = fields.text(heartbeat.get("status")).lower()
    state = _STATES.get(word, word)
    if state not in _ACTIONS:
        raise Unreadable("heartbeat.status", f"'{word[:40]}' is none of 0, 1, 2 and 3")
    return state


def _signal(heartbeat: Body, monitor: Body, state: str, action: Action) -> Signal:
    key = fields.first(heartbeat, "monitorID", "monitorId", "monitor_id") or fields.first(
        monitor, "id"
    )
    if not key:
        raise Unreadable("heartbeat.monitorID", "is missing, and so is monitor.id")
    name = fields.first(monitor, "name") or f"Monitor {key}"
    at = fields.instant(heartbeat.get("time"))
    hosts = (fields.first(monitor, "hostname"), fields.host_of(monitor.get("url")))
    return Signal(
        action=action,
        source_key=key,
        title=f"{name} is {state}",
        body=fields.first(heartbeat, "msg"),
        severity_word="" if action is Action.RESOLVE else state,
        hosts=tuple(host for host in hosts if host),
        check=name,
        labels=_labels(monitor),
        starts_at=at,
        ended_at=at if action is Action.RESOLVE else None,
    )


def _labels(monitor: Body) -> dict[str, str]:
    tags = monitor.get("tags")
    named = {
        fields.first(tag, "name"): tag.get("value")
        for tag in (tags if isinstance(tags, list) else [])
        if isinstance(tag, dict) and fields.first(tag, "name")
    }
    return fields.labels(
        {name: monitor[name] for name in ("type", "port") if monitor.get(name)} | named
    )


KIND = Kind(
    name="uptimekuma",
    label="Uptime Kuma",
    read=read,
    severities={"down": Severity.CRITICAL},
    sample={
        "heartbeat": {"monitorID": 1, "status": 0, "msg": "Test from the integration page"},
        "monitor": {"id": 1, "name": "Test", "type": "ping", "hostname": "test.example.com"},
        "msg": "[Test] [Down] Test from the integration page",
    },
    snippet=(
        "Settings > Notifications > Setup Notification\n"
        "  Notification Type:  Webhook\n"
        "  Post URL:           {url}\n"
        "  Request Body:       Preset - application/json\n"
    ),
)
