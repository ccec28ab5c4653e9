"""`/api/v1/incidents`, `/api/v1/requests`: what the resources of all kinds of tickets share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import Response, request
from flask_openapi3 import APIBlueprint, FileStorage, Tag
from pydantic import BaseModel, ConfigDict, Field

from itsm.assets import queries as assets
from itsm.assets.queries import CiBrief
from itsm.desk import api as shared
from itsm.desk import queries as desk
from itsm.desk import service as tickets
from itsm.desk import timeline
from itsm.desk.api import TicketPath
from itsm.desk.files import download, folder
from itsm.desk.inputs import Command, NewComment, NewLink
from itsm.desk.models import Kind, Source, Ticket
from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid
from itsm.kernel.work import Work
from itsm.people import queries as people
from itsm.tickets import converting, editing, kinds, queries, similar_api
from itsm.tickets.filters import Filters
from itsm.tickets.inputs import EditTicket
from itsm.tickets.kinds import KindOf
from itsm.web.door import current_work
from itsm.web.needs import needs
from itsm.web.rest import PREFIX, RESPONSES, SECURITY, answer, check_match, nothing, once

View = Callable[..., Response]


class TicketOut(BaseModel):
    """A ticket."""

    number: str
    kind: str
    title: str
    description: str
    state: str
    impact: int
    urgency: int
    priority: int = Field(description="1 critical … 4 low")
    desk: str
    category: str
    tags: list[str]
    requester: str | None
    assignee: str | None
    team: str | None
    cis: list[str]
    source: Source
    parent: str | None
    sla: list[dict[str, str]] = Field(description="empty: no promises are set up")
    confidential: bool
    major: bool = Field(description="whether it is a major incident; see `…/major`")
    resolution: str
    resolution_code: str
    waits_for: str = Field(description="why it is pending")
    reopened_count: int
    expected_at: datetime | None = Field(description="by when it should be done")
    created_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    closed_at: datetime | None
    version: int


class TicketsOut(BaseModel):
    """A page of tickets."""

    items: list[TicketOut]
    next: str | None


class StepOut(BaseModel):
    """A step that is possible now."""

    step: str
    to: str


class FilesIn(BaseModel):
    """Files to attach, as multipart/form-data; at most 25 MiB each."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    files: list[FileStorage] = []
    file: FileStorage | None = None

    def uploads(self) -> list[FileStorage]:
        """Return all files of the form. Raises Invalid if there is none."""
        found = [*self.files, *([self.file] if self.file else [])]
        if not found:
            raise Invalid("send at least one file", {"files": "missing"})
        return found


def as_json(ticket: Ticket, cis: Sequence[CiBrief], parent: str | None) -> dict[str, object]:
    """Return a ticket as JSON; `parent` is its parent's number if the actor may know it."""
    columns = {name: getattr(ticket, name) for name in TicketOut.model_fields if name not in _MADE}
    return TicketOut(
        **columns,
        kind=ticket.kind.value,
        desk=ticket.desk.key,
        requester=ticket.requester.username if ticket.requester else None,
        assignee=ticket.assignee.username if ticket.assignee else None,
        team=ticket.team.key if ticket.team else None,
        cis=[ci.number for ci in cis],
        parent=parent,
        sla=[],
    ).model_dump(mode="json")


_MADE = frozenset({"kind", "desk", "requester", "assignee", "team", "cis", "parent", "sla"})


@needs(Permission.TICKET_READ)
def index(query: Filters) -> Response:
    """List tickets, newest first unless `sort` says otherwise."""
    work = current_work()
    page = queries.whole_page(work, query, _here())
    return answer({"items": _all_json(work, page.items), "next": page.next})


@needs(Permission.TICKET_READ)
def show(path: TicketPath) -> Response:
    """Read a ticket; its ETag is good for If-Match."""
    work = current_work()
    return answer_with(work, _get(work, path.number))


@needs(Permission.TICKET_READ)
def change(path: TicketPath, body: EditTicket) -> Response:
    """Change properties; with If-Match only if nobody else has meanwhile."""
    work = current_work()
    ticket = _get_to_change(work, path.number)
    check_match(ticket.version)
    editing.edit(work, ticket, body)
    return answer_with(work, ticket)


@needs(Permission.TICKET_READ)
def steps(path: TicketPath) -> Response:
    """List the steps that are possible now."""
    ticket = _get(current_work(), path.number)
    kind = kinds.of(ticket)
    moves = kind.life.from_(kind.states(ticket.state))
    items = [{"step": move.step, "to": move.target.value} for move in moves]
    return answer({"items": items, "next": None})


@needs(Permission.TICKET_ASSIGN)
def take(path: TicketPath) -> Response:
    """Assign a ticket that nobody has to oneself; 409 where somebody was faster."""
    work = current_work()
    ticket = _get_to_change(work, path.number)
    editing.take(work, ticket)
    return answer_with(work, ticket)


@needs(Permission.TICKET_READ)
def comments(path: TicketPath) -> Response:
    """List replies, and internal notes for those who may read them, oldest first."""
    work = current_work()
    found = desk.comments(work, _get(work, path.number))
    items = [shared.comment_json(one, one.author.username if one.author else None) for one in found]
    return answer({"items": items, "next": None})


@needs(Permission.TICKET_REPLY)
@once
def comment(path: TicketPath, body: NewComment) -> Response:
    """Write a public reply or an internal note."""
    work = current_work()
    ticket = _get_to_change(work, path.number)
    written = tickets.comment(work, ticket, body, source=Source.API)
    return answer(shared.comment_json(written, work.actor.name), 201)


@needs(Permission.TICKET_READ)
def history(path: TicketPath) -> Response:
    """Read everything that happened, oldest first."""
    work = current_work()
    entries = timeline.of(work, _get(work, path.number))
    return answer({"items": [shared.entry_json(entry) for entry in entries], "next": None})


@needs(Permission.TICKET_READ)
def links(path: TicketPath) -> Response:
    """List the linked tickets, the parent and the children."""
    work = current_work()
    found = desk.related(work, _get(work, path.number))
    return answer({"items": [shared.link_json(one) for one in found], "next": None})


@needs(Permission.TICKET_LINK)
@once
def link(path: TicketPath, body: NewLink) -> Response:
    """Link a ticket to another ticket."""
    work = current_work()
    ticket = _get_to_change(work, path.number)
    tickets.link(work, ticket, body)
    made = [
        one
        for one in desk.related(work, ticket)
        if one.number == body.target and one.type == body.type and one.outgoing
    ]
    return answer(shared.link_json(made[0]), 201)


@needs(Permission.TICKET_LINK)
def unlink(path: TicketPath, query: shared.LinkQuery) -> Response:
    """Take a link away."""
    work = current_work()
    gone = NewLink(type=query.type, target=query.target)
    tickets.unlink(work, _get_to_change(work, path.number), gone)
    return nothing()


@needs(Permission.TICKET_READ)
def attachments(path: TicketPath) -> Response:
    """List the files on a ticket."""
    work = current_work()
    ticket = _get(work, path.number)
    found = desk.attachments(work, ticket)
    items = [shared.attachment_json(ticket, file) for file in found]
    return answer({"items": items, "next": None})


@needs(Permission.TICKET_ATTACH)
def attach(path: TicketPath, form: FilesIn) -> Response:
    """Put files on a ticket, each as a part of multipart/form-data."""
    work = current_work()
    ticket = _get_to_change(work, path.number)
    kept = [(one.filename or "", folder().keep(one.stream)) for one in form.uploads()]
    made = [tickets.attach(work, ticket, name, stored) for name, stored in kept]
    return answer({"items": [shared.attachment_json(ticket, one) for one in made]}, 201)


@needs(Permission.TICKET_READ)
def file(path: shared.AttachmentPath) -> Response:
    """Read a file's content, always as a download."""
    work = current_work()
    ticket = _get(work, path.number)
    return download(desk.attachment(work, ticket, path.attachment_id))


@needs(Permission.TICKET_NOTE)
def watchers(path: TicketPath) -> Response:
    """List who follows a ticket."""
    work = current_work()
    ticket = _get(work, path.number)
    work.must(Permission.TICKET_NOTE, ticket)
    return answer({"items": [shared.watcher_json(one) for one in ticket.watchers], "next": None})


@needs(Permission.TICKET_WATCH)
def watch(path: TicketPath, body: shared.WatcherIn) -> Response:
    """Let a person follow a ticket, and so read it."""
    work = current_work()
    person = people.person(work, body.username)
    tickets.watch(work, _get_to_change(work, path.number), person)
    return answer({"username": person.username, "name": person.name}, 201)


class TurnIn(Command):
    """What it is to become."""

    to: Kind


@needs(Permission.TICKET_UPDATE)
@once
def convert(path: TicketPath, body: TurnIn) -> Response:
    """Make it one of another kind: it gets a number of that, the former one leads to it."""
    work = current_work()
    ticket = _get_to_change(work, path.number)
    check_match(ticket.version)
    turned = converting.convert(work, ticket, kinds.called(body.to))
    response = answer_with(work, turned)
    response.headers["Location"] = f"{PREFIX}{kinds.address(turned)}"
    return response


@dataclass(frozen=True, slots=True)
class Route:
    """One of the resource's addresses, and what it answers with."""

    verb: str
    rule: str
    view: View
    out: Mapping[int, type[BaseModel]] = field(default_factory=dict)


ROUTES: Sequence[Route] = (
    Route("get", "", index, {200: TicketsOut}),
    Route("get", "/<number>", show, {200: TicketOut}),
    Route("patch", "/<number>", change, {200: TicketOut}),
    Route("get", "/<number>/transitions", steps, {200: StepOut}),
    Route("post", "/<number>/convert", convert, {200: TicketOut}),
    Route("post", "/<number>/take", take, {200: TicketOut}),
    Route("get", "/<number>/comments", comments, {200: shared.CommentOut}),
    Route("post", "/<number>/comments", comment, {201: shared.CommentOut}),
    Route("get", "/<number>/timeline", history, {200: shared.TimelineOut}),
    Route("get", "/<number>/links", links, {200: shared.LinkOut}),
    Route("post", "/<number>/links", link, {201: shared.LinkOut}),
    Route("delete", "/<number>/links", unlink),
    Route("get", "/<number>/attachments", attachments, {200: shared.AttachmentOut}),
    Route("post", "/<number>/attachments", attach, {201: shared.AttachmentOut}),
    Route("get", "/<number>/attachments/<int:attachment_id>", file),
    Route("get", "/<number>/watchers", watchers, {200: shared.WatcherOut}),
    Route("post", "/<number>/watchers", watch, {201: shared.WatcherOut}),
    Route("get", "/<number>/similar", similar_api.alike, {200: similar_api.SimilarOut}),
)


def resource(place: str, name: str, what: str) -> APIBlueprint:
    """Return the resource of a kind with all that the kinds share; `what` explains it."""
    api = APIBlueprint(
        f"{place}_api",
        __name__,
        url_prefix=f"{PREFIX}/{place}",
        abp_tags=[Tag(name=name, description=what)],
        abp_security=SECURITY,
        abp_responses=RESPONSES,
    )
    for route in ROUTES:
        declare = getattr(api, route.verb)
        declare(route.rule, responses=dict(route.out))(route.view)
    return api


def _here() -> KindOf:
    return kinds.at((request.blueprint or "").removesuffix("_api"))


def _get(work: Work, number: str) -> Ticket:
    return queries.get_as(work, _here().model, number)


def _get_to_change(work: Work, number: str) -> Ticket:
    return queries.get_as_to_change(work, _here().model, number)


def answer_with(work: Work, ticket: Ticket, status: int = 200) -> Response:
    # Reading the CIs writes what is pending first, so that the version is the new one.
    (body,) = _all_json(work, [ticket])
    body["version"] = ticket.version
    return answer(body, status, version=ticket.version)


def _all_json(work: Work, found: Sequence[Ticket]) -> list[dict[str, object]]:
    cis = assets.of_tickets(work, [one.id for one in found]) if found else {}
    parents = desk.numbers(work, {one.parent_id for one in found if one.parent_id})
    return [as_json(one, cis.get(one.id, ()), parents.get(one.parent_id or 0)) for one in found]
