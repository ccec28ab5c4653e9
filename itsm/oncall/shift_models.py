"""Tables of what became of rotas: recorded shifts, told gaps, notices, requests, calendars.

Models hold facts and no verbs; the writers are `watch.py`, `notices.py`, `cover.py` and
`calendars.py`.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from itsm.notify.channel import OutcomeState
from itsm.oncall.cover_states import CoverKind, CoverState
from itsm.oncall.models import Schedule
from itsm.people.models import Person
from itsm.platform.database import Id, Model, stored


class ScheduleWatch(Model):
    """From when to when it is on record who was on call by a schedule."""

    __tablename__ = "schedule_watch"

    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"), primary_key=True)
    since: Mapped[datetime]
    until: Mapped[datetime]


class RecordedShift(Model):
    """Who was on call, as it was: no later change of the rules reaches it."""

    __tablename__ = "recorded_shift"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_later"),
        Index("ix_recorded_shift_time", "schedule_id", "ends_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class ToldGap(Model):
    """A gap of which a schedule's owners were told, so that they are told once."""

    __tablename__ = "told_gap"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="ends_later"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    told_at: Mapped[datetime]
    # Names, as they were; empty where there was nobody to tell.
    told: Mapped[str] = mapped_column(String(400), default="")


class Notice(Model):
    """Something that a person was told about a schedule, which needs no answer."""

    __tablename__ = "oncall_notice"
    __table_args__ = (Index("ix_oncall_notice_newest", "person_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(20), default="")
    outcome: Mapped[OutcomeState | None] = mapped_column(stored(OutcomeState))
    detail: Mapped[str] = mapped_column(String(200), default="")


class CoverRequest(Model):
    """Somebody asks for their time on call to be covered, or offers to swap it for another's.

    `asked` is who is asked, None for an offer to all who may take it. What is given in return
    stands in `return_starts_at` and `return_ends_at`.
    """

    __tablename__ = "cover_request"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_later"),
        CheckConstraint("(kind = 'offer') = (asked_id IS NULL)", name="offer_to_all"),
        CheckConstraint(
            "(kind = 'swap') = (return_starts_at IS NOT NULL)"
            " AND (return_starts_at IS NULL) = (return_ends_at IS NULL)"
            " AND (return_ends_at IS NULL OR return_ends_at > return_starts_at)",
            name="swap_returns",
        ),
        CheckConstraint(
            "(state IN ('accepted', 'declined')) = (answered_by_id IS NOT NULL)", name="answered"
        ),
        Index("ix_cover_request_open", "state", "schedule_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"), index=True)
    kind: Mapped[CoverKind] = mapped_column(stored(CoverKind))
    state: Mapped[CoverState] = mapped_column(stored(CoverState))
    asker_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    return_starts_at: Mapped[datetime | None]
    return_ends_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(String(400), default="")
    created_at: Mapped[datetime]
    # When it ends by itself: what is left of a shift can be covered, a swap is of whole shifts.
    expires_at: Mapped[datetime]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    answered_at: Mapped[datetime | None]

    schedule: Mapped[Schedule] = relationship(lazy="raise")
    asker: Mapped[Person] = relationship(lazy="raise", foreign_keys=[asker_id])
    asked: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[asked_id])
    answered_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[answered_by_id])


class CalendarFeed(Model):
    """A secret address at which a calendar program reads shifts; only its hash is kept.

    Without a schedule it holds its owner's own shifts, else all of that schedule's.
    """

    __tablename__ = "calendar_feed"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    schedule_id: Mapped[int | None] = mapped_column(ForeignKey("schedule.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="raise")
    schedule: Mapped[Schedule | None] = relationship(lazy="raise")
