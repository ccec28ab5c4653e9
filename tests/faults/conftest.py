"""An instance for real processes, laid once for each database and put back before each test."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from tests.faults import provider as providers
from tests.faults.provider import Provider
from tests.faults.site import Site, lay


@pytest.fixture(scope="session")
def one_provider() -> Iterator[Provider]:
    with providers.provider() as opened:
        yield opened


@pytest.fixture
def provider(one_provider: Provider) -> Provider:
    """A provider that remembers what it was handed in this test."""
    one_provider.handed.clear()
    return one_provider


@dataclass(frozen=True)
class Laid:
    """A site, and how its database is put back as it was laid."""

    site: Site
    put_back: Callable[[], None]


@pytest.fixture(scope="session")
def sites(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    one_provider: Provider,
) -> Callable[[str], Laid]:
    """Lay a site on a kind of database once."""
    laid: dict[str, Laid] = {}

    def on(kind: str) -> Laid:
        if kind not in laid:
            home = tmp_path_factory.mktemp(kind)
            if kind == "sqlite":
                laid[kind] = on_sqlite(home, one_provider)
            else:
                laid[kind] = on_postgresql(
                    home, one_provider, request.getfixturevalue("postgresql_url")
                )
        return laid[kind]

    return on


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, sites: Callable[[str], Laid], provider: Provider) -> Site:
    """An instance on each database in turn; the pages of its person on call go to `provider`."""
    del provider
    laid = sites(request.param)
    laid.put_back()
    return laid.site


@pytest.fixture
def new_database(postgresql_url: str) -> str:
    """An empty database on the session's PostgreSQL."""
    return recreate(postgresql_url, "outage", "template0")


def on_sqlite(home: Path, provider: Provider) -> Laid:
    site = lay(home, provider)
    live, master = home / "itsm.sqlite3", home / "master.sqlite3"
    shutil.copyfile(live, master)

    def put_back() -> None:
        for suffix in ("-wal", "-shm"):
            live.with_name(live.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(master, live)

    return Laid(site, put_back)


def on_postgresql(home: Path, provider: Provider, server: str) -> Laid:
    site = lay(home, provider, ITSM_DATABASE_URL=recreate(server, "live_faults", "template0"))
    recreate(server, "master_faults", "live_faults")

    def put_back() -> None:
        recreate(server, "live_faults", "master_faults")

    return Laid(site, put_back)


def recreate(server: str, name: str, template: str) -> str:
    """Make a database as a copy of `template`, replacing one of that name; return its URL."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)
