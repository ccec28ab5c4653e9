"""The table of what only incidents have."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from itsm.desk.models import Kind, Ticket


class Incident(Ticket):
    """An unplanned interruption, from report to closure."""

    __tablename__ = "incident"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    resolved_by_source: Mapped[bool] = mapped_column(default=False)

    __mapper_args__ = {"polymorphic_identity": Kind.INCIDENT}  # noqa: RUF012 - read by SQLAlchemy
