"""Site24x7: the webhook with its incident parameters, posted as JSON or as a form.

Custom parameters may be called anything, so names are compared in their plain form, and one that
was not filled in, such as `$STATUS`, counts as absent.
"""

import re

from itsm.monitoring import fields, templated
from itsm.monitoring.body import Json, Message, Unreadable
from itsm.monitoring.kinds.kind import Kind
from itsm.monitoring.signal import Action, Reading, Severity, Signal

_ACTIONS = {
    "down": Action.FIRE,
    "critical": Action.FIRE,
    "trouble": Action.FIRE,
    "up": Action.RESOLVE,
    # Nobody looks, so nothing is known to be wrong.
    "maintenance": None,
    "suspended": None,
    "discovery": None,
    "configuration error": None,
}
_MONITOR = re.compile(r"/monitors/(?:[\w-]+/)*?(\d+)(?:/|$)")


def read(message: Message, mapping: Json) -> Reading:
    """Return the one signal of a change of state; what nobody looks at becomes a note."""
    del mapping
    document = templated.document(message)
    document.must_be_flawless()
    said = templated.plain(fields.obj(document.root, "body"))
    word = fields.first(said, "status", "monitorstatus").lower()
    if word not in _ACTIONS:
        raise Unreadable("STATUS", f"'{word[:40]}' is none of {', '.join(_ACTIONS)}")
    action = _ACTIONS[word]
    if action is None:
        return Reading(notes=(f"{word}: nothing follows from it",))
    return Reading((_signal(said, word, action),))


def _signal(said: dict[str, Json], word: str, action: Action) -> Signal:
    name = fields.first(said, "monitorname", "displayname")
    page = fields.first(said, "monitordashboardlink")
    key = fields.first(said, "monitorid") or _id_in(page) or name
    if not key:
        raise Unreadable("MONITOR_ID", "is missing, and so is MONITORNAME")
    at = fields.instant(said.get("incidenttimeiso"))
    at = at or fields.instant(said.get("outagetimeunixformat"))
    host = fields.host_of(said.get("monitorurl")) or fields.first(said, "hostname", "ipaddress")
    shown = ("monitortype", "monitorgroupname", "failedlocations", "tags", "rcalink")
    return Signal(
        action=action,
        source_key=key,
        title=f"{name or f'Monitor {key}'} is {word}",
        body=fields.first(said, "incidentreason", "incidentdetails", "reason"),
        severity_word="" if action is Action.RESOLVE else word,
        # A monitor of a server or a device has no URL, and bears its host's name.
        hosts=(host,) if host else tuple(filter(None, (name,))),
        check=name,
        labels=fields.labels({label: said[label] for label in shown if said.get(label)}),
        starts_at=at,
        ended_at=at if action is Action.RESOLVE else None,
        url=page,
    )


def _id_in(page: str) -> str:
    found = _MONITOR.search(page)
    return found[1] if found else ""


KIND = Kind(
    name="site24x7",
    label="Site24x7",
    read=read,
    severities={"down": Severity.CRITICAL, "trouble": Severity.MEDIUM},
    sample={
        "MONITOR_ID": 1,
        "MONITORNAME": "Test from the integration page",
        "MONITORTYPE": "URL",
        "MONITORURL": "https://test.example.com/",
        "STATUS": "TROUBLE",
        "INCIDENT_REASON": "Test",
    },
    snippet=(
        "Admin > Third-Party Integrations > Webhooks\n"
        "  Hook URL:                  {url}\n"
        "  HTTP Method:               POST, Post as JSON\n"
        "  Send Incident Parameters:  on\n"
        "  Alert on:                  Down, Critical, Trouble, Up\n"
    ),
)
