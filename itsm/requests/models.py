"""The table of what only service requests have."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from itsm.desk.models import Kind, Ticket


class ServiceRequest(Ticket):
    """Something that a person wants to have or to be done for them."""

    __tablename__ = "service_request"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)

    __mapper_args__ = {"polymorphic_identity": Kind.REQUEST}  # noqa: RUF012 - read by SQLAlchemy
