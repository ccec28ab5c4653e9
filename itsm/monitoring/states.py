"""The life of an alert. Flapping is no state: it is a matter of how often the state changes."""

from enum import StrEnum

from itsm.kernel.access import Permission
from itsm.kernel.states import Life, Move


class State(StrEnum):
    """Where an alert stands. Closed alerts are history: their key may be opened anew."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SUPPRESSED = "suppressed"
    RESOLVED = "resolved"
    EXPIRED = "expired"
    CLOSED = "closed"


ACTIVE = frozenset({State.OPEN, State.ACKNOWLEDGED, State.SUPPRESSED})
# Active and not kept quiet: only these open incidents and page.
LOUD = frozenset({State.OPEN, State.ACKNOWLEDGED})
OVER = frozenset({State.RESOLVED, State.EXPIRED})


def _move(step: str, sources: frozenset[State], target: State) -> Move[State]:
    # Sources move alerts by their key; the permission is what a person needs for the same step.
    return Move(step, sources, target, Permission.ALERT_ACKNOWLEDGE)


LIFE = Life(
    State.OPEN,
    (
        _move("acknowledge", frozenset({State.OPEN}), State.ACKNOWLEDGED),
        _move("lapse", frozenset({State.ACKNOWLEDGED}), State.OPEN),
        _move("rise", LOUD, State.OPEN),
        _move("suppress", LOUD, State.SUPPRESSED),
        _move("release", frozenset({State.SUPPRESSED}), State.OPEN),
        _move("resolve", ACTIVE | {State.EXPIRED}, State.RESOLVED),
        _move("expire", ACTIVE, State.EXPIRED),
        _move("reopen", OVER, State.OPEN),
        _move("reopen quietly", OVER, State.SUPPRESSED),
        _move("close", OVER, State.CLOSED),
    ),
)
