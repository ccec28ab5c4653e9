"""LibreNMS: every state of an alert, numbers as texts or not, and the layouts of its transports."""

import json

import pytest

from itsm.monitoring.body import Json, Message
from itsm.monitoring.kinds.librenms import KIND
from itsm.monitoring.severity import level
from itsm.monitoring.signal import Action, Reading, Severity, Signal

ALERT = {
    "title": "Alert for device sw1 - Port down",
    "device_id": "9",
    "hostname": "10.0.0.9",
    "sysName": "sw1",
    "rule_id": "4",
    "alert_id": "77",
    "uid": "500",
    "name": "Port down",
    "severity": "warning",
    "state": "1",
    "timestamp": "2026-03-01 12:00:00",
    "msg": "Gi1/0/1 is down",
    "builder": '{"condition":"AND","rules":[]}',
    "status": "1",
}


def read(body: Json) -> Reading:
    return KIND.read(Message(json.dumps(body).encode(), {"content-type": "text/plain"}), None)


def one(body: Json) -> Signal:
    (signal,) = read(body).signals
    return signal


def test_an_alert_yields_all_that_it_says() -> None:
    signal = one(ALERT)

    assert (signal.action, signal.source_key) == (Action.FIRE, "9 4")
    assert (signal.title, signal.body) == ("Alert for device sw1 - Port down", "Gi1/0/1 is down")
    assert (signal.hosts, signal.check) == (("sw1", "10.0.0.9"), "Port down")
    assert signal.starts_at is not None
    assert signal.starts_at.isoformat() == "2026-03-01T12:00:00+00:00"


@pytest.mark.parametrize(
    ("state", "action"),
    [
        ("0", Action.RESOLVE),
        ("1", Action.FIRE),
        ("2", Action.ACKNOWLEDGE),
        ("3", Action.FIRE),
        ("4", Action.FIRE),
        ("5", Action.FIRE),
        (0, Action.RESOLVE),
        (2.0, Action.ACKNOWLEDGE),
        ("worse", Action.FIRE),
    ],
)
def test_each_state_keeps_the_key_whatever_its_uid(state: Json, action: Action) -> None:
    signal = one(ALERT | {"state": state, "uid": "501", "severity": "ok", "device_id": 9})

    assert (signal.action, signal.source_key) == (action, one(ALERT).source_key)


def test_a_rule_of_severity_ok_that_fires_is_no_recovery() -> None:
    assert level("ok", {}, KIND.severities, Severity.HIGH) is Severity.INFO


def test_the_layout_of_its_transport_for_on_call_tells_by_the_raw_state() -> None:
    body = {"alert_uid": 77, "hostname": "10.0.0.9", "state": "ok", "raw_state": 2}

    assert (one(body).action, one(body).source_key) == (Action.ACKNOWLEDGE, "77")
    assert one({**body, "raw_state": 0}).action is Action.RESOLVE


def test_a_message_with_line_breaks_as_they_are_is_read() -> None:
    raw = json.dumps(ALERT).replace("Gi1/0/1 is down", "Gi1/0/1\nis down").encode()

    (signal,) = KIND.read(Message(raw), None).signals

    assert signal.body == "Gi1/0/1 is down"


@pytest.mark.parametrize(
    "test", [{"name": "Test-Rule"}, {"title": "Testing transport from LibreNMS"}]
)
def test_a_test_of_the_transport_opens_nothing(test: Json) -> None:
    reading = read(ALERT | test)

    assert (reading.signals, reading.rejects, "test" in reading.notes[0]) == ((), (), True)


@pytest.mark.parametrize(
    ("spoiled", "field"),
    [
        ({"state": "9"}, "state"),
        ({"state": "{{ $state }}"}, "state"),
        ({"device_id": "", "hostname": "", "sysName": "", "alert_id": ""}, "device_id"),
    ],
)
def test_what_cannot_be_understood_is_named(spoiled: Json, field: str) -> None:
    assert [reject.field for reject in read(ALERT | spoiled).rejects] == [field]
