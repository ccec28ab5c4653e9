"""One history of the database: up and down on both kinds, and the tables that the models say."""

import json
import pkgutil
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import (
    CheckConstraint,
    Engine,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    create_engine,
    inspect,
    make_url,
    text,
)
from sqlalchemy.orm import Mapper
from sqlalchemy.sql.schema import SchemaItem

import itsm
from itsm.platform import migrations
from itsm.platform.database import Model, prepare

for module in pkgutil.walk_packages(itsm.__path__, "itsm."):
    if module.name.endswith(".models") or module.name.startswith("itsm.platform."):
        import_module(module.name)
TABLES = Model.metadata.sorted_tables
# Made by each database's own means in the migration; no model can say them.
LEAST: dict[type, object] = {
    int: 1,
    str: "",
    bool: False,
    datetime: datetime(2026, 1, 1, tzinfo=UTC),
}
OLD: list[tuple[str, dict[str, object]]] = [
    ("desk", {}),
    ("ticket", {"id": 1, "kind": "incident", "state": "new", "open": True, "source": "api"}),
    ("incident", {"resolution": "put out"}),
    ("attachment", {"id": 5, "visibility": "public"}),
    ("search_document", {"subject_kind": "ticket", "body": "smoke"}),
]
INDEXED = (PrimaryKeyConstraint, UniqueConstraint)
SEARCH = ("search_index", "search_words", "vector", "ix_search_document_vector")


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Yield an empty database."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/empty.sqlite3"
    else:
        url = empty_database(request.getfixturevalue("postgresql_url"))
    made = create_engine(url)
    prepare(made)
    yield made
    made.dispose()


def empty_database(server: str) -> str:
    maintenance = create_engine(server, isolation_level="AUTOCOMMIT")
    with maintenance.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS migrating"))
        connection.execute(text("CREATE DATABASE migrating TEMPLATE template0"))
    maintenance.dispose()
    url = make_url(server).set(database="migrating")
    return url.render_as_string(hide_password=False)


def test_the_migrated_tables_are_those_of_the_models(engine: Engine) -> None:
    migrations.upgrade(engine)

    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": is_modelled}
        )
        assert compare_metadata(context, Model.metadata) == []


def is_modelled(item: SchemaItem, name: str | None, *_: object) -> bool:
    del item
    return not (name or "").startswith(SEARCH)


def test_the_migrated_checks_are_those_of_the_models(engine: Engine) -> None:
    migrations.upgrade(engine)

    seen = inspect(engine)
    for table in TABLES:
        found = {
            str(check["name"]): literals(str(check["sqltext"]))
            for check in seen.get_check_constraints(table.name)
        }
        assert found == declared_checks(table), table.name


def declared_checks(table: Table) -> dict[str, set[str]]:
    return {
        str(check.name): literals(in_full(check))
        for check in table.constraints
        if isinstance(check, CheckConstraint)
    }


def in_full(check: CheckConstraint) -> str:
    return str(check.sqltext.compile(compile_kwargs={"literal_binds": True}))


def literals(sql: str) -> set[str]:
    """Return the quoted words of a condition: databases rewrite all the rest of it."""
    return set(re.findall(r"'([a-z][^']*)'", sql))


def test_going_down_leaves_nothing(engine: Engine) -> None:
    migrations.upgrade(engine)
    migrations.downgrade(engine, "base")

    left = set(inspect(engine).get_table_names()) - {"alembic_version", "sqlite_sequence"}
    assert left == set()


def test_going_down_one_step_and_up_again_ends_at_the_newest(engine: Engine) -> None:
    migrations.upgrade(engine)
    migrations.downgrade(engine, "-1")
    migrations.upgrade(engine)

    with engine.connect() as connection:
        assert migrations.is_current(connection)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_foreign_key_is_found_by_an_index(table: Table) -> None:
    indexes = [index.columns for index in table.indexes]
    indexes += [c.columns for c in table.constraints if isinstance(c, INDEXED)]
    leading = {next(iter(columns)).name for columns in indexes if columns}

    assert [key.parent.name for key in table.foreign_keys if key.parent.name not in leading] == []


@pytest.mark.parametrize(
    "mapper", sorted(Model.registry.mappers, key=str), ids=lambda mapper: mapper.class_.__name__
)
def test_nothing_is_loaded_that_no_query_asked_for(mapper: Mapper[object]) -> None:
    relations = mapper.relationships

    assert [r.key for r in relations if r.lazy not in {"raise", "raise_on_sql", "write_only"}] == []


def test_what_an_older_version_kept_is_searched_from_then_on(engine: Engine) -> None:
    migrations.upgrade(engine, "0016")
    rows = MetaData()
    rows.reflect(engine)
    with engine.begin() as connection:
        for name, said in OLD:
            table = rows.tables[name]
            connection.execute(table.insert().values(least(table) | said))
    migrations.upgrade(engine)

    with engine.connect() as connection:
        assert connection.scalar(text("SELECT body FROM search_document")) == "smoke put out"
        job = connection.execute(text("SELECT kind, lane, payload FROM outbox")).one()
    payload = job.payload if isinstance(job.payload, dict) else json.loads(job.payload)
    assert (job.kind, job.lane, payload) == ("desk.read_file", "bulk", {"attachment_id": 5})


def least(table: Table) -> dict[str, object]:
    """Return a value for each column that must have one."""
    columns = [column for column in table.columns if not column.nullable]
    return {column.name: LEAST[column.type.python_type] for column in columns}
