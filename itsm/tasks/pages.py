"""Pages of tasks: the forms that a ticket's card leads to."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from itsm.desk import queries as desk
from itsm.desk.models import Ticket
from itsm.kernel.access import Permission
from itsm.kernel.errors import DomainError, Invalid, Refused
from itsm.kernel.work import Work
from itsm.people import directory
from itsm.people.directory import PeopleFilter
from itsm.tasks import queries, service
from itsm.tasks.inputs import EditTask, NewTask
from itsm.tasks.models import Task
from itsm.web.door import current_work
from itsm.web.errors import field_errors
from itsm.web.needs import needs

pages = Blueprint("tasks", __name__, template_folder="templates", url_prefix="/desk")
SUGGESTED = 200
# Minutes before a task is due, and how people say it.
REMINDERS: Mapping[int, str] = {
    0: "When it is due",
    15: "15 minutes before",
    60: "An hour before",
    240: "4 hours before",
    1440: "A day before",
    10080: "A week before",
}
# Whoever ticks a task in their own list comes back to it.
_LISTS: Mapping[str, str] = {"open": "/tasks", "done": "/tasks?show=done"}
_EMPTY_IS_NONE = ("due", "remind")


@pages.get("/tickets/<number>/tasks/new")
@needs(Permission.TICKET_NOTE)
def new(number: str) -> ResponseReturnValue:
    """Ask what is to be done."""
    work = current_work()
    return _form_page(work, queries.ticket(work, number), None, {}, {})


@pages.post("/tickets/<number>/tasks")
@needs(Permission.TICKET_NOTE)
def add(number: str) -> ResponseReturnValue:
    """Put a task on a ticket."""
    work = current_work()
    ticket = queries.ticket_to_change(work, number)
    try:
        with work.session.begin_nested():
            service.add(work, ticket, NewTask.model_validate(_typed(NewTask.model_fields)))
    except (ValidationError, Invalid) as error:
        return _form_page(work, ticket, None, request.form, _wrong(error)), 422
    return redirect(_record(ticket), code=303)


@pages.get("/tickets/<number>/tasks/<int:task_id>")
@needs(Permission.TICKET_NOTE)
def show(number: str, task_id: int) -> ResponseReturnValue:
    """Show a task, to be changed."""
    work = current_work()
    ticket = queries.ticket(work, number)
    task = queries.task(work, ticket, task_id)
    return _form_page(work, ticket, task, _values(task, work.actor.zone), {})


@pages.post("/tickets/<number>/tasks/<int:task_id>")
@needs(Permission.TICKET_NOTE)
def change(number: str, task_id: int) -> ResponseReturnValue:
    """Change a task, unless somebody else did since the form was opened."""
    work = current_work()
    ticket = queries.ticket_to_change(work, number)
    task = queries.task(work, ticket, task_id)
    try:
        _check_version(task)
        with work.session.begin_nested():
            wanted = EditTask.model_validate(_typed(EditTask.model_fields))
            service.edit(work, ticket, task, wanted)
    except (ValidationError, Invalid, Refused) as error:
        status = 409 if isinstance(error, Refused) else 422
        ticket = queries.ticket(work, number)
        task = queries.task(work, ticket, task_id)
        return _form_page(work, ticket, task, request.form, _wrong(error)), status
    return redirect(_record(ticket), code=303)


@pages.post("/tickets/<number>/tasks/<int:task_id>/done")
@needs(Permission.TICKET_NOTE)
def finish(number: str, task_id: int) -> ResponseReturnValue:
    """Mark a task as done, or as not done."""
    work = current_work()
    ticket = queries.ticket_to_change(work, number)
    task = queries.task(work, ticket, task_id)
    service.finish(work, ticket, task, done=request.form.get("done") != "false")
    return redirect(_LISTS.get(request.form.get("list", "")) or _record(ticket), code=303)


@pages.post("/tickets/<number>/tasks/<int:task_id>/remove")
@needs(Permission.TICKET_NOTE)
def remove(number: str, task_id: int) -> ResponseReturnValue:
    """Take a task away."""
    work = current_work()
    ticket = queries.ticket_to_change(work, number)
    service.remove(work, ticket, queries.task(work, ticket, task_id))
    return redirect(_record(ticket), code=303)


def _check_version(task: Task) -> None:
    if request.form.get("version", str(task.version)) != str(task.version):
        raise Refused("somebody else changed this task meanwhile: save again to overwrite that")


def _record(ticket: Ticket) -> str:
    return f"/{ticket.kind.value}s/{ticket.number}"


def _typed(fields: Mapping[str, object]) -> dict[str, object]:
    """Return what the form says of `fields`; what was left empty there is none."""
    typed: dict[str, object] = {name: request.form[name] for name in fields if name in request.form}
    return typed | {name: None for name in _EMPTY_IS_NONE if typed.get(name) == ""}


def _values(task: Task, zone: str) -> dict[str, object]:
    return {
        "title": task.title,
        "note": task.note,
        "assignee": task.assignee.username if task.assignee else "",
        "team": task.team.key if task.team else "",
        "due": _wall(task.due_at, zone),
        "remind": "" if task.remind_minutes is None else task.remind_minutes,
    }


def _wall(at: datetime | None, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M") if at else ""


def _reminders(chosen: object) -> list[tuple[str, str]]:
    """Return what may be chosen, with what an API may have chosen beside."""
    words = {str(minutes): said for minutes, said in REMINDERS.items()}
    if str(chosen).isdecimal():
        words.setdefault(str(chosen), f"{chosen} minutes before")
    return list(words.items())


def _wrong(error: ValidationError | DomainError) -> dict[str, str]:
    if isinstance(error, ValidationError):
        return field_errors(error)
    return (error.fields if isinstance(error, Invalid) else {}) or {"": str(error)}


def _form_page(
    work: Work,
    ticket: Ticket,
    task: Task | None,
    values: Mapping[str, object],
    errors: Mapping[str, str],
) -> str:
    return render_template(
        "tasks/form.html",
        ticket=ticket,
        task=task,
        values=values,
        errors=errors,
        teams=[(team.key, team.name) for team in desk.teams(work)],
        people=directory.people(work, PeopleFilter(), limit=SUGGESTED).items,
        reminders=_reminders(values.get("remind", "")),
        back=_record(ticket),
    )
