"""An answer is awaited: reminders, and the end where none comes."""

import pytest

from itsm.platform.house import House
from tests.cast import Api, Browser
from tests.clock import SetClock
from tests.requests.conftest import settle

KINDS = [("incidents", "resolved"), ("requests", "cancelled")]


def opened(house: House, place: str) -> str:
    """Have Charlie open a ticket of that kind, and return where it is in the API."""
    number = Api(house, "charlie").post(f"/api/v1/{place}", json={"title": "Screen"}).json["number"]
    return f"/api/v1/{place}/{number}"


def wait(house: House, clock: SetClock, days: int) -> None:
    for _ in range(days):
        clock.advance(days=1)
        settle(house)


def told(house: House, name: str = "charlie") -> list[str]:
    return [one["text"] for one in Api(house, name).get("/api/v1/notifications").json["items"]]


@pytest.mark.parametrize(("place", "end"), KINDS)
def test_who_never_answers_is_reminded_twice_and_then_it_ends(
    house: House, clock: SetClock, alice: Api, place: str, end: str
) -> None:
    here = opened(house, place)
    alice.post(f"{here}/transitions", json={"to": "pending", "awaits_answer": True})
    wait(house, clock, 6)
    before = alice.get(here).json["state"]
    wait(house, clock, 3)
    after = alice.get(here).json

    assert (before, after["state"]) == ("pending", end)
    assert told(house).count("We still wait for your answer") == 2
    sentences = [one["text"] for one in alice.get(f"{here}/timeline").json["items"]]
    assert "The requester was reminded that we wait for an answer (2 of 2)" in sentences
    assert any("did not hear from you" in one for one in sentences)


@pytest.mark.parametrize(("place", "end"), KINDS)
def test_an_answer_ends_the_reminders(
    house: House, clock: SetClock, alice: Api, place: str, end: str
) -> None:
    del end
    here = opened(house, place)
    alice.post(f"{here}/transitions", json={"to": "pending", "awaits_answer": True})
    wait(house, clock, 4)
    Api(house, "charlie").post(f"{here}/comments", json={"body": "Version 5"})
    wait(house, clock, 30)

    assert alice.get(here).json["state"] == "in_progress"
    assert told(house).count("We still wait for your answer") == 1


def test_one_that_waits_for_something_else_reminds_nobody(
    house: House, clock: SetClock, alice: Api
) -> None:
    here = opened(house, "incidents")
    alice.post(f"{here}/transitions", json={"to": "pending", "reason": "a spare part"})
    wait(house, clock, 30)

    assert alice.get(here).json["state"] == "pending"
    assert "We still wait for your answer" not in told(house)


def test_a_desk_says_how_often_and_when(house: House, clock: SetClock, alice: Api) -> None:
    change = {"reminders": 1, "remind_after_days": 1}
    Api(house, "dana").patch("/api/v1/desks/it", json=change)
    here = opened(house, "incidents")
    alice.post(f"{here}/transitions", json={"to": "pending", "awaits_answer": True})
    wait(house, clock, 2)

    assert alice.get(here).json["resolution_code"] == "no_answer"


def test_a_desk_that_reminds_nobody_waits_for_ever(
    house: House, clock: SetClock, alice: Api
) -> None:
    Api(house, "dana").patch("/api/v1/desks/it", json={"reminders": 0})
    here = opened(house, "incidents")
    alice.post(f"{here}/transitions", json={"to": "pending", "awaits_answer": True})
    wait(house, clock, 40)

    assert alice.get(here).json["state"] == "pending"


def test_a_reply_is_sent_and_waits_with_one_press(house: House, alice: Api) -> None:
    here = opened(house, "incidents")
    number = here.rpartition("/")[2]
    browser = Browser(house, "alice")
    page = browser.get(f"/incidents/{number}").text
    browser.post(f"/incidents/{number}/comments", {"body": "Which version?", "wait": "true"})

    assert "Reply and wait" in page
    shown = alice.get(here).json
    assert (shown["state"], shown["waits_for"]) == ("pending", "the requester's answer")
    charlie = Browser(house, "charlie").get(f"/portal/tickets/{number}").text
    assert "Waiting for you" in charlie


def test_a_note_waits_for_nobody(house: House, alice: Api) -> None:
    here = opened(house, "incidents")
    number = here.rpartition("/")[2]
    said = {"body": "Hm", "visibility": "internal", "wait": "true"}
    Browser(house, "alice").post(f"/incidents/{number}/comments", said)

    assert alice.get(here).json["state"] == "new"
