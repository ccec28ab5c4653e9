"""The escalation state machine, step by step."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from itsm.oncall.escalation import (
    FOR_EVER,
    LoopEmpty,
    NobodyFound,
    Plan,
    Position,
    RanOut,
    State,
    Step,
    Told,
    acknowledge,
    advance,
    finish,
    opens_loop,
    start,
)

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ANN, BOB = 1, 2
PLAN = Plan((Step(ANN, 5 * MINUTE), Step(BOB, 10 * MINUTE)), repeat=1, ack_timeout=30 * MINUTE)


def everyone(step: Step) -> Sequence[int]:
    return (step.handle,)


def nobody(_: Step) -> Sequence[int]:
    return ()


def only_bob(step: Step) -> Sequence[int]:
    return (BOB,) if step.handle == BOB else ()


def test_it_starts_armed_at_the_first_step_and_due_at_once() -> None:
    assert start(NOON) == Position(State.ARMED, due_at=NOON)


def test_the_first_step_is_told_and_the_next_one_is_due_after_its_delay() -> None:
    position, happened = advance(start(NOON), PLAN, everyone, NOON)

    assert happened == [Told(0, 0, (ANN,))]
    assert (position.state, position.due_at) == (State.NOTIFIED, NOON + 5 * MINUTE)


def test_the_second_step_follows_when_nobody_answers() -> None:
    first, _ = advance(start(NOON), PLAN, everyone, NOON)
    second, happened = advance(first, PLAN, everyone, NOON + 5 * MINUTE)

    assert happened == [Told(0, 1, (BOB,))]
    assert second.due_at == NOON + 15 * MINUTE


def test_a_step_that_finds_nobody_is_left_at_once() -> None:
    position, happened = advance(start(NOON), PLAN, only_bob, NOON)

    assert happened == [NobodyFound(0, 0), Told(0, 1, (BOB,))]
    assert position.due_at == NOON + 10 * MINUTE


def test_a_loop_that_finds_nobody_calls_for_the_fallback_and_waits_before_the_next() -> None:
    position, happened = advance(start(NOON), PLAN, nobody, NOON)

    assert happened == [NobodyFound(0, 0), NobodyFound(0, 1), LoopEmpty(0, 2)]
    assert (position.state, position.loop) == (State.ARMED, 1)
    assert position.due_at == NOON + 10 * MINUTE


def test_a_policy_without_steps_still_calls_for_the_fallback() -> None:
    position, happened = advance(start(NOON), Plan((), FOR_EVER, MINUTE), everyone, NOON)

    assert happened == [LoopEmpty(0, 0)]
    assert position.due_at == NOON + 5 * MINUTE


def test_the_policy_repeats_as_often_as_it_says_and_then_has_run_out() -> None:
    position, now, told = start(NOON), NOON, []
    while position.due_at:
        now = position.due_at
        position, happened = advance(position, PLAN, everyone, now)
        told += happened

    assert told == [
        Told(0, 0, (ANN,)),
        Told(0, 1, (BOB,)),
        Told(1, 0, (ANN,)),
        Told(1, 1, (BOB,)),
        RanOut(1, 2),
    ]
    assert position.state is State.EXHAUSTED


def test_a_policy_for_ever_never_runs_out() -> None:
    plan, position = Plan(PLAN.steps, FOR_EVER, MINUTE), start(NOON)
    for _ in range(500):
        assert position.due_at
        position, _happened = advance(position, plan, everyone, position.due_at)

    assert position.state is not State.EXHAUSTED


def test_an_acknowledgement_holds_until_its_timeout_and_then_begins_anew() -> None:
    told, _ = advance(start(NOON), PLAN, everyone, NOON)
    taken = acknowledge(told, PLAN, NOON + MINUTE)
    again, happened = advance(taken, PLAN, everyone, NOON + 31 * MINUTE)

    assert (taken.state, taken.due_at) == (State.ACKNOWLEDGED, NOON + 31 * MINUTE)
    assert happened == [Told(1, 0, (ANN,))]
    assert (again.loop, again.turn) == (1, 0)


def test_a_late_call_runs_one_step_and_not_each_one_that_was_missed() -> None:
    first, _ = advance(start(NOON), PLAN, everyone, NOON)
    _, happened = advance(first, PLAN, everyone, NOON + timedelta(hours=3))

    assert happened == [Told(0, 1, (BOB,))]


def test_a_new_loop_reads_the_policy_anew_and_a_running_one_does_not() -> None:
    told, _ = advance(start(NOON), PLAN, everyone, NOON)

    assert opens_loop(start(NOON))
    assert opens_loop(acknowledge(told, PLAN, NOON))
    assert not opens_loop(told)


def test_a_step_that_was_deleted_from_under_a_loop_ends_it() -> None:
    second, _ = advance(start(NOON), PLAN, only_bob, NOON)
    shorter = Plan(PLAN.steps[:1], repeat=0, ack_timeout=MINUTE)
    position, happened = advance(second, shorter, everyone, NOON + 10 * MINUTE)

    assert happened == [RanOut(0, 1)]
    assert position.state is State.EXHAUSTED


def test_what_is_done_waits_for_nothing() -> None:
    assert finish(start(NOON)).due_at is None
