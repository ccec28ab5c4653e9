"""The life of an incident."""

from enum import StrEnum

from itsm.kernel.access import Permission
from itsm.kernel.states import Life, Move


class State(StrEnum):
    """Where an incident stands."""

    NEW = "new"
    IN_PROGRESS = "in_progress"
    PENDING = "pending"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"


OPEN = frozenset({State.NEW, State.IN_PROGRESS, State.PENDING})
_AT_WORK = frozenset({State.NEW, State.IN_PROGRESS})
_MOVE = Permission.TICKET_TRANSITION

LIFE = Life(
    State.NEW,
    [
        Move("start", frozenset({State.NEW}), State.IN_PROGRESS, _MOVE),
        Move("acknowledge", frozenset({State.NEW}), State.IN_PROGRESS, _MOVE),
        Move("resume", frozenset({State.PENDING}), State.IN_PROGRESS, _MOVE),
        Move("wait", _AT_WORK, State.PENDING, _MOVE),
        Move("resolve", OPEN, State.RESOLVED, _MOVE),
        Move("close", frozenset({State.RESOLVED}), State.CLOSED, _MOVE),
        Move("reopen", frozenset({State.RESOLVED}), State.IN_PROGRESS, _MOVE),
        # The fault came back by itself, so nobody is at work on it yet.
        Move("recur", frozenset({State.RESOLVED}), State.NEW, _MOVE),
        Move("cancel", OPEN, State.CANCELLED, _MOVE),
    ],
)
