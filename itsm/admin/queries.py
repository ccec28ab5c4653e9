"""Reads for administration: the outbox and the journal, in pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, func, select

from itsm.desk.access import visible_to
from itsm.desk.models import Ticket
from itsm.kernel.errors import Invalid
from itsm.kernel.paging import DEFAULT_LIMIT, Page, decode, encode
from itsm.kernel.work import Work
from itsm.people.models import Person
from itsm.platform.journal import JournalRow
from itsm.platform.outbox import JobState, OutboxRow

T = TypeVar("T")
TICKET = "ticket"


@dataclass(frozen=True, slots=True)
class Audited:
    """A journal row, with the full name of the person who acted.

    `readable` is false where the row is about a ticket that the reader may not see: then what was
    done, when and by whom is shown, and what was said is not.
    """

    row: JournalRow
    person: str | None
    readable: bool = True


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What the journal is narrowed to; `since` and `until` are days in UTC, both included."""

    name: str = ""
    actor: str = ""
    subject: str = ""
    request_id: str = ""
    since: str = ""
    until: str = ""

    def asked(self) -> dict[str, str]:
        """Return what narrows it, by name."""
        given = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in given.items() if value}


def jobs(work: Work, *, state: str = "", cursor: str = "") -> Page[OutboxRow]:
    """Return outbox rows, newest first; of one state where one is given."""
    statement = select(OutboxRow).order_by(OutboxRow.id.desc()).limit(DEFAULT_LIMIT + 1)
    if state in set(JobState):
        statement = statement.where(OutboxRow.state == JobState(state))
    if cursor:
        statement = statement.where(OutboxRow.id < _id_in(cursor))
    rows = work.session.scalars(statement).all()
    return _page(rows, [row.id for row in rows])


def job_counts(work: Work) -> Mapping[str, int]:
    """Return how many outbox rows there are in each state."""
    counted = work.session.execute(select(OutboxRow.state, func.count()).group_by(OutboxRow.state))
    return {state.value: 0 for state in JobState} | {state.value: n for state, n in counted}


def journal(work: Work, wanted: AuditFilter, *, cursor: str = "") -> Page[Audited]:
    """Return journal rows, newest first. Raises Invalid for a day or subject that is none."""
    statement = (
        select(JournalRow, Person.name)
        .outerjoin(Person, (Person.id == JournalRow.actor_id) & (JournalRow.actor_kind == "person"))
        .where(*_conditions(wanted))
        .order_by(JournalRow.id.desc())
        .limit(DEFAULT_LIMIT + 1)
    )
    if cursor:
        statement = statement.where(JournalRow.id < _id_in(cursor))
    found = work.session.execute(statement).all()
    hidden = _hidden_tickets(work, [row for row, _ in found])
    rows = [
        Audited(row, name, (row.subject_kind, row.subject_id) not in hidden) for row, name in found
    ]
    return _page(rows, [one.row.id for one in rows])


def _hidden_tickets(work: Work, rows: Sequence[JournalRow]) -> frozenset[tuple[str, int]]:
    ids = {row.subject_id for row in rows if row.subject_kind == TICKET}
    seen = set(work.session.scalars(select(Ticket.id).where(Ticket.id.in_(ids), visible_to(work))))
    return frozenset((TICKET, ticket_id) for ticket_id in ids - seen)


def names(work: Work) -> Sequence[str]:
    """Return the names of the events that happened in the newest 2000 rows, for the filter."""
    newest = select(JournalRow.name).order_by(JournalRow.id.desc()).limit(2000).subquery()
    return work.session.scalars(select(newest.c.name).distinct().order_by(newest.c.name)).all()


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.name:
        conditions.append(JournalRow.name == wanted.name)
    if wanted.actor:
        conditions.append(JournalRow.actor_name == wanted.actor)
    if wanted.request_id:
        conditions.append(JournalRow.request_id == wanted.request_id)
    if wanted.subject:
        kind, subject_id = _subject(wanted.subject)
        conditions += [JournalRow.subject_kind == kind, JournalRow.subject_id == subject_id]
    if wanted.since:
        conditions.append(JournalRow.at >= _midnight(wanted.since, "since"))
    if wanted.until:
        conditions.append(JournalRow.at < _midnight(wanted.until, "until") + timedelta(days=1))
    return conditions


def _subject(text: str) -> tuple[str, int]:
    kind, _, number = text.partition(":")
    if not number.isdecimal():
        raise Invalid("a subject is written like ticket:7", {"subject": "like ticket:7"})
    return kind, int(number[:18])


def _midnight(day: str, field: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(day), time(tzinfo=UTC))
    except ValueError:
        raise Invalid(f"'{day}' is not a day", {field: "like 2026-11-30"}) from None


def _id_in(cursor: str) -> int:
    (last,) = decode(cursor, 1)
    return last if isinstance(last, int) else 0


def _page(rows: Sequence[T], ids: Sequence[int]) -> Page[T]:
    more = encode([ids[DEFAULT_LIMIT - 1]]) if len(rows) > DEFAULT_LIMIT else None
    return Page(rows[:DEFAULT_LIMIT], more)
