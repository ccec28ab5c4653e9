"""What all tickets share, and incidents."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _create_desk()
    _create_idempotency_key()
    _create_priority_rule()
    _create_series()
    _create_saved_view()
    _create_ticket()
    _create_comment()
    _create_incident()
    _create_ticket_link()
    _create_watcher()
    _create_attachment()


def downgrade() -> None:
    for table in (
        "attachment",
        "watcher",
        "ticket_link",
        "incident",
        "comment",
        "ticket",
        "saved_view",
        "series",
        "priority_rule",
        "idempotency_key",
        "desk",
    ):
        op.drop_table(table)


def _create_desk() -> None:
    op.create_table(
        "desk",
        sa.Column("id", _ID, nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk")),
        sa.UniqueConstraint("key", name=op.f("uq_desk_key")),
    )


def _create_idempotency_key() -> None:
    op.create_table(
        "idempotency_key",
        sa.Column("id", _ID, nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_key")),
        sa.UniqueConstraint("actor", "key", name=op.f("uq_idempotency_key_actor_key")),
    )
    op.create_index(op.f("ix_idempotency_key_created_at"), "idempotency_key", ["created_at"])


def _create_priority_rule() -> None:
    op.create_table(
        "priority_rule",
        sa.Column("impact", sa.Integer(), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.CheckConstraint("impact BETWEEN 1 AND 3", name=op.f("ck_priority_rule_impact")),
        sa.CheckConstraint("priority BETWEEN 1 AND 4", name=op.f("ck_priority_rule_priority")),
        sa.CheckConstraint("urgency BETWEEN 1 AND 3", name=op.f("ck_priority_rule_urgency")),
        sa.PrimaryKeyConstraint("impact", "urgency", name=op.f("pk_priority_rule")),
    )


def _create_series() -> None:
    op.create_table(
        "series",
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", name=op.f("pk_series")),
    )


def _create_saved_view() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", _ID, nullable=False),
        sa.Column("owner_id", _ID, nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("query", sa.String(length=2000), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_saved_view_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
    )
    op.create_index("ix_saved_view_owner", "saved_view", ["owner_id", "place"])


def _create_ticket() -> None:
    op.create_table(
        "ticket",
        sa.Column("id", _ID, nullable=False),
        sa.Column(
            "kind",
            sa.Enum("incident", name="kind", native_enum=False, create_constraint=True, length=60),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("title", sa.String(length=400), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("impact", sa.Integer(), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("desk_id", _ID, nullable=False),
        sa.Column("category", sa.String(length=120), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=True),
        sa.Column(
            "source",
            sa.Enum(
                "portal",
                "email",
                "phone",
                "chat",
                "api",
                "monitoring",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        *_ticket_people_and_times(),
        *_ticket_constraints(),
    )
    _index_ticket()


def _ticket_people_and_times() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("requester_id", _ID, nullable=True),
        sa.Column("assignee_id", _ID, nullable=True),
        sa.Column("team_id", _ID, nullable=True),
        sa.Column("parent_id", _ID, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("touched_by_person", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )


def _ticket_constraints() -> tuple[sa.Constraint, ...]:
    return (
        sa.CheckConstraint(
            "kind <> 'incident' OR (state IN ('resolved', 'closed')) = (resolved_at IS NOT NULL)",
            name=op.f("ck_ticket_incident_resolved_at"),
        ),
        sa.CheckConstraint(
            "kind <> 'incident' OR open = (state IN ('new', 'in_progress', 'pending'))",
            name=op.f("ck_ticket_incident_open"),
        ),
        sa.CheckConstraint(
            "kind <> 'incident' OR state IN "
            "('new', 'in_progress', 'pending', 'resolved', 'closed', 'cancelled')",
            name=op.f("ck_ticket_incident_state"),
        ),
        sa.CheckConstraint("impact BETWEEN 1 AND 3", name=op.f("ck_ticket_impact")),
        sa.CheckConstraint("priority BETWEEN 1 AND 4", name=op.f("ck_ticket_priority")),
        sa.CheckConstraint("urgency BETWEEN 1 AND 3", name=op.f("ck_ticket_urgency")),
        sa.ForeignKeyConstraint(["assignee_id"], ["person.id"], name=op.f("fk_ticket_assignee_id")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_ticket_desk_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["ticket.id"], name=op.f("fk_ticket_parent_id")),
        sa.ForeignKeyConstraint(
            ["requester_id"], ["person.id"], name=op.f("fk_ticket_requester_id")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_ticket_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("number", name=op.f("uq_ticket_number")),
    )


def _index_ticket() -> None:
    op.create_index("ix_ticket_assignee", "ticket", ["assignee_id", "open", "id"])
    op.create_index("ix_ticket_desk", "ticket", ["desk_id", "kind", "open", "id"])
    op.create_index("ix_ticket_newest", "ticket", ["kind", "open", "id"])
    op.create_index(op.f("ix_ticket_parent_id"), "ticket", ["parent_id"])
    op.create_index("ix_ticket_priority", "ticket", ["kind", "open", "priority", "id"])
    op.create_index(op.f("ix_ticket_requester_id"), "ticket", ["requester_id"])
    op.create_index("ix_ticket_team", "ticket", ["team_id", "open", "id"])
    op.create_index("ix_ticket_updated", "ticket", ["kind", "open", "updated_at", "id"])


def _create_comment() -> None:
    op.create_table(
        "comment",
        sa.Column("id", _ID, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("author_id", _ID, nullable=True),
        sa.Column("author_name", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column(
            "visibility",
            sa.Enum(
                "public",
                "internal",
                name="visibility",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column(
            "source",
            sa.Enum(
                "portal",
                "email",
                "phone",
                "chat",
                "api",
                "monitoring",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_comment_author_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_comment_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    op.create_index(op.f("ix_comment_author_id"), "comment", ["author_id"])
    op.create_index("ix_comment_ticket", "comment", ["ticket_id", "id"])


def _create_incident() -> None:
    op.create_table(
        "incident",
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("resolution_code", sa.String(length=40), nullable=False),
        sa.Column("resolution", sa.Text(), nullable=False),
        sa.Column("waits_for", sa.String(length=400), nullable=False),
        sa.Column("resolved_by_source", sa.Boolean(), nullable=False),
        sa.Column("reopened_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("reopened_count >= 0", name=op.f("ck_incident_reopened_count")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_incident_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_incident")),
    )


def _create_ticket_link() -> None:
    op.create_table(
        "ticket_link",
        sa.Column("id", _ID, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("target_id", _ID, nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "duplicate_of",
                "caused_by",
                "related_to",
                "recurrence_of",
                name="linktype",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["target_id"], ["ticket.id"], name=op.f("fk_ticket_link_target_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_link_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_link")),
        sa.UniqueConstraint(
            "ticket_id", "type", "target_id", name=op.f("uq_ticket_link_ticket_id_type_target_id")
        ),
    )
    op.create_index(op.f("ix_ticket_link_target_id"), "ticket_link", ["target_id"])


def _create_watcher() -> None:
    op.create_table(
        "watcher",
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_watcher_person_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_watcher_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", "person_id", name=op.f("pk_watcher")),
    )
    op.create_index(op.f("ix_watcher_person_id"), "watcher", ["person_id"])


def _create_attachment() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", _ID, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("comment_id", _ID, nullable=True),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "visibility",
            sa.Enum(
                "public",
                "internal",
                name="visibility",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("author_id", _ID, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_attachment_author_id")),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_attachment_comment_id")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_attachment_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index(op.f("ix_attachment_author_id"), "attachment", ["author_id"])
    op.create_index(op.f("ix_attachment_comment_id"), "attachment", ["comment_id"])
    op.create_index(op.f("ix_attachment_sha256"), "attachment", ["sha256"])
    op.create_index(op.f("ix_attachment_ticket_id"), "attachment", ["ticket_id"])
