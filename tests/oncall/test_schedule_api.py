"""Schedules by the API: made, changed, overridden, and read as shifts."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import Api, Cast

PATH = "/api/v1/schedules"
LAYER = {"members": ["alice", "bob"], "first_handoff": "2026-03-02T09:00", "rhythm": "daily"}
BODY: dict[str, Any] = {
    "name": "Network",
    "zone": "Europe/Berlin",
    "team": "network",
    "owner": "dana",
    "layers": [LAYER],
}


@pytest.fixture
def dana(api: Callable[[str], Api], cast: Cast) -> Api:
    """Somebody who may edit."""
    del cast
    return api("dana")


@pytest.fixture
def made(dana: Api) -> str:
    """The address of a schedule in which Alice and Bob change every morning."""
    return f"{PATH}/{dana.post(PATH, BODY).json['id']}"


def test_a_schedule_is_made_and_read(dana: Api, made: str) -> None:
    found = dana.get(made).json

    assert (found["team"], found["owner"]) == ("network", "dana")
    assert found["layers"][0]["members"] == ["alice", "bob"]
    assert found["layers"][0]["rhythm"] == "daily"


def test_a_schedule_is_changed_unless_somebody_else_was_faster(dana: Api, made: str) -> None:
    etag = dana.get(made).headers["ETag"]
    wanted = BODY | {"layers": [LAYER | {"rhythm": "hourly", "every": 12}]}
    first = dana.client.put(made, json=wanted, headers={**dana.headers, "If-Match": etag})
    second = dana.client.put(made, json=wanted, headers={**dana.headers, "If-Match": etag})

    assert (first.status_code, second.status_code) == (200, 412)
    assert dana.get(made).json["layers"][0]["every"] == 12


def test_shifts_of_a_range_are_read(dana: Api, made: str) -> None:
    query = "?since=2026-03-02T12:00:00Z&until=2026-03-04T00:00:00Z"
    shifts = dana.get(f"{made}/shifts{query}").json["items"]

    assert [one["person"] for one in shifts] == ["alice", "bob"]
    assert shifts[0]["ends_at"] == "2026-03-03T08:00:00Z"


@pytest.mark.parametrize(
    "query",
    [
        "?since=2026-03-05T12:00:00Z&until=2026-03-04T00:00:00Z",
        "?since=2026-03-05T12:00:00Z&until=2028-03-04T00:00:00Z",
        "?since=0001-01-01T00:00:00Z&until=0001-01-02T00:00:00Z",
        "?since=9999-12-31T00:00:00Z",
        "?since=2026-03-05T12:00:00",
    ],
)
def test_a_range_that_cannot_be_is_refused(dana: Api, made: str, query: str) -> None:
    assert dana.get(f"{made}/shifts{query}").status_code == 422


def test_an_override_is_put_on_top_and_taken_back(dana: Api, made: str) -> None:
    body = {
        "change": "replace",
        "person": "dana",
        "replaces": "alice",
        "starts_at": "2026-03-02T20:00:00+01:00",
        "ends_at": "2026-03-02T22:00:00+01:00",
    }
    answer = dana.post(f"{made}/overrides", body)
    (row,) = answer.json["overrides"]

    assert row["starts_at"] == "2026-03-02T19:00:00Z"
    assert dana.delete(f"{made}/overrides/{row['id']}").status_code == 204
    assert dana.get(made).json["overrides"] == []


def test_a_temporary_schedule_is_added_and_ended(dana: Api, made: str) -> None:
    times = {"starts_at": "2026-03-03T09:00:00Z", "ends_at": "2026-03-04T09:00:00Z"}
    body = {"reason": "Move", **times, "shifts": [{"person": "dana", **times}]}
    (row,) = dana.post(f"{made}/temporaries", body).json["temporaries"]

    assert [one["person"] for one in row["shifts"]] == ["dana"]
    assert dana.delete(f"{made}/temporaries/{row['id']}").status_code == 204
    assert dana.get(made).json["temporaries"] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"zone": "Mars/Olympus"},
        {"owner": "nobody"},
        {"layers": [LAYER | {"members": ["nobody"]}]},
        {"layers": [LAYER | {"every": 0}]},
        {"layers": [LAYER | {"zone": "nowhere"}]},
        {"unknown": 1},
    ],
)
def test_what_is_not_understood_is_refused(dana: Api, changes: dict[str, Any]) -> None:
    answer = dana.post(PATH, BODY | changes)

    assert answer.status_code == 422
    assert answer.json["errors"]


def test_an_agent_may_not_edit(api: Callable[[str], Api], cast: Cast) -> None:
    del cast

    assert api("alice").post(PATH, BODY).status_code == 403
