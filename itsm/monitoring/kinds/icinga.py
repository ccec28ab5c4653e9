"""Icinga 2: notification commands, event commands, and the events of its API.

A notification says by its type what is meant. An event command says only how things stand: it is
run in soft states and in downtimes as well, of which nothing follows.
"""

from collections.abc import Mapping as Names

from itsm.monitoring.body import Json, Message
from itsm.monitoring.kinds import nagios
from itsm.monitoring.kinds.kind import Kind
from itsm.monitoring.mapping import Mapping
from itsm.monitoring.signal import Action, Reading
from itsm.monitoring.templated import Facts, Note, Template, at, choice, must, readable_time
from itsm.monitoring.templated import read as read_templated

_OF_THE_API = Note("an event of which nothing follows")
# Types of the event stream of the API, where the state alone does not tell.
_EVENTS: Names[str, Action | Note] = {
    "acknowledgementset": Action.ACKNOWLEDGE,
    "acknowledgementcleared": Note("an acknowledgement was taken back"),
    "downtimestarted": Action.SUPPRESS,
    "downtimetriggered": Action.SUPPRESS,
    "downtimeremoved": Action.RELEASE,
    "downtimeadded": Note("a downtime is planned"),
    "commentadded": _OF_THE_API,
    "commentremoved": _OF_THE_API,
    "objectcreated": _OF_THE_API,
    "objectmodified": _OF_THE_API,
    "objectdeleted": _OF_THE_API,
}
_IN_DOWNTIME = Note("in a downtime at the source")
# A host's check that ends with 1 has only warned of something: the host is up.
_HOST_EXITS = ("up", "up", "down", "down")
_HOST = (
    "/host/name",
    "/hostname",
    "/host",
    "/downtime/hostname",
    "/comment/hostname",
    "/host/displayname",
    "/hostdisplayname",
    "/hostalias",
    "/host/address",
    "/hostaddress",
    "/address",
)
_SERVICE = (
    "/service/name",
    "/servicename",
    "/servicedesc",
    "/service",
    "/downtime/servicename",
    "/comment/servicename",
    "/service/displayname",
    "/servicedisplayname",
)


def read(message: Message, mapping: Json) -> Reading:
    """Return the one signal of a notification or of a hard state."""
    return read_templated(message, mapping, _TEMPLATE)


def _action(facts: Facts) -> Action | Note:
    kind = nagios.type_of(facts)
    if kind:
        said = choice(nagios.TYPES, kind, "notification.type")
        return nagios.hard(said, _part(facts, "statetype"))
    event = at(facts, "/type").lower()
    if event in _EVENTS:
        return _EVENTS[event]
    if event == "flapping":
        return Action.FLAP if _flag(facts, "isflapping") else Action.STEADY
    return _by_state(facts)


def _by_state(facts: Facts) -> Action | Note:
    must(facts, "check_result.state", "/derived/state")
    stated = choice(nagios.STATES, at(facts, "/derived/state"), "check_result.state")
    said = nagios.hard(stated, _part(facts, "statetype"))
    if said is not Action.FIRE:
        return said
    if _flag(facts, "downtimedepth"):
        return _IN_DOWNTIME
    return Action.ACKNOWLEDGE if _flag(facts, "acknowledgement") else said


def _part(facts: Facts, name: str) -> str:
    """Return what is said of the service if there is one, else of the host."""
    kind = "service" if at(facts, *_SERVICE) else "host"
    return at(
        facts, f"/{kind}/{name}", f"/{kind}{name}", f"/checkresult/{name}", f"/{name}",
        f"/checkresult/varsafter/{name}",
    )  # fmt: skip


def _flag(facts: Facts, name: str) -> bool:
    return _part(facts, name).lower() not in {"", "0", "0.0", "false"}


def _state(facts: Facts) -> str:
    kind = "service" if at(facts, *_SERVICE) else "host"
    numbers = nagios.SERVICE_NUMBERS if kind == "service" else nagios.HOST_NUMBERS
    stated = at(facts, f"/{kind}/state", f"/{kind}state", "/state")
    if stated:
        return nagios.word_of(stated, numbers)
    exits = nagios.SERVICE_NUMBERS if kind == "service" else _HOST_EXITS
    checked = at(facts, "/checkresult/state", "/checkresult/exitstatus", "/exitstatus")
    return nagios.word_of(checked, exits)


def _derive(facts: Facts) -> Facts:
    state = _state(facts)
    return {
        "state": state,
        "title": nagios.title(at(facts, *_HOST), at(facts, *_SERVICE), state),
        "body": nagios.body(
            _part(facts, "output") or at(facts, "/checkresult/output"), nagios.remark(facts)
        ),
        "at": readable_time(
            facts,
            "/service/laststatechange",
            "/servicelaststatechange",
            "/host/laststatechange",
            "/hostlaststatechange",
            "/checkresult/executionend",
            "/icingatimet",
            "/timet",
            "/timestamp",
            "/icingalongdatetime",
            "/longdatetime",
            "/icingashortdatetime",
            "/shortdatetime",
        ),
        "labels": {
            name: text
            for name in ("checkcommand", "attempt", "notes", "zone", "checksource")
            if (text := _part(facts, name))
        },
    }


_TEMPLATE = Template(
    places=Mapping(
        title=("/title", "/subject", "/derived/title"),
        body=("/derived/body",),
        host=_HOST,
        check=_SERVICE,
        severity=("/derived/state",),
        status=("/notificationtype", "/notification/type"),
        starts_at=("/derived/at",),
        url=(
            "/service/actionurl",
            "/serviceactionurl",
            "/host/actionurl",
            "/hostactionurl",
            "/url",
        ),
        labels="/derived/labels",
    ),
    action=_action,
    key=nagios.key,
    identity="host.name",
    prefixes=("icinga_",),
    derive=_derive,
)

KIND = Kind(
    name="icinga",
    label="Icinga 2",
    read=read,
    mapped=True,
    severities=nagios.SEVERITIES,
    sample={
        "notification_type": "PROBLEM",
        "host": {"name": "test.example.com"},
        "service": {"name": "test", "state": "INFO"},
        "output": "Test from the integration page",
    },
    snippet=(
        'object NotificationCommand "itsm-service" {{\n'
        '  command = [ "/usr/bin/curl", "-fsS", "{url}" ]\n'
        "  arguments = {{\n"
        '    "--data-urlencode" = {{\n'
        "      repeat_key = true\n"
        "      value = [\n"
        '        "NOTIFICATIONTYPE=$notification.type$", "HOSTNAME=$host.name$",\n'
        '        "HOSTADDRESS=$address$", "SERVICENAME=$service.name$",\n'
        '        "SERVICESTATE=$service.state$", "OUTPUT=$service.output$",\n'
        '        "NOTIFICATIONAUTHOR=$notification.author$",\n'
        '        "NOTIFICATIONCOMMENT=$notification.comment$", "TIMET=$icinga.timet$"\n'
        "      ]\n"
        "    }}\n"
        "  }}\n"
        "}}\n"
    ),
)
