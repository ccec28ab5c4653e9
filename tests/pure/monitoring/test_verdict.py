"""What one signal does to one alert, and that the order of arrival does not matter."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsm.monitoring.models import Change, Why
from itsm.monitoring.signal import Action, Severity
from itsm.monitoring.states import ACTIVE, LIFE, State
from itsm.monitoring.verdict import Heard, Outcome, Standing, judge

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NOTHING = Standing(State.RESOLVED, Severity.MEDIUM, 0, NOON, None)
FIRING = Standing(State.OPEN, Severity.MEDIUM, 1, NOON, NOON)
OVER = Standing(State.RESOLVED, Severity.MEDIUM, 1, NOON, NOON)


def fire(
    minute: int | None = None, severity: Severity = Severity.MEDIUM, now: datetime = NOON
) -> Heard:
    return Heard(Action.FIRE, severity, _at(minute), now)


def resolve(minute: int | None = None, now: datetime = NOON) -> Heard:
    return Heard(Action.RESOLVE, Severity.MEDIUM, _at(minute), now)


ACK = Heard(Action.ACKNOWLEDGE, Severity.MEDIUM, None, NOON)
SUPPRESS = Heard(Action.SUPPRESS, Severity.MEDIUM, None, NOON)
RELEASE = Heard(Action.RELEASE, Severity.MEDIUM, None, NOON)
FLAP = Heard(Action.FLAP, Severity.MEDIUM, None, NOON)
STEADY = Heard(Action.STEADY, Severity.MEDIUM, None, NOON)
FLAPPING = replace(FIRING, flapping=True)
CALM = replace(FLAPPING, calm=True)
QUIET = replace(FIRING, state=State.SUPPRESSED, quiet=frozenset({Why.DOWNTIME}))
MORE = frozenset({Why.DOWNTIME, Why.SILENCE})


def _at(minute: int | None) -> datetime | None:
    return None if minute is None else NOON + timedelta(minutes=minute)


@pytest.mark.parametrize(
    ("known", "heard", "outcome", "change"),
    [
        (NOTHING, fire(0), Outcome.OPENED, Change.OPENED),
        (NOTHING, resolve(0), Outcome.IGNORED, Change.EARLY),
        (NOTHING, ACK, Outcome.IGNORED, None),
        (FIRING, fire(0), Outcome.UPDATED, None),
        (FIRING, fire(0, Severity.HIGH), Outcome.UPDATED, Change.ROSE),
        (FIRING, fire(0, Severity.LOW), Outcome.UPDATED, Change.FELL),
        (FIRING, fire(-5, Severity.HIGH), Outcome.UPDATED, None),
        (FIRING, resolve(5), Outcome.RESOLVED, Change.RESOLVED),
        (FIRING, resolve(), Outcome.RESOLVED, Change.RESOLVED),
        (FIRING, resolve(-5), Outcome.IGNORED, Change.STALE),
        (FIRING, ACK, Outcome.ACKNOWLEDGED, Change.ACKNOWLEDGED),
        (QUIET, fire(1), Outcome.SUPPRESSED, None),
        (FIRING, SUPPRESS, Outcome.SUPPRESSED, Change.SUPPRESSED),
        (QUIET, SUPPRESS, Outcome.SUPPRESSED, None),
        (OVER, SUPPRESS, Outcome.SUPPRESSED, None),
        (NOTHING, SUPPRESS, Outcome.SUPPRESSED, None),
        (QUIET, fire(1, Severity.HIGH), Outcome.SUPPRESSED, Change.ROSE),
        (QUIET, fire(1, Severity.LOW), Outcome.SUPPRESSED, Change.FELL),
        (QUIET, resolve(1), Outcome.RESOLVED, Change.RESOLVED),
        (QUIET, ACK, Outcome.IGNORED, None),
        (QUIET, RELEASE, Outcome.UPDATED, Change.RELEASED),
        (replace(QUIET, quiet=MORE), RELEASE, Outcome.IGNORED, None),
        (replace(OVER, quiet=MORE), RELEASE, Outcome.IGNORED, None),
        (replace(OVER, quiet=MORE), fire(5), Outcome.SUPPRESSED, Change.REOPENED),
        (replace(NOTHING, quiet=MORE), fire(5), Outcome.SUPPRESSED, Change.OPENED),
        (FIRING, RELEASE, Outcome.IGNORED, None),
        (replace(FIRING, flips=2), resolve(5), Outcome.RESOLVED, Change.RESOLVED),
        (replace(FIRING, flips=3), resolve(5), Outcome.IGNORED, Change.FLAPPING),
        (replace(OVER, flips=3), fire(5), Outcome.REOPENED, Change.REOPENED),
        (FLAPPING, resolve(5), Outcome.IGNORED, Change.WAVERED),
        (FLAPPING, resolve(-5), Outcome.IGNORED, Change.STALE),
        (FLAPPING, fire(5), Outcome.UPDATED, None),
        (FLAPPING, FLAP, Outcome.IGNORED, None),
        (FLAPPING, STEADY, Outcome.UPDATED, Change.STEADY),
        (CALM, resolve(6), Outcome.IGNORED, None),
        (CALM, fire(5), Outcome.UPDATED, Change.WAVERED),
        (CALM, fire(0), Outcome.IGNORED, Change.STALE),
        (CALM, fire(5, Severity.HIGH), Outcome.UPDATED, Change.ROSE),
        (CALM, STEADY, Outcome.RESOLVED, Change.RESOLVED),
        (FIRING, FLAP, Outcome.UPDATED, Change.FLAPPING),
        (FIRING, STEADY, Outcome.IGNORED, None),
        (OVER, FLAP, Outcome.IGNORED, None),
        (replace(OVER, state=State.EXPIRED), fire(0), Outcome.REOPENED, Change.REOPENED),
        (replace(OVER, state=State.EXPIRED), resolve(1), Outcome.RESOLVED, Change.RESOLVED),
        (replace(OVER, overtaken=True), fire(), Outcome.IGNORED, Change.STALE),
        (replace(FIRING, overtaken=True), resolve(), Outcome.IGNORED, Change.STALE),
        (replace(FIRING, overtaken=True), resolve(5), Outcome.RESOLVED, Change.RESOLVED),
        (OVER, fire(5), Outcome.REOPENED, Change.REOPENED),
        (OVER, fire(), Outcome.REOPENED, Change.REOPENED),
        (OVER, fire(0), Outcome.IGNORED, Change.STALE),
        (OVER, resolve(5), Outcome.IGNORED, None),
        (OVER, ACK, Outcome.IGNORED, None),
    ],
)
def test_each_signal_has_one_outcome(
    known: Standing, heard: Heard, outcome: Outcome, change: Change | None
) -> None:
    verdict = judge(known, heard)

    assert (verdict.outcome, verdict.change) == (outcome, change)


def test_a_rise_takes_the_acknowledgement_away() -> None:
    verdict = judge(replace(FIRING, state=State.ACKNOWLEDGED), fire(1, Severity.CRITICAL))

    assert LIFE.step(State.ACKNOWLEDGED, verdict.step).target is State.OPEN


def test_what_rises_while_it_is_quiet_stays_quiet() -> None:
    verdict = judge(QUIET, fire(1, Severity.CRITICAL))

    assert (verdict.step, verdict.severity) == ("", Severity.CRITICAL)


def test_after_the_reopening_window_a_fire_opens_an_alert_anew() -> None:
    late = fire(60 * 25, now=NOON + timedelta(hours=25))

    verdict = judge(OVER, late)

    assert (verdict.outcome, verdict.anew) == (Outcome.OPENED, True)


def test_an_early_recovery_keeps_an_older_fire_away_for_ten_minutes() -> None:
    marker = replace(NOTHING, source_at=NOON)

    assert judge(marker, fire(-1, now=NOON + timedelta(minutes=10))).outcome is Outcome.IGNORED
    assert judge(marker, fire(-1, now=NOON + timedelta(minutes=11))).outcome is Outcome.OPENED
    assert judge(marker, fire(1)).outcome is Outcome.OPENED


def test_a_repeated_early_recovery_leaves_no_second_trace() -> None:
    later = resolve(0, now=NOON + timedelta(minutes=1))

    assert judge(NOTHING, later).change is None


def run(sequence: list[Heard]) -> tuple[bool, Severity | None]:
    """Play a sequence and return whether the alert is active at its end, and how bad it is."""
    known = NOTHING
    for heard in sequence:
        verdict = judge(known, heard)
        state = LIFE.step(known.state, verdict.step).target if verdict.step else known.state
        known = Standing(
            state,
            verdict.severity or known.severity,
            known.count + verdict.counts,
            NOON,
            verdict.source_at,
        )
    return known.state in ACTIVE, known.severity if known.state in ACTIVE else None


moments = st.lists(st.integers(0, 400), min_size=1, max_size=5, unique=True)


@given(moments, st.lists(st.sampled_from(Severity), min_size=5, max_size=5), st.randoms())
def test_any_order_and_repetition_ends_as_the_sorted_sequence_does(
    minutes: list[int], severities: list[Severity], chance: Random
) -> None:
    alternating = [
        fire(minute, severities[place]) if place % 2 == 0 else resolve(minute)
        for place, minute in enumerate(sorted(minutes))
    ]
    shuffled = alternating * 2
    chance.shuffle(shuffled)

    assert run(shuffled) == run(alternating)


def test_all_orders_of_fire_resolve_fire_end_open() -> None:
    said = [fire(0), resolve(1), fire(2)]

    assert {run(list(order))[0] for order in permutations(said)} == {True}
