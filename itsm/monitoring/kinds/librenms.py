"""LibreNMS: the alert data of its API transport, where every number may be a text."""

from collections.abc import Mapping as Names

from itsm.monitoring.body import Json, Message
from itsm.monitoring.kinds.kind import Kind
from itsm.monitoring.mapping import Mapping
from itsm.monitoring.signal import Action, Reading, Severity
from itsm.monitoring.templated import Facts, Note, Template, at, choice, must
from itsm.monitoring.templated import read as read_templated

# Worse and better are said of an alert that goes on: it holds for more, or for fewer, things.
_STATES: Names[str, Action | Note] = {
    "0": Action.RESOLVE,
    "1": Action.FIRE,
    "2": Action.ACKNOWLEDGE,
    "3": Action.FIRE,
    "4": Action.FIRE,
    "5": Action.FIRE,
    "ok": Action.RESOLVE,
    "recovered": Action.RESOLVE,
    "recovery": Action.RESOLVE,
    "clear": Action.RESOLVE,
    "active": Action.FIRE,
    "alert": Action.FIRE,
    "alerting": Action.FIRE,
    "worse": Action.FIRE,
    "better": Action.FIRE,
    "changed": Action.FIRE,
    "acknowledged": Action.ACKNOWLEDGE,
    "ack": Action.ACKNOWLEDGE,
}
_HOST = ("/sysname", "/hostname", "/host", "/display", "/ip")
_RULE = ("/name", "/rulename")


def read(message: Message, mapping: Json) -> Reading:
    """Return the one signal of an alert; a test of the transport becomes a note."""
    return read_templated(message, mapping, _TEMPLATE)


def _action(facts: Facts) -> Action | Note:
    if at(facts, "/title").startswith("Testing transport") or at(facts, *_RULE) == "Test-Rule":
        return Note("a test of the transport")
    must(facts, "state", "/rawstate", "/state")
    return choice(_STATES, at(facts, "/rawstate", "/state").removesuffix(".0"), "state")


def _key(facts: Facts, host: str, check: str) -> str:
    """Return device and rule; the uid is another one when the alert is over."""
    device, rule = at(facts, "/deviceid") or host, at(facts, "/ruleid")
    if device and rule:
        return f"{device} {rule}"
    alert = at(facts, "/alertid", "/alertuid")
    return alert or (f"{device} {check}" if device and check else "")


def _derive(facts: Facts) -> Facts:
    return {
        "title": " on ".join(filter(None, (at(facts, *_RULE), at(facts, "/display", *_HOST)))),
        "labels": {
            name: text
            for name in ("deviceid", "ruleid", "location", "os", "hardware", "type", "statusreason")
            if (text := at(facts, f"/{name}"))
        },
    }


_TEMPLATE = Template(
    places=Mapping(
        title=("/title", "/derived/title"),
        body=("/msg", "/message", "/faults"),
        host=_HOST,
        check=_RULE,
        severity=("/severity",),
        status=("/rawstate", "/state"),
        starts_at=("/timestamp",),
        url=("/url", "/deviceurl", "/linktoupstreamdetails"),
        labels="/derived/labels",
    ),
    action=_action,
    key=_key,
    identity="device_id",
    derive=_derive,
)

KIND = Kind(
    name="librenms",
    label="LibreNMS",
    read=read,
    mapped=True,
    # A rule of severity ok may fire as well.
    severities={"ok": Severity.INFO},
    sample={
        "title": "Test from the integration page",
        "device_id": "0",
        "hostname": "test.example.com",
        "rule_id": "0",
        "name": "Test",
        "severity": "ok",
        "state": "1",
    },
    snippet=(
        "Transport type:  API, method POST\n"
        "API URL:         {url}\n"
        "Headers:         Content-Type=application/json\n"
        "Body:\n"
        '{{"title": "{{{{ $title }}}}", "state": "{{{{ $state }}}}",'
        ' "severity": "{{{{ $severity }}}}",\n'
        ' "device_id": "{{{{ $device_id }}}}", "rule_id": "{{{{ $rule_id }}}}",'
        ' "name": "{{{{ $name }}}}",\n'
        ' "hostname": "{{{{ $hostname }}}}", "sysName": "{{{{ $sysName }}}}",'
        ' "timestamp": "{{{{ $timestamp }}}}"}}\n'
    ),
)
