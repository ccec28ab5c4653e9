"""Nagios: the macros of a notification or of an event handler, as JSON or as a form.

Icinga and Checkmk have the same types of notifications and the same states, and read them here.
"""

from collections.abc import Mapping as Names

from itsm.monitoring.body import Json, Message
from itsm.monitoring.kinds.kind import Kind
from itsm.monitoring.mapping import Mapping
from itsm.monitoring.signal import Action, Reading, Severity
from itsm.monitoring.templated import (
    Facts,
    Note,
    Template,
    at,
    choice,
    must,
    readable_time,
)
from itsm.monitoring.templated import read as read_templated

TYPES: Names[str, Action | Note] = {
    "problem": Action.FIRE,
    "recovery": Action.RESOLVE,
    "acknowledgement": Action.ACKNOWLEDGE,
    "flappingstart": Action.FLAP,
    "flappingstop": Action.STEADY,
    "flappingend": Action.STEADY,
    "flappingdisabled": Action.STEADY,
    "downtimestart": Action.SUPPRESS,
    "downtimeend": Action.RELEASE,
    "downtimecancelled": Action.RELEASE,
    "downtimeremoved": Action.RELEASE,
    "custom": Note("a notification that a person sent by hand"),
    "test": Note("a test"),
}
STATES: Names[str, Action | Note] = {
    "ok": Action.RESOLVE,
    "up": Action.RESOLVE,
    "warning": Action.FIRE,
    "critical": Action.FIRE,
    "unknown": Action.FIRE,
    "down": Action.FIRE,
    "unreachable": Action.FIRE,
    "pending": Note("not checked yet"),
}
SEVERITIES: Names[str, Severity] = {"down": Severity.CRITICAL, "unreachable": Severity.HIGH}
SOFT = Note("a soft state: the source still checks it again")
SERVICE_NUMBERS = ("ok", "warning", "critical", "unknown")
HOST_NUMBERS = ("up", "down", "unreachable")

_HOST = (
    "/host/name",
    "/hostname",
    "/host",
    "/hostalias",
    "/alias",
    "/hostaddress",
    "/address",
)
_SERVICE = (
    "/service/name",
    "/servicedesc",
    "/servicedescription",
    "/servicename",
    "/service",
    "/servicedisplayname",
)


def read(message: Message, mapping: Json) -> Reading:
    """Return the one signal of a notification; a soft state and a custom one become notes."""
    return read_templated(message, mapping, _TEMPLATE)


def key(facts: Facts, host: str, check: str) -> str:
    """Return site, host and service; of a host itself the service is empty."""
    site = at(facts, "/site", "/omdsite", "/sitename")
    return "!".join(([site] if site else []) + [host, check]) if host else ""


def word_of(state: str, numbers: tuple[str, ...]) -> str:
    """Return a state in small letters, whether it came as a word or as a number."""
    word = state.lower().removesuffix(".0")
    return numbers[int(word)] if word.isdecimal() and int(word) < len(numbers) else word


def type_of(facts: Facts) -> str:
    """Return the type of a notification; what is merely called a type may be that of an object."""
    loose = at(facts, "/type", "/event")
    known = loose if loose.lower() in TYPES else ""
    return at(facts, "/notificationtype", "/notification/type") or known


def remark(facts: Facts) -> str:
    """Return what a person wrote with a notification, and who it was."""
    text = at(facts, "/notificationcomment", "/serviceackcomment", "/hostackcomment", "/comment")
    author = at(facts, "/notificationauthor", "/notificationauthorname", "/author")
    return f"{author}: {text}" if author and text else text


def title(host: str, check: str, state: str) -> str:
    """Return what the alert is called."""
    thing = f"{check} on {host}" if check and host else host or check
    return f"{thing} is {state.upper()}" if state else thing


def body(*parts: str) -> str:
    """Return the texts one under the other, without those that are empty."""
    return "\n".join(filter(None, parts))


def hard(said: Action | Note, state_type: str) -> Action | Note:
    """Return what is said, unless it is of a soft state: the source still checks it again."""
    if state_type.lower() in {"soft", "0", "0.0"} and said in {Action.FIRE, Action.RESOLVE}:
        return SOFT
    return said


def _action(facts: Facts) -> Action | Note:
    kind = type_of(facts)
    if kind:
        said = choice(TYPES, kind, "NOTIFICATIONTYPE")
    else:
        must(facts, "NOTIFICATIONTYPE", "/derived/state")
        said = choice(STATES, at(facts, "/derived/state"), "SERVICESTATE")
    named = ("/servicestatetype", "/statetype", "/hoststatetype")
    return hard(said, at(facts, *(named if at(facts, *_SERVICE) else reversed(named))))


def _derive(facts: Facts) -> Facts:
    host, check = at(facts, *_HOST), at(facts, *_SERVICE)
    state = _state(facts, check)
    kind = "service" if check else "host"
    return {
        "state": state,
        "title": title(host, check, state),
        "body": body(
            at(facts, f"/{kind}output", "/output", "/info"),
            at(facts, f"/long{kind}output", "/longoutput"),
            remark(facts),
        ),
        "at": readable_time(
            facts,
            f"/last{kind}statechange",
            "/laststatechange",
            "/timet",
            "/isodatetime",
            "/longdatetime",
            "/shortdatetime",
            "/datetime",
            "/timestamp",
        ),
        "labels": {
            name: text
            for name in ("hostgroupname", "servicegroupname", "servicenotes", "hostnotes")
            if (text := at(facts, f"/{name}"))
        },
    }


def _state(facts: Facts, check: str) -> str:
    if check:
        found = at(facts, "/servicestate", "/service/state", "/state", "/servicestateid")
        return word_of(found, SERVICE_NUMBERS)
    return word_of(at(facts, "/hoststate", "/host/state", "/state", "/hoststateid"), HOST_NUMBERS)


_TEMPLATE = Template(
    places=Mapping(
        title=("/title", "/subject", "/derived/title"),
        body=("/derived/body",),
        host=_HOST,
        check=_SERVICE,
        severity=("/derived/state",),
        status=("/notificationtype",),
        starts_at=("/derived/at",),
        url=("/serviceactionurl", "/servicenotesurl", "/hostactionurl", "/hostnotesurl", "/url"),
        labels="/derived/labels",
    ),
    action=_action,
    key=key,
    identity="HOSTNAME",
    prefixes=("nagios_",),
    derive=_derive,
)

KIND = Kind(
    name="nagios",
    label="Nagios",
    read=read,
    mapped=True,
    severities=SEVERITIES,
    sample={
        "NOTIFICATIONTYPE": "PROBLEM",
        "HOSTNAME": "test.example.com",
        "SERVICEDESC": "Test",
        "SERVICESTATE": "INFO",
        "SERVICEOUTPUT": "Test from the integration page",
    },
    snippet=(
        "define command {{\n"
        "  command_name  notify-itsm\n"
        "  command_line  curl -fsS {url} \\\n"
        "    --data-urlencode 'NOTIFICATIONTYPE=$NOTIFICATIONTYPE$' \\\n"
        "    --data-urlencode 'HOSTNAME=$HOSTNAME$' \\\n"
        "    --data-urlencode 'HOSTALIAS=$HOSTALIAS$' \\\n"
        "    --data-urlencode 'HOSTADDRESS=$HOSTADDRESS$' \\\n"
        "    --data-urlencode 'HOSTSTATE=$HOSTSTATE$' \\\n"
        "    --data-urlencode 'HOSTOUTPUT=$HOSTOUTPUT$' \\\n"
        "    --data-urlencode 'SERVICEDESC=$SERVICEDESC$' \\\n"
        "    --data-urlencode 'SERVICESTATE=$SERVICESTATE$' \\\n"
        "    --data-urlencode 'SERVICEOUTPUT=$SERVICEOUTPUT$' \\\n"
        "    --data-urlencode 'NOTIFICATIONAUTHOR=$NOTIFICATIONAUTHOR$' \\\n"
        "    --data-urlencode 'NOTIFICATIONCOMMENT=$NOTIFICATIONCOMMENT$' \\\n"
        "    --data-urlencode 'TIMET=$TIMET$'\n"
        "}}\n"
    ),
)
