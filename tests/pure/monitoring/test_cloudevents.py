"""CloudEvents: three modes, mapped types, and one bad member rejected alone."""

import base64
import json

import pytest

from itsm.monitoring.body import Json, Message, Unreadable
from itsm.monitoring.kinds.cloudevents import KIND
from itsm.monitoring.signal import Action, Reading

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json; charset=utf-8"


def event(**attributes: Json) -> dict[str, Json]:
    return {
        "specversion": "1.0",
        "type": "net.example.alert.fired",
        "source": "/probes/4",
        "id": "A-1",
        "time": "2026-03-01T12:00:00Z",
        "data": {"title": "Queue is stuck", "host": "mq1", "severity": "error"},
    } | attributes


def read(body: Json, content_type: str = STRUCTURED, mapping: Json = None) -> Reading:
    return KIND.read(Message(json.dumps(body).encode(), {"content-type": content_type}), mapping)


def test_a_structured_event_of_a_mapped_type_fires() -> None:
    (signal,) = read(event()).signals

    assert (signal.action, signal.title) == (Action.FIRE, "Queue is stuck")
    assert (signal.hosts, signal.severity_word) == (("mq1",), "error")
    assert signal.source_key == "/probes/4 A-1"


def test_the_subject_ties_a_recovery_to_its_alert() -> None:
    fire = event(subject="mq1", id="A-1")
    clear = event(subject="mq1", id="A-2", type="net.example.alert.resolved")

    first, second = read([fire, clear], BATCH).signals

    assert first.source_key == second.source_key == "/probes/4 mq1"
    assert second.action is Action.RESOLVE


def test_an_unmapped_type_is_noted_and_opens_nothing() -> None:
    reading = read(event(type="net.example.order.created"))

    assert (reading.signals, reading.rejects) == ((), ())
    assert "net.example.order.created is not mapped" in reading.notes[0]


def test_a_type_of_ones_own_is_mapped_by_pattern() -> None:
    mapping = {"types": {"com.acme.*": "fire"}, "title": ["/title"]}

    assert read(event(type="com.acme.Broken"), mapping=mapping).signals[0].action is Action.FIRE


def test_invalid_base64_of_one_member_rejects_only_that_member() -> None:
    bad = event(data_base64="... no base64 ...")
    del bad["data"]

    reading = read([bad, event(), event(type="other")], BATCH)

    assert [signal.index for signal in reading.signals] == [1]
    assert [(reject.index, reject.field) for reject in reading.rejects] == [(0, "[0].data_base64")]
    assert len(reading.notes) == 1


def test_base64_data_is_read_as_json() -> None:
    packed = base64.b64encode(b'{"title": "Packed"}').decode()
    whole = event(data_base64=packed)
    del whole["data"]

    assert read(whole).signals[0].title == "Packed"


def test_binary_mode_takes_its_attributes_from_the_headers() -> None:
    headers = {
        "content-type": "application/json",
        "ce-specversion": "1.0",
        "ce-type": "net.example.alert.fired",
        "ce-source": "/probes/%C3%BC",
        "ce-id": "9",
    }

    (signal,) = KIND.read(Message(b'{"title": "Binary"}', headers), None).signals

    assert (signal.title, signal.source_key) == ("Binary", "/probes/\u00fc 9")


@pytest.mark.parametrize("missing", ["specversion", "id", "source", "type"])
def test_a_missing_attribute_is_named(missing: str) -> None:
    (reject,) = read(event(**{missing: None})).rejects

    assert reject.field == f"[0].{missing}"


@pytest.mark.parametrize(("body", "content_type"), [([event()], STRUCTURED), (event(), BATCH)])
def test_a_body_that_is_not_what_its_type_says_is_not_understood(
    body: Json, content_type: str
) -> None:
    with pytest.raises(Unreadable, match="body: is not"):
        read(body, content_type)


def test_an_event_that_is_no_object_is_rejected() -> None:
    assert read("x").rejects[0].reason == "is not an object"
