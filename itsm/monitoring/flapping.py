"""When an alert flaps: it opens and ends so often that its changes mean nothing. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from itsm.kernel.events import Json

FLIPS = 4
WITHIN = timedelta(minutes=30)
STEADY_AFTER = timedelta(minutes=15)


def recent(stamps: Json, now: datetime) -> list[datetime]:
    """Return when an alert opened or ended within the last half hour, of those that are kept."""
    kept = stamps if isinstance(stamps, list) else []
    at = [datetime.fromtimestamp(one, UTC) for one in kept if isinstance(one, int | float)]
    return [one for one in at if now - one < WITHIN]


def flips(at: Sequence[datetime], now: datetime) -> list[Json]:
    """Return what is kept once it flips again now: no more than a verdict needs."""
    return [one.timestamp() for one in [*at, now][-FLIPS:]]
