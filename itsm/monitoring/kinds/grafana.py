"""Grafana: the webhook of unified alerting, and that of the alert rules before version 9."""

from collections.abc import Mapping as Names
from dataclasses import replace

from itsm.monitoring import fields
from itsm.monitoring.body import Json, Message, Unreadable
from itsm.monitoring.kinds import alertmanager
from itsm.monitoring.kinds.kind import Kind
from itsm.monitoring.signal import Action, Reading, Reject, Signal

# By these names Grafana tells that a rule could not be evaluated; the rule's own is a label.
_BROKEN = {"DatasourceNoData": "No data", "DatasourceError": "Evaluation failed"}
_LEGACY: Names[str, Action] = {
    "alerting": Action.FIRE,
    "no_data": Action.FIRE,
    "nodata": Action.FIRE,
    "execution_error": Action.FIRE,
    "ok": Action.RESOLVE,
}
_NOTHING_YET = {"pending", "paused", "unknown"}
_TEST = "a test of the contact point"


def read(message: Message, mapping: Json) -> Reading:
    """Return a signal for each alert of a group, or the one of a rule."""
    del mapping
    document = message.document()
    root = document.root
    if isinstance(root, dict) and "alerts" not in root and {"ruleId", "ruleName"} & set(root):
        document.must_be_flawless()
        return _rule(root)
    sound, rejects = fields.members(document, "alerts")
    signals: list[Signal] = []
    notes = list(alertmanager.truncated(root))
    for index, member in sound:
        try:
            said = _alert(index, member)
        except Unreadable as error:
            rejects.append(Reject(index, error.field, error.reason))
            continue
        if said:
            signals.append(said)
        else:
            notes.append(f"alerts[{index}]: {_TEST}")
    return Reading(tuple(signals), tuple(rejects), tuple(notes))


def _alert(index: int, member: Json) -> Signal | None:
    """Return the signal of an alert, None for the one that the button for tests sends."""
    said = alertmanager.signal(index, member)
    if (said.check, said.hosts) == ("TestAlert", ("Grafana",)):
        return None
    rule = said.labels.get("rulename", "")
    title = f"{_BROKEN[said.check]}: {rule}" if said.check in _BROKEN and rule else said.title
    return replace(
        said,
        title=title,
        check=rule if said.check in _BROKEN and rule else said.check,
        body=said.body or fields.first(member, "valueString"),
        severity_word=said.severity_word or said.labels.get("priority", ""),
        labels=dict(said.labels) | _values(member.get("values")),
        url=fields.first(member, "panelURL", "dashboardURL", "generatorURL"),
    )


def _values(values: Json) -> dict[str, str]:
    return {f"value {name}": text for name, text in fields.labels(values).items()}


def _rule(rule: dict[str, Json]) -> Reading:
    """Read what a rule of the old alerting says; its id stays the same from fire to recovery."""
    state = fields.text(rule.get("state")).lower()
    name = fields.first(rule, "ruleName")
    if fields.first(rule, "ruleId") == "0" or name == "Test notification":
        return Reading(notes=(_TEST,))
    if state in _NOTHING_YET:
        return Reading(notes=(f"the rule is {state}: nothing follows yet",))
    action = _LEGACY.get(state)
    if action is None:
        raise Unreadable("state", f"'{state[:40]}' is not known" if state else "is missing")
    key = fields.first(rule, "ruleId") or name
    if not key:
        raise Unreadable("ruleId", "is missing, and nothing else tells which rule it is")
    matches = _matches(rule)
    tags = fields.labels(rule.get("tags"))
    return Reading(
        (
            Signal(
                action=action,
                source_key=key,
                title=fields.first(rule, "title") or name,
                body=fields.first(rule, "message"),
                severity_word=tags.get("severity") or tags.get("priority", ""),
                hosts=_hosts([*matches, tags]),
                check=name,
                labels=tags | _measured(rule),
                url=fields.first(rule, "ruleUrl"),
            ),
        )
    )


def _matches(rule: dict[str, Json]) -> list[dict[str, str]]:
    """Return the labels of each series that a rule matched; a rule that recovered has none."""
    listed = rule.get("evalMatches")
    matches = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return [fields.labels(one.get("tags")) for one in matches]


def _hosts(matches: list[dict[str, str]]) -> tuple[str, ...]:
    named = (tags[name] for tags in matches for name in alertmanager.HOSTS if tags.get(name))
    return tuple(dict.fromkeys(named))


def _measured(rule: dict[str, Json]) -> dict[str, str]:
    listed = rule.get("evalMatches")
    return fields.labels(
        {
            fields.text(one.get("metric")): one.get("value")
            for one in (listed if isinstance(listed, list) else [])
            if isinstance(one, dict)
        }
    )


KIND = Kind(
    name="grafana",
    label="Grafana",
    read=read,
    sample={
        "receiver": "itsm",
        "status": "firing",
        "orgId": 1,
        "version": "1",
        "truncatedAlerts": 0,
        "alerts": [
            {
                "status": "firing",
                "labels": {"alertname": "Test", "severity": "info", "instance": "test.example.com"},
                "annotations": {"summary": "Test from the integration page"},
                "startsAt": "2026-01-01T00:00:00Z",
                "endsAt": "0001-01-01T00:00:00Z",
                "fingerprint": "0",
            }
        ],
    },
    snippet=(
        "apiVersion: 1\n"
        "contactPoints:\n"
        "  - orgId: 1\n"
        "    name: itsm\n"
        "    receivers:\n"
        "      - uid: itsm\n"
        "        type: webhook\n"
        "        settings:\n"
        "          url: {url}\n"
        "          httpMethod: POST\n"
    ),
)
