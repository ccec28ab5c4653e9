"""How people are reached, who is on call, and what became of each page."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "escalation_policy",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("current", sa.Integer(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("standard", sa.Boolean(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_policy")),
        sa.UniqueConstraint("name", name=op.f("uq_escalation_policy_name")),
        sa.UniqueConstraint("standard", name=op.f("uq_escalation_policy_standard")),
    )
    op.create_table(
        "schedule",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_schedule_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule")),
        sa.UniqueConstraint("name", name=op.f("uq_schedule_name")),
    )
    op.create_index(op.f("ix_schedule_team_id"), "schedule", ["team_id"], unique=False)
    op.create_table(
        "contact_method",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("config", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "sent",
                "accepted",
                "failed",
                name="outcomestate",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=True,
        ),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_contact_method_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_method")),
    )
    op.create_index(
        op.f("ix_contact_method_person_id"), "contact_method", ["person_id"], unique=False
    )
    op.create_table(
        "kept_message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("title", sa.String(length=400), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("link", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_kept_message_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_message")),
        sa.UniqueConstraint("key", name=op.f("uq_kept_message_key")),
    )
    op.create_index(op.f("ix_kept_message_person_id"), "kept_message", ["person_id"], unique=False)
    op.create_table(
        "policy_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "policy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("repeat", sa.Integer(), nullable=False),
        sa.Column("ack_timeout_min", sa.Integer(), nullable=False),
        sa.Column(
            "fallback_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "ack_timeout_min BETWEEN 1 AND 1440", name=op.f("ck_policy_version_ack_timeout")
        ),
        sa.CheckConstraint("repeat BETWEEN -1 AND 9", name=op.f("ck_policy_version_repeat")),
        sa.ForeignKeyConstraint(
            ["fallback_id"], ["person.id"], name=op.f("fk_policy_version_fallback_id")
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["escalation_policy.id"], name=op.f("fk_policy_version_policy_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_version")),
        sa.UniqueConstraint("policy_id", "number", name=op.f("uq_policy_version_policy_id_number")),
    )
    op.create_index(
        op.f("ix_policy_version_fallback_id"), "policy_version", ["fallback_id"], unique=False
    )
    op.create_table(
        "schedule_layer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "schedule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "rhythm",
            sa.Enum(
                "daily",
                "weekly",
                name="rhythm",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("first_handoff", sa.DateTime(), nullable=False),
        sa.Column("hours_from", sa.Time(), nullable=True),
        sa.Column("hours_to", sa.Time(), nullable=True),
        sa.Column("days", sa.String(length=7), nullable=True),
        sa.CheckConstraint(
            "(hours_from IS NULL) = (hours_to IS NULL) AND (hours_from IS NULL) = (days IS NULL)",
            name=op.f("ck_schedule_layer_hours_are_whole"),
        ),
        sa.CheckConstraint("every BETWEEN 1 AND 52", name=op.f("ck_schedule_layer_every")),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name=op.f("fk_schedule_layer_schedule_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_layer")),
        sa.UniqueConstraint(
            "schedule_id", "position", name=op.f("uq_schedule_layer_schedule_id_position")
        ),
    )
    op.create_table(
        "schedule_override",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "schedule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "change",
            sa.Enum(
                "add",
                "replace",
                "remove",
                name="change",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "replaces_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint(
            "replaces_id IS NULL OR change = 'replace'", name=op.f("ck_schedule_override_replaces")
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_schedule_override_ends_later")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_schedule_override_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["person.id"], name=op.f("fk_schedule_override_replaces_id")
        ),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name=op.f("fk_schedule_override_schedule_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_override")),
    )
    op.create_index(
        op.f("ix_schedule_override_person_id"), "schedule_override", ["person_id"], unique=False
    )
    op.create_index(
        op.f("ix_schedule_override_replaces_id"), "schedule_override", ["replaces_id"], unique=False
    )
    op.create_index(
        "ix_schedule_override_time", "schedule_override", ["schedule_id", "ends_at"], unique=False
    )
    op.create_table(
        "escalation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "policy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "state",
            sa.Enum(
                "armed",
                "notified",
                "acknowledged",
                "exhausted",
                "done",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("loop", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("found", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "acknowledged_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state IN ('done', 'exhausted')) = (due_at IS NULL)",
            name=op.f("ck_escalation_due_iff_waiting"),
        ),
        sa.ForeignKeyConstraint(
            ["acknowledged_by_id"], ["person.id"], name=op.f("fk_escalation_acknowledged_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["escalation_policy.id"], name=op.f("fk_escalation_policy_id")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_escalation_ticket_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["policy_version.id"], name=op.f("fk_escalation_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation")),
        sa.UniqueConstraint(
            "ticket_id", "policy_id", name=op.f("uq_escalation_ticket_id_policy_id")
        ),
    )
    op.create_index(
        op.f("ix_escalation_acknowledged_by_id"), "escalation", ["acknowledged_by_id"], unique=False
    )
    op.create_index(op.f("ix_escalation_policy_id"), "escalation", ["policy_id"], unique=False)
    op.create_index(op.f("ix_escalation_version_id"), "escalation", ["version_id"], unique=False)
    op.create_table(
        "layer_member",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("layer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["layer_id"], ["schedule_layer.id"], name=op.f("fk_layer_member_layer_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_layer_member_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_layer_member")),
        sa.UniqueConstraint("layer_id", "position", name=op.f("uq_layer_member_layer_id_position")),
    )
    op.create_index(op.f("ix_layer_member_person_id"), "layer_member", ["person_id"], unique=False)
    op.create_table(
        "notification_rule",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("delay_min", sa.Integer(), nullable=False),
        sa.CheckConstraint("delay_min BETWEEN 0 AND 120", name=op.f("ck_notification_rule_delay")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact_method.id"], name=op.f("fk_notification_rule_contact_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_rule")),
        sa.UniqueConstraint(
            "contact_id", "delay_min", name=op.f("uq_notification_rule_contact_id_delay_min")
        ),
    )
    op.create_table(
        "policy_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("delay_min", sa.Integer(), nullable=False),
        sa.CheckConstraint("delay_min BETWEEN 1 AND 1440", name=op.f("ck_policy_step_delay")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["policy_version.id"], name=op.f("fk_policy_step_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_step")),
        sa.UniqueConstraint(
            "version_id", "position", name=op.f("uq_policy_step_version_id_position")
        ),
    )
    op.create_table(
        "page",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "escalation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("loop", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("token_expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["escalation_id"], ["escalation.id"], name=op.f("fk_page_escalation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_page_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page")),
        sa.UniqueConstraint(
            "escalation_id",
            "loop",
            "step",
            "person_id",
            name=op.f("uq_page_escalation_id_loop_step_person_id"),
        ),
        sa.UniqueConstraint("token_hash", name=op.f("uq_page_token_hash")),
    )
    op.create_index("ix_page_newest", "page", ["person_id", "id"], unique=False)
    op.create_table(
        "policy_target",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "schedule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (schedule_id IS NULL)", name=op.f("ck_policy_target_one_kind")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_policy_target_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name=op.f("fk_policy_target_schedule_id")
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["policy_step.id"], name=op.f("fk_policy_target_step_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_target")),
    )
    op.create_index(
        op.f("ix_policy_target_person_id"), "policy_target", ["person_id"], unique=False
    )
    op.create_index(
        op.f("ix_policy_target_schedule_id"), "policy_target", ["schedule_id"], unique=False
    )
    op.create_index(op.f("ix_policy_target_step_id"), "policy_target", ["step_id"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("page_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("delay_min", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "sent",
                "accepted",
                "failed",
                "cancelled",
                name="deliverystate",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact_method.id"],
            name=op.f("fk_delivery_contact_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_delivery_page_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "page_id",
            "contact_id",
            "delay_min",
            name=op.f("uq_delivery_page_id_contact_id_delay_min"),
        ),
    )
    op.create_index(op.f("ix_delivery_contact_id"), "delivery", ["contact_id"], unique=False)
    op.create_table(
        "delivery_attempt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "sent",
                "accepted",
                "failed",
                "cancelled",
                name="deliverystate",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_delivery_attempt_delivery_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_attempt")),
        sa.UniqueConstraint(
            "delivery_id", "number", name=op.f("uq_delivery_attempt_delivery_id_number")
        ),
    )


def downgrade() -> None:
    op.drop_table("delivery_attempt")
    op.drop_index(op.f("ix_delivery_contact_id"), table_name="delivery")
    op.drop_table("delivery")
    op.drop_index(op.f("ix_policy_target_step_id"), table_name="policy_target")
    op.drop_index(op.f("ix_policy_target_schedule_id"), table_name="policy_target")
    op.drop_index(op.f("ix_policy_target_person_id"), table_name="policy_target")
    op.drop_table("policy_target")
    op.drop_index("ix_page_newest", table_name="page")
    op.drop_table("page")
    op.drop_table("policy_step")
    op.drop_table("notification_rule")
    op.drop_index(op.f("ix_layer_member_person_id"), table_name="layer_member")
    op.drop_table("layer_member")
    op.drop_index(op.f("ix_escalation_version_id"), table_name="escalation")
    op.drop_index(op.f("ix_escalation_policy_id"), table_name="escalation")
    op.drop_index(op.f("ix_escalation_acknowledged_by_id"), table_name="escalation")
    op.drop_table("escalation")
    op.drop_index("ix_schedule_override_time", table_name="schedule_override")
    op.drop_index(op.f("ix_schedule_override_replaces_id"), table_name="schedule_override")
    op.drop_index(op.f("ix_schedule_override_person_id"), table_name="schedule_override")
    op.drop_table("schedule_override")
    op.drop_table("schedule_layer")
    op.drop_index(op.f("ix_policy_version_fallback_id"), table_name="policy_version")
    op.drop_table("policy_version")
    op.drop_index(op.f("ix_kept_message_person_id"), table_name="kept_message")
    op.drop_table("kept_message")
    op.drop_index(op.f("ix_contact_method_person_id"), table_name="contact_method")
    op.drop_table("contact_method")
    op.drop_index(op.f("ix_schedule_team_id"), table_name="schedule")
    op.drop_table("schedule")
    op.drop_table("escalation_policy")
