"""Site24x7: incident parameters as JSON and as a form, keyed by the monitor."""

import json
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from itsm.monitoring.body import Json, Message, Unreadable
from itsm.monitoring.kinds.site24x7 import KIND
from itsm.monitoring.signal import Action, Reading, Severity, Signal

PAGE = "https://www.site24x7.com/app/client#/home/monitors/1234500000/Summary"


def change(status: Json, **more: Json) -> dict[str, Json]:
    return {
        "MONITOR_ID": 1234500000,
        "MONITORNAME": "Shop",
        "MONITORTYPE": "URL",
        "MONITORURL": "https://shop.example.com/pay",
        "MONITOR_DASHBOARD_LINK": PAGE,
        "STATUS": status,
        "INCIDENT_REASON": "Service Unavailable",
        "FAILED_LOCATIONS": "London-UK,Oslo-NO",
        "INCIDENT_TIME": "March 1, 2026 1:00 PM CET",
        "INCIDENT_TIME_ISO": "2026-03-01T13:00:00+0100",
        "OUTAGE_TIME_UNIX_FORMAT": "1772366400000",
    } | more


def read(body: Json, media_type: str = "application/json") -> Reading:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return KIND.read(Message(raw, {"content-type": media_type}), None)


def one(body: Json, media_type: str = "application/json") -> Signal:
    (signal,) = read(body, media_type).signals
    return signal


def test_a_monitor_that_is_down_yields_all_that_it_says() -> None:
    signal = one(change("DOWN"))

    assert (signal.action, signal.source_key, signal.check) == (Action.FIRE, "1234500000", "Shop")
    assert (signal.title, signal.body) == ("Shop is down", "Service Unavailable")
    assert signal.hosts == ("shop.example.com",)
    assert signal.labels["failedlocations"] == "London-UK,Oslo-NO"
    assert signal.starts_at == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert signal.url == PAGE


@pytest.mark.parametrize(
    ("status", "action"),
    [
        ("DOWN", Action.FIRE),
        ("Trouble", Action.FIRE),
        ("CRITICAL", Action.FIRE),
        ("UP", Action.RESOLVE),
    ],
)
def test_worse_better_and_over_keep_the_key(status: str, action: Action) -> None:
    assert (one(change(status)).action, one(change(status)).source_key) == (action, "1234500000")


def test_trouble_is_less_than_down() -> None:
    assert KIND.severities == {"down": Severity.CRITICAL, "trouble": Severity.MEDIUM}


@pytest.mark.parametrize("status", ["MAINTENANCE", "Suspended", "CONFIGURATION ERROR"])
def test_what_nobody_looks_at_asks_for_nothing(status: str) -> None:
    assert (read(change(status)).signals, len(read(change(status)).notes)) == ((), 1)


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"MONITOR_ID": "1234500000"}, "1234500000"),
        ({"MONITOR_ID": "$MONITOR_ID"}, "1234500000"),
        ({"MONITOR_ID": None, "MONITOR_DASHBOARD_LINK": "https://x/monitors/xxx/Summary"}, "Shop"),
        ({"MONITOR_ID": None, "MONITOR_DASHBOARD_LINK": None}, "Shop"),
    ],
)
def test_the_monitor_is_found_by_number_page_or_name(more: dict[str, Json], key: str) -> None:
    assert one(change("DOWN", **more)).source_key == key == one(change("UP", **more)).source_key


def test_a_form_says_the_same() -> None:
    raw = urlencode(change("DOWN")).encode()

    assert one(raw, "application/x-www-form-urlencoded") == one(change("DOWN"))


def test_custom_parameters_may_be_spelled_otherwise() -> None:
    body = {"monitor_name": "Shop", "Status": "down", "monitor_id": 7, "monitorUrl": "db1:3306"}

    assert (one(body).source_key, one(body).title) == ("7", "Shop is down")
    assert one(body).hosts == ("db1",)


def test_a_monitor_of_a_server_bears_the_name_of_its_host() -> None:
    assert one(change("DOWN", MONITORURL=None, MONITORNAME="db1")).hosts == ("db1",)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], "body"),
        ({}, "STATUS"),
        (change("SIDEWAYS"), "STATUS"),
        (change("$STATUS"), "STATUS"),
        ({"STATUS": "DOWN", "MONITORNAME": "$MONITORNAME"}, "MONITOR_ID"),
    ],
)
def test_what_cannot_be_read_is_named(body: Json, field: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(body)

    assert caught.value.field == field
