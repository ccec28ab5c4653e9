"""Splunk: alerts of searches, messages of Splunk On-Call, detectors of Splunk Observability."""

import json
from datetime import UTC, datetime

import pytest

from itsm.monitoring.body import Json, Message, Unreadable
from itsm.monitoring.kinds.splunk import KIND
from itsm.monitoring.severity import CLEARED, level
from itsm.monitoring.signal import Action, Reading, Severity, Signal


def search(result: Json = None, **fields: Json) -> dict[str, Json]:
    return {
        "result": {"host": "web-1", "sourcetype": "nginx", "count": "8"} | (result or {}),
        "sid": "scheduler__admin__search__W2_at_1772366400_132",
        "results_link": "https://splunk.example/app/search/@go?sid=1",
        "search_name": "Errors in nginx",
        "owner": "admin",
        "app": "shop",
    } | fields


def on_call(kind: str = "CRITICAL", **fields: Json) -> dict[str, Json]:
    return {
        "message_type": kind,
        "entity_id": "disk/web-1",
        "entity_display_name": "Disk of web-1",
        "state_message": "97 % used",
        "state_start_time": 1772366400,
        "monitoring_tool": "probe",
        "host_name": "web-1",
    } | fields


def detector(status: str = "anomalous", **fields: Json) -> dict[str, Json]:
    return {
        "detector": "Latency",
        "detectorId": "D1",
        "detectorUrl": "https://app.signalfx.com/#/detector/D1",
        "incidentId": "I1",
        "eventType": "D1_x",
        "rule": "Latency is high",
        "severity": "Major",
        "messageTitle": "Latency of checkout is high",
        "messageBody": "Above 2 s",
        "status": status,
        "statusExtended": status,
        "timestamp": "2026-03-01T12:00:00Z",
        "dimensions": {"host": "web-1"},
    } | fields


def read(body: Json, mapping: Json = None) -> Reading:
    return KIND.read(Message(json.dumps(body).encode()), mapping)


def one(body: Json, mapping: Json = None) -> Signal:
    (signal,) = read(body, mapping).signals
    return signal


def test_a_search_yields_all_that_it_says() -> None:
    signal = one(search({"message": "Many errors"}))

    assert (signal.action, signal.title) == (Action.FIRE, "Errors in nginx")
    assert (signal.hosts, signal.check) == (("web-1",), "Errors in nginx")
    assert (signal.body, signal.labels["app"], signal.labels["count"]) == (
        "Many errors",
        "shop",
        "8",
    )
    assert signal.url.startswith("https://splunk.example/")


def test_neither_the_run_nor_a_value_makes_another_trouble() -> None:
    first = one(search())

    assert one(search({"count": "9", "severity": "high"}, sid="2")).source_key == first.source_key
    assert one(search({"host": "web-2"})).source_key != first.source_key
    assert one(search(app="other")).source_key != first.source_key
    assert one(search(search_name="Other")).source_key != first.source_key


def test_a_search_that_was_not_saved_has_no_name() -> None:
    signal = one(search(search_name=None))

    assert (signal.action, signal.title) == (Action.FIRE, "A search in shop")


@pytest.mark.parametrize(
    ("result", "found"),
    [
        ({"severity": "critical"}, Severity.CRITICAL),
        ({"urgency": "high"}, Severity.HIGH),
        ({"severity": "6"}, Severity.CRITICAL),
        ({"severity": 2}, Severity.INFO),
        ({"severity": "normal"}, CLEARED),
        ({}, Severity.LOW),
    ],
)
def test_the_severity_is_a_field_of_the_result(result: Json, found: object) -> None:
    signal = one(search(result))

    assert level(signal.severity_word, {}, KIND.severities, Severity.LOW) is found


def test_a_second_search_may_say_that_it_is_over_by_an_equal_alert_key() -> None:
    ill = one(search({"alert_key": "nginx/web-1"}))
    well = one(search({"alert_key": "nginx/web-1", "severity": "ok"}, search_name="All is well"))

    assert ill.source_key == well.source_key
    assert level(well.severity_word, {}, KIND.severities, Severity.LOW) is CLEARED


def test_the_fields_that_make_the_key_can_be_chosen() -> None:
    mapping = {"key": ["/search_name", "/result/queue"]}

    first = one(search({"queue": "mail"}), mapping)

    assert first.source_key == "Errors in nginx mail"


@pytest.mark.parametrize(
    ("kind", "action"),
    [
        ("CRITICAL", Action.FIRE),
        ("WARNING", Action.FIRE),
        ("critical", Action.FIRE),
        ("ACKNOWLEDGEMENT", Action.ACKNOWLEDGE),
        ("RECOVERY", Action.RESOLVE),
    ],
)
def test_a_message_for_on_call_is_called_by_its_entity(kind: str, action: Action) -> None:
    signal = one(on_call(kind))

    assert (signal.action, signal.source_key) == (action, "disk/web-1")
    assert (signal.title, signal.body, signal.hosts) == ("Disk of web-1", "97 % used", ("web-1",))
    assert signal.severity_word == kind
    assert datetime(2026, 3, 1, 12, 0, tzinfo=UTC) in {signal.starts_at, signal.ended_at}


def test_what_is_for_the_timeline_alone_opens_nothing() -> None:
    assert read(on_call("INFO")).notes == ("[0]: a message for the timeline alone",)


@pytest.mark.parametrize(
    ("status", "action"),
    [
        ("anomalous", Action.FIRE),
        ("ok", Action.RESOLVE),
        ("stopped", Action.RESOLVE),
        ("manually resolved", Action.RESOLVE),
        ("MANUALLY_RESOLVED", Action.RESOLVE),
    ],
)
def test_a_detector_is_followed_by_its_incident(status: str, action: Action) -> None:
    signal = one(detector(status))

    assert (signal.action, signal.source_key) == (action, "I1")
    assert (signal.title, signal.hosts) == ("Latency of checkout is high", ("web-1",))
    assert level(signal.severity_word, {}, KIND.severities, Severity.LOW) is Severity.HIGH


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "search_name"),
        ({"result": {"count": "3"}, "sid": "x"}, "search_name"),
        (on_call("SIDEWAYS"), "message_type"),
        (on_call(entity_id=None, host_name=None), "search_name"),
        (detector("sideways"), "statusExtended"),
        (7, "body"),
    ],
)
def test_what_cannot_be_understood_is_named(body: Json, field: str) -> None:
    try:
        named = read(body).rejects[0].field
    except Unreadable as error:
        named = error.field

    assert named == field
