"""Which alerts belong to one incident: correlation rules and their groups, and storms."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
RUNNING = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.add_column(
        "integration", sa.Column("storm_after", sa.Integer(), nullable=True, server_default="20")
    )
    op.create_table(
        "correlation_rule",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("tests", sa.JSON(), nullable=True),
        sa.Column("group_by", sa.JSON(), nullable=True),
        sa.Column("window_min", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "window_min BETWEEN 1 AND 1440", name=op.f("ck_correlation_rule_window_min")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correlation_rule")),
        sa.UniqueConstraint("name", name=op.f("uq_correlation_rule_name")),
    )
    op.create_table(
        "alert_group",
        sa.Column("id", ID, nullable=False),
        sa.Column("rule_id", ID, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("ticket_id", ID, nullable=True),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["correlation_rule.id"], name=op.f("fk_alert_group_rule_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_alert_group_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_group")),
        sa.UniqueConstraint("rule_id", "digest", name=op.f("uq_alert_group_rule_id_digest")),
    )
    op.create_index(op.f("ix_alert_group_ticket_id"), "alert_group", ["ticket_id"])
    op.create_table(
        "alert_pace",
        sa.Column("integration_id", ID, nullable=False),
        sa.Column("opened", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["integration_id"], ["integration.id"], name=op.f("fk_alert_pace_integration_id")
        ),
        sa.PrimaryKeyConstraint("integration_id", name=op.f("pk_alert_pace")),
    )
    op.create_table(
        "alert_storm",
        sa.Column("id", ID, nullable=False),
        sa.Column("integration_id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["integration_id"], ["integration.id"], name=op.f("fk_alert_storm_integration_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_alert_storm_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_storm")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_alert_storm_ticket_id")),
    )
    op.create_index(
        "uq_alert_storm_running",
        "alert_storm",
        ["integration_id"],
        unique=True,
        postgresql_where=RUNNING,
        sqlite_where=RUNNING,
    )


def downgrade() -> None:
    for table in ("alert_storm", "alert_pace", "alert_group", "correlation_rule"):
        op.drop_table(table)
    op.drop_column("integration", "storm_after")
