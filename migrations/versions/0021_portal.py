"""The language of a person's pages, and who else is hit by a major incident."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("person", sa.Column("language", sa.String(12), nullable=False, server_default=""))
    op.create_table(
        "major_affected",
        sa.Column("ticket_id", ID, sa.ForeignKey("major_incident.ticket_id"), primary_key=True),
        sa.Column("person_id", ID, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_major_affected_person_id", "major_affected", ["person_id"])


def downgrade() -> None:
    op.drop_table("major_affected")
    op.drop_column("person", "language")
