"""Checkmk: the variables of its notification scripts, with or without `NOTIFY_` before them."""

from collections.abc import Mapping as Names

from itsm.monitoring.body import Json, Message
from itsm.monitoring.kinds import nagios
from itsm.monitoring.kinds.kind import Kind
from itsm.monitoring.mapping import Mapping
from itsm.monitoring.signal import Action, Reading
from itsm.monitoring.templated import Facts, Note, Template, at, choice, must, readable_time
from itsm.monitoring.templated import read as read_templated

_HOST = ("/hostname", "/host", "/hostalias", "/alias", "/hostaddress", "/address", "/hostaddress4")
_SERVICE = ("/servicedesc", "/servicedescription", "/servicedisplayname", "/service")
# What the bundled scripts write instead of a type, for those that send no type.
_STATUS: Names[str, Action | Note] = {**nagios.STATES, "acknowledged": Action.ACKNOWLEDGE}
_LONG = {"crit": "critical", "warn": "warning", "unkn": "unknown", "unreach": "unreachable"}


def read(message: Message, mapping: Json) -> Reading:
    """Return the one signal of a notification; an alert handler's run becomes a note."""
    return read_templated(message, mapping, _TEMPLATE)


def _action(facts: Facts) -> Action | Note:
    kind = nagios.type_of(facts)
    if kind.lower().startswith("alerthandler"):
        return Note("the run of an alert handler")
    if kind:
        # As in `DOWNTIMESTART (planned)`: what stands in brackets is a remark.
        return choice(nagios.TYPES, kind.partition("(")[0], "NOTIFY_NOTIFICATIONTYPE")
    must(facts, "NOTIFY_NOTIFICATIONTYPE", "/derived/state", "/status")
    return choice(_STATUS, at(facts, "/derived/state", "/status"), "status")


def _check(facts: Facts) -> str:
    """Return the service; of a notification about a host there may be a stale one."""
    return "" if at(facts, "/what").lower() == "host" else at(facts, *_SERVICE)


def _derive(facts: Facts) -> Facts:
    host, check = at(facts, *_HOST), _check(facts)
    kind = "service" if check else "host"
    state = _state(facts, kind)
    return {
        "check": check,
        "state": state,
        "title": nagios.title(host, check, state),
        "body": nagios.body(
            at(facts, f"/{kind}output", "/output"),
            at(facts, f"/long{kind}output", "/longoutput"),
            nagios.remark(facts),
        ),
        "at": readable_time(
            facts,
            f"/last{kind}statechange",
            "/microtime",
            "/longdatetime",
            "/shortdatetime",
        ),
        "url": f"{site}{at(facts, f'/{kind}url')}" if (site := at(facts, "/baseurl")) else "",
        "labels": {
            name: text
            for name in ("site", "omdsite", "hosttags", "hostgroupnames", "servicegroupnames")
            if (text := at(facts, f"/{name}"))
        },
    }


def _state(facts: Facts, kind: str) -> str:
    """Return the state of what it is about.

    Of a service some scripts send the state as the severity, and of a host, whose severity they
    always call OK, as the status.
    """
    named = ("/severity", "/status") if kind == "service" else ("/status", "/severity")
    found = at(facts, f"/{kind}state", f"/{kind}shortstate", "/state", *named)
    numbers = nagios.SERVICE_NUMBERS if kind == "service" else nagios.HOST_NUMBERS
    return _LONG.get(found.lower(), nagios.word_of(found, numbers))


_TEMPLATE = Template(
    places=Mapping(
        title=("/title", "/subject", "/derived/title"),
        body=("/derived/body",),
        host=_HOST,
        check=("/derived/check",),
        severity=("/derived/state",),
        status=("/notificationtype",),
        starts_at=("/derived/at",),
        url=("/derived/url", "/url"),
        labels="/derived/labels",
    ),
    action=_action,
    key=nagios.key,
    identity="NOTIFY_HOSTNAME",
    prefixes=("notify_",),
    derive=_derive,
)

KIND = Kind(
    name="checkmk",
    label="Checkmk",
    read=read,
    mapped=True,
    severities=nagios.SEVERITIES,
    sample={
        "NOTIFY_NOTIFICATIONTYPE": "PROBLEM",
        "NOTIFY_WHAT": "SERVICE",
        "NOTIFY_HOSTNAME": "test.example.com",
        "NOTIFY_SERVICEDESC": "Test",
        "NOTIFY_SERVICESTATE": "INFO",
        "NOTIFY_SERVICEOUTPUT": "Test from the integration page",
    },
    snippet=(
        "#!/usr/bin/env python3\n"
        "# ITSM\n"
        "import json, os, urllib.request\n"
        "said = {{n: v for n, v in os.environ.items() if n == 'OMD_SITE'\n"
        "        or n.startswith('NOTIFY_') and 'PARAMETER' not in n}}\n"
        "urllib.request.urlopen(urllib.request.Request(\n"
        '    "{url}", json.dumps(said).encode(), {{"Content-Type": "application/json"}}))\n'
    ),
)
