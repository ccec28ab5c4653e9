"""Quiet hours as arithmetic: until when something that is not urgent waits."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def held_until(starts: time, ends: time, zone: ZoneInfo, at: datetime) -> datetime | None:
    """Return the end of the quiet hours that `at` lies in, None where it lies in none.

    Both are wall time in `zone`; an end before the start lies on the next day.
    """
    local = at.astimezone(zone)
    wall = local.time()
    over_midnight = ends <= starts
    quiet = wall >= starts or wall < ends if over_midnight else starts <= wall < ends
    if not quiet:
        return None
    later = over_midnight and wall >= starts
    day = local.date() + timedelta(days=1) if later else local.date()
    end = datetime.combine(day, ends, tzinfo=zone)
    if end.astimezone(UTC) <= at:  # the clocks go back between the two
        end = end.replace(fold=1)
    return end.astimezone(UTC)
