"""A lease on a name, so that one process of many does a thing: a row with an end.

A row rather than a database lock, since a process that is frozen keeps its locks for ever but
cannot renew a lease.
"""

from datetime import datetime, timedelta

from sqlalchemy import String, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from itsm.kernel.work import Work
from itsm.platform.database import Model

LENGTH = timedelta(seconds=20)


class Lease(Model):
    """Who holds a name, and until when."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(80))
    until: Mapped[datetime]
    beat_at: Mapped[datetime]


def hold(work: Work, name: str, holder: str) -> bool:
    """Take or renew the lease on `name` for 20 s; False while another holds it."""
    until = work.now + LENGTH
    mine_or_over = or_(Lease.holder == holder, Lease.until < work.now)
    renewed = work.session.execute(
        update(Lease)
        .where(Lease.name == name, mine_or_over)
        .values(holder=holder, until=until, beat_at=work.now)
        .returning(Lease.name)
    ).first()
    if renewed:
        return True
    dialect = sqlite if work.session.get_bind().dialect.name == "sqlite" else postgresql
    first = dialect.insert(Lease).values(name=name, holder=holder, until=until, beat_at=work.now)
    statement = first.on_conflict_do_nothing(index_elements=["name"]).returning(Lease.name)
    return work.session.execute(statement).first() is not None


def release(work: Work, name: str, holder: str) -> None:
    """Give a lease back at once, so that another need not wait for its end."""
    work.session.execute(
        update(Lease)
        .where(Lease.name == name, Lease.holder == holder)
        .values(until=work.now - timedelta(seconds=1))
    )


def last_beat(work: Work, name: str) -> datetime | None:
    """Return when the holder of `name` last renewed it, None if nobody ever held it."""
    row = work.session.get(Lease, name)
    return None if row is None else row.beat_at
