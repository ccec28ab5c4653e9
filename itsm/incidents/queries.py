"""Reads of incidents beside those that tickets of any kind have."""

from collections.abc import Sequence

from sqlalchemy import select

from itsm.desk import queries as desk
from itsm.incidents.models import Incident
from itsm.incidents.states import State
from itsm.kernel.work import Work
from itsm.tickets import queries


def get(work: Work, number: str) -> Incident:
    """Return an incident with what its record shows. Raises NotFound where it is not visible."""
    return queries.get_as(work, Incident, number)


def get_to_change(work: Work, number: str) -> Incident:
    """Return it likewise, and keep others from changing it until this Work ends."""
    return queries.get_as_to_change(work, Incident, number)


def by_id(work: Work, ticket_id: int) -> Incident:
    """Return an incident by its ticket's id, to change it. Raises NotFound."""
    return queries.by_id(work, Incident, ticket_id)


def behind_page(work: Work, ticket_id: int) -> Incident:
    """Return an incident likewise though the actor may not see it: somebody was paged for it.

    What the actor may do to it is for the verbs to ask.
    """
    return queries.by_id(work, Incident, ticket_id, seen=False)


def open_children(work: Work, ticket_id: int) -> list[int]:
    """Return the ids of the open incidents under another, the oldest first."""
    query = select(Incident.id).where(Incident.parent_id == ticket_id, Incident.open)
    return list(work.session.scalars(query.order_by(Incident.id)))


def duplicates(work: Work, ticket_id: int, state: State = State.PENDING) -> Sequence[Incident]:
    """Return the duplicates of an incident that wait for it, or are in `state`, oldest first."""
    query = select(Incident).where(
        Incident.parent_id == ticket_id,
        Incident.state == state,
        queries.is_duplicate(Incident.id, Incident.parent_id),
    )
    return (
        work.session.scalars(query.options(*desk.parts(Incident)).order_by(Incident.id))
        .unique()
        .all()
    )
