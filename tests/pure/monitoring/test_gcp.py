"""Google Cloud Monitoring: every version of its schema, by webhook and by Pub/Sub."""

import base64
import json
from datetime import UTC, datetime

import pytest

from itsm.monitoring.body import Json, Message, Unreadable
from itsm.monitoring.kinds.gcp import KIND
from itsm.monitoring.severity import level
from itsm.monitoring.signal import Action, Reading, Severity

STARTED, ENDED = 1_772_366_400, 1_772_366_700


def incident(**fields: Json) -> dict[str, Json]:
    return {
        "incident_id": "0.mxyz",
        "scoping_project_id": "shop",
        "scoping_project_number": 12345,
        "url": "https://console.cloud.google.com/monitoring/alerting/incidents/0.mxyz",
        "severity": "Critical",
        "started_at": STARTED,
        "ended_at": None,
        "state": "open",
        "summary": "CPU of web-1 is above 0.9",
        "resource_id": "112233",
        "resource_name": "shop web-1",
        "resource_display_name": "web-1",
        "resource": {"type": "gce_instance", "labels": {"instance_id": "112233", "zone": "a"}},
        "metric": {"type": "cpu", "labels": {"instance_name": "web-1"}},
        "policy_name": "Web",
        "policy_user_labels": {"team": "shop"},
        "condition_name": "CPU",
        "documentation": {"content": "Look at the queue", "mime_type": "text/markdown"},
    } | fields


def read(said: Json, version: str = "1.2") -> Reading:
    return KIND.read(Message(json.dumps({"incident": said, "version": version}).encode()), None)


def test_an_incident_yields_all_that_it_says() -> None:
    (signal,) = read(incident()).signals

    assert (signal.action, signal.source_key) == (Action.FIRE, "0.mxyz")
    assert (signal.title, signal.body) == ("CPU of web-1 is above 0.9", "Look at the queue")
    assert (signal.hosts[0], signal.check) == ("web-1", "CPU")
    assert signal.starts_at == datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    assert signal.labels["team"] == "shop"


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_its_end_has_the_same_key(version: str) -> None:
    (fired,) = read(incident(), version).signals
    (over,) = read(incident(state="CLOSED", ended_at=ENDED), version).signals

    assert over.action is Action.RESOLVE
    assert fired.source_key == over.source_key
    assert over.ended_at == datetime(2026, 3, 1, 12, 5, tzinfo=UTC)


def test_an_old_message_has_a_name_alone_and_its_documentation_in_a_text() -> None:
    old = {"incident_id": "f2", "resource_name": "web-1", "state": "open", "documentation": "Look"}

    (signal,) = read(old, "1.0").signals

    assert (signal.hosts, signal.body) == (("web-1",), "Look")


def test_one_that_is_acknowledged_is_so_here() -> None:
    assert read(incident(state="acknowledged")).signals[0].action is Action.ACKNOWLEDGE


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"severity": "Critical"}, Severity.CRITICAL),
        ({"severity": "Error"}, Severity.HIGH),
        ({"severity": "Warning"}, Severity.MEDIUM),
        ({"severity": "No severity"}, Severity.LOW),
        ({"severity": None}, Severity.LOW),
        ({"severity": "", "policy_user_labels": {"severity": "high"}}, Severity.HIGH),
        ({"severity": "No Severity", "policy_user_labels": {"severity": "high"}}, Severity.HIGH),
    ],
)
def test_the_severity_is_that_of_the_policy(fields: dict[str, Json], found: Severity) -> None:
    (signal,) = read(incident(**fields)).signals

    assert level(signal.severity_word, {}, KIND.severities, Severity.LOW) is found


def test_a_test_of_the_channel_opens_nothing() -> None:
    reading = read(incident(state="OPEN", incident_id="12345", started_at=0), "test")

    assert (reading.signals, reading.notes) == ((), ("a test of the notification channel",))


def test_pubsub_pushes_the_same_in_an_envelope() -> None:
    inner = json.dumps({"incident": incident(), "version": "1.2"}).encode()
    pushed = {"message": {"data": base64.b64encode(inner).decode()}, "subscription": "s"}

    (signal,) = KIND.read(Message(json.dumps(pushed).encode()), None).signals

    assert signal.source_key == "0.mxyz"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "incident"),
        ([], "body"),
        ({"incident": incident(state="sideways")}, "incident.state"),
        ({"incident": incident(state=None)}, "incident.state"),
        ({"incident": incident(incident_id="")}, "incident.incident_id"),
        ({"message": {"data": "%"}}, "message.data"),
    ],
)
def test_what_cannot_be_understood_is_named(body: Json, field: str) -> None:
    with pytest.raises(Unreadable) as raised:
        KIND.read(Message(json.dumps(body).encode()), None)

    assert raised.value.field == field
