"""Datadog: a webhook's body is written by its users, out of variables such as $ALERT_TRANSITION.

The body that Datadog sends by itself has neither a transition nor the id of a monitor. Both are
then read from the title, which begins with them: `[Triggered on {host:web1}] Disk full`.
"""

import re
from collections.abc import Mapping as Names

from itsm.monitoring import fields
from itsm.monitoring.body import Json, Message
from itsm.monitoring.kinds.kind import Kind
from itsm.monitoring.mapping import Mapping, lookup
from itsm.monitoring.signal import Action, Reading, Severity
from itsm.monitoring.templated import Facts, Note, Template, at, choice
from itsm.monitoring.templated import read as read_templated

TRANSITIONS: Names[str, Action | Note] = {
    "triggered": Action.FIRE,
    "retriggered": Action.FIRE,
    "alert": Action.FIRE,
    "warn": Action.FIRE,
    "rewarn": Action.FIRE,
    "nodata": Action.FIRE,
    "renodata": Action.FIRE,
    "renotify": Action.FIRE,
    "recovered": Action.RESOLVE,
    "rerecovered": Action.RESOLVE,
    "ok": Action.RESOLVE,
    "muted": Note("the monitor was muted"),
    "unmuted": Note("the monitor is muted no more"),
}
_TITLE = re.compile(
    r"(?:\[(?:P[1-5]|TEST)\] *)*\[([A-Za-z -]+?)(?: on \{([^}]*)\})?\] *(.*)", re.DOTALL
)
_HOST = re.compile(r"\bhost:([^\s,}\]]+)")
_TRANSITION = ("/alerttransition", "/transition", "/alert/transition", "/monitorstatus")
# What may hold a transition, and may as well hold something else.
_LOOSE = ("/eventtype", "/status", "/state", "/alertstatus", "/derived/transition")
_TITLES = ("/alerttitle", "/title", "/eventtitle", "/alert/title")


def read(message: Message, mapping: Json) -> Reading:
    """Return the one signal of a notification."""
    return read_templated(message, mapping, _TEMPLATE)


def _action(facts: Facts) -> Action | Note:
    word = at(facts, *_TRANSITION)
    if not word:
        loose = (at(facts, place) for place in _LOOSE)
        word = next((one for one in loose if _plain(one) in TRANSITIONS), "")
    if not word and at(facts, "/alerttype").lower() == "success":
        return Action.RESOLVE
    return choice(TRANSITIONS, word, "ALERT_TRANSITION")


def _plain(word: str) -> str:
    return "".join(filter(str.isalnum, word.lower()))


def _key(facts: Facts, host: str, check: str) -> str:
    cycle = at(facts, "/alertcyclekey", "/cyclekey", "/alert/cyclekey")
    if cycle:
        return cycle
    monitor = at(facts, "/alertid", "/monitorid", "/alert/id")
    scope = at(facts, "/alertscope", "/scope", "/derived/scope")
    if monitor:
        return " ".join(filter(None, (at(facts, "/orgid", "/org/id"), monitor, scope)))
    named = at(facts, "/aggregkey") or at(facts, "/derived/name") or check
    return fields.identity({"name": named, "scope": scope or host}) if named else ""


def _derive(facts: Facts) -> Facts:
    title = _TITLE.match(at(facts, *_TITLES))
    transition, scope, name = title.groups("") if title else ("", "", at(facts, *_TITLES))
    said = {"transition": transition, "scope": scope, "name": name}
    return {
        **said,
        "severity": _severity(facts, at(facts, *_TRANSITION) or transition),
        "hosts": _hosts(at(facts, "/alertscope"), scope, at(facts, "/alertstatus"), _tags(facts)),
        "labels": dict(tag.strip().split(":", 1) for tag in _tags(facts).split(",") if ":" in tag),
    }


def _severity(facts: Facts, transition: str) -> str:
    """Return the priority of the monitor, except that a warning is no more than that."""
    word = at(facts, "/severity", "/alertpriority")
    loose = at(facts, "/priority")
    if not word and loose.lower() not in {"normal", "low"}:
        # What Datadog itself calls $PRIORITY is that of an event, and says nothing.
        word = loose
    if _plain(transition) in {"warn", "rewarn"} and (not word or word.lower() in {"p1", "p2"}):
        return "warning"
    return word or at(facts, "/alerttype")


def _hosts(*texts: str) -> list[Json]:
    return [found[1] for text in texts if (found := _HOST.search(text))]


def _tags(facts: Facts) -> str:
    listed = lookup(facts, "/tags")
    if isinstance(listed, list):
        return ",".join(fields.text(tag) for tag in listed)
    return at(facts, "/tags")


_TEMPLATE = Template(
    places=Mapping(
        title=_TITLES,
        body=("/textonlymsg", "/eventmsg", "/body", "/message", "/text", "/alertstatus"),
        host=(
            "/hostname",
            "/host",
            "/derived/hosts/0",
            "/derived/hosts/1",
            "/derived/hosts/2",
            "/derived/hosts/3",
        ),
        check=("/alertmetric", "/metric", "/monitorname", "/alertquery"),
        severity=("/derived/severity",),
        status=_TRANSITION,
        starts_at=("/date", "/dateposix", "/lastupdated", "/lastupdatedposix"),
        url=("/link", "/eventurl", "/url", "/alert/url"),
        labels="/derived/labels",
    ),
    action=_action,
    key=_key,
    identity="alert_id",
    derive=_derive,
)

KIND = Kind(
    name="datadog",
    label="Datadog",
    read=read,
    mapped=True,
    severities={"no data": Severity.MEDIUM},
    sample={
        "alert_id": "0",
        "alert_cycle_key": "test",
        "alert_transition": "Triggered",
        "alert_title": "[Triggered on {host:test.example.com}] Test from the integration page",
        "alert_priority": "P5",
        "hostname": "test.example.com",
    },
    snippet=(
        "URL:      {url}\n"
        "Payload:\n"
        "{{\n"
        '  "alert_id": "$ALERT_ID",\n'
        '  "alert_cycle_key": "$ALERT_CYCLE_KEY",\n'
        '  "alert_transition": "$ALERT_TRANSITION",\n'
        '  "alert_title": "$ALERT_TITLE",\n'
        '  "alert_priority": "$ALERT_PRIORITY",\n'
        '  "alert_type": "$ALERT_TYPE",\n'
        '  "alert_scope": "$ALERT_SCOPE",\n'
        '  "alert_metric": "$ALERT_METRIC",\n'
        '  "event_msg": "$TEXT_ONLY_MSG",\n'
        '  "hostname": "$HOSTNAME",\n'
        '  "tags": "$TAGS",\n'
        '  "date": "$DATE",\n'
        '  "link": "$LINK",\n'
        '  "org_id": "$ORG_ID"\n'
        "}}\n"
    ),
)
