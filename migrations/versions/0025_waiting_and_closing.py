"""When a desk closes what is solved and reminds requesters; when work was done and is expected."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

NUMBERS = {"close_after_h": "72", "remind_after_days": "3", "reminders": "2"}


def upgrade() -> None:
    for name, default in NUMBERS.items():
        op.add_column("desk", sa.Column(name, sa.Integer(), nullable=False, server_default=default))
    op.add_column(
        "desk", sa.Column("warns", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    instant = sa.DateTime(timezone=True)
    op.add_column("ticket", sa.Column("expected_at", instant, nullable=True))
    # Nobody knows who touched it before, so the last change of any sort stands for it.
    epoch = "1970-01-01 00:00:00+00:00"
    op.add_column("ticket", sa.Column("worked_at", instant, nullable=False, server_default=epoch))
    op.execute("UPDATE ticket SET worked_at = updated_at")
    op.create_index("ix_ticket_worked", "ticket", ["kind", "open", "worked_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_ticket_worked", "ticket")
    for name in ("expected_at", "worked_at"):
        op.drop_column("ticket", name)
    for name in ("warns", *NUMBERS):
        op.drop_column("desk", name)
