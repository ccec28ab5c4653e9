"""Two incidents become one conversation, or one becomes two; nothing that was written is moved."""

from itsm.desk import queries as desk
from itsm.desk import service as tickets
from itsm.desk.events import TicketMerged, TicketSplit, TicketTookIn, TicketUnmerged
from itsm.desk.inputs import NewLink
from itsm.desk.models import Comment, LinkType, Merge, Ticket, Visibility
from itsm.kernel.access import Permission
from itsm.kernel.errors import NotFound, Refused
from itsm.kernel.work import Work
from itsm.tickets import kinds

REASON = "it goes on with another of the same matter"


def merge(work: Work, source: Ticket, target: Ticket) -> None:
    """Let `source` go on in `target`, where its messages and files show from now on.

    It is cancelled; its requester follows the target. Emits IncidentCancelled, WatcherAdded,
    TicketMerged, TicketTookIn. Raises Refused where one is over, was merged before, or they differ
    in who may read them; Denied without ticket:link on both, ticket:transition and, for the
    follower, ticket:watch.
    """
    work.must(Permission.TICKET_LINK, source)
    work.must(Permission.TICKET_LINK, target)
    _must_fit(work, source, target)
    follows = _follow(work, source, target)
    work.add(Merge(source_id=source.id, target_id=target.id, follows=follows, created_at=work.now))
    kinds.of(source).cancel(work, source, REASON)
    tickets.touch(work, target)
    work.emit(TicketMerged(ticket_id=source.id, target=target.number))
    work.emit(TicketTookIn(ticket_id=target.id, source=source.number))


def _must_fit(work: Work, source: Ticket, target: Ticket) -> None:
    if source.id == target.id:
        raise Refused("a ticket cannot be merged into itself")
    if source.kind is not target.kind:
        raise Refused(f"{target.number} is no {kinds.of(source).noun}: make it one first")
    if not target.open:
        raise Refused(f"{target.number} is over")
    if desk.took_in(work, source):
        raise Refused("others were merged into it: choose it as the target")
    # Whoever may read the target reads all of the source from now on.
    if source.desk_id != target.desk_id or (source.confidential and not target.confidential):
        raise Refused("others may read the target than may read this")


def _follow(work: Work, source: Ticket, target: Ticket) -> bool:
    person = source.requester
    if person is None or not person.active or person.id == target.requester_id:
        return False
    if desk.watcher(work, target, person) is not None:
        return False
    tickets.watch(work, target, person)
    return True


def unmerge(work: Work, source: Ticket, target: Ticket) -> None:
    """Take a merge back: each shows its own again. Emits TicketUnmerged for both.

    Its state is for `restoring` to put back. Raises NotFound where it is not merged into `target`;
    Denied without ticket:link.
    """
    work.must(Permission.TICKET_LINK, source)
    row = desk.merge_of(work, source)
    if row is None or row.target_id != target.id:
        raise NotFound("there is no such merge")
    if row.follows and source.requester is not None:
        tickets.unwatch(work, target, source.requester)
    work.session.delete(row)
    tickets.touch(work, target)
    work.emit(TicketUnmerged(ticket_id=source.id, other=target.number))
    work.emit(TicketUnmerged(ticket_id=target.id, other=source.number))


def split(work: Work, ticket: Ticket, comment: Comment, title: str) -> Ticket:
    """Open a ticket of one public message, with its files, for whoever wrote it.

    The message stays where it is. `title` as for a new ticket, by default the message's first
    line. Emits IncidentOpened, TicketLinked, FileAttached, TicketSplit. Raises Refused for a note,
    Denied without ticket:link, and as opening does.
    """
    work.must(Permission.TICKET_LINK, ticket)
    if comment.visibility is Visibility.INTERNAL:
        raise Refused("a note for colleagues cannot become a ticket that its requester reads")
    author = comment.author if comment.author and comment.author.active else ticket.requester
    kind = kinds.of(ticket)
    new = kind.opening(
        title=(title.strip() or comment.body.splitlines()[0])[:400],
        description=comment.body,
        impact=ticket.impact,
        urgency=ticket.urgency,
        desk=ticket.desk.key,
        category=ticket.category,
        requester=author.username if author else "",
        team=ticket.team.key if ticket.team else "",
        source=comment.source,
        confidential=ticket.confidential,
    )
    made = kind.open_(work, new)
    link = NewLink(type=LinkType.RELATED_TO, target=ticket.number)
    tickets.link(work, made, link)
    for file in desk.attachments(work, ticket):
        if file.comment_id == comment.id:
            tickets.attach_again(work, made, file)
    tickets.touch(work, ticket)
    work.emit(TicketSplit(ticket_id=ticket.id, comment_id=comment.id, number=made.number))
    return made
