"""Approvals of requests: who was asked, for what at what cost, and the answer."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DECISIONS = ("waiting", "approved", "rejected", "withdrawn")


def upgrade() -> None:
    decision = sa.Enum(
        *DECISIONS, name="decision", native_enum=False, length=60, create_constraint=True
    )
    op.create_table(
        "request_approval",
        sa.Column("id", ID, primary_key=True),
        sa.Column("ticket_id", ID, sa.ForeignKey("ticket.id"), nullable=False),
        sa.Column("approver_id", ID, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("asked_by_id", ID, sa.ForeignKey("person.id"), nullable=True),
        sa.Column("what", sa.String(1000), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("decision", decision, nullable=False),
        sa.Column("comment", sa.String(1000), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(amount IS NULL) = (currency = '')",
            name=op.f("ck_request_approval_amount_has_currency"),
        ),
        sa.CheckConstraint(
            "(decision = 'waiting') = (decided_at IS NULL)",
            name=op.f("ck_request_approval_decided_at"),
        ),
    )
    op.create_index(
        "ix_request_approval_approver", "request_approval", ["approver_id", "decision", "id"]
    )
    for name in ("ticket_id", "asked_by_id"):
        op.create_index(f"ix_request_approval_{name}", "request_approval", [name])


def downgrade() -> None:
    op.drop_table("request_approval")
