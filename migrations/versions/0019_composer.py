"""Templates and macros of replies, drafts, and who has a ticket before them."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = ("public", "internal")


def one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=60, create_constraint=True)


def upgrade() -> None:
    op.create_table(
        "reply_template",
        sa.Column("id", ID, primary_key=True),
        sa.Column("owner_id", ID, sa.ForeignKey("person.id"), nullable=True),
        sa.Column("scope", one_of("scope", "own", "team", "all"), nullable=False),
        sa.Column("team_id", ID, sa.ForeignKey("team.id"), nullable=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("visibility", one_of("visibility", *KINDS), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.CheckConstraint("(scope = 'team') = (team_id IS NOT NULL)", name="team_iff_teams"),
    )
    op.create_index("ix_reply_template_owner_id", "reply_template", ["owner_id"])
    op.create_index("ix_reply_template_team_id", "reply_template", ["team_id"])
    op.create_table(
        "draft",
        sa.Column("person_id", ID, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("ticket_id", ID, sa.ForeignKey("ticket.id"), primary_key=True),
        sa.Column("visibility", one_of("visibility", *KINDS), primary_key=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_draft_ticket_id", "draft", ["ticket_id"])
    op.create_table(
        "presence",
        sa.Column("ticket_id", ID, sa.ForeignKey("ticket.id"), primary_key=True),
        sa.Column("person_id", ID, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("replying", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_presence_person_id", "presence", ["person_id"])
    op.create_index("ix_presence_expires_at", "presence", ["expires_at"])


def downgrade() -> None:
    for table in ("presence", "draft", "reply_template"):
        op.drop_table(table)
