"""Correlation rules as people and programs make them, and what a rule tells before it is saved."""

from collections.abc import Callable
from typing import Any

import pytest

from itsm.kernel.access import SYSTEM
from itsm.monitoring import service
from itsm.monitoring.correlation import matching
from itsm.monitoring.correlation.matching import fits
from itsm.monitoring.models import Integration
from itsm.monitoring.signal import Action
from itsm.platform.house import House
from tests.cast import Api, Browser, Cast
from tests.monitoring.conftest import signal

RULE: dict[str, Any] = {
    "name": "Clusters",
    "tests": ["label.cluster = *"],
    "group_by": ["label.cluster"],
    "window_min": 15,
}
FORM = {
    "name": "Clusters",
    "tests": "label.cluster = blue*\nseverity != low",
    "group_by": "label.cluster, check",
    "window_min": "10",
    "enabled": "y",
    "do": "save",
}


@pytest.fixture
def dana(api: Callable[..., Api], cast: Cast) -> Api:
    del cast
    return api("dana")


@pytest.fixture
def page(browser: Callable[..., Browser], cast: Cast) -> Browser:
    del cast
    return browser("dana")


@pytest.mark.parametrize(
    ("pattern", "text", "fit"),
    [
        ("prod", "prod", True),
        ("prod", "production", False),
        ("PROD*", "production", True),
        ("*db*1", "mydb-01", True),
        ("*db*1", "mydb-02", False),
        ("a*a", "a", False),
        ("*", "", True),
        ("", "", True),
        ("", "x", False),
        ("a**b", "ab", True),
        ("(a+)+$", "(a+)+$", True),
    ],
)
def test_a_pattern_knows_stars_and_no_case(pattern: str, text: str, fit: bool) -> None:  # noqa: FBT001
    assert fits(pattern, text) is fit


def test_a_hostile_pattern_costs_little() -> None:
    assert not fits("*a" * 150 + "*b", "a" * 4000)


@pytest.mark.parametrize("line", ["cluster = x", "label. = x", "host", "host ~ x", "= x", ""])
def test_a_line_that_is_no_test_is_refused_with_a_reason(line: str) -> None:
    with pytest.raises(ValueError, match=r"is none of|is not FIELD"):
        matching.read(line)


def test_a_program_makes_changes_and_removes_a_rule(dana: Api) -> None:
    made = dana.post("/api/v1/correlation-rules", json=RULE)
    assert made.status_code == 201
    assert made.json | RULE == made.json
    address = f"/api/v1/correlation-rules/{made.json['id']}"

    changed = dana.put(address, json=RULE | {"window_min": 30, "enabled": False})
    assert (changed.json["window_min"], changed.json["enabled"]) == (30, False)
    assert dana.get("/api/v1/correlation-rules").json["items"] == [changed.json]
    assert dana.get(address).json == changed.json

    assert dana.delete(address).status_code == 204
    assert dana.get(address).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"tests": []},
        {"tests": ["cluster = x"]},
        {"group_by": []},
        {"group_by": ["nothing"]},
        {"window_min": 0},
        {"window_min": 1441},
        {"name": ""},
        {"unknown": 1},
        {"tests": ["host = x"] * 21},
    ],
)
def test_what_is_wrong_with_a_rule_is_said(dana: Api, wrong: dict[str, object]) -> None:
    answer = dana.post("/api/v1/correlation-rules", json=RULE | wrong)

    assert answer.status_code == 422
    assert next(iter(wrong)) in answer.get_data(as_text=True)


def test_two_rules_have_two_names(dana: Api) -> None:
    dana.post("/api/v1/correlation-rules", json=RULE)

    answer = dana.post("/api/v1/correlation-rules", json=RULE)
    assert answer.status_code == 422
    assert "is in use" in answer.get_data(as_text=True)


def test_agents_read_no_rules_and_make_none(api: Callable[..., Api], cast: Cast) -> None:
    del cast
    alice = api("alice")

    assert alice.get("/api/v1/correlation-rules").status_code == 403
    assert alice.post("/api/v1/correlation-rules", json=RULE).status_code == 403


def test_the_page_says_what_rules_are_for_and_then_lists_them(page: Browser) -> None:
    assert "None yet" in page.get("/monitoring/correlation/").text
    assert page.post("/monitoring/correlation/", FORM).status_code == 303

    shown = page.get("/monitoring/correlation/").text
    assert "label.cluster = blue*" in shown
    assert "label.cluster, check" in shown


def test_rules_are_ordered_switched_and_removed(page: Browser, dana: Api) -> None:
    for name in ("First", "Second"):
        page.post("/monitoring/correlation/", FORM | {"name": name})
    first, second = (one["id"] for one in dana.get("/api/v1/correlation-rules").json["items"])

    page.post(f"/monitoring/correlation/{second}/up")
    page.post(f"/monitoring/correlation/{second}/up")
    page.post(f"/monitoring/correlation/{first}/switch")
    found = dana.get("/api/v1/correlation-rules").json["items"]
    assert [(one["name"], one["enabled"]) for one in found] == [("Second", True), ("First", False)]

    page.post(f"/monitoring/correlation/{first}/remove")
    assert len(dana.get("/api/v1/correlation-rules").json["items"]) == 1


def test_what_was_typed_stays_where_it_is_wrong(page: Browser) -> None:
    answer = page.post("/monitoring/correlation/", FORM | {"group_by": "colour"})

    assert answer.status_code == 422
    assert "&#39;colour&#39; is none of source" in answer.text
    assert "label.cluster = blue*" in answer.text


def test_a_rule_is_tried_on_the_latest_alerts_before_it_is_saved(
    page: Browser, house: House, key: str, dana: Api
) -> None:
    assert key
    with house.work(SYSTEM) as work:
        source = work.session.query(Integration).one()
        for place, cluster in enumerate(("blue-1", "blue-1", "blue-2", "red")):
            said = signal(Action.FIRE, f"k{place}", labels={"cluster": cluster}, check="ping")
            service.receive(work, source, [said])

    shown = page.post("/monitoring/correlation/", FORM | {"do": "try"})

    assert shown.status_code == 200
    assert "Of the latest 4 alerts it would have made 2 incidents" in " ".join(shown.text.split())
    assert "blue-2" in shown.text
    assert dana.get("/api/v1/correlation-rules").json["items"] == []
