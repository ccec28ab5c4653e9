"""Opsgenie's alert API: what is asked of an alert on `/v2/alerts` and the addresses below it.

The address of a request says what is to be done and to which alert; the door hands both on in the
headers `Opsgenie-Action` and `Opsgenie-Alias`. A body without them creates an alert.
"""

from collections.abc import Mapping

from itsm.monitoring import fields
from itsm.monitoring.body import Json, Message
from itsm.monitoring.kinds.kind import Kind
from itsm.monitoring.signal import Action, Reading, Reject, Signal

ACTION = "opsgenie-action"
ALIAS = "opsgenie-alias"
CREATE = "create"
NOBODY = "the alert does not exist"
MAX_ALIAS = 512
PRIORITIES = ("P1", "P2", "P3", "P4", "P5")
# To snooze is to have seen it. There is no waking at an hour of the source's choice: what nobody
# takes up is opened again when the acknowledgement times out.
_ACTIONS = {
    "acknowledge": Action.ACKNOWLEDGE,
    "snooze": Action.ACKNOWLEDGE,
    "close": Action.RESOLVE,
}
# What the other requests cannot do without.
_NEEDED = {"snooze": "endTime", "notes": "note"}
_TEXTS = ("alias", "description", "entity", "source", "user", "note")
_HOSTS = ("host", "hostname", "instance", "node", "server")
_CHECKS = ("check", "service", "alertname", "rule")

Body = dict[str, Json]


def read(message: Message, mapping: Json) -> Reading:
    """Return the one signal of a request; what leaves an alert as it is becomes a note."""
    del mapping
    asked = message.headers.get(ACTION, CREATE)
    body = _body(message, asked)
    errors = _errors(body, asked)
    if errors:
        return Reading(rejects=tuple(Reject(0, name, reason) for name, reason in errors.items()))
    alias = message.headers.get(ALIAS, "")
    if asked == CREATE:
        return Reading((_signal(body, alias),))
    if not alias:
        return Reading(notes=(NOBODY,))
    if asked not in _ACTIONS:
        return Reading(notes=(f"{asked}: {said(body)}",))
    return Reading((Signal(action=_ACTIONS[asked], source_key=alias, title=""),))


def said(body: Json) -> str:
    """Return the note that a request bears, with the name of who wrote it."""
    if not isinstance(body, dict):
        return ""
    note, user = fields.first(body, "note"), fields.first(body, "user")
    return f"{user}: {note}" if note and user else note


def _body(message: Message, asked: str) -> Body:
    if asked != CREATE and not message.body.strip():
        return {}
    document = message.document()
    document.must_be_flawless()
    return fields.obj(document.root, "body")


def _errors(body: Body, asked: str) -> dict[str, str]:
    """Return what is wrong with a request, by field, in the manner of the API itself."""
    named = [name for name in _TEXTS if not isinstance(body.get(name), str | None)]
    errors = dict.fromkeys(named, "should be a string")
    if asked == CREATE:
        return errors | _alert_errors(body)
    needed = _NEEDED.get(asked)
    if needed and not fields.first(body, needed):
        errors[needed] = f"{needed} can not be empty"
    if asked == "snooze" and not errors and fields.instant(body["endTime"]) is None:
        errors["endTime"] = "should be a date in ISO 8601 format"
    return errors


def _alert_errors(body: Body) -> dict[str, str]:
    errors: dict[str, str] = {}
    if not isinstance(body.get("message"), str) or not body["message"].strip():
        errors["message"] = "Message can not be empty"
    if body.get("priority") not in (None, "", *PRIORITIES):
        errors["priority"] = f"should be one of [ {', '.join(PRIORITIES)} ]"
    if isinstance(body.get("alias"), str) and len(body["alias"].strip()) > MAX_ALIAS:
        errors["alias"] = f"should be at most {MAX_ALIAS} characters"
    for name, shape, called in (("tags", list, "an array"), ("details", dict, "an object")):
        if not isinstance(body.get(name), shape | None):
            errors[name] = f"should be {called}"
    return errors


def _signal(body: Body, alias: str) -> Signal:
    details = body.get("details") or {}
    description = fields.first(body, "description")
    return Signal(
        action=Action.FIRE,
        source_key=fields.first(body, "alias") or alias,
        title=fields.first(body, "message"),
        body="\n\n".join(filter(None, (description, said(body)))),
        severity_word=fields.first(body, "priority"),
        hosts=_hosts(body, details),
        check=fields.first(details, *_CHECKS),
        labels=_labels(body, details),
    )


def _hosts(body: Body, details: Body) -> tuple[str, ...]:
    source = fields.first(body, "source")
    # The source is the sender's own name as often as that of a host; a host's has no spaces.
    named = (fields.first(body, "entity"), fields.first(details, *_HOSTS), source)
    return tuple(name for name in named if name and (name != source or " " not in name))


def _labels(body: Body, details: Body) -> dict[str, str]:
    shown: Mapping[str, str] = {
        "source": fields.first(body, "source"),
        "tags": ", ".join(fields.text(tag) for tag in body.get("tags") or ()),
        "responders": ", ".join(_responders(body)),
    }
    return fields.labels({name: text for name, text in shown.items() if text} | details)


def _responders(body: Body) -> list[str]:
    listed = body.get("responders") or body.get("teams")
    named = [
        fields.first(one, "name", "username", "id")
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, dict)
    ]
    return [name for name in named if name]


KIND = Kind(
    name="opsgenie",
    label="Opsgenie alert API",
    read=read,
    path="/v2/alerts",
    sample={
        "message": "Test from the integration page",
        "alias": "test",
        "entity": "test.example.com",
        "priority": "P5",
    },
    snippet=(
        "API address:    {url}\n"
        "API key:        {key}\n"
        "or by hand:\n"
        "curl -X POST {url} \\\n"
        "  -H 'Authorization: GenieKey {key}' \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        '  -d \'{{"message": "Disk full", "alias": "web01-disk", "entity": "web01",\n'
        '       "priority": "P2"}}\'\n'
    ),
)
