"""Uptime Kuma: heartbeats by their monitor, tests, and certificates that end."""

import json
from datetime import UTC, datetime

import pytest

from itsm.monitoring.body import Json, Message, Unreadable
from itsm.monitoring.kinds.uptimekuma import KIND
from itsm.monitoring.signal import Action, Reading, Severity, Signal

MONITOR = {
    "id": 10,
    "name": "Shop",
    "url": "https://shop.example.com/health",
    "hostname": None,
    "port": None,
    "type": "http",
    "tags": [{"name": "site", "value": "Berlin"}],
}


def beat(status: Json, **more: Json) -> dict[str, Json]:
    heartbeat = {"monitorID": 10, "status": status, "time": "2026-03-01 12:00:00.123", "msg": "503"}
    return {"heartbeat": heartbeat | more, "monitor": MONITOR, "msg": "[Shop] [Down] 503"}


def read(body: Json) -> Reading:
    return KIND.read(Message(json.dumps(body).encode(), {"content-type": "application/json"}), None)


def one(body: Json) -> Signal:
    (signal,) = read(body).signals
    return signal


def test_a_monitor_that_is_down_yields_all_that_it_says() -> None:
    signal = one(beat(0))

    assert (signal.action, signal.source_key) == (Action.FIRE, "10")
    assert (signal.title, signal.body, signal.check) == ("Shop is down", "503", "Shop")
    assert (signal.severity_word, KIND.severities["down"]) == ("down", Severity.CRITICAL)
    assert signal.hosts == ("shop.example.com",)
    assert signal.labels == {"type": "http", "site": "Berlin"}
    # Its times are in UTC and do not say so.
    assert signal.starts_at == datetime(2026, 3, 1, 12, 0, 0, 123_000, UTC)


@pytest.mark.parametrize(
    ("status", "action"),
    [
        (0, Action.FIRE),
        ("0", Action.FIRE),
        ("DOWN", Action.FIRE),
        (1, Action.RESOLVE),
        ("up", Action.RESOLVE),
    ],
)
def test_each_state_keeps_the_key(status: Json, action: Action) -> None:
    signal = one(beat(status))

    assert (signal.action, signal.source_key) == (action, "10")


def test_a_recovery_ends_by_the_sources_clock() -> None:
    assert one(beat(1)).ended_at == datetime(2026, 3, 1, 12, 0, 0, 123_000, UTC)


@pytest.mark.parametrize("status", [2, 3])
def test_a_monitor_that_is_tried_again_or_maintained_asks_for_nothing(status: int) -> None:
    assert (read(beat(status)).signals, len(read(beat(status)).notes)) == ((), 1)


def test_the_name_of_the_host_goes_before_the_placeholder_of_its_address() -> None:
    body = beat(0) | {"monitor": MONITOR | {"hostname": "10.1.2.3", "url": "https://"}}

    assert one(body).hosts == ("10.1.2.3",)


def test_the_key_may_stand_in_the_monitor_alone() -> None:
    assert one(beat(0, monitorID=None)).source_key == "10"
    assert one(beat(0, monitorID="10") | {"monitor": None}).source_key == "10"


def test_a_test_opens_nothing() -> None:
    reading = read({"heartbeat": None, "monitor": None, "msg": "My webhook Testing"})

    assert (reading.signals, len(reading.notes)) == ((), 1)


def test_a_certificate_that_ends_is_one_trouble_however_few_days_are_left() -> None:
    said = (
        "[Shop][https://shop.example.com] server certificate *.example.com will expire in {} days"
    )
    first, later = (one({"heartbeat": None, "msg": said.format(days)}) for days in (14, 7))

    assert (first.action, first.severity) == (Action.FIRE, Severity.MEDIUM)
    assert (first.hosts, first.check) == (("shop.example.com",), "Shop")
    assert first.source_key == later.source_key != one(beat(0)).source_key
    assert later.title.endswith("in 7 days")


def form(boundary: str, name: str, text: str) -> Message:
    part = f'Content-Disposition: form-data; name="{name}"\r\n\r\n{text}'
    raw = f"--{boundary}\r\n{part}\r\n--{boundary}--\r\n".encode()
    return Message(raw, {"content-type": "multipart/form-data; boundary=XX"})


def test_a_form_bears_the_document_in_its_field_data() -> None:
    body = json.dumps(beat(0) | {"msg": "[Shop] [🔴 Down]"}, ensure_ascii=False)

    assert KIND.read(form("XX", "data", body), None).signals == read(beat(0)).signals


@pytest.mark.parametrize("message", [form("YY", "data", "{}"), form("XX", "other", "{}")])
def test_a_form_without_that_field_is_named(message: Message) -> None:
    with pytest.raises(Unreadable) as caught:
        KIND.read(message, None)

    assert caught.value.field == "data"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], "body"),
        ({}, "heartbeat"),
        ({"heartbeat": "down"}, "heartbeat"),
        (beat(4), "heartbeat.status"),
        (beat(None), "heartbeat.status"),
        (beat(0, monitorID="") | {"monitor": {}}, "heartbeat.monitorID"),
    ],
)
def test_what_cannot_be_read_is_named(body: Json, field: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(body)

    assert caught.value.field == field
