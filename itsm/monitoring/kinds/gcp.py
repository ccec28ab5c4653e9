"""Google Cloud Monitoring: the webhook's and the Pub/Sub channel's schema, 1.0 to 1.2."""

import base64
import binascii
from itertools import chain

from itsm.monitoring import fields
from itsm.monitoring.body import Document, Json, Message, Unreadable, parse
from itsm.monitoring.kinds.kind import Kind
from itsm.monitoring.mapping import lookup
from itsm.monitoring.signal import Action, Reading, Signal

_ACTIONS = {
    "open": Action.FIRE,
    "acknowledged": Action.ACKNOWLEDGE,
    "closed": Action.RESOLVE,
}
# Labels of a resource that name a thing, best first.
_THINGS = (
    "instance_name", "host", "instance", "node_name", "vm_name", "database_id", "service_name",
    "function_name", "cluster_name", "pod_name", "bucket_name", "subscription_id", "topic_id",
    "url_map_name", "instance_id",
)  # fmt: skip


def read(message: Message, mapping: Json) -> Reading:
    """Return the one signal of an incident; what the channel sends as a test is a note."""
    del mapping
    document = _delivered(message.document())
    document.must_be_flawless()
    body = fields.obj(document.root, "body")
    if fields.first(body, "version").lower() == "test":
        return Reading(notes=("a test of the notification channel",))
    return Reading((_signal(fields.obj(body.get("incident"), "incident")),))


def _delivered(document: Document) -> Document:
    """Return the document that Pub/Sub pushes inside of its own envelope."""
    data = lookup(document.root, "/message/data")
    if not isinstance(data, str):
        return document
    document.must_be_flawless()
    try:
        return parse(base64.b64decode(data, validate=True).decode())
    except (binascii.Error, UnicodeDecodeError) as error:
        raise Unreadable("message.data", "is not JSON in base64") from error


def _signal(incident: dict[str, Json]) -> Signal:
    action = _ACTIONS.get(fields.first(incident, "state").lower())
    if action is None:
        raise Unreadable("incident.state", "is neither open, acknowledged nor closed")
    key = fields.first(incident, "incident_id")
    if not key:
        raise Unreadable("incident.incident_id", "is missing")
    policy = fields.first(incident, "policy_name")
    condition = fields.first(incident, "condition_name")
    return Signal(
        action=action,
        source_key=key,
        title=_about(incident, "subject")
        or fields.first(incident, "summary")
        or condition
        or policy
        or "Incident without a summary",
        body=_about(incident, "content"),
        severity_word=_severity(incident),
        hosts=_hosts(incident),
        check=condition or policy,
        labels=_labels(incident),
        starts_at=fields.instant(incident.get("started_at")),
        ended_at=fields.instant(incident.get("ended_at")) if action is Action.RESOLVE else None,
        url=fields.first(incident, "url"),
    )


def _about(incident: dict[str, Json], part: str) -> str:
    """Return a part of the documentation, which is an object, or in old messages its content."""
    documentation = incident.get("documentation")
    if isinstance(documentation, dict):
        return fields.text(documentation.get(part))
    return fields.text(documentation) if part == "content" else ""


def _severity(incident: dict[str, Json]) -> str:
    """Return the severity of the policy, else of its label; most policies have none."""
    word = fields.first(incident, "severity")
    if word.lower() in {"", "no severity"}:
        return fields.text(lookup(incident, "/policy_user_labels/severity"))
    return word


def _hosts(incident: dict[str, Json]) -> tuple[str, ...]:
    named = fields.first(incident, "resource_name")
    # From 1.2 on the name of the project stands before the name of the resource.
    project = fields.first(incident, "scoping_project_id")
    if project:
        named = named.removeprefix(f"{project} ")
    labels = (lookup(incident, f"/resource/labels/{label}") for label in _THINGS)
    found = chain(
        (fields.first(incident, "resource_display_name"), named.rpartition("/")[2]),
        (fields.text(lookup(incident, "/metadata/system_labels/name")),),
        (fields.text(label) for label in labels),
        (fields.first(incident, "resource_id"),),
    )
    return tuple(dict.fromkeys(filter(None, found)))


def _labels(incident: dict[str, Json]) -> dict[str, str]:
    places = ("/policy_user_labels", "/metric/labels", "/resource/labels")
    joined = {name: text for at in places for name, text in _texts(incident, at).items()}
    for name in ("policy_name", "condition_name", "scoping_project_id"):
        if fields.first(incident, name):
            joined[name] = fields.first(incident, name)
    return joined


def _texts(incident: dict[str, Json], place: str) -> dict[str, str]:
    return fields.labels(lookup(incident, place))


KIND = Kind(
    name="gcp",
    label="Google Cloud Monitoring",
    read=read,
    sample={
        "version": "1.2",
        "incident": {
            "incident_id": "test",
            "state": "open",
            "severity": "Info",
            "summary": "Test from the integration page",
            "policy_name": "Test",
            "resource_display_name": "test.example.com",
        },
    },
    snippet=(
        "Monitoring, Alerting, Edit notification channels, Webhooks, Add new\n"
        "Endpoint URL:  {url}\n"
        "Then choose the channel in each alerting policy, with Notify on incident closure.\n"
    ),
)
