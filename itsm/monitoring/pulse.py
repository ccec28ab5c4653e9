"""When a source has fallen silent: from when its latest messages came. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

# Fewer messages, or a shorter time, show no habit.
LEAST = 12
SPAN = timedelta(hours=2)
UNEVEN = 3
SHORTEST = timedelta(minutes=15)


def patience(at: Sequence[datetime]) -> timedelta | None:
    """Return how long a source may be silent whose messages came at these times, oldest first.

    None for one that keeps no even pace: its silence says nothing.
    """
    if len(at) < LEAST or at[-1] - at[0] < SPAN:
        return None
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(at)]
    longest = max(gaps)
    if longest > UNEVEN * median(gaps):
        return None
    return max(SHORTEST, timedelta(seconds=UNEVEN * longest))


def fell_silent(at: Sequence[datetime], now: datetime) -> bool:
    """Tell whether a source that kept an even pace has been silent for too long."""
    allowed = patience(at)
    return allowed is not None and now - at[-1] > allowed
