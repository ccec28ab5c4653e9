"""Splunk: the webhook of an alert, Splunk On-Call's messages, detectors of Splunk Observability.

An alert of Splunk Enterprise or Cloud is a search that found something. It never says that this is
over, and the id of the search's run (`sid`) is new each time, so the key is made of the app, the
search and those fields of the result that name a thing.
"""

from collections.abc import Mapping as Names

from itsm.monitoring.body import Json, Message
from itsm.monitoring.kinds.kind import Kind
from itsm.monitoring.mapping import Mapping, lookup
from itsm.monitoring.signal import Action, Reading, Severity
from itsm.monitoring.templated import Facts, Note, Template, at, choice
from itsm.monitoring.templated import read as read_templated

MESSAGE_TYPES: Names[str, Action | Note] = {
    "critical": Action.FIRE,
    "warning": Action.FIRE,
    "acknowledgement": Action.ACKNOWLEDGE,
    "acknowledged": Action.ACKNOWLEDGE,
    "ack": Action.ACKNOWLEDGE,
    "recovery": Action.RESOLVE,
    "recovered": Action.RESOLVE,
    "ok": Action.RESOLVE,
    "info": Note("a message for the timeline alone"),
}
STATUSES: Names[str, Action | Note] = {
    "anomalous": Action.FIRE,
    "ok": Action.RESOLVE,
    "stopped": Action.RESOLVE,
    "manuallyresolved": Action.RESOLVE,
    "autoresolved": Action.RESOLVE,
    "resolved": Action.RESOLVE,
}
_STATUS = ("/statusextended", "/status")
# Fields of a result that name the thing.
_CHOSEN = (
    "host", "hostname", "dest", "src", "instance", "server", "node", "service",
    "servicename", "component", "entity", "user", "index", "source", "sourcetype", "itsigroupid",
)  # fmt: skip


def read(message: Message, mapping: Json) -> Reading:
    """Return the one signal of a message."""
    return read_templated(message, mapping, _TEMPLATE)


def _is_detector(facts: Facts) -> bool:
    return bool(at(facts, "/incidentid") and at(facts, "/detector", "/detectorid", *_STATUS))


def _action(facts: Facts) -> Action | Note:
    kind = at(facts, "/messagetype")
    if kind:
        return choice(MESSAGE_TYPES, kind, "message_type")
    if _is_detector(facts):
        return choice(STATUSES, at(facts, *_STATUS), "statusExtended")
    return Action.FIRE


def _key(facts: Facts, host: str, check: str) -> str:
    if at(facts, "/messagetype"):
        entity = at(facts, "/entityid")
        return entity or "!".join(filter(None, (host, check)))
    if _is_detector(facts):
        return at(facts, "/incidentid")
    made = at(facts, "/result/alertkey")
    if made:
        # Two searches that say it of the same thing: one that it is ill, one that it is well again.
        return f"{at(facts, '/app')}!{made}"
    search = (at(facts, "/app"), at(facts, "/searchname"))
    chosen = [f"{name}={at(facts, f'/result/{name}')}" for name in _CHOSEN]
    named = [part for part in chosen if not part.endswith("=")]
    return "!".join((*search, *named)) if any(search) or named else ""


def _derive(facts: Facts) -> Facts:
    app = at(facts, "/app")
    result = lookup(facts, "/result") or lookup(facts, "/dimensions")
    parts = {"app": app, "owner": at(facts, "/owner"), "tool": at(facts, "/monitoringtool")}
    return {
        "title": f"A search in {app}" if app else "",
        "severity": at(facts, "/messagetype"),
        "labels": {name: text for name, text in parts.items() if text}
        | (result if isinstance(result, dict) else {}),
    }


_TEMPLATE = Template(
    places=Mapping(
        title=(
            "/entitydisplayname",
            "/messagetitle",
            "/result/alerttitle",
            "/searchname",
            "/rule",
            "/detector",
            "/entityid",
            "/derived/title",
        ),
        body=(
            "/statemessage",
            "/messagebody",
            "/description",
            "/result/message",
            "/result/raw",
        ),
        host=(
            "/hostname",
            "/host",
            "/result/host",
            "/result/hostname",
            "/result/dest",
            "/result/server",
            "/result/node",
            "/result/instance",
            "/result/src",
            "/dimensions/host",
            "/dimensions/hostname",
            "/dimensions/instance",
            "/dimensions/service",
        ),
        check=("/searchname", "/rule", "/detector", "/servicedescription", "/check"),
        severity=(
            "/derived/severity",
            "/severity",
            "/result/severity",
            "/result/severitylabel",
            "/result/urgency",
            "/result/alertseverity",
            "/result/priority",
            "/result/level",
        ),
        status=("/messagetype", *_STATUS),
        starts_at=("/statestarttime", "/timestamp"),
        url=("/resultslink", "/detectorurl", "/alerturl", "/url"),
        labels="/derived/labels",
    ),
    action=_action,
    key=_key,
    identity="search_name",
    derive=_derive,
)

KIND = Kind(
    name="splunk",
    label="Splunk",
    read=read,
    mapped=True,
    # The levels that an alert of Splunk has: 1 debug, 2 info, 3 warn, 4 error, 5 severe, 6 fatal.
    severities={
        "1": Severity.INFO,
        "2": Severity.INFO,
        "3": Severity.MEDIUM,
        "4": Severity.HIGH,
        "5": Severity.HIGH,
        "6": Severity.CRITICAL,
        "minor": Severity.MEDIUM,
    },
    sample={
        "search_name": "Test from the integration page",
        "app": "search",
        "owner": "admin",
        "sid": "scheduler__admin__search__test",
        "result": {"host": "test.example.com", "severity": "info"},
    },
    snippet=(
        "Alert, Trigger actions, Add actions, Webhook\n"
        "URL:  {url}\n"
        "\n"
        "# End the search with what names the thing, and with how bad it is:\n"
        "… | table host, severity, message\n"
    ),
)
