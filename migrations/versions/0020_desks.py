"""Desks with numbers, a team and categories of their own, and an end."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("desk", sa.Column("prefix", sa.String(8), nullable=False, server_default=""))
    for name, default in (("internal", sa.false()), ("active", sa.true())):
        op.add_column("desk", sa.Column(name, sa.Boolean(), nullable=False, server_default=default))
    op.add_column(
        "desk",
        sa.Column("team_id", ID, sa.ForeignKey("team.id", name=op.f("fk_desk_team_id"))),
        inline_references=True,
    )
    op.create_index("ix_desk_team_id", "desk", ["team_id"])
    # What was confidential was not told of.
    op.execute("UPDATE desk SET internal = confidential")
    op.create_table(
        "category",
        sa.Column("id", ID, nullable=False),
        sa.Column("desk_id", ID, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("team_id", ID, nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_category_desk_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_category_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("desk_id", "name", name=op.f("uq_category_desk_id_name")),
    )
    op.create_index("ix_category_team_id", "category", ["team_id"])


def downgrade() -> None:
    op.drop_table("category")
    op.drop_index("ix_desk_team_id", "desk")
    for name in ("team_id", "active", "internal", "prefix"):
        op.drop_column("desk", name)
