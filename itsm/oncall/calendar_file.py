"""Reading an .ics file as shifts: who, from, to, or what is wrong with each event. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from itsm.oncall import recurrence
from itsm.oncall.repeat_rule import Unbearable
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
    changes = _changes(events)
    reader = Reader(zone, everybody, now)
    entries = [one for event in events for one in reader.entries(event, changes)]
    if len(entries) > MOST_EVENTS:
        raise Unreadable(f"this file comes to more than {MOST_EVENTS} shifts within a year")
    return sorted(entries, key=lambda one: one.start or now)


@dataclass(frozen=True)
class Reader:
    """Reads the events of one file."""

    zone: ZoneInfo
    everybody: Sequence[Somebody]
    now: datetime

    def entries(self, event: Event, changes: Mapping[str, Sequence[Event]]) -> list[Entry]:
        """Return what an event says: one entry, or one for each time if it repeats.

        `changes` are the events that stand in for single times of others, by the name of those.
        """
        single = self._single(event)
        if single.start is None or not recurrence.repeats(event) or _is_cancelled(event):
            return [single]
        if "recurrence-id" in event:
            return [replace(single, problem="it stands in for one time, and repeats itself")]
        standing_in = changes.get(str(event.get("uid", "")), ())
        try:
            found = self._times(event, standing_in)
        except Unbearable as error:
            return [replace(single, problem=str(error))]
        except (ValueError, OverflowError, TypeError, AttributeError) as error:
            return [replace(single, problem=f"its rule cannot be read: {error}")]
        return [
            replace(single, start=start, end=end, problem=self._problem(event, single, start, end))
            for start, end in found
        ]

    def _times(self, event: Event, standing_in: Sequence[Event]) -> list[recurrence.Times]:
        originals = [recurrence.original(one) for one in standing_in]
        return recurrence.times(event, self.zone, self.now, originals)

    def _single(self, event: Event) -> Entry:
        summary = str(event.get("summary", "")).strip()[:200]
        try:
            start, end = (_instant(event, at, self.zone) for at in (event.start, event.end))
        except (ValueError, OverflowError, TypeError) as error:
            return Entry(summary, problem=f"its times cannot be read: {error}")
        entry = Entry(summary, _who(event, summary, self.everybody), start, end)
        return replace(entry, problem=self._problem(event, entry, start, end))

    def _problem(self, event: Event, entry: Entry, start: datetime, end: datetime) -> str:
        if _is_cancelled(event):
            return "it is cancelled"
        if end <= start:
            return "it ends before it begins"
        if end - start > LONGEST:
            return "it lasts longer than a year"
        if end <= self.now:
            return "it is over already"
        return "" if entry.person else "nobody here has this name, username or address"


def _changes(events: Sequence[Event]) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = {}
    for event in events:
        if "recurrence-id" in event:
            found.setdefault(str(event.get("uid", "")), []).append(event)
    return found


def _is_cancelled(event: Event) -> bool:
    return str(event.get("status", "")).upper() == "CANCELLED"


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
