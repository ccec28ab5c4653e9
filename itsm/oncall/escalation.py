"""The escalation state machine, as pure steps.

armed(step, due) → notified(step, due of the next) → … → exhausted; from each of these →
acknowledged → (timeout) → armed(first step); and → done. The service keeps a `Position`
in a row, asks `advance` when its `due_at` has come, writes down what happened and arms
the next timer. The policy is frozen for one loop; a new loop reads it anew.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

FOR_EVER = -1
LEAST_DELAY = timedelta(minutes=1)
LEAST_INTERVAL_FOR_EVER = timedelta(minutes=5)


class State(StrEnum):
    """Where an escalation stands."""

    ARMED = "armed"
    NOTIFIED = "notified"
    ACKNOWLEDGED = "acknowledged"
    EXHAUSTED = "exhausted"
    DONE = "done"


# Somebody is still wanted: an escalation that has run out is answered by its fallback.
UNANSWERED = frozenset({State.ARMED, State.NOTIFIED, State.EXHAUSTED})


@dataclass(frozen=True)
class Step:
    """Whom to tell (an opaque handle that the caller resolves) and how long to wait after."""

    handle: int
    delay: timedelta


@dataclass(frozen=True)
class Plan:
    """One version of an escalation policy, frozen for a loop.

    `repeat` is how many loops follow the first, `FOR_EVER` for no end.
    """

    steps: tuple[Step, ...]
    repeat: int
    ack_timeout: timedelta


@dataclass(frozen=True)
class Position:
    """Where an escalation stands. `loop` only ever rises; `turn` counts loops since the start."""

    state: State
    loop: int = 0
    turn: int = 0
    step: int = 0
    due_at: datetime | None = None
    found: bool = False


@dataclass(frozen=True)
class Told:
    """These people are to be paged for this step."""

    loop: int
    step: int
    people: tuple[int, ...]


@dataclass(frozen=True)
class NobodyFound:
    """The step named nobody who can be paged; the next one follows at once."""

    loop: int
    step: int


@dataclass(frozen=True)
class LoopEmpty:
    """A whole loop named nobody: the policy's fallback is to be paged and operators told."""

    loop: int
    step: int


@dataclass(frozen=True)
class RanOut:
    """The last loop has ended unanswered: the fallback is to be paged, once."""

    loop: int
    step: int


Happening = Told | NobodyFound | LoopEmpty | RanOut
Resolve = Callable[[Step], Sequence[int]]


def start(now: datetime, after: Position | None = None) -> Position:
    """Arm the first step, due at once, in a loop of its own."""
    loop = 0 if after is None else after.loop + 1
    return Position(State.ARMED, loop=loop, due_at=now)


def acknowledge(position: Position, plan: Plan, now: datetime) -> Position:
    """Give it to somebody who has taken it: nobody else is told until the timeout has passed."""
    return replace(position, state=State.ACKNOWLEDGED, due_at=now + plan.ack_timeout)


def finish(position: Position) -> Position:
    """End it: the ticket needs nobody any more."""
    return replace(position, state=State.DONE, due_at=None)


def opens_loop(position: Position) -> bool:
    """Tell whether the next `advance` begins a loop, so that the policy is to be read anew."""
    return position.state is State.ACKNOWLEDGED or (
        position.state is State.ARMED and position.step == 0
    )


def advance(
    position: Position, plan: Plan, resolve: Resolve, now: datetime
) -> tuple[Position, list[Happening]]:
    """Return what happens when `due_at` has come, and where the escalation stands after it.

    Enters steps until somebody is found, the loop ends or the policy has run out. Always
    ends waiting for a later instant, or exhausted: one call never runs two loops.
    """
    if position.state is State.ACKNOWLEDGED:
        position = start(now, after=position)
    elif position.state is State.NOTIFIED:
        position = replace(position, step=position.step + 1)
    happened: list[Happening] = []
    while position.step < len(plan.steps):
        step = plan.steps[position.step]
        if people := tuple(resolve(step)):
            happened.append(Told(position.loop, position.step, people))
            return _notified(position, now + step.delay), happened
        happened.append(NobodyFound(position.loop, position.step))
        position = replace(position, step=position.step + 1)
    end, last = _end_of_loop(position, plan, now)
    return end, [*happened, *last]


def _notified(position: Position, due_at: datetime) -> Position:
    return replace(position, state=State.NOTIFIED, due_at=due_at, found=True)


def _end_of_loop(position: Position, plan: Plan, now: datetime) -> tuple[Position, list[Happening]]:
    beyond = len(plan.steps)
    happened: list[Happening] = [] if position.found else [LoopEmpty(position.loop, beyond)]
    if plan.repeat != FOR_EVER and position.turn >= plan.repeat:
        happened.append(RanOut(position.loop, beyond))
        return replace(position, state=State.EXHAUSTED, step=beyond, due_at=None), happened
    # An empty loop gives the fallback as long as the last step would have had.
    wait = timedelta(0) if position.found else _last_delay(plan)
    again = Position(State.ARMED, loop=position.loop + 1, turn=position.turn + 1, due_at=now + wait)
    return again, happened


def _last_delay(plan: Plan) -> timedelta:
    return max((step.delay for step in plan.steps[-1:]), default=LEAST_INTERVAL_FOR_EVER)
