"""The life of one delivery, and how often it is tried."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from itsm.oncall.escalation import UNANSWERED, State

# After these waits the delivery has failed and the next way to reach the person is used.
RETRY_WAITS = tuple(timedelta(seconds=seconds) for seconds in (5, 20))
MOST_TRIES = len(RETRY_WAITS) + 1


class Purpose(StrEnum):
    """What a delivery tells: that somebody is wanted, or what has become of it since."""

    PAGE = "page"
    ACKNOWLEDGED = "acknowledged"
    HANDED_OVER = "handed_over"
    OVER = "over"


class DeliveryState(StrEnum):
    """What can honestly be said of a delivery.

    `held` waits for the end of the person's quiet hours; `sent` is handed over without an answer
    so far; `accepted` means that the provider has taken it, not that anybody has read it;
    `delivered` that it lies on the device, `answered` that a call was picked up; `cancelled` was no
    longer needed.
    """

    QUEUED = "queued"
    HELD = "held"
    SENT = "sent"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    ANSWERED = "answered"
    FAILED = "failed"
    CANCELLED = "cancelled"


WAITING = frozenset({DeliveryState.QUEUED, DeliveryState.HELD})
OPEN = WAITING | {DeliveryState.SENT}
# In which states of its escalation a delivery still tells the truth.
WANTED_IN: Mapping[Purpose, frozenset[State]] = {
    Purpose.PAGE: UNANSWERED,
    Purpose.ACKNOWLEDGED: frozenset({State.ACKNOWLEDGED}),
    Purpose.HANDED_OVER: frozenset({State.DONE}),
    Purpose.OVER: frozenset({State.DONE}),
}
TAKEN = frozenset({DeliveryState.ACCEPTED, DeliveryState.DELIVERED, DeliveryState.ANSWERED})


def wait_after(tries: int) -> timedelta | None:
    """Return how long to wait after so many tries (at least 1), None when they are used up."""
    return RETRY_WAITS[tries - 1] if tries <= len(RETRY_WAITS) else None
