"""`/api/v1/<kind>/{number}/tasks`, alike for tickets of every kind."""

from datetime import datetime

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, Field

from itsm.desk.api import TicketPath
from itsm.desk.models import Kind
from itsm.kernel.access import Permission
from itsm.tasks import queries, service
from itsm.tasks.inputs import EditTask, NewTask
from itsm.tasks.models import Task
from itsm.web.door import current_work
from itsm.web.needs import needs
from itsm.web.rest import PREFIX, RESPONSES, SECURITY, answer, check_match, nothing, once

TAG = Tag(name="Tasks", description="What is to be done for a ticket")


class TaskOut(BaseModel):
    """Something that is to be done for a ticket."""

    id: int
    title: str
    note: str
    assignee: str | None = Field(description="username; null with no team: whoever has the ticket")
    team: str | None
    due: datetime | None
    remind: int | None = Field(description="minutes before it is due")
    done: bool
    done_at: datetime | None
    done_by: str | None = Field(description="username")
    created_at: datetime


class TaskPath(TicketPath):
    """Which task of which ticket."""

    task_id: int = Field(ge=1, le=2**63 - 1)


def task_json(task: Task) -> dict[str, object]:
    """Return a task as JSON."""
    return TaskOut(
        id=task.id,
        title=task.title,
        note=task.note,
        assignee=task.assignee.username if task.assignee else None,
        team=task.team.key if task.team else None,
        due=task.due_at,
        remind=task.remind_minutes,
        done=task.done_at is not None,
        done_at=task.done_at,
        done_by=task.done_by.username if task.done_by else None,
        created_at=task.created_at,
    ).model_dump(mode="json")


def of_kind(kind: Kind) -> APIBlueprint:
    """Return the resource of the tasks of one kind of ticket."""
    api = APIBlueprint(
        f"{kind.value}_tasks_api",
        __name__,
        url_prefix=f"{PREFIX}/{kind.value}s/<number>/tasks",
        abp_tags=[TAG],
        abp_security=SECURITY,
        abp_responses=RESPONSES,
    )
    _add_list(api, kind)
    _add_single(api, kind)
    return api


def _add_list(api: APIBlueprint, kind: Kind) -> None:
    @api.get("", summary="The tasks of a ticket, in their order", responses={200: TaskOut})
    @needs(Permission.TICKET_NOTE)
    def index(path: TicketPath) -> Response:
        work = current_work()
        found = queries.of_ticket(work, queries.ticket(work, path.number, kind))
        return answer({"items": [task_json(one) for one in found], "next": None})

    @api.post("", summary="Put a task on a ticket", responses={201: TaskOut})
    @needs(Permission.TICKET_NOTE)
    @once
    def add(path: TicketPath, body: NewTask) -> Response:
        work = current_work()
        task = service.add(work, queries.ticket_to_change(work, path.number, kind), body)
        return answer(task_json(task), 201, version=task.version)


def _add_single(api: APIBlueprint, kind: Kind) -> None:
    @api.get("/<int:task_id>", summary="Read a task", responses={200: TaskOut})
    @needs(Permission.TICKET_NOTE)
    def show(path: TaskPath) -> Response:
        work = current_work()
        task = queries.task(work, queries.ticket(work, path.number, kind), path.task_id)
        return answer(task_json(task), version=task.version)

    @api.patch("/<int:task_id>", summary="Change a task or do it", responses={200: TaskOut})
    @needs(Permission.TICKET_NOTE)
    def change(path: TaskPath, body: EditTask) -> Response:
        work = current_work()
        ticket = queries.ticket_to_change(work, path.number, kind)
        task = queries.task(work, ticket, path.task_id)
        check_match(task.version)
        service.edit(work, ticket, task, body)
        # To read it again writes what is pending, so that the version is the new one.
        task = queries.task(work, ticket, path.task_id)
        return answer(task_json(task), version=task.version)

    @api.delete("/<int:task_id>", summary="Take a task away")
    @needs(Permission.TICKET_NOTE)
    def remove(path: TaskPath) -> Response:
        work = current_work()
        ticket = queries.ticket_to_change(work, path.number, kind)
        service.remove(work, ticket, queries.task(work, ticket, path.task_id))
        return nothing()


RESOURCES = tuple(of_kind(kind) for kind in Kind)
