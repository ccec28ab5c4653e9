"""Reading an .ics file as shifts: who, from, to, or what is wrong with each event. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from itsm.oncall.rota import instant

MOST_BYTES = 200_000
MOST_EVENTS = 400
LONGEST = timedelta(days=366)


class Unreadable(ValueError):
    """The file as a whole cannot be understood; says why."""


@dataclass(frozen=True)
class Somebody:
    """By what a person is known in other people's calendars."""

    id: int
    name: str
    username: str
    email: str

    def is_called(self, text: str) -> bool:
        """Tell whether `text` is their name, username or address, and nothing more."""
        return text.casefold() in {
            word.casefold() for word in (self.name, self.username, self.email) if word
        }


@dataclass(frozen=True)
class Entry:
    """One event: its shift, or else what is wrong with it."""

    summary: str
    person: Somebody | None = None
    start: datetime | None = None
    end: datetime | None = None
    problem: str = ""


def read(text: str, zone: ZoneInfo, everybody: Sequence[Somebody], now: datetime) -> list[Entry]:
    """Return what each event of a calendar says, the soonest first.

    Times without a zone are wall times of `zone`. Raises Unreadable for what is no calendar.
    """
    if len(text.encode()) > MOST_BYTES:
        raise Unreadable(f"the file is larger than {MOST_BYTES // 1000} kB")
    try:
        found = Calendar.from_ical(text).walk("VEVENT")
    except (ValueError, IndexError, KeyError) as error:
        raise Unreadable(f"this is no iCalendar file: {error}") from error
    events = [event for event in found if isinstance(event, Event)]
    if not events:
        raise Unreadable("there is no event in this file")
    if len(events) > MOST_EVENTS:
        raise Unreadable(f"there are more than {MOST_EVENTS} events in this file")
    entries = [_entry(event, zone, everybody, now) for event in events]
    return sorted(entries, key=lambda one: one.start or now)


def _entry(event: Event, zone: ZoneInfo, everybody: Sequence[Somebody], now: datetime) -> Entry:
    summary = str(event.get("summary", "")).strip()[:200]
    try:
        start, end = _instant(event, event.start, zone), _instant(event, event.end, zone)
    except (ValueError, OverflowError, TypeError) as error:
        return Entry(summary, problem=f"its times cannot be read: {error}")
    person = _who(event, summary, everybody)
    return Entry(summary, person, start, end, _problem(event, person, (start, end), now))


def _problem(
    event: Event, person: Somebody | None, times: tuple[datetime, datetime], now: datetime
) -> str:
    start, end = times
    if str(event.get("status", "")).upper() == "CANCELLED":
        return "it is cancelled"
    if "rrule" in event or "rdate" in event:
        return "it repeats: export each shift as an event of its own"
    if end <= start:
        return "it ends before it begins"
    if end - start > LONGEST:
        return "it lasts longer than a year"
    if end <= now:
        return "it is over already"
    return "" if person else "nobody here has this name, username or address"


def _instant(event: Event, value: date, zone: ZoneInfo) -> datetime:
    if not isinstance(value, datetime):
        return instant(datetime.combine(value, time()), zone)
    if value.tzinfo is not None:
        return value.astimezone(UTC).replace(second=0, microsecond=0)
    for name in ("dtstart", "dtend"):
        named = event[name].params.get("TZID") if name in event else None
        if named:
            message = f"the time zone {named} is not known"
            raise ValueError(message)
    return instant(value.replace(second=0, microsecond=0), zone)


def _who(event: Event, summary: str, everybody: Sequence[Somebody]) -> Somebody | None:
    """Return whom an event names: by its attendee, its title, or a name within its title."""
    for text in (*_attendees(event), summary):
        found = [one for one in everybody if one.is_called(text)]
        if len(found) == 1:
            return found[0]
    within = [one for one in everybody if one.name.casefold() in summary.casefold()]
    return within[0] if len(within) == 1 else None


def _attendees(event: Event) -> Iterator[str]:
    named = event.get("attendee", [])
    for one in named if isinstance(named, list) else [named]:
        yield str(one).strip().lower().removeprefix("mailto:")
