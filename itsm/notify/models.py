"""Tables of how people can be reached, and of the messages that were kept instead of sent."""

from datetime import datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, Time, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from itsm.kernel.access import Facts
from itsm.notify.channel import OutcomeState
from itsm.people.models import Person
from itsm.platform.database import Id, Model, Sealed, stored

MOST_DELAY_MIN = 120


class ContactMethod(Model):
    """One way to reach one person; `config` is the channel's settings as sealed JSON."""

    __tablename__ = "contact_method"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    channel: Mapped[str] = mapped_column(String(20))
    medium: Mapped[str] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(String(80))
    # Where to, without secrets, so that a list need not open the sealed settings.
    address: Mapped[str] = mapped_column(String(254))
    config: Mapped[bytes] = mapped_column(Sealed)
    created_at: Mapped[datetime]
    tried_at: Mapped[datetime | None]
    reached_at: Mapped[datetime | None]
    # Since when nothing can arrive here any more; such a contact is passed over.
    gone_at: Mapped[datetime | None]
    outcome: Mapped[OutcomeState | None] = mapped_column(stored(OutcomeState))
    detail: Mapped[str] = mapped_column(String(200), default="")

    rules: Mapped[list["NotificationRule"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="NotificationRule.delay_min"
    )

    def facts(self) -> Facts:
        """Return what the access policy needs to know."""
        return Facts(owner_ids=frozenset({self.person_id}))


class NotificationRule(Model):
    """When a page to this contact's person uses it: so many minutes after the page began.

    Important pages have rules of their own; whoever has none of a kind is reached by the others.
    """

    __tablename__ = "notification_rule"
    __table_args__ = (
        UniqueConstraint("contact_id", "delay_min", "important"),
        CheckConstraint(f"delay_min BETWEEN 0 AND {MOST_DELAY_MIN}", name="delay"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact_method.id"))
    delay_min: Mapped[int]
    important: Mapped[bool] = mapped_column(default=False)


class QuietHours(Model):
    """When pages that are not important wait, every day, in wall time of the person's zone."""

    __tablename__ = "quiet_hours"
    __table_args__ = (CheckConstraint("starts <> ends", name="some"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    starts: Mapped[time] = mapped_column(Time())
    ends: Mapped[time] = mapped_column(Time())

    def facts(self) -> Facts:
        """Return what the access policy needs to know."""
        return Facts(owner_ids=frozenset({self.person_id}))


class KeptMessage(Model):
    """A message that our own outbox keeps, to show what would have been sent."""

    __tablename__ = "kept_message"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    channel: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(254))
    title: Mapped[str] = mapped_column(String(400))
    body: Mapped[str] = mapped_column(Text)
    link: Mapped[bytes] = mapped_column(Sealed)
    at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="raise")


class ProviderAccount(Model):
    """The instance's account at a provider; `config` is its settings as sealed JSON."""

    __tablename__ = "provider_account"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), unique=True)
    config: Mapped[bytes] = mapped_column(Sealed)
    changed_at: Mapped[datetime]


class Reply(Model):
    """A text message that came back; kept so that none acts twice and few are answered."""

    __tablename__ = "reply"
    __table_args__ = (Index("ix_reply_phone", "phone", "at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    message_id: Mapped[str] = mapped_column(String(64), unique=True)
    phone: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
