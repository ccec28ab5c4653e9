"""The lines of a ticket's story, oldest first: who, when, what, before and after.

A reader finds what they may read. Internal notes and events are left out unless they are asked
for, since a story is made to be given away.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from itsm.desk import journaled, queries, sentences
from itsm.desk.models import Attachment, Ticket, Visibility
from itsm.desk.sentences import in_words
from itsm.kernel.events import Json
from itsm.kernel.work import Work
from itsm.platform import seals

# Before and after of these tell of things that the reader may not be allowed to know.
_NOT_TOLD = frozenset({"parent"})


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened; `text` is what was written, `before` and `after` of a change."""

    at: datetime
    who: str
    what: str
    text: str = ""
    before: str = ""
    after: str = ""
    files: tuple[str, ...] = ()
    internal: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """A ticket's story as one reader may have it; `sealed` says how far the journal is sealed."""

    ticket: Ticket
    lines: Sequence[Line]
    links: Sequence[str]
    with_notes: bool
    may_have_notes: bool
    sealed: str


def of(work: Work, number: str, *, notes: bool) -> Story:
    """Return the story of a ticket, with internal notes where they are wanted and allowed.

    Raises NotFound for what the actor may not read.
    """
    ticket = queries.get(work, number)
    may = queries.reads_notes(work, ticket)
    internal = notes and may
    files = [one for one in queries.attachments(work, ticket) if internal or _public(one)]
    told = [
        *_events(work, ticket, internal=internal),
        *_said(work, ticket, files, internal=internal),
    ]
    links = _links(work, ticket) if internal else []
    lines = sorted(told, key=lambda line: line.at)
    return Story(ticket, lines, links, internal, may, _sealed(work))


def _public(one: Attachment) -> bool:
    return one.visibility is Visibility.PUBLIC


def _said(
    work: Work, ticket: Ticket, files: Sequence[Attachment], *, internal: bool
) -> Iterator[Line]:
    for comment in queries.comments(work, ticket, most=None):
        note = comment.visibility is Visibility.INTERNAL
        if note and not internal:
            continue
        own = tuple(file.name for file in files if file.comment_id == comment.id)
        what = "Internal note" if note else "Reply"
        yield Line(comment.created_at, comment.author_name, what, comment.body, "", "", own, note)


def _events(work: Work, ticket: Ticket, *, internal: bool) -> Iterator[Line]:
    for row in journaled.about(work, ticket, most=None):
        said = sentences.say(row.name, row.data, row.actor, internal=internal)
        if said is None:
            continue
        shown = row.data.get("field") not in _NOT_TOLD
        before, after = (_value(row.data, name) if shown else "" for name in ("before", "after"))
        first = ticket.description if row.name.endswith(".opened") else ""
        own = sentences.say(row.name, row.data, row.actor, internal=False) is None
        yield Line(row.at, row.actor, said.text, first, before, after, (), own)


def _value(data: dict[str, Json], name: str) -> str:
    return in_words(data[name]) if name in data else ""


def _links(work: Work, ticket: Ticket) -> list[str]:
    return [f"{one.type.replace('_', ' ')} {one.number}" for one in queries.related(work, ticket)]


def _sealed(work: Work) -> str:
    found = seals.newest(work)
    if found is None:
        return "The journal is not sealed yet"
    at, rows, digest = found
    return f"The journal is sealed up to row {rows} ({at:%Y-%m-%d %H:%M} UTC, {digest[:16]})"
