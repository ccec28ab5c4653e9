"""How often each word occurs, which SQLite tells by a table of its own; PostgreSQL samples it."""

from alembic import op

from itsm.platform.search import SQLITE_WORDS

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(SQLITE_WORDS)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_words")
