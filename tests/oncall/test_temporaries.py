"""Temporary schedules: a whole rota for a time, on top of layers and overrides."""

from datetime import datetime, timedelta

import pytest

from itsm.kernel.errors import Denied, Invalid, Refused
from itsm.kernel.work import Work
from itsm.oncall import board, planning, queries, rota, rota_queries, temporaries
from itsm.oncall.inputs import TemporaryInput
from itsm.oncall.models import Schedule
from itsm.platform.house import House
from tests.cast import Browser, Cast, actor_of
from tests.clock import SetClock

FROM, TO = "2026-03-04T09:00", "2026-03-06T09:00"


@pytest.fixture
def schedule_id(house: House, cast: Cast) -> int:
    """Alice and Bob, week by week; Alice has the week of 2 March."""
    with house.work() as work:
        return planning.always_on_call(
            work, "Network", [cast.alice, cast.bob], zone="Europe/Berlin", since=work.now
        ).id


@pytest.fixture
def schedule(work: Work, schedule_id: int) -> Schedule:
    return queries.schedule(work, schedule_id)


def plan(person_id: int, **changes: object) -> TemporaryInput:
    fields = {
        "starts": FROM,
        "ends": TO,
        "zone": "Europe/Berlin",
        "reason": "Holidays",
        "shifts": [{"person_id": person_id, "starts": FROM, "ends": TO}],
    }
    return TemporaryInput.model_validate(fields | changes)


def people_at(work: Work, schedule_id: int, at: datetime) -> list[str]:
    found = queries.schedule_since(work, schedule_id, at)
    names = board.known_people(found)
    return [names[who].username for who in rota.on_call(queries.rota(found), at)]


def test_for_its_time_it_stands_in_for_the_layers(
    work: Work, schedule: Schedule, cast: Cast
) -> None:
    gaps = temporaries.add(work, schedule, plan(cast.dana))
    wednesday = work.now + timedelta(days=2)

    assert gaps == []
    assert people_at(work, schedule.id, wednesday) == ["dana"]
    assert people_at(work, schedule.id, wednesday + timedelta(days=2)) == ["alice"]


def test_the_gaps_that_it_leaves_are_told(work: Work, schedule: Schedule, cast: Cast) -> None:
    day = {"person_id": cast.dana, "starts": FROM, "ends": "2026-03-05T09:00"}
    (gap,) = temporaries.add(work, schedule, plan(cast.dana, shifts=[day]))

    assert gap.end - gap.start == timedelta(days=1)


def test_two_do_not_stand_at_the_same_time(work: Work, schedule: Schedule, cast: Cast) -> None:
    temporaries.add(work, schedule, plan(cast.dana))
    again = queries.schedule_since(work, schedule.id, work.now)

    with pytest.raises(Refused, match="another temporary schedule"):
        temporaries.add(work, again, plan(cast.bob))


def test_the_past_needs_no_temporary_schedule(work: Work, schedule: Schedule, cast: Cast) -> None:
    past = plan(
        cast.bob,
        starts="2026-02-01T09:00",
        ends="2026-02-02T09:00",
        shifts=[{"person_id": cast.bob, "starts": "2026-02-01T09:00", "ends": "2026-02-02T09:00"}],
    )

    with pytest.raises(Refused, match="over already"):
        temporaries.add(work, schedule, past)


def test_who_does_not_exist_takes_no_shift(work: Work, schedule: Schedule) -> None:
    with pytest.raises(Invalid):
        temporaries.add(work, schedule, plan(999))


def test_who_may_override_their_own_time_may_not_replace_everybody(
    house: House, schedule_id: int, cast: Cast
) -> None:
    with house.work(actor_of(house, "alice")) as work, pytest.raises(Denied):
        temporaries.add(work, queries.schedule(work, schedule_id), plan(cast.alice))


def test_ending_one_that_runs_gives_the_rest_back(
    house: House, schedule_id: int, cast: Cast, clock: SetClock
) -> None:
    with house.work() as work:
        temporaries.add(work, queries.schedule(work, schedule_id), plan(cast.dana))
    clock.advance(days=3)
    with house.work() as work:
        (row,) = queries.schedule(work, schedule_id).temporaries
        temporaries.end(work, rota_queries.temporary(work, schedule_id, row.id))
    with house.work(writes=False) as work:
        assert people_at(work, schedule_id, clock.now) == ["alice"]
        assert people_at(work, schedule_id, clock.now - timedelta(hours=1)) == ["dana"]


def test_ending_one_that_is_to_come_forgets_it(house: House, schedule_id: int, cast: Cast) -> None:
    dana = Browser(house, "dana")
    with house.work() as work:
        temporaries.add(work, queries.schedule(work, schedule_id), plan(cast.dana))
        row_id = queries.schedule_since(work, schedule_id, work.now).temporaries[0].id
    answer = dana.post(f"/oncall/schedules/{schedule_id}/temporary/{row_id}/end")

    assert answer.status_code == 303
    assert "Holidays" not in dana.get(f"/oncall/schedules/{schedule_id}").text


def test_people_share_the_time_out_in_their_order() -> None:
    starts, ends = datetime.fromisoformat(FROM), datetime.fromisoformat(TO)
    shared = temporaries.shared_out([7, 8], starts, ends, 20)

    assert [(one.person_id, one.ends - one.starts) for one in shared] == [
        (7, timedelta(hours=20)),
        (8, timedelta(hours=20)),
        (7, timedelta(hours=8)),
    ]


def test_the_form_shares_out_previews_and_saves(house: House, schedule_id: int, cast: Cast) -> None:
    dana, path = Browser(house, "dana"), f"/oncall/schedules/{schedule_id}/temporary/new"
    form = {"starts": FROM, "ends": TO, "reason": "Move", "turn": "24"}
    shared = dana.post(path, form | {"people": [cast.dana, cast.bob], "do": "share"}).text
    assert 'value="2026-03-05T09:00"' in shared

    rows = {
        f"shifts-{n}-{name}": value
        for n, who in enumerate((cast.dana, cast.bob))
        for name, value in {
            "person_id": who,
            "starts": f"2026-03-0{4 + n}T09:00",
            "ends": f"2026-03-0{5 + n}T09:00",
        }.items()
    }
    filled = form | rows | {"shifts": "2"}
    preview = dana.post(path.replace("new", "preview"), filled).text
    assert "Dana Director, Wed 04 Mar 09:00 to Thu 05 Mar 00:00" in preview

    saved = dana.post(path, filled | {"do": "save"})
    assert saved.status_code == 303
    assert "Move: Dana Director, Bob Baker" in dana.get(saved.location).text


def test_a_form_that_is_not_right_says_where(house: House, schedule_id: int) -> None:
    path = f"/oncall/schedules/{schedule_id}/temporary/new"
    form = {"starts": FROM, "ends": TO, "shifts": "1", "shifts-0-starts": FROM, "do": "save"}
    answer = Browser(house, "dana").post(path, form)

    assert answer.status_code == 422
    assert 'id="error-shifts-0-person_id"' in answer.text
