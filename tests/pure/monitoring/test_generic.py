"""Json JSON: the obvious names, and mappings made by pointing at a sample."""

import json
from datetime import UTC, datetime

import pytest

from itsm.monitoring.body import Json, Message, Unreadable
from itsm.monitoring.kinds.generic import KIND
from itsm.monitoring.mapping import Mapping, places
from itsm.monitoring.signal import Action, Reading

ODD = {
    "probe": {"id": 17, "name": "smtp"},
    "nodes": [{"fqdn": "mx1.example.net"}],
    "verdict": "KAPUTT",
    "when/utc": 1772366400,
}
ODD_MAPPING = {
    "key": ["/probe/id", "/nodes/0/fqdn"],
    "title": ["/probe/name"],
    "host": ["/nodes/0/fqdn"],
    "status": ["/verdict"],
    "status_words": {"kaputt": "fire", "heil": "resolve"},
    "severity": ["=high"],
    "starts_at": ["/when~1utc"],
}
GRAYLOG = {
    "check_result": {
        "result_description": "Stream had 9 messages",
        "triggered_condition": {"id": "cond-1", "type": "MESSAGE_COUNT"},
        "triggered_at": "2026-03-01T12:00:00.000Z",
        "triggered": True,
        "matching_messages": [{"source": "10.0.0.9", "message": "ERROR: out of space"}],
    },
    "stream": {"id": "stream-1", "title": "errors"},
}


def read(body: Json, mapping: Json = None) -> Reading:
    return KIND.read(Message(json.dumps(body).encode()), mapping)


def test_the_obvious_names_are_understood_without_a_mapping() -> None:
    body = {
        "id": 5,
        "title": "Disk full",
        "host": "db1",
        "check": "disk",
        "severity": "high",
        "status": "firing",
        "timestamp": "2026-03-01T13:00:00+01:00",
        "labels": {"mount": "/var"},
    }

    (signal,) = read(body).signals

    assert (signal.action, signal.source_key) == (Action.FIRE, "5")
    assert (signal.title, signal.hosts, signal.check) == ("Disk full", ("db1",), "disk")
    assert (signal.severity_word, signal.labels) == ("high", {"mount": "/var"})
    assert signal.starts_at == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_without_an_id_host_and_check_are_the_key_whatever_the_message() -> None:
    fire = {"host": "db1", "check": "disk", "message": "97 %", "status": "down"}
    clear = {"host": "db1", "check": "disk", "message": "50 %", "status": "up"}

    first, second = (*read(fire).signals, *read(clear).signals)

    assert first.source_key == second.source_key
    assert second.action is Action.RESOLVE


@pytest.mark.parametrize(
    ("word", "action"),
    [
        ("Resolved", Action.RESOLVE),
        ("ack", Action.ACKNOWLEDGE),
        ("PROBLEM", Action.FIRE),
        (True, Action.FIRE),
        (False, Action.RESOLVE),
    ],
)
def test_common_status_words_are_known(word: Json, action: Action) -> None:
    assert read({"title": "x", "status": word}).signals[0].action is action


def test_an_unknown_status_is_rejected_and_named() -> None:
    (reject,) = read({"title": "x", "status": "sideways"}).rejects

    assert (reject.field, "sideways" in reject.reason) == ("status", True)


def test_a_list_of_alerts_is_read_one_by_one() -> None:
    reading = read([{"title": "a"}, {"nothing": 1}, "text", {"title": "b", "v": float("inf")}])

    assert [signal.index for signal in reading.signals] == [0]
    assert [reject.index for reject in reading.rejects] == [1, 2, 3]


def test_a_mapping_finds_its_fields_in_an_odd_body() -> None:
    (signal,) = read(ODD, ODD_MAPPING).signals

    assert (signal.action, signal.source_key) == (Action.FIRE, "17 mx1.example.net")
    assert (signal.title, signal.hosts, signal.severity_word) == (
        "smtp",
        ("mx1.example.net",),
        "high",
    )
    assert signal.starts_at == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_mapping_may_point_at_a_list_inside_the_body() -> None:
    body = {"data": {"items": [{"n": "a"}, {"n": "b"}]}}

    reading = read(body, {"members": "/data/items", "key": ["/n"], "title": ["/n"]})

    assert [signal.source_key for signal in reading.signals] == ["a", "b"]


def test_a_mapping_whose_key_is_missing_says_where_it_looked() -> None:
    (reject,) = read({"title": "x"}, ODD_MAPPING).rejects

    assert reject.reason == "nothing stands at /probe/id or /nodes/0/fqdn"


def test_the_body_of_graylog_is_known_by_its_shape() -> None:
    (signal,) = read(GRAYLOG).signals

    assert (signal.source_key, signal.hosts) == ("stream-1 cond-1", ("10.0.0.9",))
    assert (signal.severity_word, signal.title) == ("critical", "Stream had 9 messages")


def test_a_mapping_made_by_pointing_at_the_sample_of_graylog_works() -> None:
    pointed = dict(places(GRAYLOG))
    mapping = {
        "key": ["/stream/id", "/check_result/triggered_condition/id"],
        "title": ["/check_result/result_description"],
        "host": ["/check_result/matching_messages/0/source"],
        "status": ["/check_result/triggered"],
    }

    (signal,) = read(GRAYLOG, mapping).signals

    assert {place for listed in mapping.values() for place in listed} <= set(pointed)
    assert (signal.title, signal.hosts) == ("Stream had 9 messages", ("10.0.0.9",))


def test_places_lists_every_scalar_with_its_pointer_in_order() -> None:
    assert places({"a/b": [1, {"c~": None}], "d": "x"}) == [
        ("/a~1b/0", "1"),
        ("/a~1b/1/c~0", ""),
        ("/d", "x"),
    ]


@pytest.mark.parametrize("body", ["text", 7, {}, {"status": "firing"}])
def test_a_body_that_says_nothing_is_rejected(body: Json) -> None:
    reading = read(body)

    assert reading.signals == ()
    assert len(reading.rejects) == 1


def test_an_empty_list_is_not_understood() -> None:
    with pytest.raises(Unreadable, match="holds no alerts"):
        read([])


def test_a_place_must_be_a_pointer_or_a_constant() -> None:
    with pytest.raises(ValueError, match="String should match pattern"):
        Mapping.model_validate({"title": ["title"]})
