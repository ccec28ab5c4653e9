"""Tables of correlation: its rules, the groups that they made, and storms.

Models hold facts and no verbs. `service.py` and `storms.py` are their only writers.
"""

from datetime import datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from itsm.kernel.events import Json
from itsm.platform.database import Id, Model

RUNNING = text("ended_at IS NULL")


class CorrelationRule(Model):
    """Alerts that fit all tests and agree in all fields of `group_by` share one incident.

    `tests` is a list of lines as `matching.read` reads them, `group_by` one of field names.
    """

    __tablename__ = "correlation_rule"
    __table_args__ = (CheckConstraint("window_min BETWEEN 1 AND 1440", name="window_min"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    position: Mapped[int]
    enabled: Mapped[bool] = mapped_column(default=True)
    tests: Mapped[Json] = mapped_column(JSON)
    group_by: Mapped[Json] = mapped_column(JSON)
    # Minutes after a group's last new alert within which another one still belongs to it.
    window_min: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy


class AlertGroup(Model):
    """What a rule put together last under one digest of the fields that it groups by."""

    __tablename__ = "alert_group"
    __table_args__ = (UniqueConstraint("rule_id", "digest"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("correlation_rule.id"))
    digest: Mapped[str] = mapped_column(String(64))
    # None while the alert that begins the group has no incident yet.
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    last_at: Mapped[datetime]


class AlertPace(Model):
    """Which incidents an integration opened of late: `[[seconds since 1970, ticket id], ...]`.

    Whoever opens one locks the row, so that the count is exact.
    """

    __tablename__ = "alert_pace"

    integration_id: Mapped[int] = mapped_column(ForeignKey("integration.id"), primary_key=True)
    opened: Mapped[Json] = mapped_column(JSON)


class AlertStorm(Model):
    """One storm of one integration, from the incident that stands for it to its calm."""

    __tablename__ = "alert_storm"
    __table_args__ = (
        Index(
            "uq_alert_storm_running",
            "integration_id",
            unique=True,
            postgresql_where=RUNNING,
            sqlite_where=RUNNING,
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    integration_id: Mapped[int] = mapped_column(ForeignKey("integration.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), unique=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
