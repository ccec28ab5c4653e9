"""The journal: every event as one row that nobody can alter unseen.

It is the audit trail, the timeline of each ticket and the source of the outbox. A database trigger
refuses UPDATE and DELETE; `seals.py` chains ranges of rows by SHA-256.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import JSON, Index, String, Table, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from itsm.kernel.events import Event, Json, Subject
from itsm.kernel.work import Work
from itsm.platform.database import Id, Model


class JournalRow(Model):
    """One event: who did what to which thing, when, and from where."""

    __tablename__ = "journal"
    __table_args__ = (Index("ix_journal_subject", "subject_kind", "subject_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(80))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int] = mapped_column(Id)
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[int | None] = mapped_column(Id)
    actor_name: Mapped[str] = mapped_column(String(200))
    door: Mapped[str] = mapped_column(String(40))
    request_id: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(64))
    data: Mapped[Json] = mapped_column(JSON)


SQLITE_GUARDS = tuple(
    f"CREATE TRIGGER journal_no_{verb.lower()} BEFORE {verb} ON journal "
    "BEGIN SELECT RAISE(ABORT, 'the journal is insert-only'); END"
    for verb in ("UPDATE", "DELETE")
)
POSTGRESQL_GUARDS = (
    """
    CREATE FUNCTION journal_insert_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the journal is insert-only'; END $$
    """,
    """
    CREATE TRIGGER journal_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION journal_insert_only()
    """,
)


# On the table and made once: an insert by way of the mapper costs about three times as much.
_WRITE = insert(cast("Table", JournalRow.__table__))


def write(work: Work, events: Sequence[Event]) -> None:
    """Write one journal row for each event, in their order."""
    if events:
        work.session.execute(_WRITE, [_row(work, event) for event in events])


def of_subject(
    work: Work, subject: Subject, *, after: int = 0, limit: int = 500
) -> list[JournalRow]:
    """Return the rows about `subject` with ids above `after`, oldest first."""
    query = (
        select(JournalRow)
        .where(
            JournalRow.subject_kind == subject.kind,
            JournalRow.subject_id == subject.id,
            JournalRow.id > after,
        )
        .order_by(JournalRow.id)
        .limit(limit)
    )
    return list(work.session.scalars(query))


def _row(work: Work, happened: Event) -> dict[str, object]:
    subject = happened.subject()
    return {
        "at": work.now,
        "name": happened.name,
        "subject_kind": subject.kind,
        "subject_id": subject.id,
        "actor_kind": work.actor.kind.value,
        "actor_id": work.actor.id,
        "actor_name": work.actor.name,
        "door": work.origin.door,
        "request_id": work.origin.request_id,
        "address": work.origin.address,
        "data": happened.data(),
    }
