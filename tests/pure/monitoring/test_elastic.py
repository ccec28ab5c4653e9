"""Elastic: rules of Kibana in the layouts that people give them, summaries, and Watcher."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from itsm.monitoring.body import Json, Message, Unreadable
from itsm.monitoring.kinds.elastic import KIND
from itsm.monitoring.severity import level
from itsm.monitoring.signal import Action, Reading, Severity, Signal


def nested(group: str = "query matched", **fields: Json) -> dict[str, Json]:
    return {
        "rule": {"id": "r-1", "name": "Errors in the log", "tags": ["shop", "web"]},
        "alert": {"id": "web-1", "uuid": "u-1", "actionGroup": group},
        "context": {
            "reason": "7 errors",
            "host": {"name": "web-1"},
            "alertDetailsUrl": "https://kibana.example/alerts/u-1",
        },
        "date": "2026-03-01T12:05:00.000Z",
    } | fields


def flat(group: str = "query matched") -> dict[str, Json]:
    return {
        "ruleId": "r-1",
        "ruleName": "Errors in the log",
        "alertId": "web-1",
        "alertActionGroup": group,
        "contextReason": "7 errors",
        "host": "web-1",
    }


def dotted(group: str = "query matched") -> dict[str, Json]:
    return {
        "rule.id": "r-1",
        "rule.name": "Errors in the log",
        "alert.id": "web-1",
        "alert.actionGroup": group,
        "context.reason": "7 errors",
        "host.name": "web-1",
    }


def snake(group: str = "query matched") -> dict[str, Json]:
    return {
        "rule_id": "r-1",
        "rule_name": "Errors in the log",
        "alert_id": "web-1",
        "action_group": group,
        "reason": "7 errors",
        "hostname": "web-1",
    }


def document(host: str, **fields: Json) -> dict[str, Json]:
    return {
        "kibana.alert.rule.uuid": "r-1",
        "kibana.alert.rule.name": "CPU",
        "kibana.alert.instance.id": host,
        "kibana.alert.status": "active",
        "kibana.alert.reason": f"CPU of {host} is high",
        "kibana.alert.severity": "critical",
        "kibana.alert.start": "2026-03-01T12:00:00.000Z",
        "kibana.alert.end": "2026-03-01T12:05:00.000Z",
        "host": {"name": host},
    } | fields


def read(body: Json, mapping: Json = None) -> Reading:
    return KIND.read(Message(json.dumps(body).encode()), mapping)


def one(body: Json, mapping: Json = None) -> Signal:
    (signal,) = read(body, mapping).signals
    return signal


@pytest.mark.parametrize("layout", [nested, flat, dotted, snake])
def test_a_rule_is_read_in_every_layout(layout: Callable[..., Json]) -> None:
    fired, over = one(layout()), one(layout("recovered"))

    assert (fired.action, over.action) == (Action.FIRE, Action.RESOLVE)
    assert fired.source_key == over.source_key == "r-1 web-1"
    assert (fired.title, fired.body) == ("Errors in the log", "7 errors")
    assert fired.hosts == ("web-1",)


@pytest.mark.parametrize(
    "group",
    ["default", "threshold met", "metrics.threshold.fired", "metrics.threshold.nodata", "anything"],
)
def test_every_group_but_that_of_the_recovered_fires(group: str) -> None:
    assert one(nested(group)).action is Action.FIRE
    assert one(nested("Recovered")).action is Action.RESOLVE


@pytest.mark.parametrize(
    ("group", "fields", "found"),
    [
        ("slo.burnRate.alert", {}, Severity.CRITICAL),
        ("slo.burnRate.low", {}, Severity.LOW),
        ("metrics.threshold.warning", {}, Severity.MEDIUM),
        ("metrics.threshold.fired", {}, Severity.HIGH),
        ("default", {"severity": "low"}, Severity.LOW),
        ("default", {"severity": "{{context.severity}}"}, Severity.HIGH),
    ],
)
def test_the_severity_is_the_bodys_else_that_of_the_group(
    group: str, fields: dict[str, Json], found: Severity
) -> None:
    signal = one(nested(group, **fields))

    assert level(signal.severity_word, {}, KIND.severities, Severity.HIGH) is found
    assert signal.source_key == "r-1 web-1"


def test_times_of_both_ends_are_kept() -> None:
    assert one(nested("recovered")).ended_at == datetime(2026, 3, 1, 12, 5, tzinfo=UTC)
    assert one(document("web-1")).starts_at == datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def test_a_summary_is_read_alert_by_alert() -> None:
    groups = {
        "new": {"count": 2, "data": [document("web-1"), "none"]},
        "ongoing": {"count": 1, "data": [document("web-2")]},
        "recovered": {"count": 1, "data": [document("web-3")]},
    }

    reading = read({"alerts": groups})

    actions = [(signal.index, signal.action, signal.hosts[0]) for signal in reading.signals]
    assert actions == [
        (0, Action.FIRE, "web-1"),
        (2, Action.FIRE, "web-2"),
        (3, Action.RESOLVE, "web-3"),
    ]
    assert [(reject.index, reject.field) for reject in reading.rejects] == [
        (1, "alerts.new.data[1]")
    ]


def test_a_summary_may_have_its_names_taken_apart() -> None:
    alert = {"rule": {"uuid": "r-1", "name": "CPU"}, "instance": {"id": "web-1"}, "severity": "low"}
    data = [{"kibana": {"alert": alert}, "host": {"name": "web-1"}}]

    fired = one({"alerts": {"new": {"data": data}}})
    over = one({"alerts": {"recovered": {"data": data}}})

    assert (fired.action, over.action) == (Action.FIRE, Action.RESOLVE)
    assert fired.source_key == over.source_key == "r-1 web-1"
    assert (fired.title, fired.severity_word) == ("CPU", "low")


def test_a_value_that_is_no_json_spoils_its_own_alert_alone() -> None:
    sound = json.dumps(document("web-1"))
    body = f'{{"alerts": {{"new": {{"data": [{{"kibana.alert.rule.uuid": NaN}}, {sound}]}}}}}}'

    reading = KIND.read(Message(body.encode()), None)

    assert [signal.index for signal in reading.signals] == [1]
    assert [reject.index for reject in reading.rejects] == [0]


def test_a_summary_of_nothing_is_a_note() -> None:
    empty = {"alerts": {"new": {"count": 0, "data": []}, "recovered": {"count": 0, "data": []}}}

    assert read(empty) == Reading(notes=("a summary without alerts",))


def test_alerts_may_stand_in_a_list() -> None:
    reading = read([nested(), nested("recovered"), 7])

    assert [signal.action for signal in reading.signals] == [Action.FIRE, Action.RESOLVE]
    assert [reject.index for reject in reading.rejects] == [2]


@pytest.mark.parametrize("wrap", [lambda ctx: ctx, lambda ctx: {"ctx": ctx}])
def test_a_watch_is_called_by_its_name_and_not_by_its_run(wrap: Callable[..., Json]) -> None:
    def run(number: int, **fields: Json) -> Json:
        told = {"id": f"disk_{number}", "watch_id": "disk", "metadata": {"severity": "low"}}
        return wrap(told | fields)

    first, second = one(run(1)), one(run(2))

    assert first.source_key == second.source_key == "disk"
    assert (first.title, first.severity_word) == ("disk", "low")


def test_an_integrations_own_mapping_goes_over_this() -> None:
    signal = one(nested() | {"box": "db-1"}, {"host": ["/box"]})

    assert (signal.hosts, signal.source_key) == (("db-1",), "r-1 web-1")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "rule.id"),
        ({"rule": {"id": "{{rule.id}}"}, "alert": {"actionGroup": "default"}}, "rule.id"),
        ({"rule": {"id": "r"}, "status": "sideways"}, "alert.actionGroup"),
        (7, "body"),
    ],
)
def test_what_cannot_be_understood_is_named(body: Json, field: str) -> None:
    try:
        named = read(body).rejects[0].field
    except Unreadable as error:
        named = error.field

    assert named == field
