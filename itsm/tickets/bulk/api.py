"""`/api/v1/<kind>/bulk`: one change of many incidents, merged ones and split ones."""

from collections.abc import Sequence
from datetime import datetime

from flask import Response, request
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, Field

from itsm.desk import queries as desk
from itsm.desk.inputs import Command
from itsm.kernel.access import Permission
from itsm.kernel.work import Work
from itsm.tickets import merging
from itsm.tickets import queries as tickets
from itsm.tickets.bulk import queries, service
from itsm.tickets.bulk.applying import Result
from itsm.tickets.bulk.inputs import BulkChange
from itsm.tickets.bulk.models import Batch, Item, Outcome, Progress
from itsm.web.door import current_work
from itsm.web.needs import needs
from itsm.web.rest import PREFIX, RESPONSES, SECURITY, answer, once


class ItemOut(BaseModel):
    """What became of one ticket, or would."""

    number: str
    outcome: Outcome
    reason: str


class BatchOut(BaseModel):
    """A batch; of a dry run only `items` and `counts` are set."""

    id: int | None
    job: str | None = Field(description="where to ask how far it is")
    summary: str
    progress: Progress | None
    total: int
    counts: dict[Outcome, int]
    created_at: datetime | None
    finished_at: datetime | None
    items: list[ItemOut]


class BatchPath(BaseModel):
    """Which batch."""

    batch_id: int = Field(ge=1, le=2**63 - 1)


class CommentPath(BaseModel):
    """Which message of which ticket."""

    number: str
    comment_id: int = Field(ge=1, le=2**63 - 1)


class SplitIn(Command):
    """The new ticket's title."""

    title: str = Field(default="", max_length=400, description="the message's first line if empty")


class SplitOut(BaseModel):
    """The ticket that holds the message now."""

    number: str


@needs(Permission.TICKET_UPDATE)
@once
def change(body: BulkChange) -> Response:
    """Change up to 5000 tickets, each by the rights that one has on it.

    Up to 200 are changed at once; more by a job, with 202 and its address. What is refused for one
    stops no other. A dry run tells what would become of the first 200.
    """
    work = current_work()
    if body.dry_run:
        return answer(_tried(service.preview(work, body.numbers, body.change)))
    batch = service.begin(work, body.numbers, body.change)
    response = answer(_json(work, batch), 202 if batch.progress is Progress.RUNNING else 200)
    response.headers["Location"] = _address(batch)
    return response


@needs(Permission.TICKET_UPDATE)
def show(path: BatchPath) -> Response:
    """Read how far a batch of one's own is, and what became of each ticket."""
    work = current_work()
    return answer(_json(work, queries.own(work, path.batch_id)))


@needs(Permission.TICKET_UPDATE)
def undo(path: BatchPath) -> Response:
    """Take a batch back, but for what somebody has changed since."""
    work = current_work()
    batch = queries.batch(work, path.batch_id)
    service.undo(work, batch)
    return answer(_json(work, batch), 202 if batch.progress is Progress.UNDOING else 200)


@needs(Permission.TICKET_LINK)
@once
def split(path: CommentPath, body: SplitIn) -> Response:
    """Open a ticket of one message, for whoever wrote it."""
    work = current_work()
    ticket = tickets.get_to_change(work, path.number)
    comment = desk.comment(work, ticket, path.comment_id)
    made = merging.split(work, ticket, comment, body.title)
    return answer(SplitOut(number=made.number).model_dump(mode="json"), 201)


def _address(batch: Batch) -> str:
    place = (request.blueprint or "").removesuffix("_bulk_api")
    return f"{PREFIX}/{place}/bulk/{batch.id}"


def _items(found: Sequence[Item | Result]) -> list[ItemOut]:
    return [ItemOut(number=one.number, outcome=one.outcome, reason=one.reason) for one in found]


def _json(work: Work, batch: Batch) -> dict[str, object]:
    return BatchOut(
        id=batch.id,
        job=_address(batch),
        summary=batch.summary,
        progress=batch.progress,
        total=batch.total,
        counts=dict(queries.counts(work, batch.id)),
        created_at=batch.created_at,
        finished_at=batch.finished_at,
        items=_items(queries.items(work, batch.id)),
    ).model_dump(mode="json")


def _tried(results: Sequence[Result]) -> dict[str, object]:
    counts = {one: sum(result.outcome is one for result in results) for one in Outcome}
    return BatchOut(
        id=None,
        job=None,
        summary="",
        progress=None,
        total=len(results),
        counts=counts,
        created_at=None,
        finished_at=None,
        items=_items(results),
    ).model_dump(mode="json")


def resource(place: str) -> APIBlueprint:
    """Return the resource of changes of many tickets of a kind."""
    api = APIBlueprint(
        f"{place}_bulk_api",
        __name__,
        url_prefix=f"{PREFIX}/{place}",
        abp_tags=[Tag(name="Bulk", description="Changes of many tickets at once")],
        abp_security=SECURITY,
        abp_responses=RESPONSES,
    )
    api.post("/bulk", responses={200: BatchOut, 202: BatchOut})(change)
    api.get("/bulk/<int:batch_id>", responses={200: BatchOut})(show)
    api.post("/bulk/<int:batch_id>/undo", responses={200: BatchOut})(undo)
    api.post("/<number>/comments/<int:comment_id>/split", responses={201: SplitOut})(split)
    return api
