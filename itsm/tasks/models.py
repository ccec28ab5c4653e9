"""Tables of tasks."""

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from itsm.desk.models import Ticket
from itsm.people.models import Person, Team
from itsm.platform.database import Id, Model


class Task(Model):
    """Something that is to be done for a ticket, by a person, a team, or whoever has the ticket."""

    __tablename__ = "ticket_task"
    __table_args__ = (
        CheckConstraint("assignee_id IS NULL OR team_id IS NULL", name="one_owner"),
        CheckConstraint("remind_minutes IS NULL OR due_at IS NOT NULL", name="reminds_of_due"),
        CheckConstraint("remind_minutes >= 0", name="remind_minutes"),
        Index("ix_ticket_task_order", "ticket_id", "position", "id"),
        Index("ix_ticket_task_assignee", "assignee_id", "done_at"),
        Index("ix_ticket_task_team", "team_id", "done_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text, default="")
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    due_at: Mapped[datetime | None]
    # How long before it is due its owner is told.
    remind_minutes: Mapped[int | None]
    done_at: Mapped[datetime | None]
    # Without a person where a machine did it.
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    ticket: Mapped[Ticket] = relationship(lazy="raise")
    assignee: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[assignee_id])
    team: Mapped[Team | None] = relationship(lazy="raise")
    done_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[done_by_id])

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy

    @property
    def remind_at(self) -> datetime | None:
        """When its owner is told, None where they are not."""
        if self.due_at is None or self.remind_minutes is None:
            return None
        return self.due_at - timedelta(minutes=self.remind_minutes)


class TaskFeed(Model):
    """The secret address at which a calendar program reads a person's tasks; its hash is kept."""

    __tablename__ = "task_feed"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="raise")
