"""Tables of monitoring: integrations, alerts and what happened to them.

Models hold facts and no verbs. `service.py` and `intake.py` are the only writers.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from itsm.assets.models import Ci
from itsm.desk.models import Ticket
from itsm.kernel.events import Json
from itsm.monitoring.signal import Severity
from itsm.monitoring.states import State
from itsm.oncall.models import Policy
from itsm.platform.database import Id, Model, stored

NOT_CLOSED = text("state <> 'closed'")


class Change(StrEnum):
    """What happened to an alert; repeats are counted and leave no row."""

    OPENED = "opened"
    REOPENED = "reopened"
    ROSE = "rose"
    FELL = "fell"
    ACKNOWLEDGED = "acknowledged"
    LAPSED = "lapsed"
    SUPPRESSED = "suppressed"
    RELEASED = "released"
    FLAPPING = "flapping"
    WAVERED = "wavered"
    """While it flaps: its source says that it is over, or that it fires again."""
    STEADY = "steady"
    RESOLVED = "resolved"
    EXPIRED = "expired"
    CLOSED = "closed"
    STALE = "stale"
    EARLY = "early"
    MAPPED = "mapped"


class Why(StrEnum):
    """What may keep an alert quiet."""

    DOWNTIME = "downtime"
    """A downtime at its source."""
    SILENCE = "silence"
    """A person, until some time."""
    MAINTENANCE = "maintenance"
    """A planned maintenance here."""
    PARENT = "parent"
    """Something that it depends on is down."""


class Integration(Model):
    """One monitoring system that may post, with its key (hashed) and how it is read."""

    __tablename__ = "integration"
    __table_args__ = (
        CheckConstraint("rate_per_minute BETWEEN 1 AND 10000000", name="rate"),
        CheckConstraint("burst BETWEEN 1 AND 10000000", name="burst"),
        CheckConstraint(
            "(previous_hash IS NULL) = (previous_until IS NULL)", name="previous_key_ends"
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120), unique=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    # While a rotated key is being replaced at the source, the old one still works.
    previous_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    previous_until: Mapped[datetime | None]
    default_severity: Mapped[Severity] = mapped_column(stored(Severity), default=Severity.MEDIUM)
    severity_map: Mapped[Json] = mapped_column(JSON, default=dict)
    mapping: Mapped[Json] = mapped_column(JSON, default=None)
    verify_signature: Mapped[bool] = mapped_column(default=False)
    policy_id: Mapped[int | None] = mapped_column(ForeignKey("escalation_policy.id"), index=True)
    rate_per_minute: Mapped[int]
    burst: Mapped[int]
    # Minutes without news after which its alerts count as over; None means never.
    stale_after: Mapped[int | None]
    # Incidents within 5 minutes after which one more is a storm; None where there are no storms.
    storm_after: Mapped[int | None] = mapped_column(default=20)
    # Minutes within which it promises a message; None where its silence means nothing.
    expects_every: Mapped[int | None]
    # Its last message, while it is silent and an alert says so.
    silent_since: Mapped[datetime | None]
    enabled: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    policy: Mapped[Policy | None] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy


class Bucket(Model):
    """What an integration may still send, and how often it sent more than that.

    Apart from the integration, so that drawing from it locks nothing that a message reads.
    """

    __tablename__ = "integration_bucket"

    integration_id: Mapped[int] = mapped_column(ForeignKey("integration.id"), primary_key=True)
    tokens: Mapped[int]
    filled_at: Mapped[datetime]
    refused: Mapped[int] = mapped_column(default=0)
    refused_at: Mapped[datetime | None]


class Alert(Model):
    """One trouble at one source, from its first fire to its end; repeats only raise `count`.

    A row with count 0 is the mark of a recovery that came before its alert: it keeps an older fire
    from opening anything, and no list shows it.
    """

    __tablename__ = "alert"
    __table_args__ = (
        CheckConstraint("count >= 0", name="count"),
        CheckConstraint("count > 0 OR state IN ('resolved', 'closed')", name="uncounted_is_over"),
        CheckConstraint(
            "(state IN ('resolved', 'closed')) = (resolved_at IS NOT NULL)", name="resolved_at"
        ),
        Index(
            "uq_alert_fingerprint",
            "fingerprint",
            unique=True,
            postgresql_where=NOT_CLOSED,
            sqlite_where=NOT_CLOSED,
        ),
        Index("ix_alert_changed", "state", "changed_at", "id"),
        Index("ix_alert_integration", "integration_id", "changed_at", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    integration_id: Mapped[int] = mapped_column(ForeignKey("integration.id"))
    fingerprint: Mapped[str] = mapped_column(String(64))
    source_key: Mapped[str] = mapped_column(String(512))
    state: Mapped[State] = mapped_column(stored(State))
    severity: Mapped[Severity] = mapped_column(stored(Severity))
    title: Mapped[str] = mapped_column(String(400))
    body: Mapped[str] = mapped_column(Text)
    check: Mapped[str] = mapped_column("check_name", String(255))
    hosts: Mapped[Json] = mapped_column(JSON)
    labels: Mapped[Json] = mapped_column(JSON)
    url: Mapped[str] = mapped_column(String(2000))
    count: Mapped[int]
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]
    # When state or severity last changed, by our clock; repeats leave it and its index alone.
    changed_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    # Set while it flaps: its recovery is not believed until it has been steady for a while.
    flapping_since: Mapped[datetime | None]
    # Set while it flaps and its source's last word is that it is over.
    calm_since: Mapped[datetime | None]
    # When it last opened or ended, in seconds since 1970; a few of them.
    flips: Mapped[Json] = mapped_column(JSON, default=None)
    # The latest state by the source's own clock; None where the source gave no time.
    source_at: Mapped[datetime | None]
    ci_id: Mapped[int | None] = mapped_column(ForeignKey("ci.id"), index=True)
    ci_note: Mapped[str] = mapped_column(String(400), default="")
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    # Beside the id, so that a repeat is answered without a look at the ticket; it never changes.
    incident_number: Mapped[str | None] = mapped_column(String(24))

    integration: Mapped[Integration] = relationship(lazy="raise")
    ci: Mapped[Ci | None] = relationship(lazy="raise")
    incident: Mapped[Ticket | None] = relationship(lazy="raise")


class AlertEvent(Model):
    """One change of an alert; rows are only ever added."""

    __tablename__ = "alert_event"
    __table_args__ = (Index("ix_alert_event_alert", "alert_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"))
    change: Mapped[Change] = mapped_column(stored(Change))
    state: Mapped[State] = mapped_column(stored(State))
    severity: Mapped[Severity] = mapped_column(stored(Severity))
    at: Mapped[datetime]
    source_at: Mapped[datetime | None]
    # The message it came by; messages may be pruned before alerts are, hence no foreign key.
    intake_id: Mapped[int | None] = mapped_column(Id)
    actor_name: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(400), default="")


class Suppression(Model):
    """One reason that keeps an alert quiet now; an alert may have several, and needs none to end.

    It may also stand at an alert that is over: then the alert's next fire is quiet.
    """

    __tablename__ = "alert_suppression"
    __table_args__ = (UniqueConstraint("alert_id", "why", "key"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"))
    why: Mapped[Why] = mapped_column(stored(Why))
    # Which of them, where there may be several of a sort, such as a maintenance's id.
    key: Mapped[str] = mapped_column(String(80), default="")
    note: Mapped[str] = mapped_column(String(400))
    by_name: Mapped[str] = mapped_column(String(200))
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    # Ends with the alert's recovery, if that comes before `until`.
    until_recovery: Mapped[bool]


class UnmappedHost(Model):
    """A name that alerts bear and no CI answers to, or more than one."""

    __tablename__ = "unmapped_host"
    __table_args__ = (Index("ix_unmapped_host_last_seen", "last_seen"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(255), unique=True)
    reason: Mapped[str] = mapped_column(String(400))
    count: Mapped[int]
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"), index=True)
