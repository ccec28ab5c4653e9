"""The time, as something that is handed in."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

# A clock is any function that returns the present instant, aware and in UTC.
Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the present instant in UTC."""
    return datetime.now(UTC)


def wall_time(text: str, zone: str) -> datetime:
    """Return the instant at which clocks in `zone` show a date and time as forms send them.

    Raises ValueError for what is none.
    """
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
