"""What duplicates hear of their master: its updates, and its end; each requester once."""

from collections.abc import Iterable, Iterator

from itsm.desk import service as tickets
from itsm.desk.events import TicketCommented
from itsm.desk.models import Comment, Visibility
from itsm.incidents import queries as incidents
from itsm.incidents import service
from itsm.incidents.events import (
    IncidentCancelled,
    IncidentReopened,
    IncidentResolved,
)
from itsm.incidents.models import Incident
from itsm.incidents.states import State
from itsm.kernel.work import Work
from itsm.platform import outbox
from itsm.platform.outbox import Payload
from itsm.tickets import duplicates as verbs
from itsm.tickets import queries as tickets_of
from itsm.tickets.events import TicketRestored

TOLD, RESOLVED, FREED, BACK = (
    "flows.duplicates_told",
    "flows.duplicates_resolved",
    "flows.duplicates_freed",
    "flows.duplicates_back",
)


def commented(work: Work, event: TicketCommented) -> None:
    """Have the duplicates of a master told of an update to it."""
    if event.visibility is Visibility.PUBLIC:
        _later(work, TOLD, event.ticket_id, comment_id=event.comment_id)


def over(work: Work, event: IncidentResolved | IncidentCancelled) -> None:
    """Have the duplicates of a master follow it where it was resolved, else back in the queue."""
    ended = isinstance(event, IncidentResolved)
    _later(work, RESOLVED if ended else FREED, event.ticket_id)


def not_over(work: Work, event: IncidentReopened | TicketRestored) -> None:
    """Have the duplicates that were resolved with a master wait for it again."""
    if incidents.duplicates(work, event.ticket_id, State.RESOLVED):
        outbox.put(work, BACK, {"ticket_id": event.ticket_id})


def _later(work: Work, job: str, ticket_id: int, **more: int) -> None:
    # Most have none, and are asked at once so that no worker needs to.
    if tickets_of.has_children(work, ticket_id):
        outbox.put(work, job, {"ticket_id": ticket_id, **more})


def told(work: Work, payload: Payload) -> None:
    """Write a public update of a master on each duplicate as well.

    What the master's own requester writes there is for nobody else. Payload: `ticket_id`,
    `comment_id`.
    """
    comment = work.session.get_one(Comment, int(str(payload["comment_id"])))
    master_id = int(str(payload["ticket_id"]))
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


def back(work: Work, payload: Payload) -> None:
    """Have the resolved duplicates of a master that is open after all wait for it again."""
    master = incidents.by_id(work, int(str(payload["ticket_id"])))
    for one in incidents.duplicates(work, master.id, State.RESOLVED) if master.open else ():
        service.reopen(work, one, "")
        service.wait(work, one, verbs.WAITS)


def _each(master: Incident, duplicates: Iterable[Incident]) -> Iterator[tuple[Incident, bool]]:
    """Yield each duplicate, and whether it is the first that its requester hears by."""
    heard = {master.requester_id, *(one.person_id for one in master.watchers)}
    for one in duplicates:
        yield one, one.requester_id not in heard
        heard.add(one.requester_id)
