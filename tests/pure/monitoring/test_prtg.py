"""PRTG: the placeholders of a notification, posted as a form or as JSON."""

import json
from urllib.parse import urlencode

import pytest

from itsm.monitoring.body import Json, Message
from itsm.monitoring.kinds.prtg import KIND
from itsm.monitoring.severity import level
from itsm.monitoring.signal import Action, Reading, Severity, Signal

FORM = {"content-type": "application/x-www-form-urlencoded"}
DOWN = {
    "sensorid": "2042",
    "status": "Down",
    "device": "Core switch",
    "host": "10.0.0.1",
    "sensor": "Ping",
    "message": "Request timed out (100 % lost)",
    "linksensor": "https://prtg.example/sensor.htm?id=2042",
    "group": "Network",
    "datetime": "3/1/2026 1:00:00 PM",
}


def read(body: Json) -> Reading:
    return KIND.read(Message(json.dumps(body).encode()), None)


def one(body: Json) -> Signal:
    (signal,) = read(body).signals
    return signal


def test_a_sensor_that_is_down_yields_all_that_it_says() -> None:
    signal = one(DOWN)

    assert (signal.action, signal.source_key) == (Action.FIRE, "2042")
    assert (signal.title, signal.check) == ("Ping on Core switch is down", "Ping")
    assert (signal.hosts, signal.body) == (
        ("10.0.0.1", "Core switch"),
        "Request timed out (100 % lost)",
    )
    assert signal.url == "https://prtg.example/sensor.htm?id=2042"
    assert signal.labels["group"] == "Network"


def test_a_form_says_the_same() -> None:
    (signal,) = KIND.read(Message(urlencode(DOWN).encode(), FORM), None).signals

    assert signal == one(DOWN)


@pytest.mark.parametrize(
    ("status", "action", "severity"),
    [
        ("Down", Action.FIRE, Severity.CRITICAL),
        ("Down (Partial)", Action.FIRE, Severity.HIGH),
        ("Warning", Action.FIRE, Severity.MEDIUM),
        ("Unusual", Action.FIRE, Severity.LOW),
        ("Unknown", Action.FIRE, Severity.INFO),
        ("Down ESCALATION", Action.FIRE, Severity.CRITICAL),
        ("5", Action.FIRE, Severity.CRITICAL),
        ("Down (Acknowledged)", Action.ACKNOWLEDGE, Severity.CRITICAL),
    ],
)
def test_each_state_that_is_no_recovery(status: str, action: Action, severity: Severity) -> None:
    signal = one(DOWN | {"status": status})

    assert (signal.action, signal.source_key) == (action, "2042")
    assert level(signal.severity_word, {}, KIND.severities, Severity.INFO) is severity


@pytest.mark.parametrize("status", ["Up", "Down ended (now: Up)", "Warning ended (now: Up)", "3"])
def test_a_recovery_has_the_key_of_its_alert(status: str) -> None:
    signal = one(DOWN | {"status": status, "message": "12 msec"})

    assert (signal.action, signal.source_key) == (Action.RESOLVE, one(DOWN).source_key)


def test_what_was_down_and_is_in_warning_now_still_fires() -> None:
    signal = one(DOWN | {"status": "Down ended (now: Warning)"})

    assert (signal.action, signal.severity_word) == (Action.FIRE, "warning")


@pytest.mark.parametrize(
    "status", ["Paused", "Paused by User", "Paused (parent)", "Down ended (now: Paused)", "7"]
)
def test_of_a_paused_sensor_nothing_follows(status: str) -> None:
    reading = read(DOWN | {"status": status})

    assert (reading.signals, reading.rejects, "paused" in reading.notes[0]) == ((), (), True)


def test_without_the_number_of_the_sensor_device_and_sensor_are_the_key() -> None:
    body = DOWN | {"sensorid": "%sensorid"}

    assert one(body).source_key == "10.0.0.1!Ping"
    assert one(body | {"status": "Up"}).source_key == one(body).source_key


def test_placeholders_that_were_not_filled_in_are_absent_in_a_form_too() -> None:
    raw = b"sensorid=7&status=Down&device=%device&host=%host&message=%message"

    (signal,) = KIND.read(Message(raw, FORM), None).signals

    assert (signal.hosts, signal.body, signal.title) == ((), "", "Sensor 7 is down")


@pytest.mark.parametrize(
    ("spoiled", "field"),
    [
        ({"status": "Sideways"}, "status"),
        ({"status": "%status"}, "status"),
        ({"sensorid": "", "sensor": ""}, "sensorid"),
    ],
)
def test_what_cannot_be_understood_is_named(spoiled: Json, field: str) -> None:
    assert [reject.field for reject in read(DOWN | spoiled).rejects] == [field]
