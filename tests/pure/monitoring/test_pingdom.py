"""Pingdom: uptime checks, transaction checks, and what is not confirmed yet."""

import json
from datetime import UTC, datetime

import pytest

from itsm.monitoring.body import Json, Message, Unreadable
from itsm.monitoring.kinds.pingdom import KIND
from itsm.monitoring.signal import Action, Reading, Signal


def change(state: Json, **more: Json) -> dict[str, Json]:
    return {
        "check_id": 12,
        "check_name": "Shop",
        "check_type": "HTTP",
        "check_params": {
            "hostname": "shop.example.com",
            "full_url": "https://shop.example.com/pay",
        },
        "tags": ["shop", "pay"],
        "current_state": state,
        "importance_level": "HIGH",
        "state_changed_timestamp": 1772366400,
        "state_changed_utc_time": "2026-03-01T12:00:00",
        "description": "HTTP Error 503",
        "long_description": "Service Unavailable",
        "first_probe": {"location": "Stockholm, Sweden"},
        "second_probe": {},
        "version": 1,
    } | more


def read(body: Json, media_type: str = "application/json") -> Reading:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return KIND.read(Message(raw, {"content-type": media_type}), None)


def one(body: Json) -> Signal:
    (signal,) = read(body).signals
    return signal


def test_a_check_that_is_down_yields_all_that_it_says() -> None:
    signal = one(change("DOWN"))

    assert (signal.action, signal.source_key, signal.check) == (Action.FIRE, "12", "Shop")
    assert (signal.title, signal.body) == ("Shop is down", "Service Unavailable")
    assert (signal.severity_word, signal.hosts) == ("HIGH", ("shop.example.com",))
    assert signal.labels["first_probe"] == "Stockholm, Sweden"
    assert signal.labels["tags"] == "shop, pay"
    assert signal.starts_at == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert signal.url == "https://shop.example.com/pay"


@pytest.mark.parametrize(
    ("kind", "down", "up"), [("HTTP", "DOWN", "UP"), ("TRANSACTION", "FAILING", "SUCCESS")]
)
def test_a_recovery_has_the_key_of_its_check(kind: str, down: str, up: str) -> None:
    fire = one(change(down, check_type=kind))
    over = one(change(up, check_type=kind, check_id="12", state_changed_timestamp="1772366460"))

    assert (fire.action, over.action) == (Action.FIRE, Action.RESOLVE)
    assert fire.source_key == over.source_key
    assert over.ended_at == datetime(2026, 3, 1, 12, 1, tzinfo=UTC)


def test_uptime_and_transaction_checks_of_one_number_are_two_things() -> None:
    transaction = one(change("FAILING", check_type="TRANSACTION", check_params=[]))

    assert transaction.source_key != one(change("DOWN")).source_key
    assert transaction.hosts == ()


@pytest.mark.parametrize("state", ["UNCONFIRMED_DOWN", "UNCONFIRMED_UP", "unknown", "PAUSED"])
def test_what_is_not_confirmed_asks_for_nothing(state: str) -> None:
    assert (read(change(state)).signals, len(read(change(state)).notes)) == ((), 1)


def test_the_written_time_stands_in_for_the_number() -> None:
    signal = one(change("DOWN", state_changed_timestamp=None))

    assert signal.starts_at == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_beepmanager_posts_a_form_with_a_document() -> None:
    said = b'message={"check": "12", "checkname": "Shop", "host": "web1", "description": "down"}'

    (signal,) = read(said, "application/x-www-form-urlencoded").signals

    assert (signal.action, signal.source_key, signal.title) == (Action.FIRE, "12", "Shop is down")
    assert signal.hosts == ("web1",)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], "body"),
        ({}, "current_state"),
        (change("SIDEWAYS"), "current_state"),
        (change(["DOWN"]), "current_state"),
        (change("DOWN", check_id=None), "check_id"),
        (change("DOWN", state_changed_timestamp=float("nan")), "state_changed_timestamp"),
    ],
)
def test_what_cannot_be_read_is_named(body: Json, field: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(body)

    assert caught.value.field == field
