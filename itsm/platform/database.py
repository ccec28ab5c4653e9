"""The database: Flask-SQLAlchemy on SQLite (WAL) and PostgreSQL, and the types of all tables.

A Work that writes begins with BEGIN IMMEDIATE on SQLite: the driver's default opens the transaction
at the first write and loses updates without an error. A Work that only reads is read-only in the
database as well, so that no GET can ever change anything.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Integer,
    LargeBinary,
    MetaData,
    TypeDecorator,
    event,
    text,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry

Id = BigInteger().with_variant(Integer, "sqlite")
# Writers wait by chance and not in turn: several busy processes need patience.
SQLITE_BUSY_MS = 30_000


class Instant(TypeDecorator[datetime]):
    """An instant in UTC. Naive values are refused; aware ones are turned to UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what is stored. Raises ValueError for a value without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "an instant needs a time zone"
            raise ValueError(message)
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored value as an aware instant."""
        del dialect
        return value and (value.replace(tzinfo=UTC) if value.tzinfo is None else value)


class Sealed(LargeBinary):
    """A column that holds a text encrypted by `secrets`; key rotation finds it by this type."""


def stored(states: type[StrEnum], *, checked: bool = True) -> Enum:
    """Return the column type for a StrEnum: its values as text, checked by the table.

    Unchecked for a set that grows with every version.
    """
    return Enum(
        states,
        native_enum=False,
        length=60,
        create_constraint=checked,
        name=states.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    """What all tables share."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


Base.registry.update_type_annotation_map({datetime: Instant})


class WorkSession(FlaskSession):
    """A session that says at BEGIN whether it may write."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:  # noqa: ANN401 - passed on
        """Return the engine, marked for reading where the Work only reads."""
        bind = super().get_bind(*args, **kwargs)
        if isinstance(bind, Engine) and self.info.get("reads_only"):
            # One object for all statements: a session takes a connection for each engine it meets.
            if "reading" not in self.info:
                self.info["reading"] = bind.execution_options(itsm_reads_only=True)
            marked: Engine = self.info["reading"]
            return marked
        return bind


db = SQLAlchemy(
    model_class=Base,
    session_options={"class_": WorkSession, "expire_on_commit": False},
    disable_autonaming=True,
)

if TYPE_CHECKING:
    Model = Base
else:
    # Flask-SQLAlchemy makes the class that tables are mapped on from the one it is given.
    Model = db.Model


def engine_options(url: str) -> dict[str, object]:
    """Return how Flask-SQLAlchemy is to make the engine for `url`."""
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": SQLITE_BUSY_MS / 1000}}
    return {
        "pool_size": 8,
        "max_overflow": 8,
        "pool_timeout": 10,
        "pool_pre_ping": True,
        "connect_args": {"connect_timeout": 5, "application_name": "itsm"},
    }


def prepare(engine: Engine) -> None:
    """Attach the listeners that make transactions mean the same on both databases."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)


def _open_sqlite(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    del record
    # The driver must not begin transactions on its own; _begin_sqlite does.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _sqlite_pragmas():
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_pragmas() -> Sequence[str]:
    return (
        f"busy_timeout={SQLITE_BUSY_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-16000",
    )


def _begin_sqlite(connection: Connection) -> None:
    reads_only = bool(connection.get_execution_options().get("itsm_reads_only"))
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reads_only else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get("itsm_reads_only"):
        connection.execute(text("SET TRANSACTION READ ONLY"))
