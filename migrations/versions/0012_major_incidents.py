"""Major incidents: what employees are told, who runs them, and what is learnt."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=60)


def upgrade() -> None:
    op.create_table(
        "major_incident",
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("headline", sa.String(length=200), nullable=False),
        sa.Column(
            "status",
            one_of("status", "investigating", "identified", "monitoring", "resolved"),
            nullable=False,
        ),
        sa.Column("interval_min", sa.Integer(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("update_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "interval_min BETWEEN 5 AND 1440", name=op.f("ck_major_incident_interval")
        ),
        sa.CheckConstraint(
            "(status = 'resolved') = (ended_at IS NOT NULL)",
            name=op.f("ck_major_incident_ended_at"),
        ),
        sa.CheckConstraint(
            "update_due_at IS NULL OR (active AND ended_at IS NULL)",
            name=op.f("ck_major_incident_update_due_at"),
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_major_incident_ticket_id")
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_major_incident")),
    )
    op.create_table(
        "major_role",
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("role", one_of("role", "commander", "communications", "scribe"), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["major_incident.ticket_id"], name=op.f("fk_major_role_ticket_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_major_role_person_id")),
        sa.PrimaryKeyConstraint("ticket_id", "role", name=op.f("pk_major_role")),
    )
    op.create_index(op.f("ix_major_role_person_id"), "major_role", ["person_id"], unique=False)
    op.create_table(
        "major_responder",
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["major_incident.ticket_id"], name=op.f("fk_major_responder_ticket_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_major_responder_person_id")
        ),
        sa.PrimaryKeyConstraint("ticket_id", "person_id", name=op.f("pk_major_responder")),
    )
    op.create_index(
        op.f("ix_major_responder_person_id"), "major_responder", ["person_id"], unique=False
    )
    op.create_table(
        "major_update",
        sa.Column("comment_id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column(
            "status",
            one_of("status", "investigating", "identified", "monitoring", "resolved"),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_major_update_comment_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["major_incident.ticket_id"], name=op.f("fk_major_update_ticket_id")
        ),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_major_update")),
    )
    op.create_index(
        "ix_major_update_ticket", "major_update", ["ticket_id", "comment_id"], unique=False
    )
    op.create_table(
        "major_review",
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["major_incident.ticket_id"], name=op.f("fk_major_review_ticket_id")
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_major_review")),
    )
    op.create_table(
        "major_action",
        sa.Column("id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("title", sa.String(length=400), nullable=False),
        sa.Column("owner_id", ID, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["major_incident.ticket_id"], name=op.f("fk_major_action_ticket_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_major_action_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_major_action")),
    )
    op.create_index(op.f("ix_major_action_ticket_id"), "major_action", ["ticket_id"], unique=False)
    op.create_index(op.f("ix_major_action_owner_id"), "major_action", ["owner_id"], unique=False)


def downgrade() -> None:
    for table in (
        "major_action",
        "major_review",
        "major_update",
        "major_responder",
        "major_role",
        "major_incident",
    ):
        op.drop_table(table)
