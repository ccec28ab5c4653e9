"""How many messages one person gets by one medium: a pager that rings without end wakes nobody.

What is over the budget waits and goes with the next message; nothing is dropped.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsm.notify.channel import SMS, VOICE


@dataclass(frozen=True)
class Limit:
    """At most so many messages within a time."""

    most: int
    minutes: int

    @property
    def window(self) -> timedelta:
        """The time as an interval."""
        return timedelta(minutes=self.minutes)


EVERY: tuple[Limit, ...] = (Limit(1, 1),)
MORE: Mapping[str, tuple[Limit, ...]] = {
    SMS: (Limit(5, 15), Limit(11, 60)),
    VOICE: (Limit(3, 15), Limit(7, 60)),
}
# No limit looks back further.
LONGEST = timedelta(minutes=60)


def opening(medium: str, sent: Iterable[datetime], now: datetime) -> datetime:
    """Return when the next message may go by `medium` after those `sent`: now, or later."""
    before = sorted(at for at in sent if at <= now)
    return max(_free(limit, before, now) for limit in (*EVERY, *MORE.get(medium, ())))


def _free(limit: Limit, before: list[datetime], now: datetime) -> datetime:
    recent = [at for at in before if at > now - limit.window]
    return now if len(recent) < limit.most else recent[-limit.most] + limit.window
