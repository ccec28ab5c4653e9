"""Migrations: one linear Alembic history for both databases, run by `itsm init`."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

LOCK = 7_304_118
PACKAGED = Path(__file__).parents[1] / "_migrations"
CHECKOUT = Path(__file__).parents[2] / "migrations"


def folder() -> Path:
    """Return where the migrations are: in the installed package, else in the checkout."""
    return PACKAGED if PACKAGED.is_dir() else CHECKOUT


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database to `revision`. Safe to run twice, and at once from two hosts."""
    with _locked(engine) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Bring the database back to `revision`."""
    with _locked(engine) as connection:
        command.downgrade(_config(connection), revision)


def is_current(connection: Connection) -> bool:
    """Tell whether the database is at the newest migration."""
    return MigrationContext.configure(connection).get_current_revision() == _head()


@cache
def _head() -> str | None:
    return ScriptDirectory(str(folder())).get_current_head()


@contextmanager
def _locked(engine: Engine) -> Iterator[Connection]:
    """Give a connection that migrates alone; on SQLite the write transaction is the lock."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        yield connection


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder()))
    config.attributes["connection"] = connection
    return config
