"""The life of a service request."""

from enum import StrEnum

from itsm.kernel.access import Permission
from itsm.kernel.states import Life, Move


class State(StrEnum):
    """Where a request stands."""

    NEW = "new"
    AWAITING_APPROVAL = "awaiting_approval"
    IN_PROGRESS = "in_progress"
    PENDING = "pending"
    FULFILLED = "fulfilled"
    CLOSED = "closed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


OPEN = frozenset({State.NEW, State.AWAITING_APPROVAL, State.IN_PROGRESS, State.PENDING})
_AT_WORK = frozenset({State.NEW, State.IN_PROGRESS})
_MOVE = Permission.TICKET_TRANSITION

LIFE = Life(
    State.NEW,
    [
        Move("start", frozenset({State.NEW}), State.IN_PROGRESS, _MOVE),
        Move("resume", frozenset({State.PENDING}), State.IN_PROGRESS, _MOVE),
        Move("wait", _AT_WORK, State.PENDING, _MOVE),
        Move("ask", _AT_WORK, State.AWAITING_APPROVAL, _MOVE),
        Move("approve", frozenset({State.AWAITING_APPROVAL}), State.IN_PROGRESS, _MOVE),
        Move("withdraw", frozenset({State.AWAITING_APPROVAL}), State.NEW, _MOVE),
        Move("fulfil", _AT_WORK | {State.PENDING}, State.FULFILLED, _MOVE),
        Move("reject", OPEN, State.REJECTED, _MOVE),
        Move("close", frozenset({State.FULFILLED}), State.CLOSED, _MOVE),
        Move("reopen", frozenset({State.FULFILLED}), State.IN_PROGRESS, _MOVE),
        # Nobody owns it, so that its team sees it again.
        Move("recur", frozenset({State.FULFILLED}), State.NEW, _MOVE),
        Move("cancel", OPEN, State.CANCELLED, _MOVE),
    ],
)
