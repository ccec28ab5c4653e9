"""Grafana: alerts of unified alerting one by one, and rules of the alerting before it."""

import json
from datetime import UTC, datetime

import pytest

from itsm.monitoring.body import Json, Message, Unreadable
from itsm.monitoring.kinds.grafana import KIND
from itsm.monitoring.signal import Action, Reading, Signal

RULE = {
    "ruleId": 7,
    "ruleName": "CPU",
    "title": "[Alerting] CPU",
    "state": "alerting",
    "message": "too hot",
    "ruleUrl": "https://graf.example/d/1",
    "tags": {"severity": "critical"},
    "evalMatches": [
        {"metric": "user", "value": 97.1, "tags": {"instance": "web1:9100"}},
        {"metric": "system", "value": 80, "tags": {"instance": "web2:9100"}},
    ],
}


def alert(**more: Json) -> dict[str, Json]:
    return {
        "status": "firing",
        "labels": {"alertname": "Disk", "instance": "db1:9100", "severity": "warning"},
        "annotations": {"summary": "Disk full on db1"},
        "startsAt": "2026-03-01T14:00:00+02:00",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "https://graf.example/rule",
        "dashboardURL": "https://graf.example/dash",
        "panelURL": "",
        "fingerprint": "f1",
        "values": {"B": 44.2},
        "valueString": "[ var='B' value=44.2 ]",
    } | more


def read(*alerts: Json, **group: Json) -> Reading:
    body = {"version": "1", "status": "firing", "groupKey": "g", "alerts": list(alerts)} | group
    return KIND.read(Message(json.dumps(body).encode()), None)


def rule(**more: Json) -> Reading:
    return KIND.read(Message(json.dumps(RULE | more).encode()), None)


def the(reading: Reading) -> Signal:
    (signal,) = reading.signals
    return signal


def test_an_alert_yields_all_that_it_says() -> None:
    signal = the(read(alert()))

    assert (signal.action, signal.source_key) == (Action.FIRE, "f1")
    assert (signal.title, signal.body) == ("Disk full on db1", "[ var='B' value=44.2 ]")
    assert (signal.severity_word, signal.hosts, signal.check) == ("warning", ("db1:9100",), "Disk")
    assert signal.labels["value B"] == "44.2"
    assert signal.url == "https://graf.example/dash"
    assert signal.starts_at == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_alerts_are_read_one_by_one_and_never_by_their_group() -> None:
    over = alert(status="resolved", fingerprint="f2", endsAt="2026-03-01T12:05:00Z")

    reading = read(alert(), over)

    assert [signal.action for signal in reading.signals] == [Action.FIRE, Action.RESOLVE]
    assert [signal.source_key for signal in reading.signals] == ["f1", "f2"]
    assert reading.signals[1].ended_at == datetime(2026, 3, 1, 12, 5, tzinfo=UTC)


def test_without_a_fingerprint_the_labels_are_the_key_whatever_the_values() -> None:
    fire = the(read(alert(fingerprint="")))
    over = the(read(alert(fingerprint="", status="resolved", values={"B": 1}), groupKey="h"))

    assert (fire.source_key, len(fire.source_key)) == (over.source_key, 64)


@pytest.mark.parametrize(
    ("name", "title"),
    [("DatasourceNoData", "No data: Disk"), ("DatasourceError", "Evaluation failed: Disk")],
)
def test_a_rule_that_could_not_be_evaluated_is_called_by_its_own_name(
    name: str, title: str
) -> None:
    labels = {"alertname": name, "rulename": "Disk", "datasource_uid": "x"}

    signal = the(read(alert(labels=labels)))

    assert (signal.action, signal.title, signal.check) == (Action.FIRE, title, "Disk")


def test_what_was_left_out_is_noted() -> None:
    assert "left out 3 alerts" in read(alert(), truncatedAlerts=3).notes[0]


def test_the_button_for_tests_opens_nothing() -> None:
    reading = read(alert(labels={"alertname": "TestAlert", "instance": "Grafana"}))

    assert (reading.signals, reading.rejects, "test" in reading.notes[0]) == ((), (), True)


@pytest.mark.parametrize(
    ("spoiled", "field"),
    [
        (alert(status="sideways"), "alerts[1].status"),
        (alert(labels=[]), "alerts[1].labels"),
        (alert(labels={}, fingerprint=""), "alerts[1].labels"),
        ("text", "alerts[1]"),
    ],
)
def test_one_bad_alert_is_rejected_alone(spoiled: Json, field: str) -> None:
    reading = read(alert(), spoiled, alert(fingerprint="f3"))

    assert [signal.index for signal in reading.signals] == [0, 2]
    assert [(reject.index, reject.field) for reject in reading.rejects] == [(1, field)]


def test_an_old_rule_yields_all_that_it_says() -> None:
    signal = the(rule())

    assert (signal.action, signal.source_key, signal.check) == (Action.FIRE, "7", "CPU")
    assert (signal.title, signal.body) == ("[Alerting] CPU", "too hot")
    assert (signal.hosts, signal.severity_word) == (("web1:9100", "web2:9100"), "critical")
    assert (signal.labels["user"], signal.url) == ("97.1", "https://graf.example/d/1")


@pytest.mark.parametrize(
    ("state", "action"),
    [("ok", Action.RESOLVE), ("no_data", Action.FIRE), ("Alerting", Action.FIRE)],
)
def test_each_state_of_an_old_rule_keeps_the_key(state: str, action: Action) -> None:
    signal = the(rule(state=state, evalMatches=[], title=f"[{state}] CPU"))

    assert (signal.action, signal.source_key) == (action, "7")


@pytest.mark.parametrize(
    "more",
    [{"state": "pending"}, {"state": "paused"}, {"ruleId": 0, "ruleName": "Test notification"}],
)
def test_an_old_rule_that_waits_and_a_test_open_nothing(more: dict[str, Json]) -> None:
    assert (rule(**more).signals, len(rule(**more).notes)) == ((), 1)


@pytest.mark.parametrize("matches", [None, "x", [7, {"tags": "y"}, {"tags": None}]])
def test_odd_matches_do_not_lose_the_alert(matches: Json) -> None:
    assert the(rule(evalMatches=matches)).source_key == "7"


@pytest.mark.parametrize(
    "more", [{"state": "sideways"}, {"state": None}, {"ruleId": None, "ruleName": ""}]
)
def test_an_old_rule_that_cannot_be_understood_is_refused(more: dict[str, Json]) -> None:
    with pytest.raises(Unreadable, match=r"state|ruleId"):
        rule(**more)


@pytest.mark.parametrize("body", [b"[]", b"{}", b'"x"', b'{"alerts": 7}', b'{"title": "x"}'])
def test_any_other_body_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable):
        KIND.read(Message(body), None)
