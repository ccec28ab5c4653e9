"""Calendars: shifts as iCalendar at a secret address of each person's own.

Whoever knows the address reads the calendar, as long as its owner is here and may read rotas.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from icalendar import Event

from itsm.kernel.access import Permission
from itsm.kernel.errors import NotFound, Refused
from itsm.kernel.work import Work
from itsm.oncall import board, queries, rota, shift_queries
from itsm.oncall.events import CalendarClosed, CalendarRenewed
from itsm.oncall.models import Schedule
from itsm.oncall.rota import Shift
from itsm.oncall.shift_models import CalendarFeed
from itsm.people import queries as people
from itsm.people.models import Person
from itsm.platform import calendar_file
from itsm.platform.secrets import new_token

BEHIND = timedelta(days=14)
AHEAD = timedelta(days=180)
PRODUCT = "on call"


def renew(work: Work, schedule_id: int | None) -> str:
    """Return the token of a new address, of one's own shifts or of a whole schedule.

    The address that one had for the same before is good for nothing from now on. Raises Denied,
    NotFound for the schedule. Emits CalendarRenewed.
    """
    work.must(Permission.ONCALL_READ)
    if work.actor.id is None:
        raise Refused("only a person has calendars")
    if schedule_id is not None:
        queries.schedule(work, schedule_id)
    token = new_token("ical")
    mine = shift_queries.feeds_of(work, work.actor.id)
    row = next((one for one in mine if one.schedule_id == schedule_id), None)
    if row is None:
        row = CalendarFeed(person_id=work.actor.id, schedule_id=schedule_id)
    row.token_hash, row.created_at = work.vault.digest(token), work.now
    work.add(row)
    work.emit(CalendarRenewed(person_id=row.person_id, schedule_id=schedule_id))
    return token


def close(work: Work, feed: CalendarFeed) -> None:
    """Make an address good for nothing. Emits CalendarClosed."""
    work.session.delete(feed)
    work.emit(CalendarClosed(person_id=feed.person_id, schedule_id=feed.schedule_id))


def read(work: Work, token: str) -> bytes:
    """Return the calendar at an address. Raises NotFound unless it is good."""
    feed = shift_queries.feed_by_token(work, token)
    if feed is None or not _may_read(work, feed.person):
        raise NotFound("there is no such calendar, or no longer")
    since = work.now - BEHIND
    if feed.schedule_id is not None:
        schedule = queries.schedule_since(work, feed.schedule_id, since)
        return calendar_file.written(schedule.name, PRODUCT, _events(work, schedule, None))
    mine = (
        event
        for schedule in queries.schedules_since(work, since)
        for event in _events(work, schedule, feed.person_id)
    )
    return calendar_file.written(f"On call: {feed.person.name}", PRODUCT, mine)


def _may_read(work: Work, person: Person) -> bool:
    return people.actor(work, person).holds(Permission.ONCALL_READ)


def _events(
    work: Work, schedule: Schedule, person_id: int | None
) -> Iterator[tuple[datetime, Event]]:
    """Yield a schedule's shifts with their beginnings, of one person alone where one is named."""
    known = board.known_people(schedule)
    drawn = rota.spans(queries.rota(schedule), work.now - BEHIND, work.now + AHEAD)
    for shift in rota.shifts(drawn):
        if person_id in {None, shift.person}:
            name = f"{known[shift.person].name}, {schedule.name}"
            title = name if person_id is None else f"On call: {schedule.name}"
            yield shift.start, _event(work, schedule, shift, title)


def _event(work: Work, schedule: Schedule, shift: Shift, title: str) -> Event:
    event = Event()
    event.add("uid", f"{schedule.id}-{shift.person}-{shift.start:%Y%m%dT%H%M%SZ}@on-call")
    event.add("dtstamp", work.now)
    event.add("dtstart", shift.start)
    event.add("dtend", shift.end)
    event.add("summary", title)
    # Being on call leaves one free for meetings.
    event.add("transp", "TRANSPARENT")
    return event
