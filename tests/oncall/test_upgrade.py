"""Rotas that an older version kept are the same after the upgrade, and after the way back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from itsm.platform import migrations
from itsm.platform.database import prepare

OLD_ROWS = (
    """INSERT INTO person (id, username, name, email, phone, zone, active, vip, tier, created_at,
                           version)
       VALUES (7, 'ann', 'Ann', '', '', 'UTC', 1, 0, '', '2026-01-01', 1)""",
    "INSERT INTO schedule (id, name, zone, created_at, version) VALUES (3, 'N', 'UTC', 'x', 1)",
    """INSERT INTO schedule_layer (id, schedule_id, position, rhythm, every, first_handoff)
       VALUES (5, 3, 0, 'weekly', 2, '2026-01-05 09:00:00')""",
    "INSERT INTO layer_member (id, layer_id, position, person_id) VALUES (9, 5, 0, 7)",
)
LAYERS = text("SELECT id, schedule_id, rhythm, every FROM schedule_layer")
MEMBERS = text("SELECT id, layer_id, person_id FROM layer_member")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """SQLite, where the tables are made anew; PostgreSQL only changes them."""
    made = create_engine(f"sqlite:///{tmp_path}/old.sqlite3")
    prepare(made)
    yield made
    made.dispose()


def test_layers_and_members_stay_on_the_way_up_and_down(engine: Engine) -> None:
    migrations.upgrade(engine, "0008")
    with engine.begin() as connection:
        for row in OLD_ROWS:
            connection.execute(text(row))
    migrations.upgrade(engine)
    with engine.begin() as connection:
        assert connection.execute(LAYERS).one() == (5, 3, "weekly", 2)
        assert connection.execute(MEMBERS).one() == (9, 5, 7)
        connection.execute(text("UPDATE schedule_layer SET rhythm = 'monthly'"))
    migrations.downgrade(engine, "0008")
    with engine.begin() as connection:
        assert connection.execute(LAYERS).one() == (5, 3, "weekly", 2)
        assert connection.execute(MEMBERS).one() == (9, 5, 7)
