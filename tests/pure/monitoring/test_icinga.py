"""Icinga 2: notification commands, event commands, and events of the API."""

import json

import pytest

from itsm.monitoring.body import Json, Message
from itsm.monitoring.kinds.icinga import KIND
from itsm.monitoring.signal import Action, Reading, Signal

COMMAND = {
    "host": {"name": "db1.example.net", "display_name": "DB 1"},
    "service": {"name": "postgres", "display_name": "PostgreSQL", "acknowledgement": "0",
                "downtime_depth": "0", "flapping": "0"},
    "check_result": {"exit_status": "2", "state": "CRITICAL", "output": "refused",
                     "execution_end": "1772366400.5", "state_type": "1", "attempt": "3"},
}  # fmt: skip
NOTIFICATION = {
    "NOTIFICATIONTYPE": "PROBLEM",
    "HOSTNAME": "db1.example.net",
    "SERVICENAME": "postgres",
    "SERVICESTATE": "CRITICAL",
    "LONGDATETIME": "2026-03-01 13:00:00 +0100",
}
EVENT = {
    "type": "StateChange",
    "host": "db1.example.net",
    "service": "postgres",
    "state": 2.0,
    "state_type": 1.0,
    "timestamp": 1772366400.5,
    "check_result": {"output": "refused", "state": 2.0},
}


def read(body: Json) -> Reading:
    return KIND.read(Message(json.dumps(body).encode()), None)


def one(body: Json) -> Signal:
    (signal,) = read(body).signals
    return signal


def command(**result: Json) -> dict[str, Json]:
    return COMMAND | {"check_result": COMMAND["check_result"] | result}


@pytest.mark.parametrize("body", [COMMAND, NOTIFICATION, EVENT])
def test_every_layout_yields_the_same_alert(body: Json) -> None:
    signal = one(body)

    assert (signal.action, signal.source_key) == (Action.FIRE, "db1.example.net!postgres")
    assert (signal.severity_word, signal.check) == ("critical", "postgres")
    assert signal.hosts[0] == "db1.example.net"
    assert signal.starts_at is not None
    assert signal.starts_at.isoformat()[:19] == "2026-03-01T12:00:00"


@pytest.mark.parametrize(
    "body",
    [
        command(state="OK", exit_status="0"),
        NOTIFICATION | {"NOTIFICATIONTYPE": "RECOVERY", "SERVICESTATE": "OK"},
        EVENT | {"state": 0.0},
    ],
)
def test_a_recovery_has_the_key_of_its_alert(body: Json) -> None:
    assert (one(body).action, one(body).source_key) == (Action.RESOLVE, one(COMMAND).source_key)


@pytest.mark.parametrize("soft", ["0", 0, 0.0, "SOFT"])
def test_a_soft_state_opens_nothing(soft: Json) -> None:
    for body in (command(state_type=soft), EVENT | {"state_type": soft}):
        assert (read(body).signals, "soft" in read(body).notes[0]) == ((), True)


def test_an_event_command_opens_nothing_in_a_downtime_but_still_recovers() -> None:
    service = COMMAND["service"] | {"downtime_depth": "1"}

    assert "downtime" in read(COMMAND | {"service": service}).notes[0]
    assert one(command(state="OK") | {"service": service}).action is Action.RESOLVE


def test_an_event_command_tells_of_an_acknowledgement() -> None:
    service = COMMAND["service"] | {"acknowledgement": "2"}

    assert one(COMMAND | {"service": service}).action is Action.ACKNOWLEDGE


@pytest.mark.parametrize(
    ("kind", "action"),
    [
        ("ACKNOWLEDGEMENT", Action.ACKNOWLEDGE),
        ("FLAPPINGSTART", Action.FLAP),
        ("FLAPPINGEND", Action.STEADY),
        ("DOWNTIMESTART", Action.SUPPRESS),
        ("DOWNTIMEEND", Action.RELEASE),
        ("DOWNTIMEREMOVED", Action.RELEASE),
        ("DowntimeStart", Action.SUPPRESS),
        ("Problem", Action.FIRE),
    ],
)
def test_each_type_of_notification_means_one_thing(kind: str, action: Action) -> None:
    signal = one(NOTIFICATION | {"NOTIFICATIONTYPE": kind})

    assert (signal.action, signal.source_key) == (action, one(NOTIFICATION).source_key)


def test_macros_may_be_the_names() -> None:
    body = {
        "$notification.type$": "PROBLEM",
        "$host.name$": "db1.example.net",
        "$service.name$": "postgres",
        "$service.state$": "CRITICAL",
    }

    assert one(body).source_key == "db1.example.net!postgres"


@pytest.mark.parametrize(
    ("event", "action"),
    [
        ({"type": "AcknowledgementSet"}, Action.ACKNOWLEDGE),
        ({"type": "Flapping", "is_flapping": True}, Action.FLAP),
        ({"type": "Flapping", "is_flapping": False}, Action.STEADY),
        ({"type": "DowntimeTriggered", "downtime": {"host_name": "db1.example.net",
          "service_name": "postgres"}, "host": None, "service": None}, Action.SUPPRESS),
        ({"type": "DowntimeRemoved", "downtime": {"host_name": "db1.example.net",
          "service_name": "postgres"}, "host": None, "service": None}, Action.RELEASE),
        ({"type": "Notification", "notification_type": "RECOVERY"}, Action.RESOLVE),
    ],
)  # fmt: skip
def test_events_of_the_api_are_understood(event: dict[str, Json], action: Action) -> None:
    signal = one(EVENT | event)

    assert (signal.action, signal.source_key) == (action, "db1.example.net!postgres")


@pytest.mark.parametrize("kind", ["CommentAdded", "DowntimeAdded", "AcknowledgementCleared"])
def test_of_other_events_nothing_follows(kind: str) -> None:
    reading = read(EVENT | {"type": kind})

    assert (reading.signals, reading.rejects, len(reading.notes)) == ((), (), 1)


def test_a_host_is_down_at_1_as_a_state_and_at_2_as_an_exit() -> None:
    host = {"host": {"name": "db1", "state": 1}}
    checked = {"host": {"name": "db1"}, "check_result": {"exit_status": 1}}

    assert (one(host).severity_word, one(host).source_key) == ("down", "db1!")
    assert one(checked).action is Action.RESOLVE


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (command(state="SIDEWAYS"), "check_result.state"),
        (NOTIFICATION | {"NOTIFICATIONTYPE": "GOSSIP"}, "notification.type"),
        ({"host": {"name": "db1"}}, "check_result.state"),
        ({"check_result": {"state": "CRITICAL"}}, "host.name"),
    ],
)
def test_what_cannot_be_understood_is_named(body: Json, field: str) -> None:
    assert [reject.field for reject in read(body).rejects] == [field]
