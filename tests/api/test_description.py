"""The OpenAPI document, and the page that shows it."""

import re
from collections.abc import Callable

import pytest

from tests.cast import Api, Browser, Cast


@pytest.fixture
def anybody(browser: Callable[..., Browser], cast: Cast) -> Browser:
    del cast
    return browser()


def test_the_document_describes_every_route_of_the_api(anybody: Browser) -> None:
    document = anybody.get("/api/v1/openapi.json").json
    rules = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in anybody.client.application.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
    }

    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]) == rules - {"/api/v1/openapi.json", "/api/v1/docs"}
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_every_reference_in_the_document_leads_somewhere(anybody: Browser) -> None:
    text = anybody.get("/api/v1/openapi.json").text
    known = set(anybody.get("/api/v1/openapi.json").json["components"]["schemas"])

    assert set(re.findall(r'"#/components/schemas/([^"]+)"', text)) <= known


def test_the_page_shows_it_with_no_outside_address(anybody: Browser) -> None:
    page = anybody.get("/api/v1/docs").text

    assert "/api/v1/incidents" in page
    assert re.findall(r'(?:src|href)="(https?:)?//', page) == []


@pytest.mark.parametrize("path", ["incidents", "incidents/INC-1001", "nowhere"])
def test_without_a_token_a_problem_says_what_to_do(anybody: Browser, path: str) -> None:
    answer = anybody.get(f"/api/v1/{path}")

    assert answer.status_code == (404 if path == "nowhere" else 401)
    assert answer.mimetype == "application/problem+json"
    assert answer.json["request_id"]


def test_a_body_that_is_no_json_is_refused(api: Callable[[str], Api], cast: Cast) -> None:
    del cast
    alice = api("alice")
    for body in (b"", b"{", b"[]", b"\xff", b"[" * 10_000, b'{"title": NaN}', b'"x"'):
        answer = alice.client.post(
            "/api/v1/incidents",
            data=body,
            headers=alice.headers,
            content_type="application/json",
        )
        assert answer.status_code in {400, 422}, body[:20]
        assert answer.mimetype == "application/problem+json"
