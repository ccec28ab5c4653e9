"""What all tickets have in the API: comments, links, files, the timeline."""

from datetime import datetime

from pydantic import BaseModel, Field

from itsm.desk.models import Attachment, Comment, LinkType, Source, Ticket, Visibility, Watcher
from itsm.desk.queries import Related
from itsm.desk.timeline import Entry


class CommentOut(BaseModel):
    """A reply or a note."""

    id: int
    author: str | None = Field(description="username; null for a machine")
    author_name: str
    body: str
    visibility: Visibility
    source: Source
    created_at: datetime


class AttachmentOut(BaseModel):
    """A file on a ticket."""

    id: int
    name: str
    media_type: str
    size: int = Field(description="bytes")
    sha256: str
    visibility: Visibility
    created_at: datetime
    url: str = Field(description="where its content is")


class LinkOut(BaseModel):
    """A related ticket."""

    type: str = Field(
        description="a type of link, `parent`, `child`, `merged_into` or `merged_from`"
    )
    outgoing: bool = Field(description="whether it was made from this ticket to the other")
    number: str
    title: str
    state: str


class TimelineOut(BaseModel):
    """One thing that happened."""

    at: datetime
    event: str
    author: str
    text: str
    visibility: Visibility | None = Field(description="of a comment; else null")


class WatcherOut(BaseModel):
    """Somebody who follows a ticket."""

    username: str
    name: str


class TicketPath(BaseModel):
    """Which ticket."""

    number: str = Field(max_length=24, description="such as INC-1042")


class AttachmentPath(TicketPath):
    """Which file of which ticket."""

    attachment_id: int = Field(le=2**63 - 1)


class WatcherIn(BaseModel):
    """Who is to follow a ticket."""

    username: str = Field(max_length=80)


class LinkQuery(BaseModel):
    """Which link to take away."""

    type: LinkType
    target: str = Field(max_length=24)


def comment_json(comment: Comment, author: str | None) -> dict[str, object]:
    """Return a comment as JSON; `author` is a username, None for a machine."""
    return CommentOut(
        id=comment.id,
        author=author,
        author_name=comment.author_name,
        body=comment.body,
        visibility=comment.visibility,
        source=comment.source,
        created_at=comment.created_at,
    ).model_dump(mode="json")


def attachment_json(ticket: Ticket, file: Attachment) -> dict[str, object]:
    """Return a file as JSON."""
    return AttachmentOut(
        id=file.id,
        name=file.name,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        visibility=file.visibility,
        created_at=file.created_at,
        url=f"/api/v1/{ticket.kind.value}s/{ticket.number}/attachments/{file.id}",
    ).model_dump(mode="json")


def link_json(related: Related) -> dict[str, object]:
    """Return a related ticket as JSON."""
    return LinkOut(
        type=related.type,
        outgoing=related.outgoing,
        number=related.number,
        title=related.title,
        state=related.state,
    ).model_dump(mode="json")


def entry_json(entry: Entry) -> dict[str, object]:
    """Return one thing that happened as JSON."""
    text = entry.comment.body if entry.comment else entry.said.text if entry.said else ""
    return TimelineOut(
        at=entry.at,
        event=entry.event,
        author=entry.author,
        text=text,
        visibility=entry.comment.visibility if entry.comment else None,
    ).model_dump(mode="json")


def watcher_json(watcher: Watcher) -> dict[str, object]:
    """Return somebody who follows a ticket as JSON."""
    person = watcher.person
    return WatcherOut(username=person.username, name=person.name).model_dump(mode="json")
