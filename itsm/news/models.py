"""Tables of news, of what a person wants to be told by which channel, and of what they left."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from itsm.kernel.access import Facts
from itsm.platform.database import Id, Model, stored


class Topic(StrEnum):
    """What a piece of news is about."""

    OPENED = "opened"
    REPLY = "reply"
    NOTE = "note"
    STATE = "state"
    RESOLVED = "resolved"
    SURVEY = "survey"
    ASSIGNED = "assigned"
    MENTION = "mention"
    PRIORITY = "priority"
    TEAM = "team"
    APPROVAL = "approval"
    TASK = "task"


class Channel(StrEnum):
    """By what a person is told."""

    APP = "app"
    MAIL = "mail"
    PUSH = "push"


class News(Model):
    """One thing that one person is told. Its words are made when it is read, by whom may read."""

    __tablename__ = "news"
    __table_args__ = (
        Index("ix_news_person", "person_id", "read_at", "id"),
        Index("ix_news_mail", "person_id", "mail_due", "ticket_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"), index=True)
    topic: Mapped[Topic] = mapped_column(stored(Topic, checked=False))
    # The event that it is about, and who acted; empty where it was a machine.
    event: Mapped[str] = mapped_column(String(60))
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    # Not every piece stands in the list: a person may want some by mail alone.
    listed: Mapped[bool]
    mail_due: Mapped[bool]
    read_at: Mapped[datetime | None]


class NewsChoice(Model):
    """That a person wants, or does not want, a topic by a channel; else the default stands."""

    __tablename__ = "news_choice"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    topic: Mapped[Topic] = mapped_column(stored(Topic, checked=False), primary_key=True)
    channel: Mapped[Channel] = mapped_column(stored(Channel, checked=False), primary_key=True)
    wanted: Mapped[bool]


class NewsDigest(Model):
    """The hour, by their own clock, at which a person gets all mail about tickets as one."""

    __tablename__ = "news_digest"
    __table_args__ = (CheckConstraint("hour BETWEEN 0 AND 23", name="hour"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    hour: Mapped[int]

    def facts(self) -> Facts:
        """Return what the access policy needs to know."""
        return Facts(owner_ids=frozenset({self.person_id}))


class NewsLeft(Model):
    """A ticket that a person has a part in, and wants no news of."""

    __tablename__ = "news_left"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True, index=True)
