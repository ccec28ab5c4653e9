"""The table of what only incidents have."""

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import SchemaItem

from itsm.desk.models import Kind, Ticket


class Incident(Ticket):
    """An unplanned interruption, from report to closure."""

    __tablename__ = "incident"
    __table_args__: tuple[SchemaItem, ...] = (
        CheckConstraint("reopened_count >= 0", name="reopened_count"),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    resolution_code: Mapped[str] = mapped_column(String(40), default="")
    resolution: Mapped[str] = mapped_column(Text, default="")
    # Why work has to wait, while it does.
    waits_for: Mapped[str] = mapped_column(String(400), default="")
    resolved_by_source: Mapped[bool] = mapped_column(default=False)
    reopened_count: Mapped[int] = mapped_column(default=0)

    __mapper_args__ = {"polymorphic_identity": Kind.INCIDENT}  # noqa: RUF012 - read by SQLAlchemy
