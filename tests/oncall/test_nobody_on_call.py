"""Nobody on call is never silent, and no edit leaves an escalation stuck."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from itsm.oncall import planning, queries
from itsm.oncall.escalation import State
from itsm.oncall.inputs import PolicyInput, ScheduleInput, StepInput
from itsm.oncall.models import Policy
from itsm.people.models import Person
from itsm.platform.journal import JournalRow
from tests.oncall.conftest import Night

ALICE, BOB, DANA = (f"{name}@example.org" for name in ("alice", "bob", "dana"))


@pytest.fixture
def rota(night: Night) -> int:
    """Have the policy's first step tell whoever is on call: Alice and Bob, week by week."""
    with night.house.work() as work:
        members = [night.cast.alice, night.cast.bob]
        schedule = planning.always_on_call(
            work, "Network", members, zone="Europe/Berlin", since=work.now
        )
        policy = work.session.get_one(Policy, night.policy)
        planning.edit_policy(work, policy, steps(night, schedules=[schedule.id]))
        return schedule.id


def steps(night: Night, **first: list[int]) -> PolicyInput:
    named = [
        StepInput.model_validate({"delay_min": 5, **first}),
        StepInput(delay_min=10, people=[night.cast.bob]),
    ]
    return PolicyInput(name="Network", steps=named, repeat=1, fallback_id=night.cast.dana)


def disable(night: Night, *people: int) -> None:
    with night.house.work() as work:
        for person_id in people:
            work.session.get_one(Person, person_id).active = False


def journaled(night: Night) -> list[str]:
    with night.house.work(writes=False) as work:
        return list(work.session.scalars(select(JournalRow.name).order_by(JournalRow.id)))


def state(night: Night) -> State:
    with night.house.work() as work:
        found = queries.escalation_of(work, night.ticket, night.policy)
        assert found
        return found.state


@pytest.mark.usefixtures("rota")
def test_whoever_is_on_call_at_that_instant_is_told(night: Night) -> None:
    night.clock.now += timedelta(days=7)
    night.start()

    assert night.provider.told == [BOB]


def test_an_emptied_rota_is_passed_over_at_once_and_noted(night: Night, rota: int) -> None:
    with night.house.work() as work:
        schedule = queries.schedule(work, rota)
        empty = ScheduleInput(name="Network", zone="Europe/Berlin", layers=[])
        planning.edit_schedule(work, schedule, empty)
    night.start()

    assert night.provider.told == [BOB]
    assert "escalation.nobody_on_call" in journaled(night)


def test_a_loop_that_reaches_nobody_tells_the_fallback_and_the_operators(night: Night) -> None:
    disable(night, night.cast.alice, night.cast.bob)
    night.start()

    assert night.provider.told == [DANA]
    assert "escalation.found_nobody" in journaled(night)


def test_a_person_who_left_during_an_escalation_does_not_stop_it(night: Night) -> None:
    night.start()
    disable(night, night.cast.bob)
    for _ in range(30):
        night.pass_minutes(1)

    assert night.provider.told == [ALICE, ALICE, DANA]
    assert state(night) is State.EXHAUSTED


def test_even_where_nobody_at_all_is_left_it_ends_and_says_so(night: Night) -> None:
    disable(night, night.cast.alice, night.cast.bob, night.cast.dana)
    night.start()
    night.pass_minutes(60)

    assert night.provider.told == []
    assert state(night) is State.EXHAUSTED
    assert journaled(night).count("escalation.found_nobody") == 2


def test_a_running_loop_keeps_to_the_policy_and_the_next_one_takes_the_edit(night: Night) -> None:
    night.start()
    with night.house.work() as work:
        policy = work.session.get_one(Policy, night.policy)
        planning.edit_policy(work, policy, steps(night, people=[night.cast.dana]))
    night.pass_minutes(5)
    night.pass_minutes(10)

    assert night.provider.told == [ALICE, BOB, DANA]


def test_a_step_that_is_deleted_during_a_loop_is_gone_in_the_next(night: Night) -> None:
    night.start()
    with night.house.work() as work:
        policy = work.session.get_one(Policy, night.policy)
        only = [StepInput(delay_min=5, people=[night.cast.alice])]
        shorter = PolicyInput(name="Network", steps=only, repeat=1, fallback_id=night.cast.dana)
        planning.edit_policy(work, policy, shorter)
    for _ in range(30):
        night.pass_minutes(1)

    assert night.provider.told == [ALICE, BOB, ALICE, DANA]
