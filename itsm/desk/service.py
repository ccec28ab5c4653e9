"""Every verb that all tickets share: numbers, talk, files, links, watchers, views."""

from collections.abc import Mapping
from urllib.parse import urlencode

from sqlalchemy.dialects import postgresql, sqlite

from itsm.desk import mentions, queries
from itsm.desk.events import (
    FileAttached,
    TicketCommented,
    TicketEchoed,
    TicketLinked,
    TicketUnlinked,
    WatcherAdded,
    WatcherRemoved,
)
from itsm.desk.inputs import NewComment, NewLink, NewView
from itsm.desk.models import (
    Attachment,
    Comment,
    Link,
    LinkType,
    SavedView,
    Series,
    Source,
    Ticket,
    Visibility,
    Watcher,
)
from itsm.kernel.access import ActorKind, Permission
from itsm.kernel.errors import Invalid, NotFound, Refused
from itsm.kernel.events import Subject
from itsm.kernel.work import Work
from itsm.people.models import Person
from itsm.platform import search
from itsm.platform.storage import Kept

FIRST_NUMBER = 1001
MAX_NAME = 255
# What turns the direction of a text round, and so hides what a name ends in.
TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def next_number(work: Work, prefix: str) -> str:
    """Return the next number of a series, such as INC-1042; one that is given is never reused."""
    dialect = sqlite if work.session.get_bind().dialect.name == "sqlite" else postgresql
    given = work.session.scalar(
        dialect.insert(Series)
        .values(prefix=prefix, last=FIRST_NUMBER)
        .on_conflict_do_update(index_elements=["prefix"], set_={"last": Series.last + 1})
        .returning(Series.last)
    )
    return f"{prefix}-{given}"


def touch(work: Work, ticket: Ticket) -> None:
    """Mark a ticket as changed now; machines do not resolve what a person has worked on."""
    ticket.updated_at = work.now
    if work.actor.kind is ActorKind.PERSON:
        ticket.touched_by_person = True
        if work.actor.id != ticket.requester_id:
            ticket.worked_at = work.now


def index(work: Work, ticket: Ticket, *, talk: str = "") -> None:
    """Make a ticket findable by its number, title, description and public comments (`talk`)."""
    search.put(
        work,
        Subject(queries.TICKET, ticket.id),
        f"{ticket.number} {ticket.title}"[:400],
        f"{ticket.description}\n{talk}",
    )


def index_more(work: Work, ticket: Ticket, text: str) -> None:
    """Make a ticket findable by one more text that its requester may read."""
    search.add(work, Subject(queries.TICKET, ticket.id), text)


def comment(
    work: Work, ticket: Ticket, new: NewComment, *, source: Source = Source.PORTAL
) -> Comment:
    """Write a public reply or an internal note. Emits TicketCommented.

    On a ticket that was merged it is heard where that goes on, and stays its own. Whom it mentions
    watches the ticket from then on. Raises Denied without ticket:reply, or
    ticket:note for a note; Invalid for a mention of somebody who may not read it.
    """
    internal = new.visibility is Visibility.INTERNAL
    work.must(Permission.TICKET_NOTE if internal else Permission.TICKET_REPLY, ticket)
    needed = Permission.TICKET_NOTE if internal else Permission.TICKET_READ
    heard = queries.goes_on_in(work, ticket)
    called = mentions.mentioned(work, heard, new.body, needed)
    written = work.add(
        Comment(
            ticket_id=ticket.id,
            author_id=work.actor.id,
            author_name=work.actor.full_name or work.actor.name,
            body=new.body,
            visibility=new.visibility,
            source=source,
            created_at=work.now,
        )
    )
    touch(work, heard)
    _index_comment(work, ticket, written)
    work.emit(
        TicketCommented(
            ticket_id=heard.id,
            comment_id=written.id,
            visibility=written.visibility,
            mentioned=[one.id for one in called],
        )
    )
    for one in called:
        _add_watcher(work, heard, one)
    return written


def echo(work: Work, ticket: Ticket, said: Comment, *, first: bool) -> Comment:
    """Write a public comment of another ticket here as well, as its author's. Emits TicketEchoed.

    `first` where its requester is told of it by this one. No mention in it calls anybody.
    """
    written = work.add(
        Comment(
            ticket_id=ticket.id,
            author_id=said.author_id,
            author_name=said.author_name,
            body=said.body,
            visibility=Visibility.PUBLIC,
            source=said.source,
            created_at=work.now,
        )
    )
    touch(work, ticket)
    _index_comment(work, ticket, written)
    work.emit(TicketEchoed(ticket_id=ticket.id, comment_id=written.id, first=first))
    return written


def _index_comment(work: Work, ticket: Ticket, written: Comment) -> None:
    if written.visibility is Visibility.PUBLIC:
        search.add(work, Subject(queries.TICKET, ticket.id), written.body)
        return
    notes = queries.bodies(work, ticket, Visibility.INTERNAL)
    search.put(work, Subject(queries.NOTES, ticket.id), "", notes)


def attach(
    work: Work, ticket: Ticket, name: str, kept: Kept, *, comment: Comment | None = None
) -> Attachment:
    """Put a stored file on a ticket, as visible as the comment that it comes with.

    `name` is what its sender calls it; it is shown and never used as a path. Emits FileAttached.
    Raises Denied without ticket:attach.
    """
    work.must(Permission.TICKET_ATTACH, ticket)
    attached = work.add(
        Attachment(
            ticket_id=ticket.id,
            comment_id=comment.id if comment else None,
            name=clean_name(name),
            media_type=kept.media_type,
            size=kept.size,
            sha256=kept.sha256,
            visibility=comment.visibility if comment else Visibility.PUBLIC,
            author_id=work.actor.id,
            created_at=work.now,
        )
    )
    touch(work, ticket)
    work.emit(
        FileAttached(
            ticket_id=ticket.id,
            attachment_id=attached.id,
            file=attached.name,
            size=attached.size,
            visibility=attached.visibility,
        )
    )
    return attached


def attach_again(work: Work, ticket: Ticket, file: Attachment) -> Attachment:
    """Put a file of another ticket on this one as well. Emits FileAttached. Raises Denied."""
    kept = Kept(file.sha256, file.size, file.media_type)
    return attach(work, ticket, file.name, kept)


def clean_name(name: str) -> str:
    """Return a file's name without folders, control characters and turned writing."""
    last = name.replace("\\", "/").rpartition("/")[2].translate(TURNING)
    printable = "".join(char for char in last if char.isprintable()).strip(". ")
    return printable[-MAX_NAME:] or "file"


def link(work: Work, ticket: Ticket, new: NewLink) -> Link:
    """Relate a ticket to another that the actor may read. Emits TicketLinked.

    A link that is there already is returned as it is. Raises NotFound for a target that is not
    visible, Refused for the ticket itself, Denied without ticket:link.
    """
    work.must(Permission.TICKET_LINK, ticket)
    target = queries.get(work, new.target)
    if target.id == ticket.id:
        raise Refused("a ticket cannot be linked to itself")
    existing = queries.link(work, ticket, target, new.type)
    if existing is not None:
        return existing
    made = work.add(
        Link(ticket_id=ticket.id, target_id=target.id, type=new.type, created_at=work.now)
    )
    touch(work, ticket)
    work.emit(TicketLinked(ticket_id=ticket.id, type=new.type, target=target.number))
    return made


def unlink(work: Work, ticket: Ticket, new: NewLink) -> None:
    """Take a link away. Emits TicketUnlinked. Raises NotFound if there is none, Denied."""
    work.must(Permission.TICKET_LINK, ticket)
    target = queries.get(work, new.target)
    existing = queries.link(work, ticket, target, new.type)
    if existing is None:
        raise NotFound("there is no such link")
    work.session.delete(existing)
    touch(work, ticket)
    work.emit(TicketUnlinked(ticket_id=ticket.id, type=new.type, target=target.number))


def relate(work: Work, ticket: Ticket, target: Ticket, type_: LinkType) -> None:
    """Link two tickets on behalf of a machine that found them to belong together.

    Emits TicketLinked unless they are linked already.
    """
    if queries.link(work, ticket, target, type_) is None:
        work.add(Link(ticket_id=ticket.id, target_id=target.id, type=type_, created_at=work.now))
        work.emit(TicketLinked(ticket_id=ticket.id, type=type_, target=target.number))


def watch(work: Work, ticket: Ticket, person: Person) -> None:
    """Let a person follow a ticket, and so read it. Emits WatcherAdded unless they do already.

    Raises Denied without ticket:watch, except for oneself where one may read the ticket.
    """
    if person.id != work.actor.id or not work.can(Permission.TICKET_READ, ticket):
        work.must(Permission.TICKET_WATCH, ticket)
    if not person.active:
        raise Invalid("this person is no longer here", {"person": "not active"})
    _add_watcher(work, ticket, person)


def _add_watcher(work: Work, ticket: Ticket, person: Person) -> None:
    if queries.watcher(work, ticket, person) is None:
        work.add(Watcher(ticket_id=ticket.id, person_id=person.id))
        own = person.id == work.actor.id
        work.emit(WatcherAdded(ticket_id=ticket.id, person=person.name, own=own))


def unwatch(work: Work, ticket: Ticket, person: Person) -> None:
    """Let a person follow no longer. Emits WatcherRemoved if they did.

    Raises Denied without ticket:watch, except for oneself.
    """
    if person.id != work.actor.id:
        work.must(Permission.TICKET_WATCH, ticket)
    row = queries.watcher(work, ticket, person)
    if row is not None:
        work.session.delete(row)
        work.emit(WatcherRemoved(ticket_id=ticket.id, person=person.name))


def save_view(work: Work, place: str, new: NewView, known: Mapping[str, str]) -> SavedView:
    """Keep a list under a name; of its query only what the list knows is kept.

    Raises Denied for a machine, or for one shared with all without ticket:update.
    """
    if work.actor.id is None:
        raise Invalid("only a person has views")
    if new.shared:
        work.must(Permission.TICKET_UPDATE)
    return work.add(
        SavedView(
            owner_id=work.actor.id,
            shared=new.shared,
            place=place,
            name=new.name,
            query=urlencode(known),
        )
    )


def drop_view(work: Work, view: SavedView) -> None:
    """Forget a view of one's own."""
    work.session.delete(view)
