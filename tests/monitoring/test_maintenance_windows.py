"""Maintenance windows as people and programs plan them."""

from collections.abc import Callable
from typing import Any

import pytest

from itsm.kernel.access import SYSTEM
from itsm.platform.house import House
from tests.assets.made import ci
from tests.cast import Api, Browser, Cast
from tests.clock import SetClock

WINDOW: dict[str, Any] = {
    "title": "Firmware of db-01",
    "zone": "Europe/Berlin",
    "starts": "2026-03-03T22:00",
    "ends": "2026-03-04T02:00",
    "cis": ["db-01"],
}
FORM = {
    "title": "Patches",
    "reason": "CHG-12",
    "zone": "Europe/Berlin",
    "starts": "2026-03-03T22:00",
    "ends": "2026-03-04T02:00",
    "repeats": "monthly_weekday",
    "every": "1",
    "until": "",
    "cis": "db-01",
    "dependents": "1",
    "do": "save",
}
ADDRESS = "/api/v1/maintenance-windows"


@pytest.fixture
def otto(api: Callable[..., Api], house: House, clock: SetClock, cast: Cast) -> Api:
    del cast, clock
    with house.work(SYSTEM) as work:
        ci(work, "db-01")
    return api("dana")


@pytest.fixture
def page(browser: Callable[..., Browser], otto: Api) -> Browser:
    del otto
    return browser("dana")


def test_a_program_plans_changes_and_cancels_one(otto: Api) -> None:
    made = otto.post(ADDRESS, json=WINDOW)
    assert made.status_code == 201
    assert made.json["state"] == "planned"
    assert made.json["next_start"] == "2026-03-03T21:00:00Z"
    address = f"{ADDRESS}/{made.json['id']}"

    changed = otto.put(address, json=WINDOW | {"repeats": "weekly", "days": ["tue", "Thursday"]})
    assert changed.json["days"] == ["tue", "thu"]
    assert otto.get(ADDRESS).json["items"] == [changed.json]

    assert otto.post(f"{address}/cancel").json["state"] == "cancelled"
    assert otto.get(address).json["next_start"] is None


def test_one_whose_time_is_now_runs_at_once(otto: Api) -> None:
    now = {"zone": "UTC", "starts": "2026-03-02T11:00", "ends": "2026-03-02T13:00"}
    made = otto.post(ADDRESS, json=WINDOW | now)

    assert (made.json["state"], made.json["running_until"]) == ("running", "2026-03-02T13:00:00Z")
    address = f"{ADDRESS}/{made.json['id']}"
    extended = otto.post(f"{address}/extend", json={"minutes": 30}).json
    assert extended["running_until"] == "2026-03-02T13:30:00Z"
    assert otto.post(f"{address}/end").json["state"] == "over"
    assert otto.post(f"{address}/end").status_code == 409
    assert otto.post(f"{address}/extend", json={"minutes": 30}).status_code == 409


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"title": ""}, "title"),
        ({"ends": "2026-03-03T21:00"}, "end after it starts"),
        ({"ends": "2026-05-03T21:00"}, "31 days at most"),
        ({"cis": []}, "say what it covers"),
        ({"cis": ["db-99"]}, "unknown: db-99"),
        ({"sites": ["mars"]}, "unknown: mars"),
        ({"integrations": ["none"]}, "unknown: none"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"starts": "2026-03-03T22:00+01:00"}, "without an offset"),
        ({"repeats": "hourly"}, "repeats"),
        ({"days": ["noday"]}, "noday"),
        ({"every": 0}, "every"),
        ({"repeats": "daily", "ends": "2026-03-05T02:00"}, "begin again before it has ended"),
        ({"starts": "2026-01-03T22:00", "ends": "2026-01-03T23:00"}, "over already"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_is_said(otto: Api, wrong: dict[str, object], told: str) -> None:
    answer = otto.post(ADDRESS, json=WINDOW | wrong)

    assert answer.status_code in {409, 422}
    assert told in answer.get_data(as_text=True)
    assert otto.get(ADDRESS).json["items"] == []


def test_agents_see_windows_and_plan_none(otto: Api, api: Callable[..., Api]) -> None:
    made = otto.post(ADDRESS, json=WINDOW).json
    alice = api("alice")

    assert alice.get(f"{ADDRESS}/{made['id']}").status_code == 200
    assert alice.post(ADDRESS, json=WINDOW).status_code == 403
    assert alice.post(f"{ADDRESS}/{made['id']}/cancel").status_code == 403


def test_the_form_looks_ahead_before_it_saves(page: Browser, otto: Api) -> None:
    shown = page.post("/monitoring/maintenance/", FORM | {"do": "look"})

    assert shown.status_code == 200
    assert "Every month on the first tuesday at 22:00" in shown.text
    assert "Tue 07 Apr 2026, 22:00" in " ".join(shown.text.split())
    assert otto.get(ADDRESS).json["items"] == []


def test_the_pages_lead_from_a_ci_to_its_window(page: Browser, otto: Api) -> None:
    assert "No maintenance is planned" in page.get("/monitoring/maintenance/").text
    record = page.get("/assets/CI-1001").text
    assert "/monitoring/maintenance/new?ci=CI-1001" in record
    assert "CI-1001" in page.get("/monitoring/maintenance/new?ci=CI-1001").text

    saved = page.post("/monitoring/maintenance/", FORM)
    assert saved.status_code == 303
    shown = " ".join(page.get(saved.headers["Location"]).text.split())
    assert "1 CI: db-01" in shown
    assert "every month on the first Tuesday at 22:00" in shown
    assert "Patches" in page.get("/monitoring/maintenance/").text
    assert "CHG-12" in page.get(f"{saved.headers['Location']}/edit").text
    assert otto.get(ADDRESS).json["items"][0]["title"] == "Patches"


def test_what_was_typed_stays_where_it_is_wrong(page: Browser) -> None:
    answer = page.post("/monitoring/maintenance/", FORM | {"cis": "db-77"})

    assert answer.status_code == 422
    assert "unknown: db-77" in answer.text
    assert "CHG-12" in answer.text


def test_buttons_extend_end_and_cancel_one_that_runs(page: Browser, otto: Api) -> None:
    now = {"starts": "2026-03-02T12:00", "ends": "2026-03-02T14:00", "repeats": "once"}
    place = page.post("/monitoring/maintenance/", FORM | now).headers["Location"]
    assert "End now" in page.get(place).text

    page.post(f"{place}/extend", {"minutes": "60"})
    assert otto.get(ADDRESS).json["items"][0]["running_until"] == "2026-03-02T14:00:00Z"
    page.post(f"{place}/end")
    assert otto.get(ADDRESS).json["items"][0]["state"] == "over"
    page.post(f"{place}/cancel")
    assert "Cancelled" in page.get(place).text
