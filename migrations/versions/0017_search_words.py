"""How often each word occurs, which SQLite tells by a table of its own; PostgreSQL samples it.

What solved an incident and what stands in files is searchable from here on, older ones included.
"""

from alembic import op

from itsm.platform.search import SQLITE_WORDS

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


RESOLUTIONS = """
UPDATE search_document SET body = substr(body || ' ' || (
  SELECT incident.resolution FROM incident WHERE incident.ticket_id = subject_id), 1, 100000)
WHERE subject_kind = 'ticket' AND subject_id IN (
  SELECT incident.ticket_id FROM incident WHERE incident.resolution <> '')
"""
FILES = """
INSERT INTO outbox (kind, key, topic, lane, state, payload, due_at, created_at, attempts, error,
  request_id)
SELECT 'desk.read_file', 'desk.read_file:' || id, '', 'bulk', 'pending',
  {payload}, created_at, created_at, 0, '', ''
FROM attachment
"""
PAYLOAD = {
    "sqlite": "json_object('attachment_id', id)",
    "postgresql": "json_build_object('attachment_id', id)",
}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    if dialect == "sqlite":
        op.execute(SQLITE_WORDS)
    op.execute(RESOLUTIONS)
    op.execute(FILES.format(payload=PAYLOAD[dialect]))


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_words")
