"""Tasks in a calendar: those of a person that have a date, at a secret address of their own.

Whoever knows the address reads it, as long as its owner is here and may work on tickets. It holds
what its owner may see at that moment.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from icalendar import Event

from itsm.kernel.access import Permission
from itsm.kernel.errors import NotFound, Refused
from itsm.kernel.work import Work
from itsm.people import queries as people
from itsm.platform import calendar_file
from itsm.platform.secrets import new_token
from itsm.tasks import queries
from itsm.tasks.events import TaskFeedClosed, TaskFeedRenewed
from itsm.tasks.models import Task, TaskFeed

# What is overdue longer than this stands on the page alone.
BEHIND = timedelta(days=90)
LASTS = timedelta(minutes=15)


def renew(work: Work) -> str:
    """Return the token of a new address; the one before it is good for nothing from now on.

    Emits TaskFeedRenewed. Raises Denied without ticket:note, Refused for a machine.
    """
    work.must(Permission.TICKET_NOTE)
    if work.actor.id is None:
        raise Refused("only a person has tasks of their own")
    token = new_token("ical")
    row = queries.feed(work) or TaskFeed(person_id=work.actor.id)
    row.token_hash, row.created_at = work.vault.digest(token), work.now
    work.add(row)
    work.emit(TaskFeedRenewed(person_id=row.person_id))
    return token


def close(work: Work) -> None:
    """Make the actor's address good for nothing. Emits TaskFeedClosed if there is one."""
    row = queries.feed(work)
    if row is not None:
        work.session.delete(row)
        work.emit(TaskFeedClosed(person_id=row.person_id))


def read(work: Work, token: str, public_url: str) -> bytes:
    """Return the calendar at an address. Raises NotFound unless it is good."""
    found = queries.feed_by_token(work, token)
    actor = people.actor(work, found.person) if found else None
    if found is None or actor is None or not actor.holds(Permission.TICKET_NOTE):
        raise NotFound("there is no such calendar, or no longer")
    own = replace(work, actor=actor)
    return calendar_file.written(f"Tasks: {found.person.name}", "tasks", _events(own, public_url))


def _events(work: Work, public_url: str) -> Iterator[tuple[datetime, Event]]:
    for task in queries.dated(work, work.now - BEHIND):
        if task.due_at is not None:
            yield task.due_at, _event(work, task, task.due_at, public_url)


def _event(work: Work, task: Task, due: datetime, public_url: str) -> Event:
    ticket = task.ticket
    address = f"{public_url}/{ticket.kind.value}s/{ticket.number}"
    event = Event()
    event.add("uid", f"{task.id}@tasks")
    event.add("dtstamp", work.now)
    event.add("dtstart", due)
    event.add("dtend", due + LASTS)
    # A calendar program keeps what it reads, out of our reach.
    event.add("summary", ticket.number if ticket.confidential else f"{ticket.number} {task.title}")
    event.add("url", address)
    event.add("description", address)
    event.add("transp", "TRANSPARENT")
    return event
