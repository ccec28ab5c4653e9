"""Who was on call is on record; hand-overs are told to both; absences are skipped."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from itsm.notify import service as notify
from itsm.oncall import board, planning, queries, rota, service, shift_queries
from itsm.oncall.inputs import LayerInput, PolicyInput, ScheduleInput, StepInput
from itsm.oncall.shift_models import Notice, RecordedShift
from itsm.people import absences
from itsm.people import queries as people
from itsm.people.absences import AbsenceInput
from itsm.platform.house import House
from itsm.platform.runner import drain, fire
from tests.cast import Browser, Cast
from tests.clock import NOON, SetClock
from tests.oncall.conftest import new_ticket

MORNING = datetime.fromisoformat("2026-03-03T09:00+00:00")


@pytest.fixture
def schedule_id(house: House, cast: Cast) -> int:
    """Alice and Bob, day by day at 09:00 UTC; Alice has Monday 2 March."""
    with house.work() as work:
        for person in (cast.alice, cast.bob, cast.dana):
            notify.add_contact(work, person, "outbox", "", {})
        turns = LayerInput.model_validate(
            {
                "members": [cast.alice, cast.bob, cast.dana],
                "first_handoff": "2026-03-02T09:00",
                "rhythm": "daily",
            }
        )
        wanted = ScheduleInput(name="Network", zone="UTC", layers=[turns])
        made = planning.create_schedule(work, wanted).id
    settle(house)
    return made


def settle(house: House) -> None:
    while drain(house) + fire(house):
        pass


def pass_to(house: House, clock: SetClock, until: datetime, minutes: int = 60) -> None:
    """Let the clock of the house tick until then."""
    while clock.now < until:
        clock.advance(minutes=minutes)
        settle(house)


def record(house: House) -> list[tuple[int, datetime, datetime]]:
    with house.work(writes=False) as work:
        rows = work.session.scalars(select(RecordedShift).order_by(RecordedShift.starts_at))
        return [(row.person_id, row.starts_at, row.ends_at) for row in rows]


def titles(house: House) -> list[tuple[int, str]]:
    with house.work(writes=False) as work:
        rows = work.session.scalars(select(Notice).order_by(Notice.id))
        return [(row.person_id, row.title) for row in rows]


def test_shifts_are_recorded_as_they_were(
    house: House, schedule_id: int, cast: Cast, clock: SetClock
) -> None:
    del schedule_id
    pass_to(house, clock, MORNING + timedelta(hours=1))

    assert record(house) == [
        (cast.alice, NOON, MORNING),
        (cast.bob, MORNING, MORNING + timedelta(hours=1)),
    ]


def test_later_rules_do_not_change_the_record(
    house: House, schedule_id: int, cast: Cast, clock: SetClock
) -> None:
    pass_to(house, clock, NOON + timedelta(hours=2))
    with house.work() as work:
        schedule = queries.schedule(work, schedule_id)
        alone = LayerInput.model_validate(
            {"members": [cast.dana], "first_handoff": "2026-03-01T09:00"}
        )
        wanted = ScheduleInput(name="Network", zone="UTC", layers=[alone])
        planning.edit_schedule(work, schedule, wanted)
    pass_to(house, clock, NOON + timedelta(hours=3))

    assert [person for person, _, _ in record(house)] == [cast.alice, cast.dana]
    assert record(house)[0][2] == NOON + timedelta(hours=2)


def test_a_hand_over_is_told_to_both_once(
    house: House, schedule_id: int, cast: Cast, clock: SetClock
) -> None:
    del schedule_id
    pass_to(house, clock, MORNING - timedelta(hours=1))
    assert titles(house) == []

    pass_to(house, clock, MORNING + timedelta(hours=3), minutes=10)
    title = "Network: Alice Archer hands over to Bob Baker"
    assert titles(house) == [(cast.alice, title), (cast.bob, title)]


def test_the_hand_over_says_what_the_shift_has_seen(
    house: House, schedule_id: int, cast: Cast, clock: SetClock
) -> None:
    with house.work() as work:
        step = StepInput(delay_min=5, schedules=[schedule_id])
        wanted = PolicyInput(name="Network", steps=[step], repeat=0, fallback_id=cast.dana)
        policy = planning.create_policy(work, wanted)
        service.start(work, new_ticket(work, cast, 1), policy.id)
    settle(house)
    pass_to(house, clock, MORNING + timedelta(hours=1))
    with house.work(writes=False) as work:
        notice = shift_queries.notices_of(work, cast.bob)[0]

    assert notice.body == (
        "Alice Archer, Mon 02 Mar 12:00 to Tue 03 Mar 09:00 (UTC): 1 page: INC-1 (open)."
    )


def test_a_hand_over_is_a_notice_and_no_page(
    house: House, schedule_id: int, clock: SetClock
) -> None:
    del schedule_id
    pass_to(house, clock, MORNING + timedelta(hours=1))
    bob = Browser(house, "bob")

    assert "Alice Archer hands over to Bob Baker" in bob.get("/oncall/outbox").text
    assert "Alice Archer hands over to Bob Baker" in bob.get("/oncall/shifts/").text
    assert "Nobody has been paged" in bob.get("/oncall/").text


def test_a_clock_that_stood_still_records_but_tells_no_old_news(
    house: House, schedule_id: int, cast: Cast, clock: SetClock
) -> None:
    del schedule_id
    clock.now = MORNING + timedelta(days=1, hours=12)
    settle(house)

    assert [person for person, _, _ in record(house)] == [cast.alice, cast.bob, cast.dana]
    assert titles(house) == []


def test_the_next_member_covers_for_one_who_is_away(
    house: House, schedule_id: int, cast: Cast
) -> None:
    days = AbsenceInput(first_day=date(2026, 3, 3), last_day=date(2026, 3, 3))
    with house.work() as work:
        absences.enter(work, people.person(work, "bob"), days)
    with house.work(writes=False) as work:
        found = queries.schedule(work, schedule_id)
        on_call = rota.on_call(queries.rota(found), MORNING)

    assert board.known_people(found)[on_call[0]].username == "dana"
    assert on_call == (cast.dana,)


def test_an_absence_is_by_the_clock_of_the_person(house: House, schedule_id: int) -> None:
    """Bob is in Berlin: his 3 March ends at 23:00 UTC."""
    days = AbsenceInput(first_day=date(2026, 3, 3), last_day=date(2026, 3, 3))
    with house.work() as work:
        absences.enter(work, people.person(work, "bob"), days)
    with house.work(writes=False) as work:
        (absence,) = queries.rota(queries.schedule(work, schedule_id)).absences

    assert absence.end.isoformat() == "2026-03-03T23:00:00+00:00"


def test_absences_show_in_the_preview(house: House, schedule_id: int, cast: Cast) -> None:
    days = AbsenceInput(first_day=date(2026, 3, 3), last_day=date(2026, 3, 4))
    with house.work() as work:
        absences.enter(work, people.person(work, "bob"), days)
    dana = Browser(house, "dana")
    form = {
        "name": "Network",
        "zone": "UTC",
        "layers": "1",
        "layers-0-rhythm": "daily",
        "layers-0-every": "1",
        "layers-0-first_handoff": "2026-03-02T09:00",
        "layers-0-members": [cast.alice, cast.bob],
    }

    said = "Bob Baker is away from Mon 02 Mar 23:00 to Wed 04 Mar 23:00"
    assert said in dana.post("/oncall/schedules/preview", form).text
    assert said in dana.get(f"/oncall/schedules/{schedule_id}").text


def test_an_absence_that_leaves_a_gap_is_told(house: House, cast: Cast) -> None:
    with house.work() as work:
        made = planning.always_on_call(work, "Alone", [cast.bob], zone="UTC", since=work.now)
        made.owner_id = cast.dana
        notify.add_contact(work, cast.dana, "outbox", "", {})
    settle(house)
    days = AbsenceInput(first_day=date(2026, 3, 9), last_day=date(2026, 3, 9))
    with house.work() as work:
        absences.enter(work, people.person(work, "bob"), days)
    settle(house)

    assert titles(house) == [(cast.dana, "Alone: nobody is on call from Sun 08 Mar 23:00")]
