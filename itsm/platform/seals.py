"""Seals: the journal chained in ranges by SHA-256, so that an altered row is found.

Writers never wait for each other: rows are written unchained, and a sealer chains them a little
later. A range is sealed only when no transaction that could still add a row to it is open. On
PostgreSQL that is so once every transaction that began before the range's end was noted has ended
(`pg_stat_activity.xact_start`); SQLite has one writer at a time.
"""

import hashlib
import json
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import LargeBinary, String, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from itsm.kernel.work import Work
from itsm.platform.database import Id, Model
from itsm.platform.journal import JournalRow

GENESIS = "0" * 64
RANGE = 10_000
# A row's id and the first half of its SHA-256, so that a broken range names the row.
PRINT = struct.Struct(">Q16s")


class Seal(Model):
    """One sealed range of journal ids, chained to the one before it."""

    __tablename__ = "journal_seal"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    first_id: Mapped[int] = mapped_column(Id, unique=True)
    last_id: Mapped[int] = mapped_column(Id, unique=True)
    rows: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    prints: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_at: Mapped[datetime]


class SealMark(Model):
    """The end of the next range, noted before it is safe to seal."""

    __tablename__ = "journal_seal_mark"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    last_id: Mapped[int] = mapped_column(Id)
    noted_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found: how much is proven, and the first broken place, if any."""

    rows: int
    seals: int
    unsealed: int
    broken: str = ""


def seal(work: Work) -> int:
    """Seal the ranges that are final, note the end of the next one, return the rows sealed."""
    session = work.session
    sealed = 0
    mark = session.scalar(select(SealMark).order_by(SealMark.id.desc()).limit(1))
    if mark is None:
        mark = work.add(SealMark(last_id=_newest(session), noted_at=_database_now(session, work)))
    if _is_final(session, mark):
        sealed = _seal_up_to(work, mark.last_id)
        mark.last_id = _newest(session)
        mark.noted_at = _database_now(session, work)
    return sealed


def head(work: Work) -> str:
    """Return the digest of the newest seal, that of the empty chain if there is none."""
    return (
        work.session.scalar(select(Seal.digest).order_by(Seal.last_id.desc()).limit(1)) or GENESIS
    )


def newest(work: Work) -> tuple[datetime, int, str] | None:
    """Return when the newest range was sealed, its last row and its digest; None before that."""
    query = select(Seal.sealed_at, Seal.last_id, Seal.digest).order_by(Seal.last_id.desc())
    row = work.session.execute(query.limit(1)).first()
    return None if row is None else (row.sealed_at, row.last_id, row.digest)


def verify(work: Work) -> Verdict:
    """Recompute the whole chain and name the first place where it does not hold."""
    session = work.session
    digest, last_id, rows, seals = GENESIS, 0, 0, 0
    for found in session.scalars(select(Seal).order_by(Seal.first_id)):
        if found.first_id != last_id + 1:
            return Verdict(
                rows, seals, 0, f"the seal before journal row {found.first_id} is missing"
            )
        chain = _chain(digest, _rows(session, last_id, found.last_id))
        if chain.digest != found.digest:
            return Verdict(rows, seals, 0, _first_break(found, chain))
        digest, last_id = found.digest, found.last_id
        rows, seals = rows + found.rows, seals + 1
    unsealed = session.scalar(
        select(func.count()).select_from(JournalRow).where(JournalRow.id > last_id)
    )
    return Verdict(rows, seals, unsealed or 0)


@dataclass(frozen=True, slots=True)
class _Chain:
    digest: str
    rows: int
    prints: bytes


def _seal_up_to(work: Work, end: int) -> int:
    session, sealed = work.session, 0
    previous = session.scalar(select(Seal).order_by(Seal.last_id.desc()).limit(1))
    last_id, digest = (previous.last_id, previous.digest) if previous else (0, GENESIS)
    while last_id < end:
        upto = min(end, last_id + RANGE)
        chain = _chain(digest, _rows(session, last_id, upto))
        session.add(
            Seal(
                first_id=last_id + 1,
                last_id=upto,
                rows=chain.rows,
                digest=chain.digest,
                prints=chain.prints,
                sealed_at=work.now,
            )
        )
        last_id, digest, sealed = upto, chain.digest, sealed + chain.rows
    return sealed


def _is_final(session: Session, mark: SealMark) -> bool:
    if session.get_bind().dialect.name == "sqlite":
        return True
    oldest = session.scalar(
        text(
            "SELECT min(xact_start) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    )
    return oldest is None or oldest > mark.noted_at


def _database_now(session: Session, work: Work) -> datetime:
    if session.get_bind().dialect.name == "sqlite":
        return work.now
    moment: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    return moment.astimezone(UTC)


def _newest(session: Session) -> int:
    return session.scalar(select(func.max(JournalRow.id))) or 0


def _rows(session: Session, after: int, upto: int) -> Iterable[JournalRow]:
    query = (
        select(JournalRow)
        .where(JournalRow.id > after, JournalRow.id <= upto)
        .order_by(JournalRow.id)
        .execution_options(yield_per=1000)
    )
    return session.scalars(query)


def _chain(digest: str, rows: Iterable[JournalRow]) -> _Chain:
    prints = b"".join(PRINT.pack(row.id, _print(row)) for row in rows)
    head = hashlib.sha256(digest.encode() + prints).hexdigest()
    return _Chain(head, len(prints) // PRINT.size, prints)


def _print(row: JournalRow) -> bytes:
    columns = [getattr(row, column.key) for column in JournalRow.__table__.columns]
    text_form = json.dumps(columns, sort_keys=True, default=str, separators=(",", ":"))
    return hashlib.sha256(text_form.encode()).digest()[:16]


def _first_break(found: Seal, chain: _Chain) -> str:
    sealed, present = dict(PRINT.iter_unpack(found.prints)), dict(PRINT.iter_unpack(chain.prints))
    for row_id in sorted(sealed.keys() | present.keys()):
        if row_id not in present:
            return f"journal row {row_id} is missing"
        if row_id not in sealed:
            return f"journal row {row_id} was added after its range was sealed"
        if sealed[row_id] != present[row_id]:
            return f"journal row {row_id} was altered"
    return f"the seal of journal rows {found.first_id} to {found.last_id} was altered"
