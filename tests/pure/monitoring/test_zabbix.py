"""Zabbix: webhook parameters, flat macros, event streaming; problem, update and recovery."""

import json

import pytest

from itsm.monitoring.body import Json, Message
from itsm.monitoring.kinds.zabbix import KIND
from itsm.monitoring.severity import level
from itsm.monitoring.signal import Action, Reading, Severity, Signal

PROBLEM = {
    "event_id": "4711",
    "event_name": "High CPU on web1",
    "event_value": "1",
    "event_source": "0",
    "event_severity": "Average",
    "event_nseverity": "3",
    "event_update_status": "0",
    "event_update_action": "",
    "event_timestamp": "1772366400",
    "event_recovery_timestamp": "{EVENT.RECOVERY.TIMESTAMP}",
    "event_tags_json": '[{"tag":"class","value":"os"}]',
    "host_host": "web1.example.net",
    "host_name": "Web 1",
    "host_ip": "10.0.0.4",
    "trigger_id": "23",
    "zabbix_url": "https://zbx.example/",
    "alert_message": "Load is 9",
}
MACROS = {
    "{EVENT.ID}": "4711",
    "{EVENT.NAME}": "High CPU on web1",
    "{EVENT.STATUS}": "PROBLEM",
    "{EVENT.SEVERITY}": "Average",
    "{EVENT.DATE}": "2026.03.01",
    "{EVENT.TIME}": "12:00:00",
    "{HOST.HOST}": "web1.example.net",
    "{EVENT.TAGS}": "class:os, target:linux",
}
STREAMED = {
    "host": {"host": "web1.example.net", "name": "Web 1"},
    "hosts": [{"host": "web1.example.net", "name": "Web 1"}],
    "eventid": 4711,
    "value": 1,
    "clock": 1772366400,
    "severity": 3,
    "name": "High CPU on web1",
    "tags": [{"tag": "class", "value": "os"}],
}


def read(body: Json) -> Reading:
    return KIND.read(Message(json.dumps(body).encode()), None)


def one(body: Json) -> Signal:
    (signal,) = read(body).signals
    return signal


@pytest.mark.parametrize("body", [PROBLEM, MACROS, STREAMED])
def test_every_layout_yields_the_same_alert(body: Json) -> None:
    signal = one(body)

    assert (signal.action, signal.source_key) == (Action.FIRE, "4711")
    assert (signal.title, signal.hosts[0]) == ("High CPU on web1", "web1.example.net")
    assert level(signal.severity_word, {}, KIND.severities, Severity.INFO) is Severity.MEDIUM
    assert signal.labels["class"] == "os"
    assert signal.starts_at is not None
    assert signal.starts_at.isoformat() == "2026-03-01T12:00:00+00:00"


def test_the_link_leads_to_the_event() -> None:
    assert one(PROBLEM).url == "https://zbx.example/tr_events.php?triggerid=23&eventid=4711"


@pytest.mark.parametrize(
    "body",
    [
        PROBLEM | {"event_value": "0", "event_recovery_timestamp": "1772370000"},
        MACROS | {"{EVENT.STATUS}": "RESOLVED", "{EVENT.RECOVERY.DATE}": "2026.03.01",
                  "{EVENT.RECOVERY.TIME}": "13:00:00"},
        STREAMED | {"eventid": 4800, "p_eventid": 4711, "value": 0, "clock": 1772370000},
    ],
)  # fmt: skip
def test_a_recovery_has_the_key_and_a_later_time(body: Json) -> None:
    signal = one(body)

    assert (signal.action, signal.source_key) == (Action.RESOLVE, "4711")
    assert signal.ended_at is not None
    assert signal.ended_at.isoformat() == "2026-03-01T13:00:00+00:00"


def test_a_local_time_that_runs_backwards_when_summer_ends_cannot_end_a_problem_early() -> None:
    signal = one(
        MACROS
        | {
            "{EVENT.STATUS}": "RESOLVED",
            "{EVENT.RECOVERY.DATE}": "2026.03.01",
            "{EVENT.RECOVERY.TIME}": "11:20:00",
        }
    )

    assert signal.ended_at == one(MACROS).starts_at


@pytest.mark.parametrize(
    ("done", "action"),
    [
        ("acknowledged", Action.ACKNOWLEDGE),
        ("acknowledged, commented", Action.ACKNOWLEDGE),
        ("changed severity from Average to High", Action.FIRE),
        ("closed", Action.RESOLVE),
        ("acknowledged and closed", Action.RESOLVE),
        ("suppressed", Action.SUPPRESS),
        ("unsuppressed", Action.RELEASE),
    ],
)
def test_an_update_says_what_was_done_and_keeps_the_key(done: str, action: Action) -> None:
    update = {"event_update_status": "1", "event_update_action": done}

    assert (one(PROBLEM | update).action, one(PROBLEM | update).source_key) == (action, "4711")


@pytest.mark.parametrize("done", ["commented", "unacknowledged", "changed to symptom", ""])
def test_of_other_updates_nothing_follows(done: str) -> None:
    reading = read(PROBLEM | {"event_update_status": "1", "event_update_action": done})

    assert (reading.signals, reading.rejects, len(reading.notes)) == ((), (), 1)


def test_an_acknowledged_and_a_suppressed_problem_are_told_by_their_flags() -> None:
    assert one(PROBLEM | {"event_ack": "Yes"}).action is Action.ACKNOWLEDGE
    assert one(PROBLEM | {"event_update_status": 1, "event_ack": "Yes"}).action is (
        Action.ACKNOWLEDGE
    )
    assert one(PROBLEM | {"suppressed": "1"}).action is Action.SUPPRESS
    assert one(PROBLEM | {"event_ack": "No"}).action is Action.FIRE


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("Not classified", Severity.INFO),
        ("Information", Severity.INFO),
        ("Warning", Severity.LOW),
        ("Average", Severity.MEDIUM),
        ("High", Severity.HIGH),
        ("Disaster", Severity.CRITICAL),
        ("5", Severity.CRITICAL),
        ("0", Severity.INFO),
    ],
)
def test_its_six_severities(word: str, severity: Severity) -> None:
    found = one(PROBLEM | {"event_severity": word}).severity_word

    assert level(found, {}, KIND.severities, Severity.HIGH) is severity


def test_the_layout_of_on_call_scripts() -> None:
    body = {"alert_uid": "u-1", "title": "Disk", "state": "alerting", "message": "full"}

    assert (one(body).action, one(body).source_key) == (Action.FIRE, "u-1")
    assert (one(body | {"state": "ok"}).action, one(body).title) == (Action.RESOLVE, "Disk")


def test_without_its_event_a_problem_is_known_by_its_trigger() -> None:
    body = PROBLEM | {"event_id": "{EVENT.ID}"}

    assert one(body).source_key == "trigger 23"
    assert one(body | {"event_value": "0"}).source_key == "trigger 23"


def test_json_lines_are_read_one_by_one() -> None:
    raw = "\n".join(json.dumps(STREAMED | {"eventid": event}) for event in (1, 2)) + "\n"

    reading = KIND.read(Message(raw.encode(), {"content-type": "application/x-ndjson"}), None)

    assert [signal.source_key for signal in reading.signals] == ["1", "2"]


@pytest.mark.parametrize(
    "body",
    [
        PROBLEM | {"event_source": "1"},
        PROBLEM | {"event_source": "2"},
        {"subject": "Test subject", "message": "This is the test message from Zabbix", "id": "1"},
    ],
)
def test_a_discovery_and_a_test_open_nothing(body: Json) -> None:
    reading = read(body)

    assert (reading.signals, reading.rejects, len(reading.notes)) == ((), (), 1)


@pytest.mark.parametrize("tags", ["", "[broken", '{"tag": 1}', "[" * 5000, 7, ["x"], "a:b,c"])
def test_odd_tags_do_not_lose_the_alert(tags: Json) -> None:
    assert one(PROBLEM | {"event_tags_json": tags}).source_key == "4711"


@pytest.mark.parametrize(
    ("spoiled", "field"),
    [
        ({"event_value": "sideways"}, "status"),
        ({"event_value": "{EVENT.VALUE}"}, "status"),
        ({"event_id": "", "trigger_id": "", "host_host": "", "host_name": "", "host_ip": ""},
         "EVENT.ID"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_named(spoiled: Json, field: str) -> None:
    assert [reject.field for reject in read(PROBLEM | spoiled).rejects] == [field]
