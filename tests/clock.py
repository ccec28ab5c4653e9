"""Time as the tests set it."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class SetClock:
    """A clock that stands at noon on a Monday until a test moves it."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **delta: float) -> datetime:
        """Move on by a timedelta's arguments and return the new instant."""
        self.now += timedelta(**delta)
        return self.now

    def reset(self) -> None:
        self.now = NOON
