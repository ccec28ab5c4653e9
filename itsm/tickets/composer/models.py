"""Tables of templates, drafts, and of who is looking at a ticket."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from itsm.desk.models import Visibility
from itsm.kernel.events import Json
from itsm.people.models import Person
from itsm.platform.database import Id, Model, stored


class Scope(StrEnum):
    """Who may use a template."""

    OWN = "own"
    TEAM = "team"
    ALL = "all"


class Template(Model):
    """A text with placeholders; with `changes` it is a macro, done when the text is sent."""

    __tablename__ = "reply_template"
    __table_args__ = (
        CheckConstraint("(scope = 'team') = (team_id IS NOT NULL)", name="team_iff_teams"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    scope: Mapped[Scope] = mapped_column(stored(Scope))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(12), default="")
    body: Mapped[str] = mapped_column(Text)
    visibility: Mapped[Visibility] = mapped_column(stored(Visibility))
    changes: Mapped[Json] = mapped_column(JSON, default=dict, nullable=False)
    used: Mapped[int] = mapped_column(default=0)


class Draft(Model):
    """What somebody has written and not sent, one for each kind of comment."""

    __tablename__ = "draft"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True, index=True)
    visibility: Mapped[Visibility] = mapped_column(stored(Visibility), primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime]


class Presence(Model):
    """Somebody has a ticket before them; it holds until `expires_at` unless it is renewed."""

    __tablename__ = "presence"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    replying: Mapped[bool] = mapped_column(default=False)
    expires_at: Mapped[datetime] = mapped_column(index=True)

    person: Mapped[Person] = relationship(lazy="raise")
