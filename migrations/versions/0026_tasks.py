"""Tasks on tickets, and checklists."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ticket_task",
        sa.Column("id", ID, primary_key=True),
        sa.Column("ticket_id", ID, sa.ForeignKey("ticket.id"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("assignee_id", ID, sa.ForeignKey("person.id"), nullable=True),
        sa.Column("team_id", ID, sa.ForeignKey("team.id"), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remind_minutes", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", ID, sa.ForeignKey("person.id"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("assignee_id IS NULL OR team_id IS NULL", name="one_owner"),
        sa.CheckConstraint("remind_minutes IS NULL OR due_at IS NOT NULL", name="reminds_of_due"),
        sa.CheckConstraint("remind_minutes >= 0", name="remind_minutes"),
    )
    op.create_index("ix_ticket_task_order", "ticket_task", ["ticket_id", "position", "id"])
    op.create_index("ix_ticket_task_assignee", "ticket_task", ["assignee_id", "done_at"])
    op.create_index("ix_ticket_task_team", "ticket_task", ["team_id", "done_at"])
    op.create_index("ix_ticket_task_done_by_id", "ticket_task", ["done_by_id"])
    op.create_table(
        "task_feed",
        sa.Column("person_id", ID, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_table(
        "checklist",
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("desk_id", ID, sa.ForeignKey("desk.id"), nullable=True),
        sa.Column("category", sa.String(120), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("category = '' OR desk_id IS NOT NULL", name="category_of_desk"),
    )
    op.create_index("ix_checklist_desk_id", "checklist", ["desk_id"])
    op.create_table(
        "checklist_step",
        sa.Column("id", ID, primary_key=True),
        sa.Column("checklist_id", ID, sa.ForeignKey("checklist.id"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("due_days", sa.Integer(), nullable=True),
        sa.CheckConstraint("due_days >= 0", name="due_days"),
    )
    op.create_index("ix_checklist_step_checklist_id", "checklist_step", ["checklist_id"])


def downgrade() -> None:
    for table in ("checklist_step", "checklist", "task_feed", "ticket_task"):
        op.drop_table(table)
