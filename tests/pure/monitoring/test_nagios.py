"""Nagios: every type of notification and state, in the spellings that people give the macros."""

import json

import pytest

from itsm.monitoring.body import Json, Message
from itsm.monitoring.kinds.nagios import KIND
from itsm.monitoring.signal import Action, Reading, Signal

SERVICE = {
    "NOTIFICATIONTYPE": "PROBLEM",
    "HOSTNAME": "db1",
    "HOSTALIAS": "db1.example.net",
    "HOSTADDRESS": "10.0.0.5",
    "SERVICEDESC": "Disk /",
    "SERVICESTATE": "CRITICAL",
    "SERVICEOUTPUT": "DISK CRITICAL - 2 % free",
    "LONGDATETIME": "Sun Mar 1 13:00:00 CET 2026",
}
HOST = {
    "NOTIFICATIONTYPE": "PROBLEM",
    "HOSTNAME": "db1",
    "HOSTSTATE": "DOWN",
    "HOSTOUTPUT": "no answer",
    "SERVICEDESC": "$SERVICEDESC$",
    "TIMET": "1772366400",
}


def read(body: Json, mapping: Json = None) -> Reading:
    return KIND.read(Message(json.dumps(body).encode()), mapping)


def one(body: Json) -> Signal:
    (signal,) = read(body).signals
    return signal


def test_a_service_problem_yields_all_that_it_says() -> None:
    signal = one(SERVICE)

    assert (signal.action, signal.source_key) == (Action.FIRE, "db1!Disk /")
    assert (signal.title, signal.body) == (
        "Disk / on db1 is CRITICAL",
        "DISK CRITICAL - 2 % free",
    )
    assert signal.hosts == ("db1", "db1.example.net", "10.0.0.5")
    assert (signal.severity_word, signal.check) == ("critical", "Disk /")
    assert signal.starts_at is not None
    assert signal.starts_at.isoformat() == "2026-03-01T12:00:00+00:00"


def test_a_host_problem_has_no_service() -> None:
    signal = one(HOST)

    assert (signal.source_key, signal.title, signal.check) == ("db1!", "db1 is DOWN", "")
    assert KIND.severities[signal.severity_word] == "critical"


@pytest.mark.parametrize(
    ("kind", "action"),
    [
        ("PROBLEM", Action.FIRE),
        ("RECOVERY", Action.RESOLVE),
        ("ACKNOWLEDGEMENT", Action.ACKNOWLEDGE),
        ("FLAPPINGSTART", Action.FLAP),
        ("FLAPPINGSTOP", Action.STEADY),
        ("FLAPPINGDISABLED", Action.STEADY),
        ("DOWNTIMESTART", Action.SUPPRESS),
        ("DOWNTIMEEND", Action.RELEASE),
        ("DOWNTIMECANCELLED", Action.RELEASE),
        ("recovery", Action.RESOLVE),
    ],
)
def test_each_type_means_one_thing_and_keeps_the_key(kind: str, action: Action) -> None:
    for body in (SERVICE, HOST):
        signal = one(body | {"NOTIFICATIONTYPE": kind, "TIMET": "1772370000"})

        assert (signal.action, signal.source_key) == (action, one(body).source_key)


def test_a_notification_by_hand_opens_nothing() -> None:
    reading = read(SERVICE | {"NOTIFICATIONTYPE": "CUSTOM"})

    assert (reading.signals, reading.rejects) == ((), ())
    assert "by hand" in reading.notes[0]


@pytest.mark.parametrize("state_type", ["SOFT", "soft"])
def test_a_soft_state_opens_nothing(state_type: str) -> None:
    handled = {name: text for name, text in SERVICE.items() if name != "NOTIFICATIONTYPE"}

    assert "soft" in read(handled | {"SERVICESTATETYPE": state_type}).notes[0]
    assert "soft" in read(SERVICE | {"SERVICESTATETYPE": state_type}).notes[0]
    assert one(handled | {"SERVICESTATETYPE": "HARD"}).action is Action.FIRE


def test_an_acknowledgement_in_a_soft_state_counts_and_what_is_pending_does_not() -> None:
    soft = SERVICE | {"SERVICESTATETYPE": "SOFT"}

    assert one(soft | {"NOTIFICATIONTYPE": "ACKNOWLEDGEMENT"}).action is Action.ACKNOWLEDGE
    assert read(SERVICE | {"NOTIFICATIONTYPE": "", "SERVICESTATE": "PENDING"}).notes


@pytest.mark.parametrize(
    ("state", "action"),
    [
        ("OK", Action.RESOLVE),
        ("WARNING", Action.FIRE),
        ("UNKNOWN", Action.FIRE),
        (0, Action.RESOLVE),
        ("2", Action.FIRE),
    ],
)
def test_an_event_handler_tells_by_its_state(state: Json, action: Action) -> None:
    body = SERVICE | {"NOTIFICATIONTYPE": "$NOTIFICATIONTYPE$", "SERVICESTATE": state}

    assert one(body).action is action
    assert one(body).source_key == one(SERVICE).source_key


@pytest.mark.parametrize(("state", "word"), [("1", "down"), ("2", "unreachable"), ("0", "up")])
def test_the_numbers_of_host_states_are_not_those_of_services(state: str, word: str) -> None:
    assert one({"hostname": "db1", "hoststateid": state}).severity_word == word


@pytest.mark.parametrize(
    "spelling",
    [
        lambda name: f"${name}$",
        lambda name: f"NAGIOS_{name}",
        str.lower,
        lambda name: {"HOSTNAME": "host_name", "NOTIFICATIONTYPE": "notification_type",
                      "SERVICEDESC": "service_description", "SERVICESTATE": "service_state",
                      }.get(name, name),
    ],
)  # fmt: skip
def test_the_macros_may_be_called_as_people_like(spelling: object) -> None:
    assert callable(spelling)
    assert one({spelling(name): text for name, text in SERVICE.items()}) == one(SERVICE)


def test_a_form_says_the_same() -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    raw = b"NOTIFICATIONTYPE=RECOVERY&HOSTNAME=db1&SERVICEDESC=Disk+%2F&SERVICESTATE=OK"

    (signal,) = KIND.read(Message(raw, form), None).signals

    assert (signal.action, signal.source_key) == (Action.RESOLVE, "db1!Disk /")


def test_who_acknowledged_stands_in_the_text() -> None:
    remark = {"NOTIFICATIONAUTHOR": "Ada", "NOTIFICATIONCOMMENT": "on it"}

    assert one(SERVICE | remark).body.endswith("\nAda: on it")


def test_two_sites_do_not_share_an_alert() -> None:
    assert one(SERVICE | {"site": "berlin"}).source_key == "berlin!db1!Disk /"


@pytest.mark.parametrize(
    ("spoiled", "field"),
    [
        ({"NOTIFICATIONTYPE": "GOSSIP"}, "NOTIFICATIONTYPE"),
        ({"NOTIFICATIONTYPE": "", "SERVICESTATE": "SIDEWAYS"}, "SERVICESTATE"),
        ({"NOTIFICATIONTYPE": None, "SERVICESTATE": None}, "NOTIFICATIONTYPE"),
        ({"HOSTNAME": "$HOSTNAME$", "HOSTALIAS": "", "HOSTADDRESS": ""}, "HOSTNAME"),
    ],
)
def test_what_cannot_be_understood_is_named(spoiled: Json, field: str) -> None:
    reading = read(SERVICE | spoiled)

    assert [reject.field for reject in reading.rejects] == [field]
    assert (reading.signals, reading.notes) == ((), ())
