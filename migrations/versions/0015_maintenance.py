"""Maintenance windows: planned times in which what monitoring says of some CIs is kept quiet."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
REPEATS = ("once", "daily", "weekly", "monthly", "monthly_weekday")


def upgrade() -> None:
    op.create_table(
        "maintenance_window",
        sa.Column("id", ID, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("starts", sa.DateTime(), nullable=False),
        sa.Column("ends", sa.DateTime(), nullable=False),
        sa.Column(
            "repeats",
            sa.Enum(*REPEATS, name="repeats", native_enum=False, create_constraint=True, length=60),
            nullable=False,
        ),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("days", sa.String(length=7), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("dependents", sa.Boolean(), nullable=False),
        sa.Column("components", sa.Boolean(), nullable=False),
        sa.Column("owner_id", ID, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("cancelled_at", INSTANT, nullable=True),
        sa.Column("running_since", INSTANT, nullable=True),
        sa.Column("running_until", INSTANT, nullable=True),
        sa.Column("done_until", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("every BETWEEN 1 AND 52", name=op.f("ck_maintenance_window_every")),
        sa.CheckConstraint(
            "(running_since IS NULL) = (running_until IS NULL)",
            name=op.f("ck_maintenance_window_running"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_maintenance_window_owner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_window")),
    )
    for column in ("owner_id", "running_since"):
        op.create_index(op.f(f"ix_maintenance_window_{column}"), "maintenance_window", [column])
    _create_scopes()


def _create_scopes() -> None:
    things = (("ci_id", "ci"), ("site_id", "site"), ("integration_id", "integration"))
    op.create_table(
        "maintenance_scope",
        sa.Column("id", ID, nullable=False),
        sa.Column("window_id", ID, nullable=False),
        *(sa.Column(column, ID, nullable=True) for column, _ in things),
        sa.CheckConstraint(
            "ci_id IS NOT NULL OR site_id IS NOT NULL OR integration_id IS NOT NULL",
            name=op.f("ck_maintenance_scope_one_thing"),
        ),
        sa.ForeignKeyConstraint(
            ["window_id"], ["maintenance_window.id"], name=op.f("fk_maintenance_scope_window_id")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_maintenance_scope_{column}")
            )
            for column, table in things
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_scope")),
    )
    for column in ("window_id", *(column for column, _ in things)):
        op.create_index(op.f(f"ix_maintenance_scope_{column}"), "maintenance_scope", [column])


def downgrade() -> None:
    op.drop_table("maintenance_scope")
    op.drop_table("maintenance_window")
