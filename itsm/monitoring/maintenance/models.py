"""Tables of maintenance windows. Models hold facts and no verbs; `service.py` writes them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from itsm.assets.models import Ci
from itsm.monitoring.maintenance.recurrence import Repeats
from itsm.monitoring.models import Integration
from itsm.people.models import Person, Site
from itsm.platform.database import Id, Model, stored


class MaintenanceWindow(Model):
    """A planned time, once or again and again, in which what it covers is kept quiet.

    `starts` and `ends` are the first time, in wall time of `zone`.
    """

    __tablename__ = "maintenance_window"
    __table_args__ = (
        CheckConstraint("every BETWEEN 1 AND 52", name="every"),
        CheckConstraint("(running_since IS NULL) = (running_until IS NULL)", name="running"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text, default="")
    zone: Mapped[str] = mapped_column(String(64))
    starts: Mapped[datetime] = mapped_column(DateTime())
    ends: Mapped[datetime] = mapped_column(DateTime())
    repeats: Mapped[Repeats] = mapped_column(stored(Repeats))
    every: Mapped[int] = mapped_column(default=1)
    # Weekdays as digits, Monday is 0.
    days: Mapped[str] = mapped_column(String(7), default="")
    until: Mapped[date | None]
    # Whether what depends on its CIs is covered too, and whether what these need is.
    dependents: Mapped[bool]
    components: Mapped[bool]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    running_since: Mapped[datetime | None] = mapped_column(index=True)
    running_until: Mapped[datetime | None]
    # The planned end of the last time that began: no time before it begins again.
    done_until: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    owner: Mapped[Person | None] = relationship(lazy="raise")
    scopes: Mapped[list["MaintenanceScope"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="MaintenanceScope.id"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy


class MaintenanceScope(Model):
    """One thing that a window covers: a CI or service, a site, or all of an integration."""

    __tablename__ = "maintenance_scope"
    __table_args__ = (
        CheckConstraint(
            "ci_id IS NOT NULL OR site_id IS NOT NULL OR integration_id IS NOT NULL",
            name="one_thing",
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    window_id: Mapped[int] = mapped_column(ForeignKey("maintenance_window.id"), index=True)
    ci_id: Mapped[int | None] = mapped_column(ForeignKey("ci.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), index=True)
    integration_id: Mapped[int | None] = mapped_column(ForeignKey("integration.id"), index=True)

    ci: Mapped[Ci | None] = relationship(lazy="raise")
    site: Mapped[Site | None] = relationship(lazy="raise")
    integration: Mapped[Integration | None] = relationship(lazy="raise")
