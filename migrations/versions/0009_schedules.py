"""Rotas in full: more rhythms, zones of layers, temporary schedules, absences."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OLD_RHYTHMS = ("daily", "weekly")
RHYTHMS = ("hourly", "daily", "weekly", "monthly")


def upgrade() -> None:
    _give_rhythms(RHYTHMS, zoned=True)
    op.add_column(
        "schedule",
        sa.Column("owner_id", _id(), sa.ForeignKey("person.id", name=op.f("fk_schedule_owner_id"))),
        inline_references=True,
    )
    op.create_index(op.f("ix_schedule_owner_id"), "schedule", ["owner_id"], unique=False)
    op.create_table(
        "absence",
        sa.Column("id", _id(), nullable=False),
        sa.Column("person_id", _id(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_absence_ends_later")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_absence_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index("ix_absence_person", "absence", ["person_id", "last_day"], unique=False)
    _create_temporaries()
    _create_records()


def downgrade() -> None:
    op.drop_table("calendar_feed")
    op.drop_table("cover_request")
    op.drop_table("oncall_notice")
    op.drop_table("recorded_shift")
    op.drop_table("schedule_watch")
    op.drop_table("told_gap")
    op.drop_table("temporary_shift")
    op.drop_table("temporary_schedule")
    op.drop_table("absence")
    op.drop_index(op.f("ix_schedule_owner_id"), "schedule")
    op.drop_column("schedule", "owner_id")
    # What the older version cannot say is left at the nearest that it can.
    op.execute("UPDATE schedule_layer SET rhythm = 'daily' WHERE rhythm = 'hourly'")
    op.execute("UPDATE schedule_layer SET rhythm = 'weekly' WHERE rhythm = 'monthly'")
    _give_rhythms(OLD_RHYTHMS, zoned=False)


def _create_temporaries() -> None:
    op.create_table(
        "temporary_schedule",
        sa.Column("id", _id(), nullable=False),
        sa.Column("schedule_id", _id(), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_temporary_schedule_ends_later")),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name=op.f("fk_temporary_schedule_schedule_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_temporary_schedule")),
    )
    op.create_index(
        "ix_temporary_schedule_time", "temporary_schedule", ["schedule_id", "ends_at"], unique=False
    )
    op.create_table(
        "temporary_shift",
        sa.Column("id", _id(), nullable=False),
        sa.Column("temporary_id", _id(), nullable=False),
        sa.Column("person_id", _id(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_temporary_shift_ends_later")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_temporary_shift_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["temporary_id"],
            ["temporary_schedule.id"],
            name=op.f("fk_temporary_shift_temporary_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_temporary_shift")),
    )
    for column in ("person_id", "temporary_id"):
        name = op.f(f"ix_temporary_shift_{column}")
        op.create_index(name, "temporary_shift", [column], unique=False)


def _create_records() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("id", _id(), nullable=False),
        sa.Column("person_id", _id(), nullable=False),
        sa.Column("schedule_id", _id(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name=op.f("fk_calendar_feed_schedule_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
    )
    op.create_index(
        op.f("ix_calendar_feed_person_id"), "calendar_feed", ["person_id"], unique=False
    )
    op.create_index(
        op.f("ix_calendar_feed_schedule_id"), "calendar_feed", ["schedule_id"], unique=False
    )
    op.create_table(
        "cover_request",
        sa.Column("id", _id(), nullable=False),
        sa.Column("schedule_id", _id(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "offer",
                "cover",
                "swap",
                name="coverkind",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "accepted",
                "declined",
                "withdrawn",
                "expired",
                name="coverstate",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("asker_id", _id(), nullable=False),
        sa.Column("asked_id", _id(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("return_starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by_id", _id(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind = 'offer') = (asked_id IS NULL)", name=op.f("ck_cover_request_offer_to_all")
        ),
        sa.CheckConstraint(
            "(kind = 'swap') = (return_starts_at IS NOT NULL)"
            " AND (return_starts_at IS NULL) = (return_ends_at IS NULL)"
            " AND (return_ends_at IS NULL OR return_ends_at > return_starts_at)",
            name=op.f("ck_cover_request_swap_returns"),
        ),
        sa.CheckConstraint(
            "(state IN ('accepted', 'declined')) = (answered_by_id IS NOT NULL)",
            name=op.f("ck_cover_request_answered"),
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_cover_request_ends_later")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_cover_request_answered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["asked_id"], ["person.id"], name=op.f("fk_cover_request_asked_id")
        ),
        sa.ForeignKeyConstraint(
            ["asker_id"], ["person.id"], name=op.f("fk_cover_request_asker_id")
        ),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name=op.f("fk_cover_request_schedule_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cover_request")),
    )
    op.create_index(
        op.f("ix_cover_request_answered_by_id"), "cover_request", ["answered_by_id"], unique=False
    )
    op.create_index(op.f("ix_cover_request_asked_id"), "cover_request", ["asked_id"], unique=False)
    op.create_index(op.f("ix_cover_request_asker_id"), "cover_request", ["asker_id"], unique=False)
    op.create_index(
        "ix_cover_request_open", "cover_request", ["state", "schedule_id"], unique=False
    )
    op.create_index(
        op.f("ix_cover_request_schedule_id"), "cover_request", ["schedule_id"], unique=False
    )
    op.create_table(
        "oncall_notice",
        sa.Column("id", _id(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("schedule_id", _id(), nullable=False),
        sa.Column("person_id", _id(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
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
            ["person_id"], ["person.id"], name=op.f("fk_oncall_notice_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name=op.f("fk_oncall_notice_schedule_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oncall_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_oncall_notice_key")),
    )
    op.create_index("ix_oncall_notice_newest", "oncall_notice", ["person_id", "id"], unique=False)
    op.create_index(
        op.f("ix_oncall_notice_schedule_id"), "oncall_notice", ["schedule_id"], unique=False
    )
    op.create_table(
        "recorded_shift",
        sa.Column("id", _id(), nullable=False),
        sa.Column("schedule_id", _id(), nullable=False),
        sa.Column("person_id", _id(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_recorded_shift_ends_later")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_recorded_shift_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name=op.f("fk_recorded_shift_schedule_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recorded_shift")),
    )
    op.create_index(
        op.f("ix_recorded_shift_person_id"), "recorded_shift", ["person_id"], unique=False
    )
    op.create_index(
        "ix_recorded_shift_time", "recorded_shift", ["schedule_id", "ends_at"], unique=False
    )
    op.create_table(
        "schedule_watch",
        sa.Column("schedule_id", _id(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name=op.f("fk_schedule_watch_schedule_id")
        ),
        sa.PrimaryKeyConstraint("schedule_id", name=op.f("pk_schedule_watch")),
    )
    op.create_table(
        "told_gap",
        sa.Column("id", _id(), nullable=False),
        sa.Column("schedule_id", _id(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.String(length=400), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_told_gap_ends_later")),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name=op.f("fk_told_gap_schedule_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_told_gap")),
    )
    op.create_index(op.f("ix_told_gap_schedule_id"), "told_gap", ["schedule_id"], unique=False)


def _give_rhythms(rhythms: tuple[str, ...], *, zoned: bool) -> None:
    """Have layers allow these rhythms, and keep a zone of their own or not."""
    if op.get_bind().dialect.name == "sqlite":
        _remake_layers(rhythms, zoned=zoned)
        return
    if zoned:
        op.add_column("schedule_layer", sa.Column("zone", sa.String(length=60), nullable=True))
    else:
        op.drop_column("schedule_layer", "zone")
    op.drop_constraint(op.f("ck_schedule_layer_rhythm"), "schedule_layer")
    op.create_check_constraint(
        op.f("ck_schedule_layer_rhythm"), "schedule_layer", sa.column("rhythm").in_(rhythms)
    )


def _remake_layers(rhythms: tuple[str, ...], *, zoned: bool) -> None:
    """Make both tables anew: SQLite cannot change a check of one that others point to."""
    op.execute("CREATE TABLE old_layer AS SELECT * FROM schedule_layer")
    op.execute("CREATE TABLE old_member AS SELECT * FROM layer_member")
    op.drop_table("layer_member")
    op.drop_table("schedule_layer")
    _create_layers(rhythms, zoned=zoned)
    op.execute(
        """
        INSERT INTO schedule_layer (id, schedule_id, position, rhythm, every, first_handoff,
                                    hours_from, hours_to, days)
        SELECT id, schedule_id, position, rhythm, every, first_handoff, hours_from, hours_to, days
        FROM old_layer
        """
    )
    op.execute(
        """
        INSERT INTO layer_member (id, layer_id, position, person_id)
        SELECT id, layer_id, position, person_id FROM old_member
        """
    )
    op.drop_table("old_member")
    op.drop_table("old_layer")


def _create_layers(rhythms: tuple[str, ...], *, zoned: bool) -> None:
    allowed = sa.Enum(*rhythms, name="rhythm", native_enum=False, create_constraint=True, length=60)
    zone = [sa.Column("zone", sa.String(length=60), nullable=True)] if zoned else []
    op.create_table(
        "schedule_layer",
        sa.Column("id", _id(), nullable=False),
        sa.Column("schedule_id", _id(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rhythm", allowed, nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("first_handoff", sa.DateTime(), nullable=False),
        sa.Column("hours_from", sa.Time(), nullable=True),
        sa.Column("hours_to", sa.Time(), nullable=True),
        sa.Column("days", sa.String(length=7), nullable=True),
        *zone,
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
        "layer_member",
        sa.Column("id", _id(), nullable=False),
        sa.Column("layer_id", _id(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("person_id", _id(), nullable=False),
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


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
