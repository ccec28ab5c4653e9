"""`/api/v1/incidents` as programs rely on it."""

import base64
import io
import json
from collections.abc import Callable

import pytest

from itsm.incidents.models import Incident
from itsm.platform.house import House
from tests.cast import Api, Cast

ROOT = "/api/v1/incidents"
CANARY = "canary-7f3a"


@pytest.fixture
def alice(api: Callable[[str], Api], cast: Cast) -> Api:
    del cast
    return api("alice")


@pytest.fixture
def charlie(api: Callable[[str], Api], cast: Cast) -> Api:
    del cast
    return api("charlie")


def opened(by: Api, **more: object) -> str:
    return str(by.post(ROOT, {"title": "Printer on fire", **more}).json["number"])


def test_an_incident_is_opened_with_all_its_fields(alice: Api) -> None:
    answer = alice.post(
        ROOT,
        {
            "title": "No mail",
            "impact": 1,
            "urgency": 1,
            "requester": "charlie",
            "team": "network",
            "assignee": "bob",
            "tags": ["Mail", "vip"],
            "category": "Mail",
        },
    )

    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{ROOT}/INC-1001"
    told = answer.json
    assert {name: told[name] for name in ("number", "kind", "state", "priority", "desk")} == {
        "number": "INC-1001",
        "kind": "incident",
        "state": "new",
        "priority": 1,
        "desk": "it",
    }
    assert (told["requester"], told["assignee"], told["team"]) == ("charlie", "bob", "network")
    assert (told["tags"], told["sla"], told["cis"], told["parent"]) == (
        ["mail", "vip"],
        [],
        [],
        None,
    )
    assert told["created_at"] == "2026-03-02T12:00:00Z"


@pytest.mark.parametrize("extra", ["id", "created_at", "version", "state", "resolved_at", "number"])
def test_what_is_not_asked_for_is_refused(alice: Api, extra: str) -> None:
    answer = alice.post(ROOT, {"title": "No mail", extra: 7})

    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert extra in answer.json["errors"]


@pytest.mark.parametrize(
    "body",
    [
        {"title": " "},
        {"title": "x" * 401},
        {"title": "x", "impact": 4},
        {"title": "x", "team": "?"},
        {"title": "x", "parent": "INC-1"},
        {"title": "x", "cis": ["CI-9"]},
        [],
        None,
    ],
)
def test_a_field_that_is_wrong_is_named(alice: Api, body: object) -> None:
    answer = alice.post(ROOT, body)

    assert answer.status_code == 422
    assert answer.json["request_id"]


def test_a_change_with_a_stale_tag_changes_nothing(alice: Api) -> None:
    number = opened(alice)
    tag = alice.get(f"{ROOT}/{number}").headers["ETag"]
    fresh = alice.patch(f"{ROOT}/{number}", {"title": "New"}, headers={"If-Match": tag})

    stale = alice.patch(f"{ROOT}/{number}", {"title": "Newer"}, headers={"If-Match": tag})

    assert (fresh.status_code, stale.status_code) == (200, 412)
    assert fresh.headers["ETag"] == alice.get(f"{ROOT}/{number}").headers["ETag"] != tag
    assert alice.get(f"{ROOT}/{number}").json["title"] == "New"


def test_the_same_key_opens_one_incident(alice: Api) -> None:
    key = {"Idempotency-Key": "once"}
    first = alice.post(ROOT, {"title": "No mail"}, headers=key)
    again = alice.post(ROOT, {"title": "No mail"}, headers=key)
    other = alice.post(ROOT, {"title": "Something else"}, headers=key)

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert first.json == again.json
    assert len(alice.get(ROOT).json["items"]) == 1


def test_an_illegal_step_lists_the_legal_ones(alice: Api) -> None:
    number = opened(alice)

    answer = alice.post(f"{ROOT}/{number}/transitions", {"to": "closed"})

    assert answer.status_code == 409
    assert answer.json["legal"] == ["cancelled", "in_progress", "pending", "resolved"]


def test_resolved_says_when_and_how(alice: Api) -> None:
    number = opened(alice)
    alice.post(f"{ROOT}/{number}/transitions", {"to": "resolved", "resolution": "Put it out"})

    told = alice.get(f"{ROOT}/{number}").json

    assert (told["state"], told["resolution"]) == ("resolved", "Put it out")
    assert told["resolved_at"] == "2026-03-02T12:00:00Z"


def test_pages_of_a_list_meet_without_gap_or_repeat(alice: Api) -> None:
    numbers = [opened(alice, urgency=1 + at % 3) for at in range(7)]
    for sort in ("created_at", "-priority", "updated_at", "-updated_at", "priority"):
        seen: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            page = alice.get(f"{ROOT}?limit=3&sort={sort}&cursor={cursor}").json
            seen += [one["number"] for one in page["items"]]
            cursor = page["next"]
        assert sorted(seen) == sorted(numbers), sort


@pytest.mark.parametrize("sort", ["priority", "updated_at", "created_at"])
@pytest.mark.parametrize("key", [["a", "b"], [None], [10**30, 1], ["2026-03-02T12:00:00", 1], {}])
def test_a_cursor_of_another_hand_is_refused(alice: Api, sort: str, key: object) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")

    assert alice.get(f"{ROOT}?sort={sort}&cursor={cursor}").status_code == 422


@pytest.mark.parametrize("path", ["INC%00", "INC-1%27", "INC-99999999999999999999", "%F0%9F%94%A5"])
def test_what_is_no_number_is_not_found(alice: Api, path: str) -> None:
    assert alice.get(f"{ROOT}/{path}").status_code in {404, 422}


def test_a_nul_is_dropped_from_texts_and_refused_in_filters(alice: Api) -> None:
    number = opened(alice, title="No\x00 mail", category="a\x00", tags=["b\x00"])

    told = alice.get(f"{ROOT}/{number}").json
    assert (told["title"], told["category"], told["tags"]) == ("No mail", "a", ["b"])
    assert alice.get(f"{ROOT}?assignee=%00").status_code == 422


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=open", 2),
        ("state=resolved", 1),
        ("state=new,resolved", 3),
        ("priority=3", 1),
        ("assignee=me", 1),
        ("assignee=none", 2),
        ("team=network", 1),
        ("team=me", 1),
        ("requester=alice", 3),
        ("desk=it", 3),
        ("desk=hr", 0),
        ("source=api", 3),
        ("q=mai", 1),
        ("q=nothing+here", 0),
        ("assignee=nobody-known", 0),
    ],
)
def test_lists_are_narrowed(alice: Api, query: str, found: int) -> None:
    opened(alice, title="No mail", assignee="alice", team="network")
    opened(alice, impact=1, urgency=3)
    over = opened(alice)
    alice.post(f"{ROOT}/{over}/transitions", {"to": "resolved"})

    assert len(alice.get(f"{ROOT}?{query}").json["items"]) == found


@pytest.mark.parametrize(
    "query", ["state=lost", "sort=title", "limit=0", "limit=201", "colour=red"]
)
def test_a_filter_that_there_is_not_is_refused(alice: Api, query: str) -> None:
    assert alice.get(f"{ROOT}?{query}").status_code == 422


def test_a_requester_finds_only_their_own(alice: Api, charlie: Api) -> None:
    hidden, own = opened(alice, title="Secret fire"), opened(charlie)

    assert [one["number"] for one in charlie.get(ROOT).json["items"]] == [own]
    assert charlie.get(f"{ROOT}?q=secret").json["items"] == []
    for path in ("", "/comments", "/timeline", "/links", "/attachments", "/transitions"):
        assert charlie.get(f"{ROOT}/{hidden}{path}").status_code == 404
    assert charlie.post(f"{ROOT}/{hidden}/comments", {"body": "x"}).status_code == 404
    assert charlie.patch(f"{ROOT}/{hidden}", {"title": "x"}).status_code == 404


def test_internal_notes_never_reach_the_requester(alice: Api, charlie: Api) -> None:
    number = opened(charlie)
    note = {"body": f"blame {CANARY}", "visibility": "internal"}
    assert alice.post(f"{ROOT}/{number}/comments", note).status_code == 201
    assert alice.post(f"{ROOT}/{number}/comments", {"body": "We look"}).status_code == 201

    for path in (
        ROOT,
        f"{ROOT}/{number}",
        f"{ROOT}/{number}/comments",
        f"{ROOT}/{number}/timeline",
    ):
        assert CANARY.encode() not in charlie.get(path).data
    assert charlie.get(f"{ROOT}?q={CANARY}").json["items"] == []
    assert len(alice.get(f"{ROOT}?q={CANARY}").json["items"]) == 1
    assert [one["body"] for one in charlie.get(f"{ROOT}/{number}/comments").json["items"]] == [
        "We look"
    ]


def test_a_requester_may_not_write_internal_notes(charlie: Api) -> None:
    number = opened(charlie)

    note = {"body": "x", "visibility": "internal"}
    assert charlie.post(f"{ROOT}/{number}/comments", note).status_code == 403


def test_links_hide_what_the_reader_may_not_see(alice: Api, charlie: Api) -> None:
    own, hidden = opened(charlie), opened(alice, title="Secret fire")
    link = {"type": "caused_by", "target": hidden}
    assert alice.post(f"{ROOT}/{own}/links", link).status_code == 201
    alice.patch(f"{ROOT}/{own}", {"parent": hidden})

    assert charlie.get(f"{ROOT}/{own}/links").json["items"] == []
    assert charlie.get(f"{ROOT}/{own}").json["parent"] is None
    assert hidden.encode() not in charlie.get(f"{ROOT}/{own}/timeline").data
    kinds = {
        (one["type"], one["outgoing"]) for one in alice.get(f"{ROOT}/{hidden}/links").json["items"]
    }
    assert kinds == {("caused_by", False), ("child", False)}


def test_a_link_to_what_one_may_not_see_is_not_made(alice: Api) -> None:
    number = opened(alice)

    answer = alice.post(f"{ROOT}/{number}/links", {"type": "related_to", "target": "INC-9999"})

    assert answer.status_code == 404


def test_a_file_comes_back_as_a_harmless_download(alice: Api) -> None:
    number = opened(alice)
    page = (io.BytesIO(b"<script>alert(1)</script>"), "..\\..\\evil\u202e.html")
    made = alice.client.post(
        f"{ROOT}/{number}/attachments", data={"files": page}, headers=alice.headers
    )
    assert made.status_code == 201
    (told,) = (made.json or {})["items"]

    answer = alice.get(told["url"])

    assert answer.data == b"<script>alert(1)</script>"
    answer.close()
    assert (told["name"], answer.mimetype) == ("evil.html", "application/octet-stream")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")


def test_the_timeline_tells_the_story_in_order(alice: Api, charlie: Api) -> None:
    number = opened(charlie)
    alice.post(f"{ROOT}/{number}/take")
    alice.post(f"{ROOT}/{number}/comments", {"body": "On my way"})
    alice.post(f"{ROOT}/{number}/transitions", {"to": "resolved", "resolution": "Put it out"})

    story = [one["text"] for one in charlie.get(f"{ROOT}/{number}/timeline").json["items"]]

    assert story[0] == "Charlie Clerk reported this by the API"
    assert story[-1] == "On my way"
    assert "Alice Archer resolved this: Put it out" in story


def test_a_read_only_call_writes_nothing(house: House, alice: Api) -> None:
    number = opened(alice)
    alice.get(f"{ROOT}/{number}")

    with house.work(writes=False) as work:
        assert work.session.query(Incident).one().version == 1
