"""Owners are told of gaps 14 days ahead, of each of them once."""

import pytest
from sqlalchemy import select

from itsm.kernel.work import Work
from itsm.notify import service as notify
from itsm.notify.channel import Outside
from itsm.notify.providers import TwilioAccount
from itsm.notify.service import Task
from itsm.oncall import notices, planning, queries, shift_queries
from itsm.oncall.inputs import LayerInput, OverrideInput, ScheduleInput
from itsm.oncall.models import Schedule
from itsm.oncall.rota import Change
from itsm.oncall.shift_models import Notice
from itsm.people.models import Person
from itsm.platform.house import House
from itsm.platform.http import Client
from itsm.platform.journal import JournalRow
from itsm.platform.runner import drain, fire
from tests.cast import Browser, Cast
from tests.clock import SetClock
from tests.oncall.signed import PHONE, set_up

SETTINGS = {
    "sms": {"phone": PHONE},
    "voice": {"phone": PHONE},
    "ntfy": {"topic": "dana"},
    "pushover": {"user_key": "u" * 30, "app_token": "a" * 30},
}


@pytest.fixture
def schedule_id(house: House, cast: Cast) -> int:
    """Alice alone, for the team of Alice and Bob, covered from yesterday on."""
    with house.work() as work:
        for person in (cast.alice, cast.bob, cast.dana):
            notify.add_contact(work, person, "outbox", "", {})
        made = planning.always_on_call(work, "Network", [cast.alice], zone="UTC", since=work.now)
        made.team_id = cast.team
        schedule_id = made.id
    settle(house)
    return schedule_id


def settle(house: House) -> None:
    """Do what is due until all is still."""
    while drain(house) + fire(house):
        pass


def leave_open(work: Work, schedule: Schedule, person_id: int, day: int, until: int) -> None:
    times = {"starts": f"2026-03-{day:02}T09:00", "ends": f"2026-03-{until:02}T09:00"}
    change = {"change": Change.REMOVE, "zone": "UTC", "person_id": person_id, **times}
    planning.override(work, schedule, OverrideInput.model_validate(change))


def told(house: House) -> list[tuple[int, str]]:
    with house.work(writes=False) as work:
        rows = work.session.scalars(select(Notice).order_by(Notice.id))
        return [(row.person_id, row.title) for row in rows if "nobody" in row.title]


def test_a_schedule_that_is_covered_tells_nobody(house: House, schedule_id: int) -> None:
    del schedule_id

    assert told(house) == []


def test_a_gap_is_told_to_every_member_of_the_team_once(
    house: House, schedule_id: int, cast: Cast, clock: SetClock
) -> None:
    with house.work() as work:
        leave_open(work, queries.schedule(work, schedule_id), cast.alice, 5, 6)
    settle(house)
    title = "Network: nobody is on call from Thu 05 Mar 09:00"
    assert told(house) == [(cast.alice, title), (cast.bob, title)]

    for _ in range(3):
        clock.advance(hours=1)
        settle(house)
    assert len(told(house)) == 2


def test_a_gap_is_told_to_the_owner_alone_where_there_is_one(
    house: House, schedule_id: int, cast: Cast
) -> None:
    with house.work() as work:
        schedule = queries.schedule(work, schedule_id)
        schedule.owner_id = cast.dana
        leave_open(work, schedule, cast.alice, 5, 6)
    settle(house)

    assert [person for person, _ in told(house)] == [cast.dana]


def test_a_gap_that_comes_within_14_days_is_told_then(
    house: House, schedule_id: int, cast: Cast, clock: SetClock
) -> None:
    with house.work() as work:
        leave_open(work, queries.schedule(work, schedule_id), cast.alice, 20, 21)
    settle(house)
    assert told(house) == []

    clock.advance(days=4)
    settle(house)
    assert len(told(house)) == 2


def test_a_gap_that_grows_is_told_again(
    house: House, schedule_id: int, cast: Cast, clock: SetClock
) -> None:
    for until in (6, 8):
        with house.work() as work:
            leave_open(work, queries.schedule(work, schedule_id), cast.alice, 5, until)
        clock.advance(minutes=1)
        settle(house)

    assert len(told(house)) == 4


def test_a_gap_without_end_is_told_once_however_the_days_go_by(
    house: House, cast: Cast, clock: SetClock
) -> None:
    empty = LayerInput.model_validate({"members": [], "first_handoff": "2026-03-01T09:00"})
    with house.work() as work:
        wanted = ScheduleInput(name="Nobody", zone="UTC", owner_id=cast.dana, layers=[empty])
        planning.create_schedule(work, wanted)
    for _ in range(30):
        clock.advance(hours=1)
        settle(house)

    assert len(told(house)) == 1


def test_a_notice_is_kept_where_it_is_sent_nowhere(
    house: House, schedule_id: int, cast: Cast
) -> None:
    with house.work() as work:
        leave_open(work, queries.schedule(work, schedule_id), cast.alice, 5, 6)
    settle(house)
    page = Browser(house, "bob").get("/oncall/outbox").text

    assert "Network: nobody is on call from" in page
    assert "Thu 05 Mar 09:00 to Fri 06 Mar 09:00" in page


def test_who_cannot_be_reached_leaves_a_notice_that_says_so(house: House, cast: Cast) -> None:
    with house.work() as work:
        work.session.get_one(Person, cast.dana).email = ""
        empty = LayerInput.model_validate({"members": [], "first_handoff": "2026-03-01T09:00"})
        wanted = ScheduleInput(name="Nobody", zone="UTC", owner_id=cast.dana, layers=[empty])
        planning.create_schedule(work, wanted)
    settle(house)
    with house.work(writes=False) as work:
        (notice,) = shift_queries.notices_of(work, cast.dana)

    assert notice.detail == "there is no way to reach this person"


def test_the_schedule_says_which_gaps_there_are_and_who_was_told(
    house: House, schedule_id: int, cast: Cast
) -> None:
    with house.work() as work:
        leave_open(work, queries.schedule(work, schedule_id), cast.alice, 5, 6)
    settle(house)
    page = Browser(house, "alice").get(f"/oncall/schedules/{schedule_id}").text

    assert "Told to Alice Archer, Bob Baker on Mon 02 Mar 12:00" in page


def test_the_report_stands_in_the_journal(house: House, schedule_id: int, cast: Cast) -> None:
    with house.work() as work:
        leave_open(work, queries.schedule(work, schedule_id), cast.alice, 5, 6)
    settle(house)
    with house.work(writes=False) as work:
        names = work.session.scalars(select(JournalRow.name)).all()

    assert names.count("schedule.gaps_reported") == 1


@pytest.mark.parametrize(
    ("ways", "taken"),
    [(["voice", "sms"], "sms"), (["voice", "pushover"], "pushover"), (["sms", "ntfy"], "ntfy")],
)
def test_a_notice_calls_nobody_who_can_be_told_otherwise(
    house: House, cast: Cast, ways: list[str], taken: str
) -> None:
    assert notice_by(house, cast, *ways).channel == taken


@pytest.mark.parametrize("way", ["sms", "voice"])
def test_a_notice_goes_by_the_account_of_its_channel(house: House, cast: Cast, way: str) -> None:
    set_up(house)

    assert isinstance(notice_by(house, cast, way).account, TwilioAccount)


def notice_by(house: House, cast: Cast, *ways: str) -> Task:
    """Tell Dana, who has these contacts, something; return what is handed to the channel."""
    with house.work() as work:
        for way in ways:
            notify.add_contact(work, cast.dana, way, "", SETTINGS[way])
        made = planning.always_on_call(work, "Network", [cast.dana], zone="UTC", since=work.now)
        notices.tell(work, made.id, [cast.dana], key="test", words=("Hello", "It is you."))
        (notice,) = shift_queries.notices_of(work, cast.dana)
        telling = notices.telling(Outside(Client(), "http://desk.test"))
        task = telling.prepare(work, {"notice_id": notice.id})
        assert task
        return task


def test_the_quietest_way_is_taken(house: House, cast: Cast) -> None:
    """A pager that rings is for pages."""
    call = {
        "phone": "+4930123456",
        "method": "call",
        "account_sid": "AC" + "0" * 32,
        "auth_token": "0" * 32,
        "sender": "+4930123457",
    }
    with house.work() as work:
        notify.add_contact(work, cast.dana, "twilio", "", call)
        notify.add_contact(work, cast.dana, "outbox", "", {})
        made = planning.always_on_call(work, "Network", [cast.dana], zone="UTC", since=work.now)
        made.owner_id = cast.dana
        leave_open(work, queries.schedule_since(work, made.id, work.now), cast.dana, 5, 6)
    settle(house)
    with house.work(writes=False) as work:
        (notice,) = shift_queries.notices_of(work, cast.dana)

    assert notice.channel == "outbox"
