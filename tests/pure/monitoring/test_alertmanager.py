"""Alertmanager's webhook: each alert by its own status, key, times and severity."""

import json
from datetime import UTC, datetime

import pytest

from itsm.monitoring.body import Json, Message, Unreadable
from itsm.monitoring.kinds.alertmanager import KIND
from itsm.monitoring.signal import Action, Reading, Reject


def alert(**fields: Json) -> dict[str, Json]:
    return {
        "status": "firing",
        "labels": {"alertname": "DiskFull", "instance": "db1:9100", "severity": "critical"},
        "annotations": {"summary": "Disk full on db1", "description": "97 % used"},
        "startsAt": "2026-03-01T12:00:00.123456789Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.example/graph",
        "fingerprint": "f1",
    } | fields


def read(*alerts: Json, **group: Json) -> Reading:
    body = {"version": "4", "status": "firing", "alerts": list(alerts)} | group
    return KIND.read(Message(json.dumps(body).encode()), None)


def test_an_alert_yields_all_that_it_says() -> None:
    (signal,) = read(alert()).signals

    assert signal.action is Action.FIRE
    assert (signal.source_key, signal.title, signal.body) == ("f1", "Disk full on db1", "97 % used")
    assert (signal.severity_word, signal.check, signal.hosts) == (
        "critical",
        "DiskFull",
        ("db1:9100",),
    )
    assert signal.starts_at == datetime(2026, 3, 1, 12, 0, 0, 123456, UTC)
    assert signal.ended_at is None
    assert signal.url == "http://prometheus.example/graph"


def test_alerts_are_read_one_by_one_and_not_by_the_status_of_their_group() -> None:
    resolved = alert(status="resolved", fingerprint="f2", endsAt="2026-03-01T12:05:00Z")

    reading = read(alert(), resolved, status="firing")

    assert [signal.action for signal in reading.signals] == [Action.FIRE, Action.RESOLVE]
    assert reading.signals[1].ended_at == datetime(2026, 3, 1, 12, 5, tzinfo=UTC)


def test_without_a_fingerprint_the_labels_are_the_key_in_any_order() -> None:
    one = alert(fingerprint=None, labels={"alertname": "A", "job": "b"})
    other = alert(fingerprint=None, labels={"job": "b", "alertname": "A"})

    first, second = read(one, other).signals

    assert len(first.source_key) == 64
    assert first.source_key == second.source_key


def test_an_alert_without_annotations_is_called_by_its_name() -> None:
    assert read(alert(annotations=None)).signals[0].title == "DiskFull"


def test_truncated_alerts_are_noted() -> None:
    assert "left out 7 alerts" in read(alert(), truncatedAlerts=7).notes[0]


@pytest.mark.parametrize(
    ("spoiled", "field"),
    [
        (alert(status="pending"), "alerts[1].status"),
        (alert(status=["firing"]), "alerts[1].status"),
        (alert(labels="none"), "alerts[1].labels"),
        ("not an alert", "alerts[1]"),
        (alert(startsAt=float("nan")), "alerts[1].startsAt"),
    ],
)
def test_one_bad_alert_is_rejected_alone(spoiled: Json, field: str) -> None:
    reading = read(alert(), spoiled, alert(fingerprint="f3"))

    assert [signal.index for signal in reading.signals] == [0, 2]
    assert [(reject.index, reject.field) for reject in reading.rejects] == [(1, field)]
    assert isinstance(reading.rejects[0], Reject)


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"{}", b'{"alerts": {}}', b'{"alerts": null}'])
def test_a_body_without_a_list_of_alerts_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        KIND.read(Message(body), None)


def test_an_odd_time_does_not_lose_the_alert() -> None:
    assert read(alert(startsAt="yesterday")).signals[0].starts_at is None
