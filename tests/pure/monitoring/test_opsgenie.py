"""Opsgenie's alert API: what a request says, and the errors that the API itself would give."""

import json

import pytest

from itsm.monitoring.body import Json, Message, Unreadable
from itsm.monitoring.kinds.opsgenie import ACTION, ALIAS, KIND, NOBODY
from itsm.monitoring.signal import Action, Reading

ALERT = {
    "message": "Disk full",
    "alias": "web1/disk",
    "description": "99 % used",
    "responders": [{"name": "NOC", "type": "team"}, {"username": "ann@example.com"}],
    "tags": ["disk", "prod"],
    "details": {"check": "disk", "free": "1 %"},
    "entity": "web1.example.com",
    "source": "probe 7",
    "priority": "P1",
    "user": "Ann",
    "note": "as on Monday",
}


def read(body: Json, asked: str = "create", alias: str = "") -> Reading:
    raw = b"" if body is None else json.dumps(body).encode()
    return KIND.read(Message(raw, {ACTION: asked, ALIAS: alias}), None)


def test_an_alert_yields_all_that_it_says() -> None:
    (signal,) = read(ALERT).signals

    assert (signal.action, signal.source_key) == (Action.FIRE, "web1/disk")
    assert (signal.title, signal.body) == ("Disk full", "99 % used\n\nAnn: as on Monday")
    assert (signal.severity_word, signal.check) == ("P1", "disk")
    assert signal.hosts == ("web1.example.com",)
    assert signal.labels == {
        "source": "probe 7",
        "tags": "disk, prod",
        "responders": "NOC, ann@example.com",
        "check": "disk",
        "free": "1 %",
    }


def test_hosts_stand_in_the_entity_in_details_or_in_the_source() -> None:
    body = {"message": "x", "entity": "web1", "details": {"instance": "web2"}, "source": "web3"}

    assert read(body).signals[0].hosts == ("web1", "web2", "web3")


def test_an_alert_without_an_alias_takes_the_one_that_was_made_for_it() -> None:
    assert read({"message": "x"}, alias="made").signals[0].source_key == "made"
    assert read({"message": "x", "alias": "own"}, alias="made").signals[0].source_key == "own"


@pytest.mark.parametrize(
    ("asked", "body", "action"),
    [
        ("acknowledge", None, Action.ACKNOWLEDGE),
        ("close", {"user": "script", "note": "done"}, Action.RESOLVE),
        ("snooze", {"endTime": "2026-03-01T12:00:00Z"}, Action.ACKNOWLEDGE),
    ],
)
def test_a_request_about_an_alert_has_its_key(asked: str, body: Json, action: Action) -> None:
    (signal,) = read(body, asked, "web1/disk").signals

    assert (signal.action, signal.source_key) == (action, "web1/disk")


@pytest.mark.parametrize("asked", ["unacknowledge", "notes"])
def test_what_leaves_the_alert_firing_is_noted(asked: str) -> None:
    reading = read({"note": "see wiki"}, asked, "web1/disk")

    assert (reading.signals, reading.notes) == ((), (f"{asked}: see wiki",))


def test_a_request_about_no_alert_is_noted() -> None:
    assert read({}, "close").notes == (NOBODY,)


@pytest.mark.parametrize(
    ("asked", "body", "field"),
    [
        ("create", {}, "message"),
        ("create", {"message": " "}, "message"),
        ("create", {"message": 7}, "message"),
        ("create", ALERT | {"priority": "P6"}, "priority"),
        ("create", ALERT | {"priority": ["P1"]}, "priority"),
        ("create", ALERT | {"alias": "a" * 513}, "alias"),
        ("create", ALERT | {"alias": 5}, "alias"),
        ("create", ALERT | {"tags": "disk"}, "tags"),
        ("create", ALERT | {"details": ["x"]}, "details"),
        ("create", ALERT | {"entity": {}}, "entity"),
        ("snooze", {}, "endTime"),
        ("snooze", {"endTime": "soon"}, "endTime"),
        ("notes", {}, "note"),
        ("close", {"note": 1}, "note"),
    ],
)
def test_what_the_api_would_refuse_is_named(asked: str, body: Json, field: str) -> None:
    reading = read(body, asked, "web1/disk")

    assert (reading.signals, [reject.field for reject in reading.rejects]) == ((), [field])


@pytest.mark.parametrize("raw", [b"", b"[]", b"x", b'{"message": NaN}'])
def test_a_body_that_is_no_object_is_unreadable(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        KIND.read(Message(raw), None)
