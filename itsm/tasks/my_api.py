"""`/api/v1/tasks`: one's own tasks, and the address of their calendar."""

from datetime import datetime

from flask import Response
from flask_openapi3 import APIBlueprint
from pydantic import BaseModel, Field

from itsm.kernel.access import Permission
from itsm.tasks import feed, queries
from itsm.tasks.api import TAG, TaskOut, task_json
from itsm.tasks.my_pages import address
from itsm.web import rest
from itsm.web.door import current_work
from itsm.web.needs import needs

api = APIBlueprint(
    "my_tasks_api",
    __name__,
    url_prefix=f"{rest.PREFIX}/tasks",
    abp_tags=[TAG],
    abp_security=rest.SECURITY,
    abp_responses=rest.RESPONSES,
)


class TasksQuery(rest.ListQuery):
    """Which of one's tasks."""

    done: bool = Field(default=False, description="those that are done instead")


class MyTaskOut(TaskOut):
    """A task of one's own or of one's team, with its ticket."""

    ticket: str
    kind: str


class FeedOut(BaseModel):
    """Whether there is an address; `url` is told only when it is made."""

    created_at: datetime | None
    url: str | None = None


@api.get("", summary="My tasks and my teams', what falls due first", responses={200: MyTaskOut})
@needs(Permission.TICKET_NOTE)
def mine(query: TasksQuery) -> Response:
    """List my tasks and those of my teams, what falls due first on top."""
    work = current_work()
    found = queries.mine(work, done=query.done, cursor=query.cursor, limit=query.limit)
    items = [
        task_json(one) | {"ticket": one.ticket.number, "kind": one.ticket.kind.value}
        for one in found.items
    ]
    return rest.answer({"items": items, "next": found.next})


@api.get("/calendar", summary="Whether my tasks have an address", responses={200: FeedOut})
@needs(Permission.TICKET_NOTE)
def shown() -> Response:
    """Tell whether my tasks have an address, and since when."""
    row = queries.feed(current_work())
    return rest.answer(FeedOut(created_at=row.created_at if row else None).model_dump(mode="json"))


# Without an idempotency key: its answer, which would be kept, holds the secret.
@api.post("/calendar", summary="Make an address for my tasks", responses={201: FeedOut})
@needs(Permission.TICKET_NOTE)
def renew() -> Response:
    """Make a new address; the one before it is good for nothing from now on."""
    work = current_work()
    made = FeedOut(url=address(feed.renew(work)), created_at=work.now)
    return rest.answer(made.model_dump(mode="json"), 201)


@api.delete("/calendar", summary="Close the address")
@needs(Permission.TICKET_NOTE)
def close() -> Response:
    """Make the address good for nothing."""
    feed.close(current_work())
    return rest.nothing()
