"""The life of one delivery, and how often it is tried."""

from datetime import timedelta
from enum import StrEnum

# After these waits the delivery has failed and the next way to reach the person is used.
RETRY_WAITS = tuple(timedelta(seconds=seconds) for seconds in (5, 20))


class DeliveryState(StrEnum):
    """What can honestly be said of a delivery.

    `sent` is handed over without an answer so far; `accepted` means that the provider has taken
    it, not that anybody has read it; `cancelled` was no longer needed.
    """

    QUEUED = "queued"
    SENT = "sent"
    ACCEPTED = "accepted"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = frozenset({DeliveryState.QUEUED, DeliveryState.SENT})


def wait_after(tries: int) -> timedelta | None:
    """Return how long to wait after so many tries (at least 1), None when they are used up."""
    return RETRY_WAITS[tries - 1] if tries <= len(RETRY_WAITS) else None
