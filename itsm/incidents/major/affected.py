"""Whom a major incident hits: everybody who says "me too", once each."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from itsm.desk.models import Ticket
from itsm.incidents.major import bulletins
from itsm.incidents.major.events import MajorHits
from itsm.incidents.major.models import Affected
from itsm.kernel.access import Permission
from itsm.kernel.errors import Refused
from itsm.kernel.work import Work


def join(work: Work, number: str) -> None:
    """Count the actor among those whom it hits. Emits MajorHits unless they are counted.

    Raises NotFound where employees are told nothing of it, Refused once it is over.
    """
    work.must(Permission.SELF)
    told = bulletins.one(work, number)
    if told.ended is not None:
        raise Refused("it is over")
    dialect = sqlite if work.session.get_bind().dialect.name == "sqlite" else postgresql
    row = {"ticket_id": told.ticket_id, "person_id": work.actor.id, "since": work.now}
    counted = work.session.execute(
        dialect.insert(Affected)
        .values(row)
        .on_conflict_do_nothing(index_elements=["ticket_id", "person_id"])
        .returning(Affected.person_id)
    ).first()
    if counted:
        work.emit(MajorHits(ticket_id=told.ticket_id))


def count(work: Work, ticket_id: int) -> int:
    """Return how many say that it hits them."""
    query = select(func.count()).where(Affected.ticket_id == ticket_id)
    return work.session.scalar(query) or 0


def joined_by_me(work: Work, numbers: Sequence[str]) -> frozenset[str]:
    """Return those of the major incidents of which the actor has said so."""
    if not numbers:
        return frozenset()
    query = (
        select(Ticket.number)
        .join(Affected, Affected.ticket_id == Ticket.id)
        .where(Affected.person_id == work.actor.id, Ticket.number.in_(numbers))
    )
    return frozenset(work.session.scalars(query))
