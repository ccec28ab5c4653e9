"""The journal of one thing, with the names of those who acted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select

from itsm.kernel.access import ActorKind
from itsm.kernel.events import Json, Subject
from itsm.kernel.work import Work
from itsm.people.models import Person
from itsm.platform.journal import JournalRow


@dataclass(frozen=True, slots=True)
class Row:
    """One event as the journal holds it; `actor` is a name to show."""

    at: datetime
    name: str
    actor: str
    data: dict[str, Json]


def about(work: Work, subject: Subject, *, limit: int = 200) -> Sequence[Row]:
    """Return the newest events about a thing, newest first."""
    by_person = and_(
        Person.id == JournalRow.actor_id, JournalRow.actor_kind == ActorKind.PERSON.value
    )
    statement = (
        select(JournalRow.at, JournalRow.name, JournalRow.actor_name, JournalRow.data, Person.name)
        .outerjoin(Person, by_person)
        .where(JournalRow.subject_kind == subject.kind, JournalRow.subject_id == subject.id)
        .order_by(JournalRow.id.desc())
        .limit(limit)
    )
    return [
        Row(at, name, person or account, data if isinstance(data, dict) else {})
        for at, name, account, data, person in work.session.execute(statement)
    ]
