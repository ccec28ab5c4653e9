"""New Relic: issues of workflows, and incidents of the notification channels before them."""

import json
from datetime import UTC, datetime

import pytest

from itsm.monitoring.body import Json, Message, Unreadable
from itsm.monitoring.kinds.newrelic import KIND
from itsm.monitoring.severity import level
from itsm.monitoring.signal import Action, Reading, Severity, Signal


def issue(**fields: Json) -> dict[str, Json]:
    return {
        "id": "8a1f-22",
        "account_id": 77,
        "issueUrl": "https://one.newrelic.com/issue/8a1f-22",
        "title": ["CPU above 90 on web-1"],
        "priority": "CRITICAL",
        "impactedEntities": ["web-1", "web-2"],
        "totalIncidents": 1,
        "state": "ACTIVATED",
        "trigger": "STATE_CHANGE",
        "isCorrelated": False,
        "createdAt": 1772366400000,
        "updatedAt": 1772366700000,
        "alertPolicyNames": ["Web"],
        "alertConditionNames": ["CPU"],
    } | fields


def incident(**fields: Json) -> dict[str, Json]:
    target = {"id": "1", "name": "web-1", "labels": {"fullHostname": "web-1.example.com"}}
    return {
        "account_id": 77,
        "account_name": "Shop",
        "condition_name": "CPU",
        "current_state": "open",
        "details": "CPU is above 90",
        "event_type": "INCIDENT",
        "incident_id": 4711,
        "incident_url": "https://alerts.newrelic.com/accounts/77/incidents/4711",
        "policy_name": "Web",
        "severity": "CRITICAL",
        "targets": [target],
        "timestamp": 1772366400000,
    } | fields


def read(body: Json) -> Reading:
    return KIND.read(Message(json.dumps(body).encode()), None)


def one(body: Json) -> Signal:
    (signal,) = read(body).signals
    return signal


def test_an_issue_yields_all_that_it_says() -> None:
    signal = one(issue())

    assert (signal.action, signal.source_key) == (Action.FIRE, "77 8a1f-22")
    assert (signal.title, signal.hosts) == ("CPU above 90 on web-1", ("web-1", "web-2"))
    assert (signal.check, signal.url) == ("CPU", "https://one.newrelic.com/issue/8a1f-22")
    assert signal.starts_at == datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    assert signal.labels["policy"] == "Web"


@pytest.mark.parametrize(
    ("fields", "action"),
    [
        ({"state": "CREATED"}, Action.FIRE),
        ({"state": "ACTIVATED"}, Action.FIRE),
        ({"state": "activated", "trigger": "PRIORITY_CHANGED"}, Action.FIRE),
        ({"state": "ACKNOWLEDGED"}, Action.ACKNOWLEDGE),
        ({"state": "ACTIVATED", "trigger": "ISSUE_ACKNOWLEDGED"}, Action.ACKNOWLEDGE),
        ({"state": "ACTIVATED", "trigger": "ISSUE_UNACKNOWLEDGED"}, Action.FIRE),
        ({"state": "CLOSED", "trigger": "ACKNOWLEDGED"}, Action.RESOLVE),
        ({"state": "CLOSED"}, Action.RESOLVE),
        ({"state": "DEACTIVATED"}, Action.RESOLVE),
    ],
)
def test_a_state_keeps_the_key_of_the_issue(fields: dict[str, Json], action: Action) -> None:
    signal = one(issue(**fields))

    assert (signal.action, signal.source_key) == (action, "77 8a1f-22")


def test_a_closed_issue_ended_when_it_was_last_updated() -> None:
    assert one(issue(state="CLOSED")).ended_at == datetime(2026, 3, 1, 12, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "action"),
    [
        ("open", Action.FIRE),
        ("acknowledged", Action.ACKNOWLEDGE),
        ("closed", Action.RESOLVE),
        ("OPEN", Action.FIRE),
    ],
)
def test_a_state_keeps_the_key_of_the_incident(state: str, action: Action) -> None:
    signal = one(incident(current_state=state))

    assert (signal.action, signal.source_key) == (action, "77 4711")
    assert (signal.title, signal.body) == ("CPU on web-1", "CPU is above 90")
    assert signal.hosts == ("web-1", "web-1.example.com")


def test_the_vendors_sample_with_the_number_0_is_an_incident_like_another() -> None:
    fired = one(incident(incident_id=0, targets=[{"id": "0", "name": ""}], severity="INFO"))
    over = one(incident(incident_id=0, current_state="closed"))

    assert (fired.action, over.action) == (Action.FIRE, Action.RESOLVE)
    assert fired.source_key == over.source_key == "77 0"
    assert fired.hosts == ()
    assert level(fired.severity_word, {}, KIND.severities, Severity.HIGH) is Severity.INFO


def test_the_test_of_a_channel_opens_nothing() -> None:
    reading = read(incident(current_state="test", event_type="NOTIFICATION", incident_id=0))

    assert (reading.signals, len(reading.notes)) == ((), 1)


def test_an_old_channel_that_became_a_workflow_has_one_target() -> None:
    signal = one(incident(incident_id="8a1f-22", targets={"name": "web-3", "type": "HOST"}))

    assert (signal.source_key, signal.hosts) == ("77 8a1f-22", ("web-3",))


def test_it_may_be_a_form() -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    form = b"account_id=77&incident_id=4711&current_state=closed&condition_name=CPU"

    (signal,) = KIND.read(Message(form, headers), None).signals

    assert (signal.action, signal.source_key) == (Action.RESOLVE, "77 4711")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "issueId"),
        ({"state": "CLOSED", "id": "{{ json issueId }}"}, "issueId"),
        (issue(state="SIDEWAYS"), "state"),
        (incident(current_state="sideways"), "state"),
        (7, "body"),
    ],
)
def test_what_cannot_be_understood_is_named(body: Json, field: str) -> None:
    try:
        named = read(body).rejects[0].field
    except Unreadable as error:
        named = error.field

    assert named == field
