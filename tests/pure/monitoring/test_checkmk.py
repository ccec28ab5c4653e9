"""Checkmk: notification variables as they are, without their prefix, and as scripts rename them."""

import json

import pytest

from itsm.monitoring.body import Json, Message
from itsm.monitoring.kinds.checkmk import KIND
from itsm.monitoring.signal import Action, Reading, Signal

SERVICE = {
    "OMD_SITE": "north",
    "NOTIFY_WHAT": "SERVICE",
    "NOTIFY_NOTIFICATIONTYPE": "PROBLEM",
    "NOTIFY_HOSTNAME": "web1",
    "NOTIFY_HOSTADDRESS": "10.0.0.7",
    "NOTIFY_HOSTSTATE": "UP",
    "NOTIFY_SERVICEDESC": "CPU load",
    "NOTIFY_SERVICESTATE": "WARNING",
    "NOTIFY_SERVICEOUTPUT": "15 min load 9.1",
    "NOTIFY_MICROTIME": "1772366400000000",
}
HOST = {
    "OMD_SITE": "north",
    "NOTIFY_WHAT": "HOST",
    "NOTIFY_NOTIFICATIONTYPE": "PROBLEM",
    "NOTIFY_HOSTNAME": "web1",
    "NOTIFY_HOSTSTATE": "UNREACHABLE",
    "NOTIFY_HOSTOUTPUT": "no packet",
    "NOTIFY_SERVICEDESC": "left over",
}
RENAMED = {
    "id": "7",
    "summary": "web1/CPU load OK -> WARNING",
    "site": "north",
    "what": "SERVICE",
    "notification_type": "PROBLEM",
    "host": "web1",
    "service": "CPU load",
    "status": "DOWN",
    "severity": "WARNING",
    "output": "15 min load 9.1",
    "long_date_time": "Sun Mar 01 13:00:00 CET 2026",
}


def read(body: Json) -> Reading:
    return KIND.read(Message(json.dumps(body).encode()), None)


def one(body: Json) -> Signal:
    (signal,) = read(body).signals
    return signal


def without_prefix(body: dict[str, str]) -> dict[str, str]:
    return {name.removeprefix("NOTIFY_"): text for name, text in body.items()}


@pytest.mark.parametrize("body", [SERVICE, without_prefix(SERVICE), RENAMED])
def test_a_service_problem_is_known_in_every_spelling(body: Json) -> None:
    signal = one(body)

    assert (signal.action, signal.source_key) == (Action.FIRE, "north!web1!CPU load")
    assert (signal.severity_word, signal.check) == ("warning", "CPU load")
    assert (signal.hosts[0], signal.body) == ("web1", "15 min load 9.1")
    assert signal.starts_at is not None
    assert signal.starts_at.isoformat() == "2026-03-01T12:00:00+00:00"


def test_a_notification_of_a_host_has_no_service_even_if_one_is_left_over() -> None:
    signal = one(HOST)

    assert (signal.source_key, signal.check, signal.severity_word) == (
        "north!web1!",
        "",
        "unreachable",
    )


def test_a_host_that_a_script_always_calls_ok_still_fires() -> None:
    body = RENAMED | {"what": "HOST", "service": "", "status": "DOWN", "severity": "OK"}

    assert (one(body).action, one(body).severity_word) == (Action.FIRE, "down")


@pytest.mark.parametrize(
    ("kind", "action"),
    [
        ("RECOVERY", Action.RESOLVE),
        ("ACKNOWLEDGEMENT", Action.ACKNOWLEDGE),
        ("FLAPPINGSTART", Action.FLAP),
        ("FLAPPINGSTOP", Action.STEADY),
        ("DOWNTIMESTART", Action.SUPPRESS),
        ("DOWNTIMEEND", Action.RELEASE),
        ("DOWNTIMECANCELLED (by admin)", Action.RELEASE),
    ],
)
def test_each_type_means_one_thing_and_keeps_the_key(kind: str, action: Action) -> None:
    for body in (SERVICE, HOST):
        signal = one(body | {"NOTIFY_NOTIFICATIONTYPE": kind, "NOTIFY_MICROTIME": "1"})

        assert (signal.action, signal.source_key) == (action, one(body).source_key)


@pytest.mark.parametrize("kind", ["CUSTOM", "ALERTHANDLER (OK -> CRITICAL)"])
def test_of_some_types_nothing_follows(kind: str) -> None:
    reading = read(SERVICE | {"NOTIFY_NOTIFICATIONTYPE": kind})

    assert (reading.signals, reading.rejects, len(reading.notes)) == ((), (), 1)


@pytest.mark.parametrize(
    ("state", "word"), [("CRIT", "critical"), ("UNKN", "unknown"), ("WARN", "warning")]
)
def test_short_states_are_long_ones(state: str, word: str) -> None:
    body = SERVICE | {"NOTIFY_SERVICESTATE": "", "NOTIFY_SERVICESHORTSTATE": state}

    assert one(body).severity_word == word


def test_a_link_is_made_whole_by_the_base_of_the_site() -> None:
    body = {"NOTIFY_BASEURL": "https://mk.example/n", "NOTIFY_SERVICEURL": "/check_mk/x.py"}

    assert one(SERVICE | body).url == "https://mk.example/n/check_mk/x.py"


@pytest.mark.parametrize(
    ("spoiled", "field"),
    [
        ({"NOTIFY_NOTIFICATIONTYPE": "GOSSIP"}, "NOTIFY_NOTIFICATIONTYPE"),
        ({"NOTIFY_NOTIFICATIONTYPE": "", "NOTIFY_SERVICESTATE": "", "NOTIFY_HOSTSTATE": ""},
         "NOTIFY_NOTIFICATIONTYPE"),
        ({"NOTIFY_HOSTNAME": "", "NOTIFY_HOSTADDRESS": ""}, "NOTIFY_HOSTNAME"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_named(spoiled: Json, field: str) -> None:
    assert [reject.field for reject in read(SERVICE | spoiled).rejects] == [field]
