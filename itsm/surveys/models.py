"""Tables of surveys: when a desk asks, who was asked or not, and what they answered.

An answer without a name is kept apart from its ticket: its row names neither ticket nor person,
nor the moment. It is found again by `key`, which only the holder of the secret key can work out.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from itsm.desk.models import Desk, Ticket
from itsm.kernel.access import Facts
from itsm.people.models import Person, Team
from itsm.platform.database import Id, Model, stored


class Outcome(StrEnum):
    """What became of asking about one ticket."""

    WAITING = "waiting"
    ASKED = "asked"
    NOT_DRAWN = "not_drawn"
    ASKED_LATELY = "asked_lately"
    NOT_WANTED = "not_wanted"


class SurveyRule(Model):
    """When a desk asks; a desk without a row asks nobody."""

    __tablename__ = "survey_rule"
    __table_args__ = (
        CheckConstraint("percent BETWEEN 1 AND 100", name="percent"),
        CheckConstraint("rest_days BETWEEN 0 AND 365", name="rest_days"),
        CheckConstraint("wait_hours BETWEEN 0 AND 720", name="wait_hours"),
    )

    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    active: Mapped[bool]
    percent: Mapped[int]
    rest_days: Mapped[int]
    wait_hours: Mapped[int]


class Survey(Model):
    """That the requester of a closed ticket was to be asked, and whether they were.

    Desk, team and month are those of the closing, so that results do not change with the ticket.
    """

    __tablename__ = "survey"
    __table_args__ = (
        CheckConstraint("draw BETWEEN 0 AND 99", name="draw"),
        CheckConstraint("(outcome = 'asked') = (asked_at IS NOT NULL)", name="asked_at"),
        Index("ix_survey_person", "person_id", "asked_at"),
        Index("ix_survey_desk", "desk_id", "month"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    month: Mapped[date] = mapped_column(Date)
    confidential: Mapped[bool]
    # Below the desk's percentage: drawn. It is kept so that anybody can check it.
    draw: Mapped[int]
    outcome: Mapped[Outcome] = mapped_column(stored(Outcome))
    asked_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]

    ticket: Mapped[Ticket] = relationship(lazy="raise")

    def facts(self) -> Facts:
        """Return what the access policy needs to know: it is that of the person who is asked."""
        owners = frozenset({self.person_id})
        return Facts(self.desk_id, self.team_id, owners, self.confidential)


class Answer(Model):
    """What somebody said: with their ticket and name, or with neither."""

    __tablename__ = "survey_answer"
    __table_args__ = (
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        CheckConstraint("(ticket_id IS NULL) = (person_id IS NULL)", name="named"),
        CheckConstraint("(ticket_id IS NULL) = (answered_at IS NULL)", name="answered_at"),
        Index("ix_survey_answer_desk", "desk_id", "month"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    month: Mapped[date] = mapped_column(Date)
    confidential: Mapped[bool]
    rating: Mapped[int]
    comment: Mapped[str] = mapped_column(String(2000), default="")
    answered_at: Mapped[datetime | None]

    ticket: Mapped[Ticket | None] = relationship(lazy="raise")
    person: Mapped[Person | None] = relationship(lazy="raise")
    desk: Mapped[Desk] = relationship(lazy="raise")
    team: Mapped[Team | None] = relationship(lazy="raise")
