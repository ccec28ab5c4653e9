"""Schedules and overrides, by the verbs and by the pages."""

from datetime import timedelta

import pytest

from itsm.kernel.errors import Denied, Invalid, Refused
from itsm.kernel.work import Work
from itsm.oncall import board, planning, queries
from itsm.oncall.inputs import LayerInput, OverrideInput, ScheduleInput
from itsm.oncall.models import Schedule
from itsm.oncall.rota import Change
from itsm.people import queries as people
from itsm.platform.house import House
from tests.cast import Browser, Cast

FORM = {
    "name": "Payments",
    "zone": "Europe/Berlin",
    "layers": "1",
    "layers-0-rhythm": "weekly",
    "layers-0-every": "1",
    "layers-0-first_handoff": "2026-03-02T09:00",
}


@pytest.fixture
def schedule(work: Work, house: House, cast: Cast) -> Schedule:
    """Alice and Bob, week by week, from the day before noon of 2 March on."""
    with house.work() as own:
        made = planning.always_on_call(
            own, "Network", [cast.alice, cast.bob], zone="Europe/Berlin", since=own.now
        )
    return queries.schedule(work, made.id)


@pytest.fixture
def dana(house: House, cast: Cast) -> Browser:
    """The browser of somebody who may edit."""
    del cast
    return Browser(house, "dana")


def act_as(work: Work, username: str) -> None:
    work.actor = people.actor(work, people.person(work, username))


def swap(cast: Cast, **changes: object) -> OverrideInput:
    fields = {
        "change": Change.REPLACE,
        "starts": "2026-03-03T18:00",
        "ends": "2026-03-03T22:00",
        "zone": "Europe/Berlin",
        "person_id": cast.bob,
        "replaces_id": cast.alice,
    }
    return OverrideInput.model_validate(fields | changes)


def test_somebody_is_on_call_at_every_hour(work: Work, schedule: Schedule) -> None:
    duty = board.duty(work, schedule)

    assert [person.username for person in duty.people] == ["alice"]
    assert [person.username for person in duty.then] == ["bob"]
    assert duty.gaps == ()


def test_a_name_is_given_once(work: Work, schedule: Schedule) -> None:
    with pytest.raises(Invalid):
        planning.create_schedule(work, ScheduleInput(name=schedule.name, zone="UTC", layers=[]))


def test_who_does_not_exist_cannot_be_put_on_call(work: Work) -> None:
    layer = LayerInput.model_validate({"members": [999], "first_handoff": "2026-03-02T09:00"})

    with pytest.raises(Invalid):
        planning.create_schedule(work, ScheduleInput(name="N", zone="UTC", layers=[layer]))


def test_an_agent_may_not_edit_schedules(work: Work, schedule: Schedule) -> None:
    act_as(work, "alice")

    with pytest.raises(Denied):
        planning.edit_schedule(work, schedule, ScheduleInput(name="N", zone="UTC", layers=[]))


def test_an_override_hands_an_evening_to_somebody_else(
    work: Work, schedule: Schedule, cast: Cast
) -> None:
    planning.override(work, schedule, swap(cast))
    evening = board.calendar(queries.rota(schedule), board.known_people(schedule), work.now)[1]

    assert [part.label for part in evening.segments] == [
        "Alice Archer",
        "Bob Baker",
        "Alice Archer",
    ]


def test_an_override_that_leaves_nobody_tells_so(
    work: Work, schedule: Schedule, cast: Cast
) -> None:
    away = swap(cast, change=Change.REMOVE, person_id=cast.alice, replaces_id=None)
    gaps = planning.override(work, schedule, away)

    assert [gap.end - gap.start for gap in gaps] == [timedelta(hours=4)]


def test_the_past_cannot_be_overridden(work: Work, schedule: Schedule, cast: Cast) -> None:
    past = swap(cast, starts="2026-03-01T18:00", ends="2026-03-01T22:00")

    with pytest.raises(Refused):
        planning.override(work, schedule, past)


def test_others_time_is_overridden_by_editors_alone(
    work: Work, schedule: Schedule, cast: Cast
) -> None:
    act_as(work, "alice")

    with pytest.raises(Denied):
        planning.override(work, schedule, swap(cast, replaces_id=None))


def test_a_day_on_which_the_clocks_change_is_drawn_with_its_own_length(
    work: Work, schedule: Schedule
) -> None:
    spring = work.now + timedelta(days=27)
    days = board.calendar(queries.rota(schedule), board.known_people(schedule), spring)

    assert [day.hours for day in days][:2] == [23, 24]


def test_the_form_is_previewed_before_it_is_saved(dana: Browser, cast: Cast) -> None:
    form = FORM | {"layers-0-members": [cast.alice, cast.bob], "do": "preview"}
    page = dana.post("/oncall/schedules/new", form)

    assert "This is how the next 14 days would look" in page.text
    assert "Payments" not in dana.get("/oncall/schedules/").text


def test_saving_the_form_makes_the_schedule(dana: Browser, cast: Cast) -> None:
    form = FORM | {"layers-0-members": [cast.alice, cast.bob], "do": "save"}
    answer = dana.post("/oncall/schedules/new", form)
    page = dana.get(answer.location)

    assert answer.status_code == 303
    assert "Alice Archer" in page.text


def test_a_layer_is_added_and_removed_without_losing_what_was_typed(dana: Browser) -> None:
    two = dana.post("/oncall/schedules/new", FORM | {"do": "add-layer"}).text
    one = dana.post("/oncall/schedules/new", FORM | {"do": "remove-layer-0"}).text

    assert "Layer 2" in two
    assert 'value="Payments"' in two
    assert "Layer 1" not in one


def test_a_form_that_is_not_right_says_where(dana: Browser) -> None:
    answer = dana.post("/oncall/schedules/new", FORM | {"layers-0-every": "0", "do": "save"})

    assert answer.status_code == 422
    assert 'id="error-layers-0-every"' in answer.text


def test_a_form_that_is_older_than_the_schedule_is_refused(dana: Browser, cast: Cast) -> None:
    form = FORM | {"layers-0-members": [cast.alice], "do": "save"}
    place = dana.post("/oncall/schedules/new", form).location
    answer = dana.post(f"{place}/edit", form | {"version": "0"})

    assert answer.status_code == 409


def test_a_team_that_does_not_exist_is_refused(dana: Browser) -> None:
    answer = dana.post("/oncall/schedules/new", FORM | {"team_id": "999", "do": "save"})

    assert answer.status_code == 422


def test_gaps_are_named_before_the_schedule_is_saved(dana: Browser) -> None:
    page = dana.post("/oncall/schedules/new", FORM | {"do": "preview"}).text

    assert "Nobody is on call:" in page
    assert "Mon 02 Mar 13:00 to Mon 16 Mar 13:00" in page
