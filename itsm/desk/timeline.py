"""Everything that happened to a ticket, oldest first: comments and the journal as one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from itsm.desk import journaled, queries, sentences
from itsm.desk.models import Attachment, Comment, Ticket
from itsm.desk.sentences import Said
from itsm.kernel.work import Work


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: either `comment` or `said` is set."""

    at: datetime
    author: str
    event: str
    comment: Comment | None = None
    files: Sequence[Attachment] = ()
    said: Said | None = None


def of(work: Work, ticket: Ticket, files: Sequence[Attachment] | None = None) -> list[Entry]:
    """Return what the actor may know of a ticket's history, oldest first.

    The newest 500 comments and 500 events. `files` are its attachments where they are at hand.
    """
    if files is None:
        files = queries.attachments(work, ticket)
    entries = [*_events(work, ticket), *_comments(work, ticket, files)]
    return sorted(entries, key=lambda entry: entry.at)


def _comments(work: Work, ticket: Ticket, files: Sequence[Attachment]) -> Iterator[Entry]:
    for comment in queries.comments(work, ticket):
        own = [file for file in files if file.comment_id == comment.id]
        yield Entry(comment.created_at, comment.author_name, "ticket.commented", comment, own)


def _events(work: Work, ticket: Ticket) -> Iterator[Entry]:
    internal = queries.reads_notes(work, ticket)
    for row in journaled.about(work, ticket):
        said = sentences.say(row.name, row.data, row.actor, internal=internal)
        if said is not None:
            yield Entry(row.at, row.actor, row.name, said=said)
