"""What duplicates hear of their master: its updates, and its end; each requester once."""

from collections.abc import Iterable, Iterator

from itsm.desk import service as tickets
from itsm.desk.models import Comment, Visibility
from itsm.incidents import queries as incidents
from itsm.incidents import service
from itsm.incidents.models import Incident
from itsm.kernel.work import Work
from itsm.platform.outbox import Payload


def told(work: Work, payload: Payload) -> None:
    """Write a public update of a master on each duplicate as well. Payload: that of the comment.

    A requester who writes to the master tells nobody else by it.
    """
    comment = work.session.get_one(Comment, int(str(payload["comment_id"])))
    master_id = int(str(payload["ticket_id"]))
    if comment.visibility is Visibility.INTERNAL:
        return
    duplicates = incidents.duplicates(work, master_id)
    if not duplicates:
        return
    master = incidents.by_id(work, master_id)
    if comment.author_id is not None and comment.author_id == master.requester_id:
        return
    for one, first in _each(master, duplicates):
        tickets.echo(work, one, comment, first=first and one.requester_id != comment.author_id)


def resolved(work: Work, payload: Payload) -> None:
    """Resolve the duplicates of a master that was resolved, with the same code and text."""
    master = incidents.by_id(work, int(str(payload["ticket_id"])))
    if master.resolved_at is None:
        return
    for one, first in _each(master, incidents.duplicates(work, master.id)):
        service.resolve_with(work, one, master, quiet=not first)


def freed(work: Work, payload: Payload) -> None:
    """Bring the duplicates of a master that was cancelled back into the queue."""
    for one in incidents.duplicates(work, int(str(payload["ticket_id"]))):
        service.resume(work, one)


def _each(master: Incident, duplicates: Iterable[Incident]) -> Iterator[tuple[Incident, bool]]:
    """Yield each duplicate, and whether it is the first that its requester hears by."""
    heard = {master.requester_id, *(one.person_id for one in master.watchers)}
    for one in duplicates:
        yield one, one.requester_id not in heard
        heard.add(one.requester_id)
