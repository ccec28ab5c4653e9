"""Configuration items."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_HARDWARE = (
    ("serial", "Serial number", "text"),
    ("manufacturer", "Manufacturer", "text"),
    ("model", "Model", "text"),
    ("purchased", "Purchased", "date"),
    ("warranty_until", "Warranty until", "date"),
)
_COMPUTER = (
    ("os", "Operating system", "text"),
    ("cpus", "Processors", "number"),
    ("memory_gib", "Memory (GiB)", "number"),
)

# key, name, icon, parent, attributes of its own
_CLASSES = (
    ("service", "Service", "sitemap", None, (("url", "Address", "text"),)),
    ("application", "Application", "world", None, (("version", "Version", "text"),)),
    ("database", "Database", "database", "application", (("engine", "Engine", "text"),)),
    ("cluster", "Cluster", "hierarchy-2", None, (("version", "Version", "text"),)),
    ("hardware", "Hardware", "folder", None, _HARDWARE),
    ("server", "Server", "server", "hardware", _COMPUTER),
    ("virtual_machine", "Virtual machine", "server", None, _COMPUTER),
    (
        "network_device",
        "Network device",
        "route",
        "hardware",
        (("firmware", "Firmware", "text"), ("ports", "Ports", "number")),
    ),
    ("storage", "Storage", "database", "hardware", (("capacity_tb", "Capacity (TB)", "number"),)),
    ("printer", "Printer", "file-text", "hardware", (("colour", "Colour", "yes_no"),)),
    ("workstation", "Workstation", "device-desktop", "hardware", _COMPUTER),
    ("laptop", "Laptop", "device-desktop", "hardware", _COMPUTER),
    ("other", "Other", "tag", None, ()),
)


def upgrade() -> None:
    _create_ci_class()
    _create_ci()
    _create_ci_import()
    _create_ci_name()
    _create_ci_relation()
    _create_ticket_ci()
    _put_in_classes()


def downgrade() -> None:
    for table in ("ticket_ci", "ci_relation", "ci_name", "ci_import", "ci", "ci_class"):
        op.drop_table(table)


def _create_ci_class() -> None:
    op.create_table(
        "ci_class",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("icon", sa.String(length=40), nullable=False),
        sa.Column("parent_key", sa.String(length=40), nullable=True),
        sa.Column("attributes", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_key"], ["ci_class.key"], name=op.f("fk_ci_class_parent_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_ci_class")),
    )
    op.create_index(op.f("ix_ci_class_parent_key"), "ci_class", ["parent_key"], unique=False)


def _create_ci() -> None:
    op.create_table(
        "ci",
        sa.Column("id", _ID, nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("class_key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "in_stock",
                "in_use",
                "retired",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column(
            "criticality",
            sa.Enum(
                "critical",
                "high",
                "medium",
                "low",
                name="criticality",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column(
            "environment",
            sa.Enum(
                "production",
                "staging",
                "test",
                "development",
                name="environment",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("owner_team_id", _ID, nullable=True),
        sa.Column("owner_id", _ID, nullable=True),
        sa.Column("used_by_id", _ID, nullable=True),
        sa.Column("site_id", _ID, nullable=True),
        sa.Column("attributes", sa.JSON(), nullable=True),
        sa.Column("sources", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["class_key"], ["ci_class.key"], name=op.f("fk_ci_class_key")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_ci_owner_id")),
        sa.ForeignKeyConstraint(["owner_team_id"], ["team.id"], name=op.f("fk_ci_owner_team_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_ci_site_id")),
        sa.ForeignKeyConstraint(["used_by_id"], ["person.id"], name=op.f("fk_ci_used_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ci")),
        sa.UniqueConstraint("number", name=op.f("uq_ci_number")),
    )
    op.create_index("ix_ci_by_name", "ci", ["name", "id"], unique=False)
    op.create_index("ix_ci_class", "ci", ["class_key", "name", "id"], unique=False)
    op.create_index("ix_ci_criticality", "ci", ["criticality", "name", "id"], unique=False)
    op.create_index(op.f("ix_ci_owner_id"), "ci", ["owner_id"], unique=False)
    op.create_index("ix_ci_owner_team", "ci", ["owner_team_id", "name", "id"], unique=False)
    op.create_index(op.f("ix_ci_site_id"), "ci", ["site_id"], unique=False)
    op.create_index(op.f("ix_ci_used_by_id"), "ci", ["used_by_id"], unique=False)


def _create_ci_import() -> None:
    op.create_table(
        "ci_import",
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=True),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_ci_import_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ci_import")),
    )
    op.create_index(op.f("ix_ci_import_person_id"), "ci_import", ["person_id"], unique=False)


def _create_ci_name() -> None:
    op.create_table(
        "ci_name",
        sa.Column("id", _ID, nullable=False),
        sa.Column("ci_id", _ID, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "name",
                "fqdn",
                "ip",
                "mac",
                "alias",
                name="namekind",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.String(length=255), nullable=False),
        sa.Column("short", sa.String(length=63), nullable=False),
        sa.ForeignKeyConstraint(["ci_id"], ["ci.id"], name=op.f("fk_ci_name_ci_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ci_name")),
        sa.UniqueConstraint("ci_id", "kind", "value", name=op.f("uq_ci_name_ci_id_kind_value")),
    )
    op.create_index("ix_ci_name_short", "ci_name", ["short"], unique=False)
    op.create_index("ix_ci_name_value", "ci_name", ["value"], unique=False)


def _create_ci_relation() -> None:
    op.create_table(
        "ci_relation",
        sa.Column("id", _ID, nullable=False),
        sa.Column("source_id", _ID, nullable=False),
        sa.Column("target_id", _ID, nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "depends_on",
                "runs_on",
                name="relationtype",
                native_enum=False,
                create_constraint=True,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("source_id <> target_id", name=op.f("ck_ci_relation_no_self_loop")),
        sa.ForeignKeyConstraint(["source_id"], ["ci.id"], name=op.f("fk_ci_relation_source_id")),
        sa.ForeignKeyConstraint(["target_id"], ["ci.id"], name=op.f("fk_ci_relation_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ci_relation")),
        sa.UniqueConstraint(
            "source_id", "target_id", "type", name=op.f("uq_ci_relation_source_id_target_id_type")
        ),
    )
    op.create_index(op.f("ix_ci_relation_target_id"), "ci_relation", ["target_id"], unique=False)


def _create_ticket_ci() -> None:
    op.create_table(
        "ticket_ci",
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("ci_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["ci_id"], ["ci.id"], name=op.f("fk_ticket_ci_ci_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_ci_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", "ci_id", name=op.f("pk_ticket_ci")),
    )
    op.create_index(op.f("ix_ticket_ci_ci_id"), "ticket_ci", ["ci_id"], unique=False)


def _put_in_classes() -> None:
    table = sa.table(
        "ci_class",
        sa.column("key"),
        sa.column("name"),
        sa.column("icon"),
        sa.column("parent_key"),
        sa.column("attributes", sa.JSON),
    )
    for key, name, icon, parent, attributes in _CLASSES:
        fields = [dict(zip(("name", "label", "type"), row, strict=True)) for row in attributes]
        op.execute(
            table.insert().values(
                key=key, name=name, icon=icon, parent_key=parent, attributes=fields
            )
        )
