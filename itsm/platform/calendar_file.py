"""How a calendar is written for programs that subscribe to it (RFC 5545)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from operator import itemgetter

from icalendar import Calendar, Event

# How often a calendar program is asked to come back.
REFRESH = timedelta(hours=1)
# For how long an answer may be kept.
FRESH_S = 300


def written(name: str, product: str, events: Iterable[tuple[datetime, Event]]) -> bytes:
    """Return a calendar of events, each with its beginning, as a file."""
    calendar = Calendar()
    calendar.add("prodid", f"-//itsm//{product}//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH)
    for _, event in sorted(events, key=itemgetter(0)):
        calendar.add_component(event)
    text: bytes = calendar.to_ical()
    return text
