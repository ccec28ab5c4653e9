"""Healthchecks: bodies that users write, `$JSON`, and checks that are not down."""

import json
from datetime import UTC, datetime

import pytest

from itsm.monitoring.body import Json, Message, Unreadable
from itsm.monitoring.kinds.healthchecks import KIND
from itsm.monitoring.signal import Action, Reading, Signal

CODE = "7d3a2f1e-0000-4000-8000-000000000001"
BODY = {
    "code": CODE,
    "name": "Nightly backup",
    "status": "down",
    "tags": "prod db",
    "now": "2026-03-01T12:00:00+00:00",
}


def read(body: Json, media_type: str = "", mapping: Json = None) -> Reading:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return KIND.read(Message(raw, {"content-type": media_type}), mapping)


def one(body: Json, media_type: str = "", mapping: Json = None) -> Signal:
    (signal,) = read(body, media_type, mapping).signals
    return signal


def test_the_documented_body_yields_all_that_it_says() -> None:
    signal = one(BODY)

    assert (signal.action, signal.source_key) == (Action.FIRE, CODE)
    assert (signal.title, signal.check) == ("Nightly backup is down", "Nightly backup")
    assert (signal.labels, signal.hosts) == ({"tags": "prod db"}, ())
    assert signal.starts_at == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_recovery_has_the_key_of_its_check() -> None:
    signal = one(BODY | {"status": "up"})

    assert (signal.action, signal.source_key) == (Action.RESOLVE, CODE)
    assert signal.ended_at == datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "check",
    [
        {"uuid": CODE, "name": "Nightly backup", "status": "down", "desc": "db1"},
        {"ping_url": f"https://hc-ping.com/{CODE}", "name": "Nightly backup", "status": "down"},
    ],
)
def test_the_whole_check_is_read_alone_and_within_a_body(check: Json) -> None:
    for body in (check, {"check": check}):
        assert (one(body).source_key, one(body).title) == (CODE, "Nightly backup is down")


@pytest.mark.parametrize("state", ["new", "grace", "started", "paused"])
def test_a_check_that_is_not_down_asks_for_nothing(state: str) -> None:
    reading = read(BODY | {"status": state})

    assert (reading.signals, len(reading.notes)) == ((), 1)


@pytest.mark.parametrize("left", ["$CODE", "", None])
def test_what_was_not_filled_in_is_absent(left: str | None) -> None:
    assert one(BODY | {"code": left, "tags": "$TAGS"}).source_key == "Nightly backup"
    assert one(BODY | {"tags": "$TAGS"}).labels == {}


def test_a_form_says_the_same() -> None:
    raw = f"code={CODE}&status=up&name=Nightly+backup".encode()

    signal = one(raw, "application/x-www-form-urlencoded")

    assert (signal.action, signal.source_key) == (Action.RESOLVE, CODE)


def test_the_integrations_own_mapping_goes_first() -> None:
    mapping = {"key": ["/nr"], "host": ["/rechner"], "status_words": {"weg": "fire"}}

    signal = one({"nr": 7, "rechner": "db1", "status": "weg", "name": "x"}, mapping=mapping)

    assert (signal.action, signal.source_key, signal.hosts) == (Action.FIRE, "7", ("db1",))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (BODY | {"status": "sideways"}, "status"),
        (BODY | {"status": "$STATUS"}, "status"),
        ({"status": "down"}, "code"),
    ],
)
def test_what_cannot_be_understood_is_named(body: Json, field: str) -> None:
    reading = read(body)

    assert (reading.signals, [reject.field for reject in reading.rejects]) == ((), [field])


def test_a_body_that_is_no_json_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        read(b"down")
