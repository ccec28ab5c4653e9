"""Shifts as a calendar at a secret address, and taken in from a file."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select

from itsm.oncall import board, planning, queries, rota
from itsm.oncall.shift_models import CalendarFeed
from itsm.people.models import Person
from itsm.platform.house import House
from tests.cast import Api, Browser, Cast

ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:1
DTSTART:20260304T080000Z
DTEND:20260305T080000Z
SUMMARY:Dana Director
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART:20260305T080000Z
DTEND:20260306T080000Z
SUMMARY:Somebody else
END:VEVENT
END:VCALENDAR
"""
WEDNESDAY = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def schedule_id(house: House, cast: Cast) -> int:
    """Alice and Bob, week by week."""
    with house.work() as work:
        return planning.always_on_call(
            work, "Network", [cast.alice, cast.bob], zone="UTC", since=work.now
        ).id


def new_address(browser: Browser, schedule_id: int | None = None) -> str:
    form: dict[str, Any] = {"schedule_id": schedule_id} if schedule_id else {}
    page = browser.post("/oncall/calendars", form).text
    return "/oncall/calendar/" + page.partition("/oncall/calendar/")[2].partition('"')[0]


def events(house: House, path: str) -> list[Any]:
    """Return what a calendar program, which is not logged in, reads there."""
    answer = Browser(house).get(path)
    assert answer.mimetype == "text/calendar"
    return list(Calendar.from_ical(answer.data).walk("VEVENT"))


def on_call(house: House, schedule_id: int, at: datetime) -> list[str]:
    with house.work(writes=False) as work:
        found = queries.schedule(work, schedule_id)
        known = board.known_people(found)
        return [known[who].username for who in rota.on_call(queries.rota(found), at)]


def test_a_calendar_of_my_own_holds_my_shifts(house: House, schedule_id: int) -> None:
    del schedule_id
    found = events(house, new_address(Browser(house, "bob")))

    assert {str(one["summary"]) for one in found} == {"On call: Network"}
    assert found[0]["dtstart"].dt == datetime(2026, 3, 8, 9, tzinfo=UTC)
    assert found[0]["dtend"].dt - found[0]["dtstart"].dt == timedelta(days=7)


def test_a_calendar_of_a_schedule_holds_everybodys(house: House, schedule_id: int) -> None:
    found = events(house, new_address(Browser(house, "bob"), schedule_id))

    assert [str(one["summary"]) for one in found[:2]] == [
        "Alice Archer, Network",
        "Bob Baker, Network",
    ]


def test_a_shift_keeps_its_identity(house: House, schedule_id: int) -> None:
    path = new_address(Browser(house, "bob"), schedule_id)
    first, second = ([str(one["uid"]) for one in events(house, path)] for _ in range(2))

    assert first == second
    assert len(set(first)) == len(first)


def test_a_new_address_makes_the_old_one_good_for_nothing(house: House, schedule_id: int) -> None:
    bob = Browser(house, "bob")
    old = new_address(bob, schedule_id)
    new = new_address(bob, schedule_id)

    assert Browser(house).get(old).status_code == 404
    assert Browser(house).get(new).status_code == 200


def test_the_address_itself_is_kept_nowhere(house: House, schedule_id: int) -> None:
    path = new_address(Browser(house, "bob"), schedule_id)
    token = path.removeprefix("/oncall/calendar/").removesuffix(".ics")
    with house.work(writes=False) as work:
        (row,) = work.session.scalars(select(CalendarFeed))

    assert token not in {row.token_hash, str(row.id)}
    assert token not in Browser(house, "bob").get("/oncall/calendars").text


def test_who_has_left_has_no_calendar(house: House, cast: Cast, schedule_id: int) -> None:
    path = new_address(Browser(house, "bob"), schedule_id)
    with house.work() as work:
        work.session.get_one(Person, cast.bob).active = False

    assert Browser(house).get(path).status_code == 404


def test_a_closed_address_is_good_for_nothing(house: House, schedule_id: int) -> None:
    bob = Browser(house, "bob")
    path = new_address(bob, schedule_id)
    assert Browser(house, "alice").post("/oncall/calendars/1/close").status_code == 404
    bob.post("/oncall/calendars/1/close")

    assert Browser(house).get(path).status_code == 404


def test_an_unknown_address_is_not_there(house: House) -> None:
    assert Browser(house).get("/oncall/calendar/ical_guess.ics").status_code == 404


def sent(text: str = ICS) -> dict[str, Any]:
    return {"file": (BytesIO(text.encode()), "shifts.ics"), "do": "preview"}


def test_a_file_is_shown_before_it_is_taken_in(house: House, schedule_id: int) -> None:
    dana, path = Browser(house, "dana"), f"/oncall/schedules/{schedule_id}/import"
    page = dana.post(path, sent()).text

    assert "Take in 1 of 2" in page
    assert "no: nobody here has this name, username or address" in page
    assert on_call(house, schedule_id, WEDNESDAY) == ["alice"]


@pytest.mark.parametrize("taken_as", ["overrides", "temporary"])
def test_a_file_is_taken_in(house: House, schedule_id: int, taken_as: str) -> None:
    dana, path = Browser(house, "dana"), f"/oncall/schedules/{schedule_id}/import"
    answer = dana.post(path, {"text": ICS, "taken_as": taken_as, "do": "save"})

    assert answer.status_code == 303
    assert on_call(house, schedule_id, WEDNESDAY) == ["dana"]
    assert on_call(house, schedule_id, WEDNESDAY + timedelta(days=1)) == ["alice"]
    with house.work(writes=False) as work:
        found = queries.schedule(work, schedule_id)
        assert len(found.overrides) == (taken_as == "overrides")
        assert len(found.temporaries) == (taken_as == "temporary")


@pytest.mark.parametrize(
    "form",
    [
        {"do": "preview"},
        {"do": "preview", "text": "hello"},
        {"do": "save", "text": ICS, "taken_as": "rubbish"},
        {"do": "save", "text": ICS.replace("Dana Director", "Zoe"), "taken_as": "overrides"},
        {"do": "preview", "content": b"\xff\xfe\x00"},
    ],
)
def test_what_cannot_be_taken_in_says_why(
    house: House, schedule_id: int, form: dict[str, Any]
) -> None:
    fields = {name: it for name, it in form.items() if name != "content"}
    if "content" in form:
        fields["file"] = (BytesIO(form["content"]), "x.ics")
    answer = Browser(house, "dana").post(f"/oncall/schedules/{schedule_id}/import", fields)

    assert answer.status_code == 422
    assert 'id="error-file"' in answer.text


def test_calendars_by_the_api(schedule_id: int, api: Callable[[str], Api], house: House) -> None:
    alice, dana = api("alice"), api("dana")
    made = alice.post("/api/v1/oncall/calendars", {"schedule": schedule_id})
    path = made.json["url"].partition("/oncall/calendar/")[2]
    assert len(events(house, f"/oncall/calendar/{path}")) > 1
    (row,) = alice.get("/api/v1/oncall/calendars").json["items"]
    assert alice.delete(f"/api/v1/oncall/calendars/{row['id']}").status_code == 204
    assert alice.post("/api/v1/oncall/calendars", {"schedule": 99}).status_code == 404

    address = f"/api/v1/schedules/{schedule_id}/import"
    looked = dana.post(address, {"text": ICS, "dry_run": True}).json
    assert (looked["taken_in"], [one["person"] for one in looked["items"]]) == (0, ["dana", None])
    assert dana.post(address, {"text": ICS}).json["taken_in"] == 1
    assert dana.post(address, {"text": "hello"}).status_code == 422
    assert on_call(house, schedule_id, WEDNESDAY) == ["dana"]
