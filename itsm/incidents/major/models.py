"""The tables of major incidents."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from itsm.desk.models import Comment, Ticket
from itsm.incidents.major.states import Role, Status
from itsm.people.models import Person
from itsm.platform.database import Id, Model, stored

LEAST_MIN, MOST_MIN = 5, 1440


class Major(Model):
    """That an incident is a major one, or was until it was demoted; what employees are told.

    `headline` is public; nothing else that is told of it comes from the ticket's own texts.
    """

    __tablename__ = "major_incident"
    __table_args__ = (
        CheckConstraint(f"interval_min BETWEEN {LEAST_MIN} AND {MOST_MIN}", name="interval"),
        CheckConstraint("(status = 'resolved') = (ended_at IS NOT NULL)", name="ended_at"),
        CheckConstraint(
            "update_due_at IS NULL OR (active AND ended_at IS NULL)", name="update_due_at"
        ),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    active: Mapped[bool]
    headline: Mapped[str] = mapped_column(String(200), default="")
    status: Mapped[Status] = mapped_column(stored(Status))
    interval_min: Mapped[int]
    declared_at: Mapped[datetime]
    update_due_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    ticket: Mapped[Ticket] = relationship(lazy="raise")


class RoleHolder(Model):
    """Who has a role now; who had it before stands in the journal."""

    __tablename__ = "major_role"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("major_incident.ticket_id"), primary_key=True)
    role: Mapped[Role] = mapped_column(stored(Role), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    since: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="raise")


class Responder(Model):
    """Somebody who works on it, or did until `left_at`."""

    __tablename__ = "major_responder"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("major_incident.ticket_id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")


class Affected(Model):
    """Somebody who said that a disturbance hits them as well."""

    __tablename__ = "major_affected"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("major_incident.ticket_id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    said_at: Mapped[datetime]


class Update(Model):
    """A comment that told how it stands; a public one has a status and is told to employees."""

    __tablename__ = "major_update"
    __table_args__ = (Index("ix_major_update_ticket", "ticket_id", "comment_id"),)

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("major_incident.ticket_id"))
    status: Mapped[Status | None] = mapped_column(stored(Status))

    comment: Mapped[Comment] = relationship(lazy="raise")


class Review(Model):
    """What was learnt, as Markdown: drafted from the journal, then written by people."""

    __tablename__ = "major_review"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("major_incident.ticket_id"), primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    drafted_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy


class Action(Model):
    """Something that is to be done so that it does not happen again."""

    __tablename__ = "major_action"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("major_incident.ticket_id"), index=True)
    title: Mapped[str] = mapped_column(String(400))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    due_on: Mapped[date | None]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]

    owner: Mapped[Person | None] = relationship(lazy="raise")
    ticket: Mapped[Ticket] = relationship(
        lazy="raise",
        viewonly=True,
        primaryjoin="foreign(Action.ticket_id) == Ticket.id",
    )
