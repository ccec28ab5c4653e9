"""What is solved: the warning, the end, the link in the mail, and a message after the end."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from itsm.kernel.access import SYSTEM
from itsm.notify.models import KeptMessage
from itsm.platform.house import House
from tests.cast import Api, Browser
from tests.clock import SetClock
from tests.requests.conftest import settle
from tests.tickets.test_waiting import opened, told

KINDS = [("incidents", "resolved"), ("requests", "fulfilled")]
WARNING = "It closes in a day. Open it to say whether it works or is still broken"


def solve(alice: Api, here: str, solved: str) -> None:
    answer = alice.post(f"{here}/transitions", json={"to": solved, "resolution": "Cable"})
    assert answer.status_code == 200


def advance(house: House, clock: SetClock, hours: int) -> None:
    settle(house)
    clock.advance(hours=hours)
    settle(house)


@pytest.mark.parametrize(("place", "solved"), KINDS)
def test_its_requester_is_warned_a_day_before(
    house: House, clock: SetClock, alice: Api, place: str, solved: str
) -> None:
    here = opened(house, place)
    solve(alice, here, solved)
    advance(house, clock, 47)
    before = told(house)
    advance(house, clock, 1)
    warned = told(house)
    advance(house, clock, 24)

    assert WARNING not in before
    assert warned.count(WARNING) == 1
    assert alice.get(here).json["state"] == "closed"


def test_a_desk_says_when_and_whether_it_warns(house: House, clock: SetClock, alice: Api) -> None:
    Api(house, "dana").patch("/api/v1/desks/it", json={"close_after_h": 240, "warns": False})
    here = opened(house, "incidents")
    solve(alice, here, "resolved")
    advance(house, clock, 239)
    before = alice.get(here).json["state"]
    advance(house, clock, 1)

    assert (before, alice.get(here).json["state"]) == ("resolved", "closed")
    assert WARNING not in told(house)


def test_what_is_opened_again_is_not_warned_of(house: House, clock: SetClock, alice: Api) -> None:
    here = opened(house, "incidents")
    solve(alice, here, "resolved")
    alice.post(f"{here}/transitions", json={"to": "in_progress"})
    advance(house, clock, 100)

    assert alice.get(here).json["state"] == "in_progress"
    assert WARNING not in told(house)


def test_the_settings_of_a_desk_are_changed_on_its_page(house: House, alice: Api) -> None:
    del alice
    dana = Browser(house, "dana")
    form = {"name": "IT", "prefix": "", "team": "", "active": "1"}
    numbers = {"close_after_h": "24", "reminders": "3", "remind_after_days": "5"}
    dana.post("/admin/desks/it", form | numbers)
    wrong = dana.post("/admin/desks/it", form | numbers | {"close_after_h": "0"})

    shown = Api(house, "dana").get("/api/v1/desks/it").json
    assert (shown["close_after_h"], shown["reminders"], shown["warns"]) == (24, 3, False)
    assert wrong.status_code == 422


def link_of(house: House, clock: SetClock) -> str:
    """Return the link in the mail that tells that something is solved."""
    settle(house)
    clock.advance(minutes=3)
    settle(house)
    with house.work(SYSTEM, writes=False) as work:
        mails = work.session.scalars(select(KeptMessage).order_by(KeptMessage.id.desc())).all()
        links = [work.vault.open(one.link) for one in mails if one.link]
    return next(f"/answer{one.partition('/answer')[2]}" for one in links if "/answer/" in one)


@pytest.mark.parametrize(("place", "solved"), KINDS)
def test_the_link_in_the_mail_closes_it_by_its_button_alone(
    house: House, clock: SetClock, alice: Api, place: str, solved: str
) -> None:
    here = opened(house, place)
    solve(alice, here, solved)
    link, browser = link_of(house, clock), Browser(house)
    page = browser.get(link)
    still = alice.get(here).json["state"]
    done = browser.post(link, {"answer": "works"})

    assert (page.status_code, still) == (200, solved)
    assert "Cable" in page.text
    assert done.status_code == 200
    assert alice.get(here).json["state"] == "closed"
    assert browser.post(link, {"answer": "broken"}).status_code == 404


def test_the_link_opens_it_again_with_what_is_wrong(
    house: House, clock: SetClock, alice: Api
) -> None:
    here = opened(house, "incidents")
    solve(alice, here, "resolved")
    link = link_of(house, clock)
    Browser(house).post(link, {"answer": "broken", "reason": "Still dark"})

    assert alice.get(here).json["state"] == "new"
    assert [one["body"] for one in alice.get(f"{here}/comments").json["items"]] == ["Still dark"]
    assert Browser(house).get(link).status_code == 404


def test_the_link_is_for_one_solution(house: House, clock: SetClock, alice: Api) -> None:
    here = opened(house, "incidents")
    solve(alice, here, "resolved")
    link = link_of(house, clock)
    alice.post(f"{here}/transitions", json={"to": "in_progress"})
    clock.advance(hours=1)
    solve(alice, here, "resolved")

    assert Browser(house).get(link).status_code == 404
    assert Browser(house).get(f"{link}x").status_code == 404


@pytest.mark.parametrize(("place", "solved"), KINDS)
def test_a_message_after_the_end_opens_another_that_knows_of_it(
    house: House, alice: Api, place: str, solved: str
) -> None:
    here = opened(house, place)
    solve(alice, here, solved)
    alice.post(f"{here}/transitions", json={"to": "closed"})
    Api(house, "charlie").post(f"{here}/comments", json={"body": "Dark again since Monday"})
    items = alice.get(f"/api/v1/{place}?state=new").json["items"]

    assert [(one["title"], one["description"]) for one in items] == [
        ("Screen", "Dark again since Monday")
    ]
    assert alice.get(here).json["state"] == "closed"
    links = alice.get(f"/api/v1/{place}/{items[0]['number']}/links").json["items"]
    assert [(one["type"], one["number"]) for one in links] == [
        ("recurrence_of", here.rpartition("/")[2])
    ]
    page = Browser(house, "charlie").get(f"/portal/tickets/{here.rpartition('/')[2]}").text
    assert items[0]["number"] in page


def test_thanks_after_the_end_open_nothing(house: House, alice: Api) -> None:
    here = opened(house, "incidents")
    solve(alice, here, "resolved")
    alice.post(f"{here}/transitions", json={"to": "closed"})
    Api(house, "charlie").post(f"{here}/comments", json={"body": "Thank you!"})

    assert alice.get("/api/v1/incidents?state=new").json["items"] == []


def test_by_when_it_is_expected_is_said_and_read(house: House, clock: SetClock, alice: Api) -> None:
    here = opened(house, "incidents")
    number = here.rpartition("/")[2]
    browser = Browser(house, "alice")
    browser.post(f"/incidents/{number}/fields/expected_at", {"expected_at": "2026-03-04T14:00"})
    record = browser.get(f"/incidents/{number}").text
    wrong = browser.post(f"/incidents/{number}/fields/expected_at", {"expected_at": "soon"})

    assert alice.get(here).json["expected_at"] == "2026-03-04T13:00:00Z"
    assert "Expected by" in record
    assert wrong.status_code == 422
    told_of = [one["text"] for one in alice.get(f"{here}/timeline").json["items"]]
    assert "Alice Archer expects this to be done by Wed 04 Mar 2026, 13:00 UTC" in told_of
    page = Browser(house, "charlie").get(f"/portal/tickets/{number}").text
    assert "We expect it to be done:" in page
    later = (clock.now + timedelta(days=9)).isoformat()
    changed = alice.patch(here, json={"expected_at": later})
    assert changed.status_code == 200
    assert alice.patch(here, json={"expected_at": None}).json["expected_at"] is None
