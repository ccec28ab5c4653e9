"""Datadog: bodies as their users write them, in all transitions that a monitor has."""

import json
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from itsm.monitoring.body import Json, Message, Unreadable
from itsm.monitoring.kinds.datadog import KIND
from itsm.monitoring.severity import level
from itsm.monitoring.signal import Action, Severity, Signal


def told(**fields: Json) -> dict[str, Json]:
    return {
        "id": "70001",
        "alert_id": "4711",
        "alert_cycle_key": "c1c1e",
        "alert_transition": "Triggered",
        "alert_type": "error",
        "alert_priority": "P2",
        "alert_metric": "system.disk.in_use",
        "alert_scope": "device:sda1,host:db-1",
        "alert_title": "[Triggered on {device:sda1,host:db-1}] Disk full",
        "event_msg": "Disk is full",
        "hostname": "db-1",
        "org_id": "9",
        "date": "1772366400000",
        "tags": "monitor,host:db-1,team:shop",
        "link": "https://app.datadoghq.eu/event/event?id=70001",
    } | fields


def one(body: Json, mapping: Json = None) -> Signal:
    (signal,) = KIND.read(Message(json.dumps(body).encode()), mapping).signals
    return signal


def rank(signal: Signal) -> Severity:
    found = level(signal.severity_word, {}, KIND.severities, Severity.LOW)
    assert isinstance(found, Severity)
    return found


def test_a_notification_yields_all_that_it_says() -> None:
    signal = one(told())

    assert (signal.action, signal.source_key) == (Action.FIRE, "c1c1e")
    assert (signal.title, signal.body) == (told()["alert_title"], "Disk is full")
    assert (signal.hosts, signal.check) == (("db-1",), "system.disk.in_use")
    assert signal.starts_at == datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    assert signal.labels == {"host": "db-1", "team": "shop"}
    assert rank(signal) is Severity.HIGH


@pytest.mark.parametrize(
    ("transition", "action"),
    [
        ("Triggered", Action.FIRE),
        ("Re-Triggered", Action.FIRE),
        ("Warn", Action.FIRE),
        ("Re-Warn", Action.FIRE),
        ("No Data", Action.FIRE),
        ("Re-No Data", Action.FIRE),
        ("Renotify", Action.FIRE),
        ("Recovered", Action.RESOLVE),
        ("recovered", Action.RESOLVE),
    ],
)
@pytest.mark.parametrize("cycle", ["c1c1e", None, "$ALERT_CYCLE_KEY"])
def test_a_transition_says_what_happened_and_keeps_the_key(
    transition: str, action: Action, cycle: str | None
) -> None:
    begun = one(told(alert_cycle_key=cycle))
    signal = one(told(alert_cycle_key=cycle, alert_transition=transition, id="70002"))

    assert (signal.action, signal.source_key) == (action, begun.source_key)


def test_without_a_cycle_each_group_of_a_monitor_is_a_trouble_of_its_own() -> None:
    first = one(told(alert_cycle_key=None))
    other = one(told(alert_cycle_key=None, alert_scope="device:sda1,host:db-2"))

    assert first.source_key != other.source_key


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"alert_priority": "P1"}, Severity.CRITICAL),
        ({"alert_priority": "P1", "alert_transition": "Warn"}, Severity.MEDIUM),
        ({"alert_priority": "P4", "alert_transition": "Warn"}, Severity.LOW),
        ({"alert_priority": None}, Severity.HIGH),
        ({"alert_priority": "", "alert_type": "warning"}, Severity.MEDIUM),
        ({"alert_priority": None, "priority": "normal"}, Severity.HIGH),
        ({"alert_priority": None, "priority": "P5"}, Severity.INFO),
        ({"alert_priority": None, "alert_type": None}, Severity.LOW),
    ],
)
def test_the_severity_is_the_priority_else_the_type(
    fields: dict[str, Json], found: Severity
) -> None:
    assert rank(one(told(**fields))) is found


def test_the_body_that_datadog_sends_by_itself_is_read_from_its_title() -> None:
    def of(title: str) -> Signal:
        org = {"id": "9", "name": "shop"}
        return one({"id": "1", "title": title, "body": "…", "org": org, "event_type": "x_monitor"})

    fired = of("[Triggered on {host:db-1}] Disk full")
    warned = of("[P2] [Warn on {host:db-1}] Disk full")
    over = of("[Recovered on {host:db-1}] Disk full")
    other = of("[Triggered on {host:db-2}] Disk full")

    assert [fired.action, warned.action, over.action] == [Action.FIRE, Action.FIRE, Action.RESOLVE]
    assert fired.source_key == warned.source_key == over.source_key != other.source_key
    assert fired.hosts == ("db-1",)


def test_a_custom_body_may_say_by_its_type_that_it_is_over() -> None:
    body = {"alert_id": "1", "title": "Disk", "alert_type": "success"}

    assert one(body).action is Action.RESOLVE


def test_names_may_be_spelled_as_the_variables_are() -> None:
    shouted = {name.upper(): value for name, value in told().items()}
    camel = {"alertId": "4711", "alertTransition": "Recovered", "alertCycleKey": "c1c1e"}

    assert one(shouted).source_key == one(camel).source_key == "c1c1e"
    assert one(camel).action is Action.RESOLVE


def test_it_may_be_encoded_as_a_form() -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}

    reading = KIND.read(Message(urlencode(told()).encode(), headers), None)

    assert reading.signals[0].source_key == "c1c1e"


def test_variables_that_were_not_filled_in_are_absent() -> None:
    signal = one(told(hostname="$HOSTNAME", alert_priority="$ALERT_PRIORITY", link="$LINK"))

    assert (signal.hosts, signal.url, rank(signal)) == (("db-1",), "", Severity.HIGH)


def test_an_integrations_own_mapping_goes_over_this() -> None:
    body = told(alert_cycle_key=None) | {"who": {"box": "db-9"}}

    signal = one(body, {"host": ["/who/box"], "key": ["/who/box"]})

    assert (signal.source_key, signal.hosts) == ("db-9", ("db-9",))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "alert_id"),
        ({"alert_id": "$ALERT_ID", "alert_transition": "Triggered"}, "alert_id"),
        (told(alert_transition="Sideways"), "ALERT_TRANSITION"),
        (7, "body"),
    ],
)
def test_what_cannot_be_understood_is_named(body: Json, field: str) -> None:
    reading_of = Message(json.dumps(body).encode())
    try:
        named = KIND.read(reading_of, None).rejects[0].field
    except Unreadable as error:
        named = error.field

    assert named == field
