"""Nothing lies about unseen: lists, my work, and the morning mail of a team's lead."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from itsm.kernel.access import SYSTEM
from itsm.notify.models import KeptMessage
from itsm.people.models import TeamMember
from itsm.platform import timers
from itsm.platform.house import House
from itsm.tickets import stale
from tests.cast import Api, Browser, Cast
from tests.clock import SetClock
from tests.requests.conftest import settle


@pytest.fixture
def left(house: House, cast: Cast, alice: Api) -> str:
    """A ticket of the team that Bob leads, which nobody owns."""
    with house.work(SYSTEM) as work:
        row = work.session.get_one(TeamMember, (cast.team, cast.bob))
        row.lead = True
    body = {"title": "Dusty switch", "requester": "charlie", "team": "network"}
    number: str = alice.post("/api/v1/incidents", json=body).json["number"]
    return number


def numbers(api: Api, query: str) -> list[str]:
    return [one["number"] for one in api.get(f"/api/v1/incidents?{query}").json["items"]]


def test_the_list_tells_what_nobody_has_worked_on(clock: SetClock, alice: Api, left: str) -> None:
    clock.advance(hours=47)
    early = numbers(alice, "idle=2d")
    clock.advance(hours=2)

    assert (early, numbers(alice, "idle=2d"), numbers(alice, "idle=50h")) == ([], [left], [])


def test_a_requester_s_reply_is_no_work_on_it(
    house: House, clock: SetClock, alice: Api, left: str
) -> None:
    clock.advance(hours=49)
    Api(house, "charlie").post(f"/api/v1/incidents/{left}/comments", json={"body": "Any news?"})
    asked = numbers(alice, "idle=2d")
    alice.post(f"/api/v1/incidents/{left}/comments", json={"body": "Tomorrow"})

    assert (asked, numbers(alice, "idle=2d")) == ([left], [])


@pytest.mark.parametrize("idle", ["2w", "-1d", "0h", "d"])
def test_what_is_no_span_is_refused(alice: Api, idle: str) -> None:
    assert alice.get(f"/api/v1/incidents?idle={idle}").status_code == 422


def test_my_work_shows_what_my_teams_have_left(house: House, clock: SetClock, left: str) -> None:
    clock.advance(hours=49)
    page = Browser(house, "bob").get("/desk").text

    assert left in page.partition("Untouched for two days")[2].partition("Recently changed")[0]


def mails(house: House) -> list[KeptMessage]:
    settle(house)
    with house.work(SYSTEM, writes=False) as work:
        found = work.session.scalars(select(KeptMessage).order_by(KeptMessage.id)).all()
    return [one for one in found if "that wait" in one.title]


def at_seven(house: House, clock: SetClock, days: int) -> None:
    """Let the clock strike seven in Berlin that many days after, which is six in UTC."""
    clock.now = (clock.now + timedelta(days=days)).replace(hour=6, minute=0, second=0)
    with house.work(SYSTEM) as work:
        timers.arm(work, stale.TIMER, "all", work.now)


def test_the_lead_is_mailed_on_a_working_morning_once(
    house: House, clock: SetClock, left: str
) -> None:
    at_seven(house, clock, 3)
    (mail,) = mails(house)
    with house.work(SYSTEM) as work:
        timers.arm(work, stale.TIMER, "all", work.now)
    again = mails(house)

    assert mail.address == "bob@example.org"
    assert "Nobody owns" in mail.body
    assert "Nobody has worked on for two days" in mail.body
    assert left in mail.body
    assert len(again) == 1


def test_nobody_is_mailed_on_a_weekend(house: House, clock: SetClock, left: str) -> None:
    at_seven(house, clock, 5)

    assert f"{clock.now:%a}" == "Sat"
    assert mails(house) == []
    assert left


def test_nobody_is_mailed_where_nothing_lies(
    house: House, clock: SetClock, alice: Api, left: str
) -> None:
    alice.post(f"/api/v1/incidents/{left}/transitions", json={"to": "resolved"})
    at_seven(house, clock, 3)

    assert mails(house) == []


def test_the_mail_holds_what_its_reader_may_read(
    house: House, clock: SetClock, alice: Api, left: str
) -> None:
    body = {"title": "Hidden thing", "requester": "charlie", "team": "network"}
    Api(house, "dana").post("/api/v1/incidents", json=body | {"confidential": True})
    at_seven(house, clock, 3)
    (mail,) = mails(house)

    assert "Hidden thing" not in mail.body
    assert left in mail.body
    assert alice is not None


def test_the_timer_strikes_at_the_next_full_hour(house: House, clock: SetClock) -> None:
    clock.now = clock.now.replace(minute=20)
    with house.work(SYSTEM) as work:
        stale.install(work)
        due = timers.due_at(work, stale.TIMER, "all")

    assert due == clock.now.replace(hour=clock.now.hour + 1, minute=0)


def test_vips_are_found(house: House, alice: Api, left: str) -> None:
    Api(house, "dana").patch("/api/v1/people/charlie", json={"vip": True})
    page = Browser(house, "alice").get("/incidents/").text

    assert numbers(alice, "vip=yes") == [left]
    assert numbers(alice, "vip=no") == []
    assert "VIP" in page
