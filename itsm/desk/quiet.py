"""How long a person may keep alerts quiet, wherever they are asked."""

from datetime import datetime, timedelta

from itsm.kernel.errors import Invalid

LONGEST = timedelta(days=30)


def must_end_in_time(until: datetime, now: datetime, field: str) -> None:
    """Raise Invalid, naming the field, unless `until` lies within the next 30 days."""
    if not now < until <= now + LONGEST:
        message = "a silence ends within 30 days from now"
        raise Invalid(message, {field: "must lie within the next 30 days"})
