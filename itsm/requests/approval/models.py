"""The table of approvals."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from itsm.desk.models import Ticket
from itsm.people.models import Person
from itsm.platform.database import Id, Model, stored


class Decision(StrEnum):
    """What became of it."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Approval(Model):
    """One person was asked whether a request may be fulfilled, at what cost.

    `amount` is in hundredths of `currency`.
    """

    __tablename__ = "request_approval"
    __table_args__ = (
        CheckConstraint("(amount IS NULL) = (currency = '')", name="amount_has_currency"),
        CheckConstraint("(decision = 'waiting') = (decided_at IS NULL)", name="decided_at"),
        Index("ix_request_approval_approver", "approver_id", "decision", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    approver_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    what: Mapped[str] = mapped_column(String(1000), default="")
    amount: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3), default="")
    decision: Mapped[Decision] = mapped_column(stored(Decision), default=Decision.WAITING)
    comment: Mapped[str] = mapped_column(String(1000), default="")
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    reminded: Mapped[int] = mapped_column(default=0)

    approver: Mapped[Person] = relationship(lazy="raise", foreign_keys=[approver_id])
    asked_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[asked_by_id])
    request: Mapped[Ticket] = relationship(lazy="raise")
