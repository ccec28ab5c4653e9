from collections.abc import Callable

import pytest

from tests.cast import Api, Browser

pytestmark = pytest.mark.usefixtures("cast")
Opens = Callable[..., Browser]
PASSWORD = "correct horse battery"


def test_the_list_finds_people_by_part_of_a_name(browser: Opens) -> None:
    page = browser("alice").get("/people/?q=char").text

    assert "Charlie Clerk" in page
    assert "Bob Baker" not in page


def test_a_new_person_can_log_in(browser: Opens) -> None:
    new = {"name": "Eve", "username": "eve", "zone": "UTC", "role": "agent", "password": PASSWORD}

    made = browser("dana").post("/people/", new)
    login = browser().post("/login", {"username": "eve", "password": PASSWORD})

    assert made.headers["Location"] == "/people/eve"
    assert login.headers["Location"] == "/"


def test_a_form_that_is_wrong_keeps_what_was_typed(browser: Opens) -> None:
    page = browser("dana").post("/people/", {"name": "Eve", "username": "alice", "zone": "UTC"})

    assert page.status_code == 422
    assert 'value="Eve"' in page.text
    assert "taken" in page.text


def test_a_role_is_given_and_taken(browser: Opens) -> None:
    dana = browser("dana")

    dana.post("/people/charlie/roles", {"role": "auditor"})
    page = dana.get("/people/charlie").text

    assert "Take away Auditor" in page


def test_the_last_administrator_cannot_be_switched_off(browser: Opens) -> None:
    page = browser("dana").post("/people/dana/active", {"active": "0"})

    assert page.status_code == 409
    assert "this is the last administrator" in page.text


@pytest.mark.parametrize(
    "path", ["/people/", "/people/alice/active", "/people/alice/roles", "/people/teams/"]
)
def test_an_agent_sees_people_and_changes_nothing(browser: Opens, path: str) -> None:
    assert browser("alice").post(path, {}).status_code == 403


def test_a_token_is_shown_once_and_works(browser: Opens) -> None:
    alice = browser("alice")

    shown = alice.post("/people/me/tokens", {"name": "script", "scope": "read"}).text
    token = shown.split('id="secret"')[1].split('value="')[1].split('"')[0]
    bearer = {"Authorization": f"Bearer {token}"}

    assert browser().get("/api/v1/people", headers=bearer).status_code == 200
    assert token not in alice.get("/people/me/tokens").text


def test_the_api_gives_a_person_with_groups(api: Callable[..., Api]) -> None:
    alice = api("dana").get("/api/v1/people/alice").json

    assert (alice["email"], alice["groups"], alice["active"]) == (
        "alice@example.org",
        ["network"],
        True,
    )


def test_the_api_refuses_a_stale_change(api: Callable[..., Api]) -> None:
    dana, there = api("dana"), "/api/v1/people/bob"
    etag = dana.get(there).headers["ETag"]

    first = dana.patch(there, {"vip": True}, headers={"If-Match": etag})
    second = dana.patch(there, {"vip": False}, headers={"If-Match": etag})

    assert (first.json["vip"], second.status_code) == (True, 412)


def test_people_come_in_pages(api: Callable[..., Api]) -> None:
    dana = api("dana")

    first = dana.get("/api/v1/people?limit=3").json
    second = dana.get(f"/api/v1/people?limit=3&cursor={first['next']}").json

    names = [one["username"] for one in first["items"] + second["items"]]
    assert names == ["alice", "bob", "charlie", "dana"]
