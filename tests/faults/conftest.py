from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from tests.faults import provider as providers
from tests.faults.provider import Provider
from tests.faults.site import Site, lay

pytestmark = pytest.mark.faults


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider that remembers."""
    with providers.provider() as opened:
        yield opened


@pytest.fixture
def new_database(request: pytest.FixtureRequest) -> Callable[[], str]:
    """Make an empty database on the session's PostgreSQL."""

    def make() -> str:
        server = request.getfixturevalue("postgresql_url")
        engine = create_engine(server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("DROP DATABASE IF EXISTS faults WITH (FORCE)"))
            connection.execute(text("CREATE DATABASE faults TEMPLATE template0"))
        engine.dispose()
        return make_url(server).set(database="faults").render_as_string(hide_password=False)

    return make


@pytest.fixture(params=["sqlite", "postgresql"])
def site(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    provider: Provider,
    new_database: Callable[[], str],
) -> Site:
    """An instance on each database in turn."""
    if request.param == "sqlite":
        return lay(tmp_path, provider)
    return lay(tmp_path, provider, ITSM_DATABASE_URL=new_database())
