"""Instances of the product for tests: one on each database, laid anew once a test used it up."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import LiteralString

import psycopg
from sqlalchemy import create_engine, event, text

from itsm.app import create_app, house_of
from itsm.init import initialise
from itsm.platform.database import db
from itsm.platform.house import House
from itsm.platform.settings import Settings
from tests.clock import SetClock

# A copy of every row and sequence as `itsm init` leaves them, in a schema of its own ...
KEEP_MASTER = """
CREATE SCHEMA master;
CREATE TABLE master.numbers AS
  SELECT sequencename AS name, coalesce(last_value + 1, 1) AS next
  FROM pg_sequences WHERE schemaname = 'public';
DO $$ DECLARE t text; BEGIN
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('CREATE TABLE master.%I AS SELECT * FROM public.%I', t, t);
  END LOOP;
END $$;
"""
# ... from which a used database is filled again: much quicker than a new one from a template.
LAY_ANEW = """
SET LOCAL session_replication_role = replica;
DO $$ DECLARE t text; n record; filled bool; BEGIN
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('DELETE FROM public.%I', t);
    EXECUTE format('SELECT EXISTS (SELECT FROM master.%I)', t) INTO filled;
    IF filled THEN
      EXECUTE format('INSERT INTO public.%I SELECT * FROM master.%I', t, t);
    END IF;
  END LOOP;
  FOR n IN SELECT * FROM master.numbers LOOP
    PERFORM setval(format('public.%I', n.name), n.next, false);
  END LOOP;
END $$;
"""

KEY = "a key for tests that is long enough to be one"


@dataclass
class Instance:
    """A running house, and how its database is laid anew after a test has committed to it."""

    house: House
    clock: SetClock
    lay: Callable[[], None]
    used: bool = field(default=False)

    def fresh(self) -> House:
        """Return the house as `itsm init` leaves it, at noon."""
        self.clock.reset()
        self.house.memo.forget()
        if self.used:
            with self.house.app.app_context():
                db.engine.dispose()
            self.lay()
            self.used = False
        return self.house

    def mark(self, *_: object) -> None:
        self.used = True


def on_sqlite(home: Path) -> Instance:
    """Make an instance on a SQLite file in `home`."""
    live, master = home / "live.sqlite3", home / "master.sqlite3"
    instance = _instance(home, f"sqlite:///{live}", lambda: _copy(master, live))
    with instance.house.app.app_context():
        db.engine.dispose()
    with closing(sqlite3.connect(live)) as source, closing(sqlite3.connect(master)) as target:
        source.backup(target)
    return instance


def on_postgresql(home: Path, server: str) -> Instance:
    """Make an instance in a database of its own on a PostgreSQL server."""
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE live TEMPLATE template0"))
    admin.dispose()
    url = server.rpartition("/")[0] + "/live"
    instance = _instance(home, url, lambda: _run(url, LAY_ANEW))
    _run(url, KEEP_MASTER)
    return instance


def _instance(home: Path, url: str, lay: Callable[[], None]) -> Instance:
    clock = SetClock()
    home.mkdir(parents=True, exist_ok=True)
    settings = Settings(home=home, database_url=url, secret_key=KEY)
    house = house_of(create_app(settings, clock=clock))
    initialise(house)
    instance = Instance(house, clock, lay)
    with house.app.app_context():
        event.listen(db.engine, "commit", instance.mark)
    return instance


def _copy(source: Path, target: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    shutil.copyfile(source, target)


def _run(url: str, statements: LiteralString) -> None:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute(statements)
