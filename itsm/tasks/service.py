"""Every verb on tasks: add, change, do, remove."""

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from itsm.desk import mentions
from itsm.desk import service as tickets
from itsm.desk.models import Ticket
from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid, NotFound
from itsm.kernel.work import Work
from itsm.people import queries as people
from itsm.people.models import Person, Team
from itsm.platform import timers
from itsm.tasks import queries
from itsm.tasks.events import (
    TaskAdded,
    TaskChanged,
    TaskDone,
    TaskGiven,
    TaskRemoved,
    TaskReopened,
)
from itsm.tasks.inputs import EditTask, NewTask
from itsm.tasks.models import Task

TIMER = "tasks.remind"
MOST = queries.MOST
# What people call the fields that a change may touch.
_WORDS: Mapping[str, str] = {
    "title": "title",
    "note": "note",
    "assignee_id": "owner",
    "team_id": "owner",
    "due_at": "due date",
    "remind_minutes": "reminder",
}


def add(work: Work, ticket: Ticket, new: NewTask) -> Task:
    """Put a task on a ticket, after those that there are. Emits TaskAdded, TaskGiven.

    Raises Denied without ticket:note; Invalid for an owner who may not work on the ticket, a
    reminder without a due date, and beyond 500 tasks.
    """
    work.must(Permission.TICKET_NOTE, ticket)
    place = queries.last_position(work, ticket) + 1
    if place > MOST:
        raise Invalid(f"a ticket has {MOST} tasks at most", {"title": "too many tasks"})
    task = Task(
        ticket_id=ticket.id,
        position=place,
        title=new.title,
        note=new.note,
        due_at=_instant(work, new.due),
        remind_minutes=new.remind,
        done_by=None,
        created_at=work.now,
    )
    _own(work, ticket, task, new.assignee, new.team)
    _check(task)
    work.add(task)
    tickets.touch(work, ticket)
    work.emit(TaskAdded(ticket_id=ticket.id, task_id=task.id, task=task.title))
    _given(work, task, before=None)
    _arm(work, task)
    return task


def edit(work: Work, ticket: Ticket, task: Task, change: EditTask) -> None:
    """Change a task, or mark it as done. Emits TaskChanged, TaskGiven, TaskDone, TaskReopened.

    Raises as `add` does.
    """
    work.must(Permission.TICKET_NOTE, ticket)
    before = {name: getattr(task, name) for name in _WORDS}
    _take_over(work, ticket, task, change)
    _check(task)
    changed = [word for name, word in _WORDS.items() if getattr(task, name) != before[name]]
    if changed:
        tickets.touch(work, ticket)
        names = list(dict.fromkeys(changed))
        work.emit(TaskChanged(ticket_id=ticket.id, task_id=task.id, task=task.title, changed=names))
        _given(work, task, before=before["assignee_id"])
    if {"due date", "reminder"} & set(changed):
        _arm(work, task)
    if change.done is not None:
        finish(work, ticket, task, done=change.done)


def _take_over(work: Work, ticket: Ticket, task: Task, change: EditTask) -> None:
    asked = change.model_fields_set
    if change.title is not None:
        task.title = change.title
    if change.note is not None:
        task.note = change.note
    if {"assignee", "team"} & asked:
        _own(work, ticket, task, *_owners(task, change))
    if "due" in asked:
        task.due_at = _instant(work, change.due)
    if "remind" in asked:
        task.remind_minutes = change.remind


def finish(work: Work, ticket: Ticket, task: Task, *, done: bool) -> None:
    """Mark a task as done, or as not done. Emits TaskDone or TaskReopened unless it is so already.

    Raises Denied without ticket:note.
    """
    work.must(Permission.TICKET_NOTE, ticket)
    if done is (task.done_at is not None):
        return
    task.done_at = work.now if done else None
    task.done_by_id = work.actor.id if done else None
    task.done_by = work.session.get(Person, task.done_by_id) if task.done_by_id else None
    tickets.touch(work, ticket)
    event = TaskDone if done else TaskReopened
    work.emit(event(ticket_id=ticket.id, task_id=task.id, task=task.title))
    _arm(work, task)


def remove(work: Work, ticket: Ticket, task: Task) -> None:
    """Take a task away. Emits TaskRemoved. Raises Denied without ticket:note."""
    work.must(Permission.TICKET_NOTE, ticket)
    timers.disarm(work, TIMER, str(task.id))
    work.session.delete(task)
    tickets.touch(work, ticket)
    work.emit(TaskRemoved(ticket_id=ticket.id, task_id=task.id, task=task.title))


def _owners(task: Task, change: EditTask) -> tuple[str, str]:
    """Return assignee and team as they are to be: to name one of them takes the other away."""
    if change.assignee is not None and change.team is not None:
        return change.assignee, change.team
    if change.assignee is not None:
        return change.assignee, "" if change.assignee or not task.team else task.team.key
    kept = task.assignee.username if task.assignee else ""
    return "" if change.team else kept, change.team or ""


def _own(work: Work, ticket: Ticket, task: Task, assignee: str, team: str) -> None:
    if assignee and team:
        raise Invalid("give it to a person or to a team", {"team": "there is a person already"})
    kept = task.assignee_id is not None and task.assignee and task.assignee.username == assignee
    if not kept:
        task.assignee = _colleague(work, ticket, assignee) if assignee else None
        task.assignee_id = task.assignee.id if task.assignee else None
    task.team = _team(work, team) if team else None
    task.team_id = task.team.id if task.team else None


def _colleague(work: Work, ticket: Ticket, username: str) -> Person:
    try:
        person = people.person(work, work.actor.name if username == "me" else username)
    except NotFound as error:
        raise Invalid(str(error), {"assignee": "unknown"}) from error
    may = mentions.readers(work, ticket, [person], Permission.TICKET_NOTE)
    if not person.active or not may:
        message = f"{person.name} may not work on {ticket.number}"
        raise Invalid(message, {"assignee": message})
    return person


def _team(work: Work, key: str) -> Team:
    try:
        return people.team(work, key)
    except NotFound as error:
        raise Invalid(str(error), {"team": "unknown"}) from error


def _check(task: Task) -> None:
    if task.remind_minutes is not None and task.due_at is None:
        message = "say when it is due, so that somebody can be told before"
        raise Invalid(message, {"due": message})


def _instant(work: Work, at: datetime | None) -> datetime | None:
    """Return an instant in UTC; one without a zone is by the actor's clock. Raises Invalid."""
    if at is None:
        return None
    try:
        return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(work.actor.zone))).astimezone(UTC)
    except OverflowError as error:
        raise Invalid("this is no date", {"due": "is not a time"}) from error


def _given(work: Work, task: Task, *, before: int | None) -> None:
    if task.assignee_id is not None and task.assignee_id != before:
        work.emit(TaskGiven(ticket_id=task.ticket_id, task_id=task.id))


def _arm(work: Work, task: Task) -> None:
    """Have the owner told in time; nobody is told of what is done or was due before now."""
    at = task.remind_at
    if at is None or task.done_at is not None or task.due_at is None or task.due_at <= work.now:
        timers.disarm(work, TIMER, str(task.id))
    else:
        timers.arm(work, TIMER, str(task.id), at, {"task_id": task.id})
