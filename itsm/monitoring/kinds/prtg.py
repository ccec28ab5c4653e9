"""PRTG: the "Execute HTTP action" of a notification, whose fields are PRTG's placeholders."""

import re
from collections.abc import Mapping as Names

from itsm.monitoring.body import Json, Message
from itsm.monitoring.kinds.kind import Kind
from itsm.monitoring.mapping import Mapping
from itsm.monitoring.signal import Action, Reading, Severity
from itsm.monitoring.templated import Facts, Note, Template, at, choice, must, readable_time
from itsm.monitoring.templated import read as read_templated

_PAUSED = Note("paused at the source: it is not watched now")
_STATES: Names[str, Action | Note] = {
    "down": Action.FIRE,
    "downpartial": Action.FIRE,
    "error": Action.FIRE,
    "warning": Action.FIRE,
    "unusual": Action.FIRE,
    "unknown": Action.FIRE,
    "alerting": Action.FIRE,
    "up": Action.RESOLVE,
    "ok": Action.RESOLVE,
    "downacknowledged": Action.ACKNOWLEDGE,
    "acknowledged": Action.ACKNOWLEDGE,
    "paused": _PAUSED,
    "none": _PAUSED,
    "collecting": Note("the source has just begun to watch it"),
}
# The numbers of the states, as in PRTG's API.
_NUMBERED = {
    "1": "unknown", "2": "collecting", "3": "up", "4": "warning", "5": "down", "6": "paused",
    "7": "paused", "8": "paused", "9": "paused", "10": "unusual", "11": "paused", "12": "paused",
    "13": "down (acknowledged)", "14": "down (partial)",
}  # fmt: skip
_ENDED = re.compile(r".*\bended\b.*\(now: *(.+)\)", re.IGNORECASE)
_HOST = ("/host", "/hostname", "/hostaddress", "/device", "/devicename", "/server")
_SENSOR = ("/sensor", "/sensorname", "/shortname", "/name")


def read(message: Message, mapping: Json) -> Reading:
    """Return the one signal of a notification; of a sensor that is paused nothing follows."""
    return read_templated(message, mapping, _TEMPLATE)


def _action(facts: Facts) -> Action | Note:
    must(facts, "status", "/derived/state")
    return choice(_STATES, at(facts, "/derived/state"), "status")


def _key(facts: Facts, host: str, check: str) -> str:
    sensor = at(facts, "/sensorid", "/objid", "/objectid", "/sensor/id", "/alertuid")
    return sensor or (f"{host}!{check}" if host and check else "")


def _state(facts: Facts) -> str:
    """Return the state in small letters: of `Down ended (now: Up)` the one it has now."""
    word = at(facts, "/status", "/state", "/statusid", "/statusraw", "/laststatus").lower()
    ended = _ENDED.fullmatch(word)
    word = (ended[1] if ended else word).removesuffix(" escalation").strip()
    return "paused" if word.startswith("paused") else _NUMBERED.get(word, word)


def _derive(facts: Facts) -> Facts:
    state = _state(facts)
    thing = " on ".join(filter(None, (at(facts, *_SENSOR), at(facts, "/device", *_HOST))))
    return {
        "state": state,
        "title": f"{thing} is {state}" if thing else f"Sensor {at(facts, '/sensorid')} is {state}",
        "at": readable_time(facts, "/statesince", "/since", "/timestamp", "/datetime"),
        "labels": {
            name: text
            for name in (
                "sensorid",
                "deviceid",
                "probe",
                "group",
                "location",
                "priority",
                "lastvalue",
            )
            if (text := at(facts, f"/{name}"))
        },
    }


_TEMPLATE = Template(
    places=Mapping(
        title=("/title", "/subject", "/derived/title"),
        body=("/lastmessage", "/message", "/down"),
        host=_HOST,
        check=_SENSOR,
        severity=("/severity", "/derived/state"),
        status=("/status", "/state"),
        starts_at=("/derived/at",),
        url=("/linksensor", "/sensorurl", "/url", "/linktoupstreamdetails", "/linkdevice"),
        labels="/derived/labels",
    ),
    action=_action,
    key=_key,
    identity="sensorid",
    derive=_derive,
)

KIND = Kind(
    name="prtg",
    label="PRTG Network Monitor",
    read=read,
    mapped=True,
    severities={
        "down": Severity.CRITICAL,
        "down (partial)": Severity.HIGH,
        "unusual": Severity.LOW,
        "down (acknowledged)": Severity.CRITICAL,
    },
    sample={
        "sensorid": "0",
        "device": "test.example.com",
        "sensor": "Test",
        "status": "Down",
        "severity": "info",
        "message": "Test from the integration page",
    },
    snippet=(
        "Execute HTTP action\n"
        "URL:     {url}\n"
        "Method:  POST\n"
        "Payload: sensorid=%sensorid&status=%status&device=%device&host=%host&sensor=%sensor"
        "&message=%message&group=%group&probe=%probe&priority=%priority&linksensor=%linksensor\n"
    ),
)
