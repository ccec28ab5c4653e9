"""Netdata Cloud: alerts whose node stands in the message, reachability, tests."""

import json
from datetime import UTC, datetime

import pytest

from itsm.monitoring.body import Json, Message, Unreadable
from itsm.monitoring.kinds.netdata import KIND
from itsm.monitoring.signal import Action, Reading, Signal

ADDRESS = "https://app.netdata.cloud/spaces/s/rooms/r/alerts/1b2c"


def alert(severity: Json, **more: Json) -> dict[str, Json]:
    return {
        "message": f"ram_in_use on web1.example.com is {severity}",
        "alert": "ram_in_use",
        "info": "System memory utilization",
        "chart": "system.ram",
        "context": "system.ram",
        "space": "Berlin",
        "Rooms": {"All nodes": "https://app.netdata.cloud/spaces/s/rooms/r"},
        "family": "ram",
        "class": "Utilization",
        "severity": severity,
        "date": "2026-03-01T12:00:00Z",
        "duration": "5m",
        "additional_active_critical_alerts": 0,
        "additional_active_warning_alerts": 1,
        "alert_url": ADDRESS,
    } | more


def node(reachable: Json, **more: Json) -> dict[str, Json]:
    word = "reachable" if reachable else "unreachable"
    return {
        "message": f"web1 is {word}",
        "url": "https://app.netdata.cloud/spaces/s/nodes/web1",
        "host": "web1",
        "severity": "info" if reachable else "critical",
        "status": {"reachable": reachable, "text": word},
    } | more


def read(body: Json) -> Reading:
    return KIND.read(Message(json.dumps(body).encode()), None)


def one(body: Json) -> Signal:
    (signal,) = read(body).signals
    return signal


def test_an_alert_yields_all_that_it_says() -> None:
    signal = one(alert("warning"))

    assert (signal.action, signal.source_key) == (Action.FIRE, ADDRESS)
    assert (signal.title, signal.body) == (
        "ram_in_use on web1.example.com is warning",
        "System memory utilization",
    )
    assert (signal.severity_word, signal.hosts) == ("warning", ("web1.example.com",))
    assert (signal.check, signal.labels["chart"]) == ("ram_in_use", "system.ram")
    assert signal.starts_at == datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}?after=1&before=2#x", None])
def test_an_alert_keeps_its_key_from_worse_to_clear(address: str | None) -> None:
    warning, critical = alert("WARNING", alert_url=address), alert("critical", alert_url=address)
    clear = alert("Clear", alert_url=address and ADDRESS)

    assert one(warning).source_key == one(critical).source_key == one(clear).source_key
    assert [one(body).action for body in (critical, clear)] == [Action.FIRE, Action.RESOLVE]
    assert one(clear).ended_at == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_without_an_address_two_nodes_are_two_troubles() -> None:
    here = alert("warning", alert_url="")

    assert one(here).source_key != one(here | {"message": "ram_in_use on web2 is bad"}).source_key


@pytest.mark.parametrize(
    ("said", "host"),
    [
        ("ram_in_use on web1 is critical", "web1"),
        ("ram_in_use on node web1.example.com, value 97 %", "web1.example.com"),
        ("web1 needs attention, system.ram (ram)", "web1"),
        ("web1 recovered, system.ram (ram)", "web1"),
        ("memory is short", ""),
    ],
)
def test_the_node_is_found_in_the_message(said: str, host: str) -> None:
    assert one(alert("critical", message=said)).hosts == ((host,) if host else ())


@pytest.mark.parametrize("word", ["REMOVED", "UNDEFINED", "uninitialized"])
def test_what_says_nothing_of_the_trouble_is_noted(word: str) -> None:
    assert (read(alert(word)).signals, len(read(alert(word)).notes)) == ((), 1)


def test_a_node_that_cannot_be_reached_fires_until_it_can() -> None:
    lost, found = one(node(reachable=False)), one(node(reachable=True))

    assert (lost.action, lost.severity_word, lost.hosts) == (Action.FIRE, "critical", ("web1",))
    assert (found.action, found.source_key) == (Action.RESOLVE, lost.source_key)
    assert one(node(reachable=False, status="unreachable")).action is Action.FIRE


def test_a_test_opens_nothing_and_shows_its_token() -> None:
    reading = read({"message": "Test notification", "token": "a1b2c3"})

    assert reading.signals == ()
    assert "a1b2c3" in reading.notes[0]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], "body"),
        ({}, "alert"),
        (alert("sideways"), "severity"),
        (alert(None), "severity"),
        (alert("warning", alert=""), "alert"),
        (node(reachable=None, status={"text": "perhaps"}), "status.reachable"),
        (node(reachable=False, host=" "), "host"),
    ],
)
def test_what_cannot_be_read_is_named(body: Json, field: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(body)

    assert caught.value.field == field
