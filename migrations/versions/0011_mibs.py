"""Uploaded MIB modules and their names; engines that wait are counted, and may be a CI."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "mib",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "missing",
                "ready",
                "rejected",
                name="mibstate",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("missing", sa.JSON(), nullable=True),
        sa.Column("notes", sa.JSON(), nullable=True),
        sa.Column("types", sa.JSON(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("compiled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mib")),
        sa.UniqueConstraint("name", name=op.f("uq_mib_name")),
    )
    op.create_table(
        "mib_name",
        sa.Column("id", ID, nullable=False),
        sa.Column("mib_id", ID, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("oid", sa.String(length=600), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "node",
                "object",
                "trap",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.JSON(), nullable=True),
        sa.Column("hint", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["mib_id"], ["mib.id"], name=op.f("fk_mib_name_mib_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mib_name")),
        sa.UniqueConstraint("mib_id", "name", name=op.f("uq_mib_name_mib_id_name")),
    )
    op.create_index("ix_mib_name_oid", "mib_name", ["oid"], unique=False)
    op.create_index("ix_mib_name_name", "mib_name", ["name"], unique=False)
    op.add_column(
        "trap_engine",
        sa.Column(
            "ci_id",
            ID,
            sa.ForeignKey("ci.id", name=op.f("fk_trap_engine_ci_id")),
            nullable=True,
        ),
        inline_references=True,
    )
    op.create_index("ix_trap_engine_ci_id", "trap_engine", ["ci_id"], unique=False)
    op.add_column(
        "trap_engine", sa.Column("count", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.add_column("trap_engine", sa.Column("last_seen", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("trap_engine", "last_seen")
    op.drop_column("trap_engine", "count")
    op.drop_index("ix_trap_engine_ci_id", table_name="trap_engine")
    op.drop_column("trap_engine", "ci_id")
    op.drop_table("mib_name")
    op.drop_table("mib")
