"""News of tickets: what each person is told, by which channel, when, and what they left."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "news",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("comment_id", ID, nullable=True),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("event", sa.String(length=60), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("mail_due", sa.Boolean(), nullable=False),
        sa.Column("read_at", INSTANT, nullable=True),
        _refers("news", "person_id", "person"),
        _refers("news", "ticket_id", "ticket"),
        _refers("news", "comment_id", "comment"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news")),
    )
    op.create_index("ix_news_person", "news", ["person_id", "read_at", "id"])
    op.create_index("ix_news_mail", "news", ["person_id", "mail_due", "ticket_id"])
    op.create_index(op.f("ix_news_ticket_id"), "news", ["ticket_id"])
    op.create_index(op.f("ix_news_comment_id"), "news", ["comment_id"])
    op.create_table(
        "news_choice",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=60), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        _refers("news_choice", "person_id", "person"),
        sa.PrimaryKeyConstraint("person_id", "topic", "channel", name=op.f("pk_news_choice")),
    )
    op.create_table(
        "news_digest",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_news_digest_hour")),
        _refers("news_digest", "person_id", "person"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_news_digest")),
    )
    op.create_table(
        "news_left",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        _refers("news_left", "person_id", "person"),
        _refers("news_left", "ticket_id", "ticket"),
        sa.PrimaryKeyConstraint("person_id", "ticket_id", name=op.f("pk_news_left")),
    )
    op.create_index(op.f("ix_news_left_ticket_id"), "news_left", ["ticket_id"])


def downgrade() -> None:
    for table in ("news_left", "news_digest", "news_choice", "news"):
        op.drop_table(table)
