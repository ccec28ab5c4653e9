"""Changes of many incidents at once, and merged tickets."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PROGRESS = ("running", "done", "undoing", "undone")
OUTCOMES = ("waiting", "changed", "unchanged", "refused", "undone", "skipped")


def one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=60, create_constraint=True)


def upgrade() -> None:
    op.create_table(
        "ticket_merge",
        sa.Column("source_id", ID, sa.ForeignKey("ticket.id"), primary_key=True),
        sa.Column("target_id", ID, sa.ForeignKey("ticket.id"), nullable=False),
        sa.Column("follows", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_ticket_merge_target_id", "ticket_merge", ["target_id"])
    op.create_table(
        "bulk_batch",
        sa.Column("id", ID, primary_key=True),
        sa.Column("actor_id", ID, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("change", sa.JSON(), nullable=True),
        sa.Column("summary", sa.String(400), nullable=False),
        sa.Column("progress", one_of("progress", *PROGRESS), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_bulk_batch_actor_id", "bulk_batch", ["actor_id"])
    op.create_table(
        "bulk_item",
        sa.Column("id", ID, primary_key=True),
        sa.Column("batch_id", ID, sa.ForeignKey("bulk_batch.id"), nullable=False),
        sa.Column("number", sa.String(24), nullable=False),
        sa.Column("outcome", one_of("outcome", *OUTCOMES), nullable=False),
        sa.Column("reason", sa.String(400), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
    )
    op.create_index("ix_bulk_item_batch", "bulk_item", ["batch_id", "outcome", "id"])


def downgrade() -> None:
    for table in ("bulk_item", "bulk_batch", "ticket_merge"):
        op.drop_table(table)
