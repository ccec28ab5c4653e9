"""The life of alerts: what keeps them quiet, and when they flap."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

CHANGES = (
    "opened",
    "reopened",
    "rose",
    "fell",
    "acknowledged",
    "lapsed",
    "resolved",
    "closed",
    "stale",
    "early",
    "mapped",
)
MORE_CHANGES = ("suppressed", "released", "flapping", "wavered", "steady", "expired")


def upgrade() -> None:
    change_is_one_of((*CHANGES, *MORE_CHANGES))
    op.create_table(
        "alert_suppression",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("alert_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "why",
            sa.Enum(
                "downtime",
                "silence",
                "maintenance",
                "parent",
                name="why",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until_recovery", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alert.id"], name=op.f("fk_alert_suppression_alert_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_suppression")),
        sa.UniqueConstraint(
            "alert_id", "why", "key", name=op.f("uq_alert_suppression_alert_id_why_key")
        ),
    )
    op.add_column("alert", sa.Column("flapping_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("integration", sa.Column("stale_after", sa.Integer(), nullable=True))
    op.add_column("integration", sa.Column("expects_every", sa.Integer(), nullable=True))
    op.add_column(
        "integration", sa.Column("silent_since", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("alert", sa.Column("calm_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("alert", sa.Column("flips", sa.JSON(), nullable=True))
    op.add_column("escalation", sa.Column("held_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("escalation", "held_at")
    for column in ("flips", "calm_since", "flapping_since"):
        op.drop_column("alert", column)
    for column in ("silent_since", "expects_every", "stale_after"):
        op.drop_column("integration", column)
    op.drop_table("alert_suppression")
    newer = ", ".join(f"'{change}'" for change in MORE_CHANGES)
    op.execute(f"DELETE FROM alert_event WHERE change IN ({newer})")  # noqa: S608 - names of ours
    op.execute("UPDATE alert SET state = 'open' WHERE state = 'suppressed'")
    change_is_one_of(CHANGES)


def change_is_one_of(changes: tuple[str, ...]) -> None:
    """Let the history hold these changes. SQLite makes the table anew; no other table names it."""
    name = op.f("ck_alert_event_change")
    with op.batch_alter_table("alert_event") as table:
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, sa.column("change").in_(changes))
