"""Zabbix: the parameters of its webhook media types, flat macros of scripts, and event streaming.

The key is the id of the problem event, which the recovery and all updates bear too.
"""

import json
from collections.abc import Mapping as Names
from datetime import datetime

from itsm.monitoring import fields
from itsm.monitoring.body import Json, Message
from itsm.monitoring.kinds.kind import Kind
from itsm.monitoring.mapping import Mapping
from itsm.monitoring.signal import Action, Reading, Severity
from itsm.monitoring.templated import Facts, Note, Template, at, choice, must, readable_time
from itsm.monitoring.templated import read as read_templated

_STATES: Names[str, Action | Note] = {
    "problem": Action.FIRE,
    "alerting": Action.FIRE,
    "firing": Action.FIRE,
    "1": Action.FIRE,
    "update": Action.FIRE,
    "resolved": Action.RESOLVE,
    "recovery": Action.RESOLVE,
    "recovered": Action.RESOLVE,
    "closed": Action.RESOLVE,
    "ok": Action.RESOLVE,
    "0": Action.RESOLVE,
}
# What was done in an update, the first that its text names; Zabbix lists all that was done at once.
_UPDATES: Names[str, Action | Note] = {
    "closed": Action.RESOLVE,
    "unsuppressed": Action.RELEASE,
    "suppressed": Action.SUPPRESS,
    "unacknowledged": Note("an acknowledgement was taken back"),
    "acknowledged": Action.ACKNOWLEDGE,
    "changed severity": Action.FIRE,
}
_NOT_OF_TRIGGERS = {"1": Note("a discovery"), "2": Note("an autoregistration")}
_YES = {"1", "yes", "true"}
# The macros of a recovery are filled in when there is one, and not before.
_STATUS = (
    "/eventrecoverystatus",
    "/eventrecoveryvalue",
    "/eventstatus",
    "/status",
    "/triggerstatus",
    "/state",
    "/eventvalue",
    "/triggervalue",
    "/value",
)
_UPDATED = ("/eventupdatestatus", "/updatestatus", "/eventupdate")
_HOST = (
    "/hosthost",
    "/host/host",
    "/hosts/0/host",
    "/host",
    "/hosthost1",
    "/service",
    "/hostname",
    "/host/name",
    "/hosts/0/name",
    "/hostname1",
    "/hostvisiblename",
    "/hostdns",
    "/hostconn",
    "/hostip",
    "/hostip1",
)
_TRIGGER = ("/triggername", "/itemname", "/servicename", "/itemkey")
_NAME = ("/eventname", "/name", "/problemname", *_TRIGGER)


def read(message: Message, mapping: Json) -> Reading:
    """Return a signal for each event; a comment, a discovery and a test become notes."""
    return read_templated(message, mapping, _TEMPLATE)


def _action(facts: Facts) -> Action | Note:
    other = _NOT_OF_TRIGGERS.get(at(facts, "/eventsource"))
    if other:
        return other
    if "test message from Zabbix" in at(facts, "/message", "/alertmessage"):
        return Note("a test")
    must(facts, "status", *_STATUS)
    said = choice(_STATES, at(facts, *_STATUS), "status")
    if said is not Action.FIRE:
        return said
    update = at(facts, "/eventupdateaction", "/updateaction").lower()
    if update or at(facts, *_UPDATED) in _YES:
        return _update(facts, update)
    if at(facts, "/eventsuppressed", "/suppressed").lower() in _YES:
        return Action.SUPPRESS
    return Action.ACKNOWLEDGE if _acknowledged(facts) else said


def _update(facts: Facts, update: str) -> Action | Note:
    said = next((_UPDATES[word] for word in _UPDATES if word in update), None)
    if said is None and not update and _acknowledged(facts):
        return Action.ACKNOWLEDGE
    return said or Note("an update that changes nothing here")


def _acknowledged(facts: Facts) -> bool:
    names = ("/eventackstatus", "/eventack", "/ackstatus", "/acknowledged")
    return at(facts, *names).lower() in _YES


def _key(facts: Facts, host: str, check: str) -> str:
    event = at(
        facts, "/peventid", "/problemeventid", "/eventproblemid", "/eventid", "/event/id",
        "/problemid", "/alertuid", "/id",
    )  # fmt: skip
    if event:
        return event
    # Without its event a problem is known by its trigger, which has one at a time by default.
    trigger = at(facts, "/triggerid", "/objectid")
    name = check or at(facts, *_NAME)
    return f"trigger {trigger}" if trigger else f"{host}!{name}" if host and name else ""


def _derive(facts: Facts) -> Facts:
    starts, ended = _starts(facts), _ended(facts)
    return {
        "starts": starts,
        # The event is one problem alone, so it cannot have ended before it began; a local time may
        # say so in the hour that summer time ends.
        "ended": max(filter(None, (ended, starts)), key=_instant, default=""),
        "title": " on ".join(filter(None, (at(facts, *_NAME), at(facts, *_HOST)))),
        "url": _url(facts),
        "labels": _tags(facts) | _ids(facts),
    }


def _instant(text: str) -> datetime:
    moment = fields.instant(text)
    if moment is None:
        raise ValueError("was read before")
    return moment


def _starts(facts: Facts) -> str:
    names = ("/eventtimestamp", "/timestamp", "/clock", "/eventdatetime", "/lastreceived")
    return readable_time(facts, *names) or _joined(facts, "event") or _joined(facts, "")


def _ended(facts: Facts) -> str:
    return readable_time(facts, "/eventrecoverytimestamp", "/recoverytimestamp") or _joined(
        facts, "eventrecovery"
    )


def _joined(facts: Facts, name: str) -> str:
    """Return a date and a time that stand beside each other, if they make an instant."""
    written = f"{at(facts, f'/{name}date')} {at(facts, f'/{name}time')}"
    return written if fields.instant(written) else ""


def _tags(facts: Facts) -> dict[str, str]:
    """Return the tags of an event, sent as a list, as JSON in a text, or as `name:value, …`."""
    listed = facts.get("eventtagsjson") or facts.get("eventtags") or facts.get("tags")
    if isinstance(listed, str):
        try:
            listed = json.loads(listed)
        except (ValueError, RecursionError):
            pairs = (tag.partition(":") for tag in str(listed).split(","))
            return fields.labels({name.strip(): value.strip() for name, _, value in pairs})
    tags = [tag for tag in listed if isinstance(tag, dict)] if isinstance(listed, list) else []
    return fields.labels({fields.text(tag.get("tag")): tag.get("value") for tag in tags})


def _ids(facts: Facts) -> dict[str, str]:
    names = ("triggerid", "eventid", "hostgroup", "eventopdata", "triggerhostgroupname")
    return {name: text for name in names if (text := at(facts, f"/{name}"))}


def _url(facts: Facts) -> str:
    base, event = at(facts, "/zabbixurl", "/url"), at(facts, "/eventid", "/id")
    trigger = at(facts, "/triggerid")
    if not (base and event and trigger):
        return base
    return f"{base.rstrip('/')}/tr_events.php?triggerid={trigger}&eventid={event}"


_TEMPLATE = Template(
    places=Mapping(
        title=("/eventname", "/title", "/name", "/triggername", "/alertsubject", "/subject",
               "/derived/title"),
        body=("/eventupdatemessage", "/alertmessage", "/message", "/eventopdata", "/description",
              "/triggerdescription"),
        host=_HOST,
        check=_TRIGGER,
        severity=("/eventupdateseverity", "/eventupdatenseverity", "/eventseverity",
                  "/eventnseverity", "/triggerseverity", "/triggernseverity", "/severity",
                  "/nseverity", "/priority"),
        status=_STATUS,
        starts_at=("/derived/starts",),
        ended_at=("/derived/ended",),
        url=("/linktoupstreamdetails", "/eventurl", "/derived/url", "/triggerurl"),
        labels="/derived/labels",
    ),
    action=_action,
    key=_key,
    identity="EVENT.ID",
    derive=_derive,
)  # fmt: skip

_NAMES = {
    "event_id": "{EVENT.ID}",
    "event_name": "{EVENT.NAME}",
    "event_value": "{EVENT.VALUE}",
    "event_source": "{EVENT.SOURCE}",
    "event_severity": "{EVENT.SEVERITY}",
    "event_update_status": "{EVENT.UPDATE.STATUS}",
    "event_update_action": "{EVENT.UPDATE.ACTION}",
    "event_timestamp": "{EVENT.TIMESTAMP}",
    "event_recovery_timestamp": "{EVENT.RECOVERY.TIMESTAMP}",
    "event_tags_json": "{EVENT.TAGSJSON}",
    "host_host": "{HOST.HOST}",
    "host_name": "{HOST.NAME}",
    "host_ip": "{HOST.IP}",
    "trigger_id": "{TRIGGER.ID}",
    "alert_message": "{ALERT.MESSAGE}",
    "zabbix_url": "{$ZABBIX.URL}",
}
_PARAMETERS = "".join(f"  {name:26} {macro}\n" for name, macro in _NAMES.items())
KIND = Kind(
    name="zabbix",
    label="Zabbix",
    read=read,
    mapped=True,
    severities={
        "not classified": Severity.INFO,
        "warning": Severity.LOW,
        "0": Severity.INFO,
        "1": Severity.INFO,
        "2": Severity.LOW,
        "3": Severity.MEDIUM,
        "4": Severity.HIGH,
        "5": Severity.CRITICAL,
    },
    sample={
        "event_id": "0",
        "event_name": "Test from the integration page",
        "event_value": "1",
        "event_severity": "Information",
        "host_host": "test.example.com",
    },
    snippet=(
        "Media type: Webhook\n"
        "Parameters:\n" + _PARAMETERS.replace("{", "{{").replace("}", "}}") + "Script:\n"
        "  var request = new HttpRequest();\n"
        "  request.addHeader('Content-Type: application/json');\n"
        "  var answer = request.post('{url}', value);\n"
        "  if (request.getStatus() != 202) {{ throw answer; }}\n"
        "  return answer;\n"
    ),
)
