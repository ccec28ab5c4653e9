"""The time, as something that is handed in."""

from collections.abc import Callable
from datetime import UTC, datetime

# A clock is any function that returns the present instant, aware and in UTC.
Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the present instant in UTC."""
    return datetime.now(UTC)
