"""Requests by pages and by API: as incidents have them, and apart from those."""

from collections.abc import Callable

from itsm.platform.house import House
from tests.cast import Api, Browser
from tests.requests.conftest import As, settle

ASKED = {"title": "A laptop bag", "urgency": 2, "tags": ["hardware"]}


def test_it_is_made_read_and_changed_by_the_api(alice: Api) -> None:
    made = alice.post("/api/v1/requests", json=ASKED)
    number = made.json["number"]
    changed = alice.patch(f"/api/v1/requests/{number}", json={"category": "workplace"})

    assert (made.status_code, made.json["kind"], made.json["state"]) == (201, "request", "new")
    assert made.headers["Location"] == f"/api/v1/requests/{number}"
    assert changed.json["category"] == "workplace"
    assert [one["number"] for one in alice.get("/api/v1/requests").json["items"]] == [number]


def test_each_kind_has_its_own(alice: Api, number: str) -> None:
    incident = alice.post("/api/v1/incidents", json={"title": "Broken"}).json["number"]

    assert alice.get(f"/api/v1/incidents/{number}").status_code == 404
    assert alice.get(f"/api/v1/requests/{incident}").status_code == 404
    assert [one["number"] for one in alice.get("/api/v1/incidents").json["items"]] == [incident]


def test_a_state_that_requests_have_not_is_refused(alice: Api) -> None:
    answer = alice.get("/api/v1/requests?state=resolved")

    assert answer.status_code == 422
    assert "awaiting_approval" in answer.json["detail"]


def test_the_list_shows_what_is_open_and_its_filters(house: House, number: str) -> None:
    page = Browser(house, "alice").get("/requests/").text
    none = Browser(house, "alice").get("/requests/?state=fulfilled").text

    assert number in page
    assert "A second screen" in page
    assert number not in none


def test_the_record_is_worked_on_like_any_other(house: House, alice: Api, number: str) -> None:
    browser = Browser(house, "alice")
    browser.post(f"/requests/{number}/take")
    browser.post(f"/requests/{number}/fields/category", {"category": "screens"})
    browser.post(f"/requests/{number}/comments", {"body": "Thursday?"})
    browser.post(f"/requests/{number}/step", {"to": "fulfilled", "resolution": "Set up"})
    page = browser.get(f"/requests/{number}").text

    shown = alice.get(f"/api/v1/requests/{number}").json
    assert (shown["assignee"], shown["category"], shown["state"]) == (
        "alice",
        "screens",
        "fulfilled",
    )
    assert "Thursday?" in page
    assert "Declare a major incident" not in page


def test_the_address_of_another_kind_leads_to_the_right_one(house: House, number: str) -> None:
    answer = Browser(house, "alice").get(f"/incidents/{number}")

    assert (answer.status_code, answer.location) == (302, f"/requests/{number}")


def test_many_are_changed_at_once(alice: Api, number: str) -> None:
    other = alice.post("/api/v1/requests", json=ASKED).json["number"]
    body = {"numbers": [number, other], "change": {"to": "fulfilled", "resolution": "Done"}}
    batch = alice.post("/api/v1/requests/bulk", json=body).json

    states = [alice.get(f"/api/v1/requests/{one}").json["state"] for one in (number, other)]
    assert states == ["fulfilled", "fulfilled"]
    assert batch["job"] == f"/api/v1/requests/bulk/{batch['id']}"


def test_an_incident_does_not_go_on_in_a_request(alice: Api, number: str) -> None:
    incident = alice.post("/api/v1/incidents", json={"title": "Broken"}).json["number"]
    change = {"numbers": [incident], "change": {"merge_into": number}}
    (item,) = alice.post("/api/v1/incidents/bulk", json=change).json["items"]

    assert item["outcome"] == "refused"
    assert "make it one first" in item["reason"]


def test_an_employee_asks_in_the_portal(house: House, as_: As) -> None:
    del as_
    charlie = Browser(house, "charlie")
    form = charlie.get("/portal/ask").text
    answer = charlie.post("/portal/ask", {"text": "A headset, please\nThe old one is broken"})
    page = charlie.get(answer.location).text
    empty = charlie.post("/portal/ask", {"text": ""})

    assert "What do you need" in form
    assert answer.location.startswith("/portal/tickets/REQ-1001")
    assert "A headset, please" in page
    assert empty.status_code == 422


def test_the_portal_asks_whether_it_is_what_was_wanted(
    house: House, alice: Api, number: str
) -> None:
    alice.post(
        f"/api/v1/requests/{number}/transitions", json={"to": "fulfilled", "resolution": "Set up"}
    )
    charlie = Browser(house, "charlie")
    page = charlie.get(f"/portal/tickets/{number}").text
    charlie.post(f"/portal/tickets/{number}/works")

    assert "Is it what you wanted?" in page
    assert "Set up" in page
    assert alice.get(f"/api/v1/requests/{number}").json["state"] == "closed"


def test_its_requester_is_told_when_it_is_done_and_when_not(
    house: House, alice: Api, number: str
) -> None:
    alice.post(f"/api/v1/requests/{number}/transitions", json={"to": "fulfilled"})
    settle(house)
    told = [one["text"] for one in Api(house, "charlie").get("/api/v1/notifications").json["items"]]

    assert "It is done. Open it to say whether it works or is still broken" in told


def test_my_work_and_search_hold_both_kinds(
    house: House, alice: Api, number: str, browser: Callable[..., Browser]
) -> None:
    incident = alice.post("/api/v1/incidents", json={"title": "Screen flickers"}).json["number"]
    for one in (f"requests/{number}", f"incidents/{incident}"):
        alice.post(f"/api/v1/{one}/take", json={})
    agent = browser("alice")
    work, found = agent.get("/desk").text, agent.get("/search?q=screen").text
    jump = agent.get(f"/search?q={number}")

    for page in (work, found):
        assert f'href="/requests/{number}"' in page
        assert f'href="/incidents/{incident}"' in page
    assert jump.location == f"/requests/{number}"
    assert house is not None
