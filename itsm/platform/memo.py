"""What a process remembers for some seconds, because every page shows it and it may be that old."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar, cast

T = TypeVar("T")
MOST = 1000


class Memo:
    """Values by key, each with the instant of its making. A lost race makes a value twice."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[datetime, object]] = {}

    def get(self, key: str, now: datetime, life: timedelta, make: Callable[[], T]) -> T:
        """Return the value of `key`, made anew by `make` unless it is younger than `life`."""
        kept = self._kept.get(key)
        if kept is not None and kept[0] <= now < kept[0] + life:
            return cast("T", kept[1])
        if len(self._kept) >= MOST:
            self._kept.clear()
        value = make()
        self._kept[key] = (now, value)
        return value

    def forget(self) -> None:
        """Forget everything."""
        self._kept.clear()
