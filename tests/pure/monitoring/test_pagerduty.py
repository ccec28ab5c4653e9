"""PagerDuty Events v2: actions, documented errors, change events."""

import json
from datetime import UTC, datetime

import pytest

from itsm.monitoring.body import Json, Message
from itsm.monitoring.kinds.pagerduty import KIND
from itsm.monitoring.signal import Action, Reading


def trigger(**fields: Json) -> dict[str, Json]:
    return {
        "routing_key": "k" * 32,
        "event_action": "trigger",
        "dedup_key": "web/disk",
        "payload": {
            "summary": "Disk at 99 %",
            "source": "web1.example.com",
            "severity": "critical",
            "timestamp": "2026-03-01T12:00:00.000+0000",
            "component": "disk",
            "custom_details": {"free": "1 %"},
        },
        "links": [{"href": "https://wiki.example/disk"}],
    } | fields


def payload(**fields: Json) -> dict[str, Json]:
    return trigger()["payload"] | fields  # type: ignore[no-any-return]


def read(body: Json) -> Reading:
    return KIND.read(Message(json.dumps(body).encode()), None)


def test_a_trigger_yields_all_that_it_says() -> None:
    (signal,) = read(trigger()).signals

    assert (signal.action, signal.source_key) == (Action.FIRE, "web/disk")
    assert (signal.title, signal.hosts) == ("Disk at 99 %", ("web1.example.com",))
    assert (signal.severity_word, signal.check) == ("critical", "disk")
    assert signal.labels == {"component": "disk", "free": "1 %"}
    assert signal.starts_at == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert signal.url == "https://wiki.example/disk"


@pytest.mark.parametrize(
    ("word", "action"), [("acknowledge", Action.ACKNOWLEDGE), ("resolve", Action.RESOLVE)]
)
def test_acknowledge_and_resolve_need_no_payload(word: str, action: Action) -> None:
    (signal,) = read({"event_action": word, "dedup_key": "web/disk"}).signals

    assert (signal.action, signal.source_key) == (action, "web/disk")


def test_a_trigger_without_a_key_leaves_the_key_to_us() -> None:
    assert read(trigger(dedup_key=None)).signals[0].source_key == ""


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "'event_action' is missing or blank"),
        (trigger(event_action="explode"), "'event_action' is invalid"),
        (trigger(event_action=["trigger"]), "'event_action' is invalid"),
        (trigger(payload=None), "'payload' is missing or blank"),
        (trigger(payload=payload(summary=" ")), "'payload.summary' is missing or blank"),
        (trigger(payload=payload(source=None)), "'payload.source' is missing or blank"),
        (trigger(payload=payload(severity=None)), "'payload.severity' is missing or blank"),
        (trigger(payload=payload(severity="bad")), "'payload.severity' is invalid"),
        (trigger(dedup_key="k" * 256), "'dedup_key' is too long"),
        ({"event_action": "resolve"}, "'dedup_key' is missing or blank"),
    ],
)
def test_an_invalid_event_is_answered_in_the_words_of_the_api(body: Json, said: str) -> None:
    reading = read(body)

    assert reading.signals == ()
    assert reading.rejects[0].reason.startswith(said)


def test_every_missing_field_is_named() -> None:
    reasons = [reject.field for reject in read(trigger(payload={"class": "x"})).rejects]

    assert reasons == ["payload.summary", "payload.source", "payload.severity"]


def test_a_change_event_is_kept_and_opens_nothing() -> None:
    change = {"routing_key": "k" * 32, "payload": {"summary": "Deployed 4.2", "source": "ci"}}

    reading = read(change)

    assert (reading.signals, reading.rejects, len(reading.notes)) == ((), (), 1)
