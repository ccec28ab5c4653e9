"""Tables of on call: rotas, policies in versions, and what became of each page.

Models hold facts and no verbs; `service.py` and `planning.py` are the only writers.
"""

from datetime import datetime, time

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Time,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from itsm.desk.models import Ticket
from itsm.notify.models import ContactMethod
from itsm.oncall.delivery import DeliveryState, Purpose
from itsm.oncall.escalation import State
from itsm.oncall.rota import Change, Rhythm
from itsm.people.models import Person, Team
from itsm.platform.database import Id, Model, Sealed, stored


class Schedule(Model):
    """A rota under a name, in one time zone, with the team that it serves."""

    __tablename__ = "schedule"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    zone: Mapped[str] = mapped_column(String(60))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    # Who is told of gaps; without one the team's members are.
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    # Whose public holidays count, such as DE-BY; empty for none.
    holidays: Mapped[str] = mapped_column(String(60), default="")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(Integer, default=1)

    team: Mapped[Team | None] = relationship(lazy="raise")
    owner: Mapped[Person | None] = relationship(lazy="raise")
    layers: Mapped[list["ScheduleLayer"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="ScheduleLayer.position"
    )
    overrides: Mapped[list["ScheduleOverride"]] = relationship(
        lazy="raise", order_by="ScheduleOverride.id"
    )
    temporaries: Mapped[list["TemporarySchedule"]] = relationship(
        lazy="raise", order_by="TemporarySchedule.starts_at"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy


class ScheduleLayer(Model):
    """Members who take turns; the layer with the lowest position that has somebody wins."""

    __tablename__ = "schedule_layer"
    __table_args__ = (
        UniqueConstraint("schedule_id", "position"),
        CheckConstraint("every BETWEEN 1 AND 52", name="every"),
        CheckConstraint(
            "(hours_from IS NULL) = (hours_to IS NULL) AND (hours_from IS NULL) = (days IS NULL)",
            name="hours_are_whole",
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"))
    position: Mapped[int]
    rhythm: Mapped[Rhythm] = mapped_column(stored(Rhythm))
    every: Mapped[int]
    # Wall time in the schedule's zone: the one place where an instant would be wrong.
    first_handoff: Mapped[datetime] = mapped_column(DateTime())
    hours_from: Mapped[time | None] = mapped_column(Time())
    hours_to: Mapped[time | None] = mapped_column(Time())
    days: Mapped[str | None] = mapped_column(String(7))
    # Where its wall times are kept, where that is not the schedule's zone.
    zone: Mapped[str | None] = mapped_column(String(60))

    members: Mapped[list["LayerMember"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="LayerMember.position"
    )


class LayerMember(Model):
    """One person's place in the order of a layer."""

    __tablename__ = "layer_member"
    __table_args__ = (UniqueConstraint("layer_id", "position"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    layer_id: Mapped[int] = mapped_column(ForeignKey("schedule_layer.id"))
    position: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)

    person: Mapped[Person] = relationship(lazy="raise")


class ScheduleOverride(Model):
    """A change on top of the layers for a time, with who made it in the journal."""

    __tablename__ = "schedule_override"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_later"),
        CheckConstraint("replaces_id IS NULL OR change = 'replace'", name="replaces"),
        Index("ix_schedule_override_time", "schedule_id", "ends_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"))
    change: Mapped[Change] = mapped_column(stored(Change))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)

    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=[person_id])
    replaces: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[replaces_id])


class TemporarySchedule(Model):
    """Shifts that stand in for a schedule's layers and overrides for a time."""

    __tablename__ = "temporary_schedule"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_later"),
        Index("ix_temporary_schedule_time", "schedule_id", "ends_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"))
    reason: Mapped[str] = mapped_column(String(120), default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    shifts: Mapped[list["TemporaryShift"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="TemporaryShift.starts_at"
    )


class TemporaryShift(Model):
    """One person's time within a temporary schedule."""

    __tablename__ = "temporary_shift"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="ends_later"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    temporary_id: Mapped[int] = mapped_column(ForeignKey("temporary_schedule.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="raise")


class Policy(Model):
    """An escalation policy under a name; what it says stands in its versions."""

    __tablename__ = "escalation_policy"
    __table_args__ = (
        Index("ix_escalation_policy_team_id", "team_id", unique=True),
        Index("ix_escalation_policy_direct_to_id", "direct_to_id", unique=True),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    current: Mapped[int] = mapped_column(Integer, default=0)
    retired: Mapped[bool] = mapped_column(default=False)
    # At most one policy is the one that integrations use which name none.
    standard: Mapped[bool | None] = mapped_column(unique=True)
    # The team that is paged by it; and the person, for one that pages somebody who is asked in.
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    direct_to_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]

    team: Mapped[Team | None] = relationship(lazy="raise")


class PolicyVersion(Model):
    """What a policy said from one edit to the next; never changed, so a loop can rely on it."""

    __tablename__ = "policy_version"
    __table_args__ = (
        UniqueConstraint("policy_id", "number"),
        CheckConstraint("repeat BETWEEN -1 AND 9", name="repeat"),
        CheckConstraint("ack_timeout_min BETWEEN 1 AND 1440", name="ack_timeout"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("escalation_policy.id"))
    number: Mapped[int]
    repeat: Mapped[int]
    ack_timeout_min: Mapped[int]
    fallback_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]

    policy: Mapped[Policy] = relationship(lazy="raise")
    fallback: Mapped[Person] = relationship(lazy="raise")
    steps: Mapped[list["PolicyStep"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="PolicyStep.position"
    )


class PolicyStep(Model):
    """Whom a policy tells at once, and how long it waits before the next step."""

    __tablename__ = "policy_step"
    __table_args__ = (
        UniqueConstraint("version_id", "position"),
        CheckConstraint("delay_min BETWEEN 1 AND 1440", name="delay"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("policy_version.id"))
    position: Mapped[int]
    delay_min: Mapped[int]
    # Its pages go by people's rules for important ones, whatever the ticket's priority.
    important: Mapped[bool] = mapped_column(default=False)

    targets: Mapped[list["PolicyTarget"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="PolicyTarget.id"
    )


class PolicyTarget(Model):
    """A person, or whoever is on call by a schedule when the step is entered."""

    __tablename__ = "policy_target"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (schedule_id IS NULL)", name="one_kind"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("policy_step.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    schedule_id: Mapped[int | None] = mapped_column(ForeignKey("schedule.id"), index=True)

    person: Mapped[Person | None] = relationship(lazy="raise")
    schedule: Mapped[Schedule | None] = relationship(lazy="raise")


class Escalation(Model):
    """Where the paging for one ticket by one policy stands."""

    __tablename__ = "escalation"
    __table_args__ = (
        UniqueConstraint("ticket_id", "policy_id"),
        CheckConstraint(
            "(state IN ('done', 'exhausted')) = (due_at IS NULL)", name="due_iff_waiting"
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    policy_id: Mapped[int] = mapped_column(ForeignKey("escalation_policy.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("policy_version.id"), index=True)
    state: Mapped[State] = mapped_column(stored(State))
    loop: Mapped[int]
    turn: Mapped[int]
    step: Mapped[int]
    found: Mapped[bool]
    due_at: Mapped[datetime | None]
    # While it is held nobody is told; `state` says where it goes on from.
    held_at: Mapped[datetime | None]
    started_at: Mapped[datetime]
    # Who asked for it, where it is help for those who were paged first.
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    acknowledged_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    acknowledged_at: Mapped[datetime | None]

    ticket: Mapped[Ticket] = relationship(lazy="raise")
    policy: Mapped[Policy] = relationship(lazy="raise")
    acknowledged_by: Mapped[Person | None] = relationship(
        lazy="raise", foreign_keys=[acknowledged_by_id]
    )


class Page(Model):
    """One person told of one ticket in one step of one loop.

    `token` is the link's token, sealed until the page is over; it is looked up by its hash.
    """

    __tablename__ = "page"
    __table_args__ = (
        UniqueConstraint("escalation_id", "loop", "step", "person_id"),
        Index("ix_page_newest", "person_id", "id"),
        Index("ix_page_code", "person_id", "code"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"))
    loop: Mapped[int]
    step: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # When the step was due; a page made much later than this is shown as late.
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    token: Mapped[bytes | None] = mapped_column(Sealed)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    token_expires_at: Mapped[datetime]
    # What a reply by text message names it by, among the pages of its person.
    code: Mapped[str] = mapped_column(String(6), default="")
    # Goes by the rules for important pages, and does not wait for the end of quiet hours.
    important: Mapped[bool]

    escalation: Mapped[Escalation] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")
    deliveries: Mapped[list["Delivery"]] = relationship(
        lazy="raise", back_populates="page", order_by="Delivery.id"
    )


class Delivery(Model):
    """One page by one of the person's rules: a contact, so many minutes after the page.

    Or, by its purpose, what the person is told of the page later. One that had to wait may go in
    the message of another one, which then carries it.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("page_id", "contact_id", "delay_min", "purpose"),
        Index("ix_delivery_budget", "person_id", "medium", "sent_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id"))
    # The page's, so that a person's budget is one range of an index.
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    purpose: Mapped[Purpose] = mapped_column(stored(Purpose), default=Purpose.PAGE)
    contact_id: Mapped[int | None] = mapped_column(
        ForeignKey("contact_method.id", ondelete="SET NULL"), index=True
    )
    delay_min: Mapped[int]
    # Copies, so that the log still reads when the contact is gone.
    channel: Mapped[str] = mapped_column(String(20))
    medium: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(254))
    state: Mapped[DeliveryState] = mapped_column(stored(DeliveryState))
    # When it may go; past, while it waits for the budget and goes with the next message.
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(Integer, default=0)
    # When it was handed over first, by itself or carried.
    sent_at: Mapped[datetime | None]
    # What it says where it is no page, such as that somebody has taken it.
    said: Mapped[str] = mapped_column(String(400), default="")
    carried_by_id: Mapped[int | None] = mapped_column(ForeignKey("delivery.id"), index=True)

    page: Mapped[Page] = relationship(lazy="raise", back_populates="deliveries")
    contact: Mapped[ContactMethod | None] = relationship(lazy="raise")
    attempts: Mapped[list["Attempt"]] = relationship(lazy="raise", order_by="Attempt.number")


class Attempt(Model):
    """One try of a delivery and what came of it."""

    __tablename__ = "delivery_attempt"
    __table_args__ = (UniqueConstraint("delivery_id", "number"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"))
    number: Mapped[int]
    state: Mapped[DeliveryState] = mapped_column(stored(DeliveryState))
    detail: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime]
