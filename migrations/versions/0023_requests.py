"""Service requests beside incidents: what both have stands with the ticket, former numbers lead on.

SQLite cannot change the checks of a table that others name, so they are written anew in its schema,
as https://www.sqlite.org/lang_altertable.html (section 7) says for such changes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REQUEST_CHECKS = {
    "request_state": "kind <> 'request' OR state IN ('new', 'awaiting_approval', 'in_progress', "
    "'pending', 'fulfilled', 'closed', 'rejected', 'cancelled')",
    "request_open": "kind <> 'request' OR open = (state IN "
    "('new', 'awaiting_approval', 'in_progress', 'pending'))",
    "request_resolved_at": "kind <> 'request' OR "
    "(state IN ('fulfilled', 'closed')) = (resolved_at IS NOT NULL)",
    "reopened_count": "reopened_count >= 0",
}
KINDS_BEFORE = "CHECK (kind IN ('incident'))"
KINDS_AFTER = "CHECK (kind IN ('incident', 'request'))"
REOPENED = "CONSTRAINT ck_incident_reopened_count CHECK (reopened_count >= 0)"
MOVED = ("resolution_code", "resolution", "waits_for", "reopened_count")


def _moved() -> list[sa.Column[object]]:
    return [
        sa.Column("resolution_code", sa.String(40), nullable=False, server_default=""),
        sa.Column("resolution", sa.Text(), nullable=False, server_default=""),
        sa.Column("waits_for", sa.String(400), nullable=False, server_default=""),
        sa.Column("reopened_count", sa.Integer(), nullable=False, server_default="0"),
    ]


def upgrade() -> None:
    for column in _moved():
        op.add_column("ticket", column)
    op.add_column(
        "ticket", sa.Column("major", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    _copy("ticket", "id", "incident", "ticket_id")
    op.execute(
        "UPDATE ticket SET major = (1 = 1) WHERE id IN "
        "(SELECT ticket_id FROM major_incident WHERE active)"
    )
    if _sqlite():
        _rewrite("incident", f", {REOPENED}", "")
        _rewrite("incident", f"{REOPENED}, ", "")
        _rewrite("ticket", KINDS_BEFORE, f"{KINDS_AFTER}, {_checks_in_sql()}")
    else:
        op.drop_constraint(op.f("ck_incident_reopened_count"), "incident", type_="check")
        _kinds_are("incident", "request")
        for name, condition in REQUEST_CHECKS.items():
            op.create_check_constraint(op.f(f"ck_ticket_{name}"), "ticket", condition)
    for name in MOVED:
        op.drop_column("incident", name)
    op.create_table(
        "service_request",
        sa.Column("ticket_id", ID, sa.ForeignKey("ticket.id"), primary_key=True),
    )
    op.create_table(
        "former_number",
        sa.Column("number", sa.String(24), primary_key=True),
        sa.Column("ticket_id", ID, sa.ForeignKey("ticket.id"), nullable=False),
    )
    op.create_index("ix_former_number_ticket_id", "former_number", ["ticket_id"])


def downgrade() -> None:
    requests = sa.text("SELECT count(*) FROM service_request")
    if op.get_bind().scalar(requests):
        message = "there are requests, which an older version cannot hold"
        raise RuntimeError(message)
    for table in ("former_number", "service_request"):
        op.drop_table(table)
    for column in _moved():
        op.add_column("incident", column)
    _copy("incident", "ticket_id", "ticket", "id")
    if _sqlite():
        _rewrite("ticket", f"{KINDS_AFTER}, {_checks_in_sql()}", KINDS_BEFORE)
        _rewrite("incident", "CONSTRAINT pk_incident", f"{REOPENED}, CONSTRAINT pk_incident")
    else:
        for name in REQUEST_CHECKS:
            op.drop_constraint(op.f(f"ck_ticket_{name}"), "ticket", type_="check")
        _kinds_are("incident")
        op.create_check_constraint(
            op.f("ck_incident_reopened_count"), "incident", "reopened_count >= 0"
        )
    for name in (*MOVED, "major"):
        op.drop_column("ticket", name)


def _sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _copy(to: str, to_id: str, source: str, source_id: str) -> None:
    """Copy what moves for those rows alone that hold something."""
    values = ", ".join(f"{name} = {source}.{name}" for name in MOVED)
    op.execute(
        f"UPDATE {to} SET {values} FROM {source} "  # noqa: S608 - constants of this file
        f"WHERE {source}.{source_id} = {to}.{to_id} AND "
        f"({source}.resolution_code <> '' OR {source}.resolution <> '' OR "
        f"{source}.waits_for <> '' OR {source}.reopened_count > 0)"
    )


def _kinds_are(*kinds: str) -> None:
    name = op.f("ck_ticket_kind")
    op.drop_constraint(name, "ticket", type_="check")
    op.create_check_constraint(name, "ticket", sa.column("kind").in_(kinds))


def _checks_in_sql() -> str:
    return ", ".join(
        f"CONSTRAINT ck_ticket_{name} CHECK ({condition})"
        for name, condition in REQUEST_CHECKS.items()
    )


def _rewrite(table: str, old: str, new: str) -> None:
    """Put `new` in the place of `old` in the schema of a table of SQLite."""
    bind = op.get_bind()
    version = bind.exec_driver_sql("PRAGMA schema_version").scalar_one()
    bind.exec_driver_sql("PRAGMA writable_schema = ON")
    bind.exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ?",
        (old, new, table),
    )
    bind.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema = OFF")
