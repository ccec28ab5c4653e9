"""Browsers that show notifications, with an end to them; the public holidays of a schedule."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contact_method", sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "schedule",
        sa.Column("holidays", sa.String(length=60), nullable=False, server_default=""),
    )


def downgrade() -> None:
    op.drop_column("schedule", "holidays")
    op.drop_column("contact_method", "gone_at")
