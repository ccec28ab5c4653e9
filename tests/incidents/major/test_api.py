"""Major incidents as programs run them."""

from collections.abc import Callable

import pytest

from tests.cast import Api

ROOT = "/api/v1/incidents"


@pytest.fixture
def dana(api: Callable[[str], Api], major: str) -> Api:
    assert major
    return api("dana")


def test_it_is_declared_run_and_demoted(api: Callable[[str], Api], number: str) -> None:
    dana, major = api("dana"), f"{ROOT}/{number}/major"
    assert dana.get(major).status_code == 404
    assert api("alice").post(major, {}).status_code == 403

    declared = dana.post(major, {"headline": "Shop is down", "interval_min": 15})
    assert declared.status_code == 201
    told = declared.json
    assert (told["number"], told["status"], told["interval_min"]) == (number, "investigating", 15)
    assert told["update_due_at"] == "2026-03-02T12:15:00Z"
    assert [one["username"] for one in told["responders"]] == ["dana"]
    assert dana.get(f"{ROOT}/{number}").json["major"] is True
    assert dana.post(major, {}).status_code == 409

    changed = dana.patch(major, {"headline": "Shop is slow"}).json
    assert (changed["headline"], changed["interval_min"]) == ("Shop is slow", 15)

    assert dana.post(f"{major}/demotion", {}).status_code == 422
    assert dana.post(f"{major}/demotion", {"reason": "a drill"}).status_code == 204
    assert dana.get(f"{ROOT}/{number}").json["major"] is False
    assert dana.get(major).status_code == 404


def test_it_is_opened_as_one(dana: Api, api: Callable[[str], Api]) -> None:
    assert dana.post(ROOT, {"title": "Shop is down", "major": True}).json["major"] is True
    assert api("alice").post(ROOT, {"title": "Shop is down", "major": True}).status_code == 403


def test_roles_and_responders(dana: Api, api: Callable[[str], Api], major: str) -> None:
    root = f"{ROOT}/{major}/major"

    given = dana.post(f"{root}/roles", {"role": "scribe", "username": "alice"}).json
    assert given["roles"] == {"commander": "dana", "scribe": "alice"}
    assert dana.post(f"{root}/roles", {"role": "king"}).status_code == 422
    given_up = api("alice").delete(f"{root}/roles/scribe")
    assert given_up.json["roles"] == {"commander": "dana"}

    joined = api("bob").post(f"{root}/responders", {}).json
    assert {one["username"] for one in joined["responders"]} == {"dana", "alice", "bob"}
    gone = dana.delete(f"{root}/responders/bob").json
    left = {one["username"]: one["left_at"] is not None for one in gone["responders"]}
    assert left == {"dana": False, "alice": False, "bob": True}


def test_updates_are_read_by_those_who_may(
    dana: Api, api: Callable[[str], Api], major: str
) -> None:
    address = f"{ROOT}/{major}/major/updates"
    told = {"body": "Found it", "visibility": "public", "status": "identified"}
    assert dana.post(address, told).json["status"] == "identified"
    assert dana.post(address, {"body": "The disk", "visibility": "internal"}).status_code == 201
    assert dana.post(address, {**told, "visibility": "internal"}).status_code == 422
    assert dana.post(address, {**told, "status": "fine"}).status_code == 422
    assert api("alice").post(address, told).status_code == 403

    for username, expected in (("alice", ["Found it", "The disk"]), ("charlie", ["Found it"])):
        items = api(username).get(address).json["items"]
        assert [one["body"] for one in items] == expected


def test_the_review_and_its_action_items(dana: Api, major: str) -> None:
    root = f"{ROOT}/{major}"
    assert dana.get(f"{root}/review").status_code == 404
    assert dana.post(f"{root}/review").status_code == 409

    dana.post(f"{root}/transitions", {"to": "resolved", "resolution": "Replaced"})
    drafted = dana.post(f"{root}/review")
    assert (drafted.status_code, drafted.json["version"]) == (201, 1)
    edited = dana.put(f"{root}/review", {"body": "# Learnt", "version": 1})
    assert (edited.json["body"], edited.json["version"]) == ("# Learnt", 2)
    assert dana.put(f"{root}/review", {"body": "x", "version": 1}).status_code == 412

    made = dana.post(
        f"{root}/actions", {"title": "Watch disks", "owner": "bob", "due_on": "2026-03-09"}
    )
    assert made.status_code == 201
    address = f"{root}/actions/{made.json['id']}"
    assert dana.patch(address, {"done": True}).json["done"] is True
    assert dana.patch(f"{root}/actions/999", {"done": True}).status_code == 404
    assert [one["title"] for one in dana.get(f"{root}/actions").json["items"]] == ["Watch disks"]
    assert dana.get(f"{ROOT}/actions").json["items"] == []
    (listed,) = dana.get(f"{ROOT}/actions?done=true").json["items"]
    assert (listed["incident"], listed["owner"], listed["due_on"]) == (major, "bob", "2026-03-09")


def test_the_status_page_as_data(api: Callable[[str], Api], dana: Api, major: str) -> None:
    told = {"body": "Found it", "visibility": "public", "status": "identified"}
    dana.post(f"{ROOT}/{major}/major/updates", told)

    (listed,) = api("charlie").get("/api/v1/status").json["items"]

    assert listed == api("charlie").get(f"/api/v1/status/{major}").json
    assert (listed["headline"], listed["status"], listed["services"]) == (
        "Checkout fails for many",
        "identified",
        [],
    )
    assert [one["body"] for one in listed["updates"]] == ["Found it"]
