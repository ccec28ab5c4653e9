"""Satisfaction surveys."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OUTCOMES = ("waiting", "asked", "not_drawn", "asked_lately", "not_wanted")


def upgrade() -> None:
    op.create_table(
        "survey_rule",
        sa.Column("desk_id", ID, sa.ForeignKey("desk.id"), primary_key=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("rest_days", sa.Integer(), nullable=False),
        sa.Column("wait_hours", sa.Integer(), nullable=False),
        sa.CheckConstraint("percent BETWEEN 1 AND 100", name="percent"),
        sa.CheckConstraint("rest_days BETWEEN 0 AND 365", name="rest_days"),
        sa.CheckConstraint("wait_hours BETWEEN 0 AND 720", name="wait_hours"),
    )
    op.create_table(
        "survey",
        sa.Column("id", ID, primary_key=True),
        sa.Column("ticket_id", ID, sa.ForeignKey("ticket.id"), nullable=False, unique=True),
        sa.Column("person_id", ID, sa.ForeignKey("person.id"), nullable=False),
        *_place(),
        sa.Column("draw", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                *OUTCOMES, name="outcome", native_enum=False, length=60, create_constraint=True
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("draw BETWEEN 0 AND 99", name="draw"),
        sa.CheckConstraint("(outcome = 'asked') = (asked_at IS NOT NULL)", name="asked_at"),
    )
    op.create_index("ix_survey_person", "survey", ["person_id", "asked_at"])
    op.create_index("ix_survey_team_id", "survey", ["team_id"])
    op.create_index("ix_survey_desk", "survey", ["desk_id", "month"])
    op.create_table(
        "survey_answer",
        sa.Column("id", ID, primary_key=True),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("ticket_id", ID, sa.ForeignKey("ticket.id"), nullable=True, unique=True),
        sa.Column("person_id", ID, sa.ForeignKey("person.id"), nullable=True),
        *_place(),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("comment", sa.String(2000), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        sa.CheckConstraint("(ticket_id IS NULL) = (person_id IS NULL)", name="named"),
        sa.CheckConstraint("(ticket_id IS NULL) = (answered_at IS NULL)", name="answered_at"),
    )
    op.create_index("ix_survey_answer_person_id", "survey_answer", ["person_id"])
    op.create_index("ix_survey_answer_team_id", "survey_answer", ["team_id"])
    op.create_index("ix_survey_answer_desk", "survey_answer", ["desk_id", "month"])


def _place() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("desk_id", ID, sa.ForeignKey("desk.id"), nullable=False),
        sa.Column("team_id", ID, sa.ForeignKey("team.id"), nullable=True),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
    )


def downgrade() -> None:
    for table in ("survey_answer", "survey", "survey_rule"):
        op.drop_table(table)
