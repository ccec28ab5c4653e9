"""The journal rows of a ticket, with the names of those who acted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select

from itsm.desk.models import Ticket
from itsm.kernel.access import ActorKind
from itsm.kernel.events import Json
from itsm.kernel.work import Work
from itsm.people.models import Person
from itsm.platform.journal import JournalRow

MOST = 500
# Who acted where it was no person.
MACHINES = {"system": "The service desk"}


@dataclass(frozen=True, slots=True)
class Row:
    """One event as the journal holds it; `actor` is a name to show."""

    at: datetime
    name: str
    actor: str
    data: dict[str, Json]


def about(work: Work, ticket: Ticket, *, most: int | None = MOST) -> Sequence[Row]:
    """Return the newest events about a ticket, oldest first, with one statement."""
    statement = (
        select(JournalRow.at, JournalRow.name, JournalRow.actor_name, JournalRow.data, Person.name)
        .outerjoin(
            Person,
            and_(Person.id == JournalRow.actor_id, JournalRow.actor_kind == ActorKind.PERSON.value),
        )
        .where(JournalRow.subject_kind == "ticket", JournalRow.subject_id == ticket.id)
        .order_by(JournalRow.id.desc())
        .limit(most)
    )
    rows = reversed(work.session.execute(statement).all())
    return [_row(*row) for row in rows]


def _row(at: datetime, name: str, account: str, data: Json, person: str | None) -> Row:
    actor = person or MACHINES.get(account, account)
    return Row(at, name, actor, data if isinstance(data, dict) else {})
