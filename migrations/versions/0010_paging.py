"""How much one person is sent, by which rules, when not, and what providers say came of it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.sql.schema import SchemaItem

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
OLD_STATES = ("queued", "sent", "accepted", "failed", "cancelled")
STATES = ("queued", "held", "sent", "accepted", "delivered", "answered", "failed", "cancelled")
MEDIUM = "CASE channel WHEN 'twilio' THEN 'sms' ELSE channel END"
REFERENCES = (
    ("escalation_policy", "team_id", "team"),
    ("escalation_policy", "direct_to_id", "person"),
    ("escalation", "asked_by_id", "person"),
)
PURPOSES = ("page", "acknowledged", "handed_over", "over")
UNIQUE, OLD_UNIQUE = (
    "uq_delivery_page_id_contact_id_delay_min_purpose",
    "uq_delivery_page_id_contact_id_delay_min",
)


def upgrade() -> None:
    _contacts_up()
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_deliveries(STATES, new=True)
    else:
        _deliveries_up()
    op.create_index(op.f("ix_delivery_contact_id"), "delivery", ["contact_id"], if_not_exists=True)
    op.create_index(op.f("ix_delivery_carried_by_id"), "delivery", ["carried_by_id"])
    op.create_index("ix_delivery_budget", "delivery", ["person_id", "medium", "sent_at"])


def downgrade() -> None:
    op.drop_index("ix_delivery_budget", table_name="delivery")
    op.drop_index(op.f("ix_delivery_carried_by_id"), table_name="delivery")
    _forget_what_is_new()
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_deliveries(OLD_STATES, new=False)
    else:
        _deliveries_down()
    op.create_index(op.f("ix_delivery_contact_id"), "delivery", ["contact_id"], if_not_exists=True)
    _contacts_down()


def _contacts_up() -> None:
    op.add_column(
        "contact_method",
        sa.Column("medium", sa.String(length=20), nullable=False, server_default=""),
    )
    op.execute(f"UPDATE contact_method SET medium = {MEDIUM}")  # noqa: S608 - ours
    op.create_table(
        "quiet_hours",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.CheckConstraint("starts <> ends", name=op.f("ck_quiet_hours_some")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_quiet_hours_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_quiet_hours")),
    )
    op.create_table(
        "provider_account",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("config", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_account")),
        sa.UniqueConstraint("kind", name=op.f("uq_provider_account_kind")),
    )
    op.create_table(
        "reply",
        sa.Column("id", ID, nullable=False),
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
        sa.UniqueConstraint("message_id", name=op.f("uq_reply_message_id")),
    )
    op.create_index("ix_reply_phone", "reply", ["phone", "at"])
    op.add_column("page", sa.Column("code", sa.String(6), nullable=False, server_default=""))
    for table in ("policy_step", "page"):
        op.add_column(table, _no("important"))
    for table, column, target in REFERENCES:
        _add_reference(table, column, target)
        unique = table == "escalation_policy"
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=unique)
    _rules(important=True)


def _contacts_down() -> None:
    op.execute("DELETE FROM notification_rule WHERE important")
    _rules(important=False)
    for table, column, _ in REFERENCES:
        op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
        op.drop_column(table, column)
    for table in ("page", "policy_step"):
        op.drop_column(table, "important")
    op.drop_column("page", "code")
    op.drop_index("ix_reply_phone", table_name="reply")
    op.drop_table("reply")
    op.drop_table("provider_account")
    op.drop_table("quiet_hours")
    op.drop_column("contact_method", "medium")


def _add_reference(table: str, column: str, target: str) -> None:
    """Add a column that refers to another table; SQLite takes that in this form alone."""
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} {kind} "
        f"CONSTRAINT fk_{table}_{column} REFERENCES {target} (id)"
    )


def _no(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def _rules(*, important: bool) -> None:
    """Let rules be told apart by importance, or no more."""
    table = "notification_rule"
    plain = f"uq_{table}_contact_id_delay_min"
    by_kind = f"{plain}_important"
    old, new = (plain, by_kind) if important else (by_kind, plain)
    columns = ["contact_id", "delay_min", *(["important"] if important else [])]
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_rules(columns, new)
        return
    op.drop_constraint(op.f(old), table, type_="unique")
    if important:
        op.add_column(table, _no("important"))
    else:
        op.drop_column(table, "important")
    op.create_unique_constraint(op.f(new), table, columns)


def _rebuild_rules(columns: list[str], unique: str) -> None:
    op.create_table(
        "rule_anew",
        sa.Column("id", ID, nullable=False),
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("delay_min", sa.Integer(), nullable=False),
        *([_no("important")] if "important" in columns else []),
        sa.CheckConstraint("delay_min BETWEEN 0 AND 120", name=op.f("ck_notification_rule_delay")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact_method.id"], name=op.f("fk_notification_rule_contact_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_rule")),
        sa.UniqueConstraint(*columns, name=op.f(unique)),
    )
    op.execute(
        "INSERT INTO rule_anew (id, contact_id, delay_min) "
        "SELECT id, contact_id, delay_min FROM notification_rule"
    )
    op.drop_table("notification_rule")
    op.rename_table("rule_anew", "notification_rule")


def _deliveries_up() -> None:
    op.add_column("delivery", sa.Column("person_id", ID, nullable=True))
    op.add_column("delivery", sa.Column("purpose", sa.String(60), server_default="page"))
    op.add_column("delivery", sa.Column("medium", sa.String(length=20), nullable=True))
    op.add_column("delivery", sa.Column("sent_at", INSTANT, nullable=True))
    op.add_column("delivery", sa.Column("said", sa.String(length=400), server_default=""))
    op.add_column("delivery", sa.Column("carried_by_id", ID, nullable=True))
    op.execute(
        "UPDATE delivery SET medium = CASE channel WHEN 'twilio' THEN 'sms' ELSE channel END, "
        "person_id = (SELECT person_id FROM page WHERE page.id = page_id)"
    )
    for name in ("person_id", "purpose", "medium", "said"):
        op.alter_column("delivery", name, nullable=False, server_default=None)
    op.create_foreign_key("fk_delivery_person_id", "delivery", "person", ["person_id"], ["id"])
    op.create_foreign_key(
        "fk_delivery_carried_by_id", "delivery", "delivery", ["carried_by_id"], ["id"]
    )
    op.create_check_constraint("purpose", "delivery", _in("purpose", PURPOSES))
    op.drop_constraint(op.f(OLD_UNIQUE), "delivery", type_="unique")
    op.create_unique_constraint(
        UNIQUE, "delivery", ["page_id", "contact_id", "delay_min", "purpose"]
    )
    _allow(STATES)


def _deliveries_down() -> None:
    op.drop_constraint(op.f(UNIQUE), "delivery", type_="unique")
    for name in ("carried_by_id", "said", "sent_at", "medium", "purpose", "person_id"):
        op.drop_column("delivery", name)
    op.create_unique_constraint(OLD_UNIQUE, "delivery", ["page_id", "contact_id", "delay_min"])
    _allow(OLD_STATES)


def _allow(states: Sequence[str]) -> None:
    for table in ("delivery", "delivery_attempt"):
        op.drop_constraint(op.f(f"ck_{table}_deliverystate"), table, type_="check")
        op.create_check_constraint("deliverystate", table, _in("state", states))


def _in(column: str, values: Sequence[str]) -> str:
    quoted = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({quoted})"


def _forget_what_is_new() -> None:
    """Leave only what the tables could say before."""
    later = "(SELECT id FROM delivery WHERE purpose <> 'page')"
    op.execute(f"DELETE FROM delivery_attempt WHERE delivery_id IN {later}")  # noqa: S608 - ours
    op.execute(f"UPDATE delivery SET carried_by_id = NULL WHERE carried_by_id IN {later}")  # noqa: S608 - ours
    op.execute("DELETE FROM delivery WHERE purpose <> 'page'")
    op.execute("UPDATE delivery SET state = 'queued' WHERE state = 'held'")
    for table in ("delivery", "delivery_attempt"):
        op.execute(
            f"UPDATE {table} SET state = 'accepted' "  # noqa: S608 - ours
            "WHERE state IN ('delivered', 'answered')"
        )


def _rebuild_deliveries(states: Sequence[str], *, new: bool) -> None:
    """Make both tables anew on SQLite, which cannot change a check, and fill them.

    The new ones refer to each other before the old ones go, so that no reference ever dangles.
    """
    old_columns = "id, page_id, contact_id, delay_min, channel, address, state, due_at, tries"
    added = ", person_id, medium, purpose, said" if new else ""
    filled = (
        ", (SELECT person_id FROM page WHERE page.id = page_id), "
        "CASE channel WHEN 'twilio' THEN 'sms' ELSE channel END, 'page', ''"
        if new
        else ""
    )
    op.create_table("delivery_anew", *_delivery(states, new=new))
    op.execute(
        f"INSERT INTO delivery_anew ({old_columns}{added}) "  # noqa: S608 - ours
        f"SELECT {old_columns}{filled} FROM delivery"
    )
    op.create_table("attempt_anew", *_attempt(states))
    op.execute(
        "INSERT INTO attempt_anew SELECT id, delivery_id, number, state, detail, at "
        "FROM delivery_attempt"
    )
    op.drop_table("delivery_attempt")
    op.drop_table("delivery")
    op.rename_table("delivery_anew", "delivery")
    op.rename_table("attempt_anew", "delivery_attempt")


def _delivery(states: Sequence[str], *, new: bool) -> list[SchemaItem]:
    unique = ["page_id", "contact_id", "delay_min", *(["purpose"] if new else [])]
    items: list[SchemaItem] = [
        sa.Column("id", ID, nullable=False),
        sa.Column("page_id", ID, nullable=False),
        sa.Column("contact_id", ID, nullable=True),
        sa.Column("delay_min", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.CheckConstraint(_in("state", states), name=op.f("ck_delivery_deliverystate")),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact_method.id"],
            name=op.f("fk_delivery_contact_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_delivery_page_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(*unique, name=op.f(UNIQUE if new else OLD_UNIQUE)),
    ]
    return items + _added() if new else items


def _added() -> list[SchemaItem]:
    return [
        sa.Column("person_id", ID, nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("medium", sa.String(length=20), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("said", sa.String(length=400), nullable=False),
        sa.Column("carried_by_id", ID, nullable=True),
        sa.CheckConstraint(_in("purpose", PURPOSES), name=op.f("ck_delivery_purpose")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_delivery_person_id")),
        sa.ForeignKeyConstraint(
            ["carried_by_id"], ["delivery_anew.id"], name=op.f("fk_delivery_carried_by_id")
        ),
    ]


def _attempt(states: Sequence[str]) -> list[SchemaItem]:
    return [
        sa.Column("id", ID, nullable=False),
        sa.Column("delivery_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.CheckConstraint(_in("state", states), name=op.f("ck_delivery_attempt_deliverystate")),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery_anew.id"], name=op.f("fk_delivery_attempt_delivery_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_attempt")),
        sa.UniqueConstraint(
            "delivery_id", "number", name=op.f("uq_delivery_attempt_delivery_id_number")
        ),
    ]
