"""Elastic: Kibana's rules by its webhook connector, one alert or a summary each, and Watcher.

Every type of rule has action groups of its own, and only one of them says that an alert is over:
`recovered`. So any other group fires.
"""

import json
from dataclasses import replace

from itsm.monitoring import fields
from itsm.monitoring.body import Json, Message, Unreadable, spelled
from itsm.monitoring.kinds.kind import Kind
from itsm.monitoring.mapping import Mapping, lookup
from itsm.monitoring.signal import Action, Reading, Reject, Severity, Signal
from itsm.monitoring.templated import Facts, Note, Template, at, choice, document
from itsm.monitoring.templated import read as read_templated

# The list in which an alert stands says how it is.
_STANDING: dict[str, dict[str, Json]] = {
    "new": {"kibana.alert.status": "active"},
    "ongoing": {"kibana.alert.status": "active"},
    "recovered": {"kibana.alert.status": "recovered", "kibana.alert.action_group": "recovered"},
}
_STATES: dict[str, Action | Note] = {
    "active": Action.FIRE,
    "new": Action.FIRE,
    "ongoing": Action.FIRE,
    "firing": Action.FIRE,
    "open": Action.FIRE,
    "alert": Action.FIRE,
    "trigger": Action.FIRE,
    "triggered": Action.FIRE,
    "recovered": Action.RESOLVE,
    "resolved": Action.RESOLVE,
    "resolve": Action.RESOLVE,
    "ok": Action.RESOLVE,
    "closed": Action.RESOLVE,
    # The rule was switched off or the alert was let go by hand: nothing will say that it is over.
    "untracked": Action.RESOLVE,
    "acknowledged": Action.ACKNOWLEDGE,
    "acknowledge": Action.ACKNOWLEDGE,
}
_GROUP = (
    "/alert/actiongroup",
    "/alertactiongroup",
    "/actiongroup",
    "/kibanaalertactiongroup",
    "/kibana/alert/actiongroup",
    "/alert/actiongroupname",
    "/actiongroupname",
)
_STATUS = (
    "/kibanaalertstatus",
    "/kibana/alert/status",
    "/alert/status",
    "/alertstatus",
    "/status",
    "/state",
)
_RULE = ("/rule/id", "/ruleid", "/kibanaalertruleuuid", "/kibana/alert/rule/uuid")
_ALERT = (
    "/alert/id",
    "/alertid",
    "/alertinstanceid",
    "/instanceid",
    "/kibanaalertinstanceid",
    "/kibana/alert/instance/id",
    "/fingerprint",
    "/alert/uuid",
    "/alertuuid",
)
_NAMES = (
    "/rule/name",
    "/rulename",
    "/kibanaalertrulename",
    "/kibana/alert/rule/name",
    "/alertname",
    "/watchid",
    "/ctx/watchid",
    "/metadata/name",
)


def read(message: Message, mapping: Json) -> Reading:
    """Return a signal for each alert of a summary, or the one that a body tells of."""
    page = document(message)
    listed = _summary(page.root)
    if listed is None:
        return read_templated(message, mapping, _TEMPLATE)
    signals: list[Signal] = []
    rejects: list[Reject] = []
    for index, (path, member) in enumerate(listed):
        flaw = page.flaw_in(path)
        if flaw:
            rejects.append(Reject(index, spelled(flaw.path), flaw.reason))
            continue
        try:
            alone = fields.obj(member, spelled(path)) | _STANDING[str(path[1])]
            read_one = read_templated(Message(json.dumps(alone).encode()), mapping, _TEMPLATE)
        except Unreadable as error:
            rejects.append(Reject(index, error.field, error.reason))
            continue
        signals += [replace(signal, index=index) for signal in read_one.signals]
        rejects += [replace(reject, index=index) for reject in read_one.rejects]
    notes = () if listed else ("a summary without alerts",)
    return Reading(tuple(signals), tuple(rejects), notes)


def _summary(root: Json) -> list[tuple[tuple[str | int, ...], Json]] | None:
    """Return the alerts of a summary, each with its path; None where the body is none."""
    alerts = root.get("alerts") if isinstance(root, dict) else None
    if not isinstance(alerts, dict) or not any(group in alerts for group in _STANDING):
        return None
    listed: list[tuple[tuple[str | int, ...], Json]] = []
    for group in _STANDING:
        data = lookup(alerts, f"/{group}/data") or alerts.get(group)
        inner = ("data",) if isinstance(lookup(alerts, f"/{group}/data"), list) else ()
        if isinstance(data, list):
            listed += [(("alerts", group, *inner, place), one) for place, one in enumerate(data)]
    return listed


def _action(facts: Facts) -> Action | Note:
    group = at(facts, *_GROUP).lower()
    if group:
        return Action.RESOLVE if "recovered" in group else Action.FIRE
    return choice(_STATES, at(facts, *_STATUS, "/eventaction"), "alert.actionGroup")


def _key(facts: Facts, host: str, check: str) -> str:
    """Return rule and alert; Watcher has the name of its watch, never the id of one run."""
    rule, alert = at(facts, *_RULE), at(facts, *_ALERT)
    if rule or alert:
        return " ".join(filter(None, (rule, alert or host)))
    watch = at(facts, "/watchid", "/ctx/watchid", "/watch", "/metadata/name")
    if watch:
        return " ".join(filter(None, (watch, host)))
    return fields.identity({"host": host, "check": check}) if check else ""


def _derive(facts: Facts) -> Facts:
    group = at(facts, *_GROUP)
    labels = lookup(facts, "/rule/tags") or lookup(facts, "/ruletags") or lookup(facts, "/tags")
    tags = ",".join(map(fields.text, labels)) if isinstance(labels, list) else fields.text(labels)
    named = {"rule": at(facts, *_NAMES), "group": group, "tags": tags}
    return {"group": group, "labels": {name: text for name, text in named.items() if text}}


_TEMPLATE = Template(
    places=Mapping(
        title=("/title", "/context/title", "/subject", *_NAMES),
        body=(
            "/context/reason",
            "/contextreason",
            "/kibanaalertreason",
            "/kibana/alert/reason",
            "/reason",
            "/context/message",
            "/contextmessage",
            "/message",
            "/description",
        ),
        host=(
            "/context/host/name",
            "/context/host/hostname",
            "/context/host",
            "/contexthost",
            "/host/name",
            "/hostname",
            "/host",
            "/context/hostname",
            "/context/monitorurl",
            "/context/servicename",
            "/contextservicename",
            "/servicename",
            "/metadata/host",
            "/ctx/metadata/host",
            "/context/group",
            "/contextgroup",
            "/group",
        ),
        check=_NAMES,
        severity=(
            "/severity",
            "/kibanaalertseverity",
            "/kibana/alert/severity",
            "/context/severity",
            "/context/rule/severity",
            "/metadata/severity",
            "/ctx/metadata/severity",
            "/priority",
            "/derived/group",
        ),
        status=(*_GROUP, *_STATUS),
        starts_at=("/kibanaalertstart", "/kibana/alert/start", "/alert/start", "/starttime"),
        ended_at=(
            "/kibanaalertend",
            "/kibana/alert/end",
            "/context/recoverytimestamp",
            "/date",
            "/context/timestamp",
            "/timestamp",
        ),
        url=(
            "/context/alertdetailsurl",
            "/contextalertdetailsurl",
            "/alertdetailsurl",
            "/context/viewinappurl",
            "/viewinappurl",
            "/rule/url",
            "/ruleurl",
            "/url",
            "/kibanaalerturl",
            "/kibana/alert/url",
        ),
        labels="/derived/labels",
    ),
    action=_action,
    key=_key,
    identity="rule.id",
    derive=_derive,
)

KIND = Kind(
    name="elastic",
    label="Elastic",
    read=read,
    mapped=True,
    severities={
        "slo.burnrate.alert": Severity.CRITICAL,
        "slo.burnrate.high": Severity.HIGH,
        "slo.burnrate.medium": Severity.MEDIUM,
        "slo.burnrate.low": Severity.LOW,
        "metrics.threshold.warning": Severity.MEDIUM,
        "metrics.inventory_threshold.warning": Severity.MEDIUM,
    },
    sample={
        "rule": {"id": "test", "name": "Test from the integration page"},
        "alert": {"id": "test", "actionGroup": "default"},
        "context": {"host": "test.example.com", "message": "Nothing is wrong"},
        "severity": "info",
    },
    snippet=(
        "Webhook connector, POST to:  {url}\n"
        "Actions for each alert, once for the firing group and once for Recovered:\n"
        "{{\n"
        '  "rule": {{"id": "{{{{rule.id}}}}", "name": "{{{{rule.name}}}}",\n'
        '           "url": "{{{{rule.url}}}}"}},\n'
        '  "alert": {{"id": "{{{{alert.id}}}}", "actionGroup": "{{{{alert.actionGroup}}}}"}},\n'
        '  "context": {{"reason": "{{{{context.reason}}}}", "message": "{{{{context.message}}}}",\n'
        '              "host": "{{{{context.host.name}}}}",\n'
        '              "alertDetailsUrl": "{{{{context.alertDetailsUrl}}}}"}},\n'
        '  "severity": "high",\n'
        '  "date": "{{{{date}}}}"\n'
        "}}\n"
    ),
)
