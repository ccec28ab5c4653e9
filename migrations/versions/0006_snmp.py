"""Who may send SNMP traps, what they mean, and what was not kept."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trap_receiver",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("engine_id", sa.String(length=64), nullable=False),
        sa.Column("boots", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted", sa.BigInteger(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("spool_file", sa.String(length=64), nullable=False),
        sa.Column("spool_offset", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trap_receiver")),
        sa.UniqueConstraint("name", name=op.f("uq_trap_receiver_name")),
    )
    op.create_table(
        "trap_rule",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("oid", sa.String(length=600), nullable=False),
        sa.Column("prefix", sa.Boolean(), nullable=False),
        sa.Column("group_name", sa.String(length=40), nullable=False),
        sa.Column("conditions", sa.JSON(), nullable=True),
        sa.Column("raises", sa.Boolean(), nullable=False),
        sa.Column(
            "severity",
            sa.Enum(
                "critical",
                "high",
                "medium",
                "low",
                "info",
                name="severity",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=True,
        ),
        sa.Column("severity_field", sa.String(length=200), nullable=False),
        sa.Column("severity_map", sa.JSON(), nullable=True),
        sa.Column("title", sa.String(length=400), nullable=False),
        sa.Column("body", sa.String(length=4000), nullable=False),
        sa.Column("key_template", sa.String(length=400), nullable=False),
        sa.Column("clears", sa.JSON(), nullable=True),
        sa.Column("hold_s", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("hold_s BETWEEN 0 AND 3600", name=op.f("ck_trap_rule_hold")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trap_rule")),
        sa.UniqueConstraint("name", name=op.f("uq_trap_rule_name")),
    )
    op.create_table(
        "trap_unmatched",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("oid", sa.String(length=1500), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agent", sa.String(length=255), nullable=False),
        sa.Column(
            "intake_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trap_unmatched")),
        sa.UniqueConstraint("oid", name=op.f("uq_trap_unmatched_oid")),
    )
    op.create_index("ix_trap_unmatched_last_seen", "trap_unmatched", ["last_seen"], unique=False)
    op.create_table(
        "trap_drop",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "receiver_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "malformed",
                "unknown_source",
                "wrong_community",
                "unknown_user",
                "unknown_engine",
                "below_level",
                "above_keys",
                "wrong_digest",
                "not_in_time",
                "replay",
                "undecryptable",
                "not_a_trap",
                "repeated_inform",
                "queue_full",
                "spool_full",
                "kernel",
                name="drop",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_address", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["receiver_id"], ["trap_receiver.id"], name=op.f("fk_trap_drop_receiver_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trap_drop")),
        sa.UniqueConstraint("receiver_id", "reason", name=op.f("uq_trap_drop_receiver_id_reason")),
    )
    op.create_table(
        "trap_problem",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "integration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("agent", sa.String(length=255), nullable=False),
        sa.Column("problem_key", sa.String(length=400), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "held",
                "open",
                "stale",
                name="problemstate",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recent", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["integration_id"], ["integration.id"], name=op.f("fk_trap_problem_integration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trap_problem")),
        sa.UniqueConstraint(
            "integration_id",
            "agent",
            "problem_key",
            name=op.f("uq_trap_problem_integration_id_agent_problem_key"),
        ),
    )
    op.create_index(
        "ix_trap_problem_agent", "trap_problem", ["integration_id", "agent", "state"], unique=False
    )
    op.create_table(
        "trap_source",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "integration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("group_name", sa.String(length=40), nullable=False),
        sa.Column("networks", sa.JSON(), nullable=True),
        sa.Column("community", sa.LargeBinary(), nullable=True),
        sa.Column("trusted", sa.Boolean(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["integration_id"], ["integration.id"], name=op.f("fk_trap_source_integration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trap_source")),
        sa.UniqueConstraint("name", name=op.f("uq_trap_source_name")),
    )
    op.create_index(
        op.f("ix_trap_source_integration_id"), "trap_source", ["integration_id"], unique=False
    )
    op.create_table(
        "trap_user",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column(
            "source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "level",
            sa.Enum(
                "noAuthNoPriv",
                "authNoPriv",
                "authPriv",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column(
            "auth",
            sa.Enum(
                "SHA",
                "SHA-224",
                "SHA-256",
                "SHA-384",
                "SHA-512",
                name="auth",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("auth_key", sa.LargeBinary(), nullable=True),
        sa.Column(
            "privacy",
            sa.Enum(
                "AES",
                "AES-192",
                "AES-256",
                "AES-192-C",
                "AES-256-C",
                name="privacy",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("privacy_key", sa.LargeBinary(), nullable=True),
        sa.Column("learn", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(level = 'authPriv') = (privacy_key IS NOT NULL)",
            name=op.f("ck_trap_user_privacy_key"),
        ),
        sa.CheckConstraint(
            "(level = 'noAuthNoPriv') = (auth_key IS NULL)", name=op.f("ck_trap_user_auth_key")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["trap_source.id"], name=op.f("fk_trap_user_source_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trap_user")),
        sa.UniqueConstraint("name", name=op.f("uq_trap_user_name")),
    )
    op.create_index(op.f("ix_trap_user_source_id"), "trap_user", ["source_id"], unique=False)
    op.create_table(
        "trap_engine",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("engine_id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "approved",
                "refused",
                name="enginestate",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("boots", sa.BigInteger(), nullable=False),
        sa.Column("engine_time", sa.BigInteger(), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["trap_user.id"], name=op.f("fk_trap_engine_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trap_engine")),
        sa.UniqueConstraint("engine_id", "user_id", name=op.f("uq_trap_engine_engine_id_user_id")),
    )
    op.create_index(op.f("ix_trap_engine_user_id"), "trap_engine", ["user_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_trap_engine_user_id"), table_name="trap_engine")
    op.drop_table("trap_engine")
    op.drop_index(op.f("ix_trap_user_source_id"), table_name="trap_user")
    op.drop_table("trap_user")
    op.drop_index(op.f("ix_trap_source_integration_id"), table_name="trap_source")
    op.drop_table("trap_source")
    op.drop_index("ix_trap_problem_agent", table_name="trap_problem")
    op.drop_table("trap_problem")
    op.drop_table("trap_drop")
    op.drop_index("ix_trap_unmatched_last_seen", table_name="trap_unmatched")
    op.drop_table("trap_unmatched")
    op.drop_table("trap_rule")
    op.drop_table("trap_receiver")
