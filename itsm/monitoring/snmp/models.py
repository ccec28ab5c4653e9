"""Tables of trap intake: who may send, rules, names, what is wrong at devices, what was refused.

Models hold facts and no verbs. `service.py`, `mibs.py`, `reading.py` and `receiving.py` are their
only writers.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from itsm.assets.models import Ci
from itsm.kernel.events import Json
from itsm.monitoring.models import Integration
from itsm.monitoring.signal import Severity
from itsm.monitoring.snmp.ciphers import Auth, Privacy
from itsm.monitoring.snmp.gate import Drop
from itsm.monitoring.snmp.smi import Kind
from itsm.monitoring.snmp.usm import Level
from itsm.platform.database import Id, Model, Sealed, stored


class EngineState(StrEnum):
    """Whether a v3 engine may send; one that is refused is not listed again."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"


class ProblemState(StrEnum):
    """How sure we are of a problem; one that ended has no row."""

    HELD = "held"
    OPEN = "open"
    STALE = "stale"


class MibState(StrEnum):
    """What became of a MIB module that somebody uploaded."""

    WAITING = "waiting"
    MISSING = "missing"
    READY = "ready"
    REJECTED = "rejected"


class TrapSource(Model):
    """A set of devices that may send, known by their networks, for one integration."""

    __tablename__ = "trap_source"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    integration_id: Mapped[int] = mapped_column(ForeignKey("integration.id"), index=True)
    group: Mapped[str] = mapped_column("group_name", String(40), default="")
    networks: Mapped[Json] = mapped_column(JSON)
    # None: only the v3 users of this source may send.
    community: Mapped[bytes | None] = mapped_column(Sealed)
    # Whether the address inside a trap is believed: true for forwarders alone.
    trusted: Mapped[bool] = mapped_column(default=False)
    enabled: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    integration: Mapped[Integration] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy


class TrapUser(Model):
    """A v3 user; the keys are those that its passphrases hash to, not bound to an engine yet."""

    __tablename__ = "trap_user"
    __table_args__ = (
        CheckConstraint("(level = 'noAuthNoPriv') = (auth_key IS NULL)", name="auth_key"),
        CheckConstraint("(level = 'authPriv') = (privacy_key IS NOT NULL)", name="privacy_key"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(32), unique=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("trap_source.id"), index=True)
    level: Mapped[Level] = mapped_column(stored(Level))
    auth: Mapped[Auth] = mapped_column(stored(Auth))
    auth_key: Mapped[bytes | None] = mapped_column(Sealed)
    privacy: Mapped[Privacy] = mapped_column(stored(Privacy))
    privacy_key: Mapped[bytes | None] = mapped_column(Sealed)
    learn: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    source: Mapped[TrapSource] = relationship(lazy="raise")
    engines: Mapped[list["TrapEngine"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="TrapEngine.id"
    )


class TrapEngine(Model):
    """An engine from which a user sends; boots and time keep replays out after a restart."""

    __tablename__ = "trap_engine"
    __table_args__ = (UniqueConstraint("engine_id", "user_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    engine_id: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[int] = mapped_column(ForeignKey("trap_user.id"), index=True)
    state: Mapped[EngineState] = mapped_column(stored(EngineState))
    host: Mapped[str] = mapped_column(String(255), default="")
    address: Mapped[str] = mapped_column(String(64), default="")
    # The CI that it is: stronger than any name or address.
    ci_id: Mapped[int | None] = mapped_column(ForeignKey("ci.id"), index=True)
    boots: Mapped[int] = mapped_column(BigInteger, default=0)
    time: Mapped[int] = mapped_column("engine_time", BigInteger, default=0)
    heard_at: Mapped[datetime | None]
    # Traps that came before it was approved, none of which was kept.
    count: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime]
    last_seen: Mapped[datetime | None]

    user: Mapped[TrapUser] = relationship(lazy="raise", back_populates="engines")
    ci: Mapped[Ci | None] = relationship(lazy="raise")


class TrapRule(Model):
    """A rule of the instance's own; the lists are those of `rules.Rule`, checked on the way in."""

    __tablename__ = "trap_rule"
    __table_args__ = (CheckConstraint("hold_s BETWEEN 0 AND 3600", name="hold"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    position: Mapped[int]
    enabled: Mapped[bool] = mapped_column(default=True)
    oid: Mapped[str] = mapped_column(String(600))
    prefix: Mapped[bool]
    group: Mapped[str] = mapped_column("group_name", String(40))
    conditions: Mapped[Json] = mapped_column(JSON)
    raises: Mapped[bool]
    severity: Mapped[Severity | None] = mapped_column(stored(Severity))
    severity_field: Mapped[str] = mapped_column(String(200))
    severity_map: Mapped[Json] = mapped_column(JSON)
    title: Mapped[str] = mapped_column(String(400))
    body: Mapped[str] = mapped_column(String(4000))
    key: Mapped[str] = mapped_column("key_template", String(400))
    clears: Mapped[Json] = mapped_column(JSON)
    hold_s: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy


class TrapProblem(Model):
    """Something that traps say is wrong at an agent, until a trap says that it is over."""

    __tablename__ = "trap_problem"
    __table_args__ = (
        UniqueConstraint("integration_id", "agent", "problem_key"),
        Index("ix_trap_problem_agent", "integration_id", "agent", "state"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    integration_id: Mapped[int] = mapped_column(ForeignKey("integration.id"))
    agent: Mapped[str] = mapped_column(String(255))
    key: Mapped[str] = mapped_column("problem_key", String(400))
    state: Mapped[ProblemState] = mapped_column(stored(ProblemState))
    title: Mapped[str] = mapped_column(String(200))
    seen_at: Mapped[datetime]
    # Epoch seconds of the latest sightings, as many as the rule counts.
    recent: Mapped[Json] = mapped_column(JSON, default=list)


class TrapUnmatched(Model):
    """A trap OID that no rule speaks of, with the latest message that bore it."""

    __tablename__ = "trap_unmatched"
    __table_args__ = (Index("ix_trap_unmatched_last_seen", "last_seen"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    oid: Mapped[str] = mapped_column(String(1500), unique=True)
    count: Mapped[int] = mapped_column(BigInteger)
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]
    agent: Mapped[str] = mapped_column(String(255))
    intake_id: Mapped[int] = mapped_column(Id)


class Mib(Model):
    """A MIB module as it was uploaded, and what compiling made of it.

    `missing` are the modules that have to be uploaded before it can be compiled.
    """

    __tablename__ = "mib"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    state: Mapped[MibState] = mapped_column(stored(MibState))
    text: Mapped[str] = mapped_column(Text, deferred=True)
    missing: Mapped[Json] = mapped_column(JSON, default=list)
    notes: Mapped[Json] = mapped_column(JSON, default=list)
    # Its types, for the modules that import them.
    types: Mapped[Json] = mapped_column(JSON, default=dict, deferred=True)
    count: Mapped[int] = mapped_column(default=0)
    uploaded_at: Mapped[datetime]
    compiled_at: Mapped[datetime | None]


class MibName(Model):
    """One OID that an uploaded module gives a name to."""

    __tablename__ = "mib_name"
    __table_args__ = (
        UniqueConstraint("mib_id", "name"),
        Index("ix_mib_name_oid", "oid"),
        Index("ix_mib_name_name", "name"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    mib_id: Mapped[int] = mapped_column(ForeignKey("mib.id"))
    name: Mapped[str] = mapped_column(String(120))
    oid: Mapped[str] = mapped_column(String(600))
    kind: Mapped[Kind] = mapped_column(stored(Kind))
    words: Mapped[Json] = mapped_column(JSON)
    hint: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(Text)

    mib: Mapped[Mib] = relationship(lazy="raise")


class TrapReceiver(Model):
    """One receiver process: our engine towards informs, and how far its spool was taken in."""

    __tablename__ = "trap_receiver"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(255), unique=True)
    engine_id: Mapped[str] = mapped_column(String(64))
    boots: Mapped[int] = mapped_column(BigInteger)
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]
    accepted: Mapped[int] = mapped_column(BigInteger, default=0)
    accepted_at: Mapped[datetime | None]
    spool_file: Mapped[str] = mapped_column(String(64), default="")
    spool_offset: Mapped[int] = mapped_column(BigInteger, default=0)


class TrapDrop(Model):
    """How many datagrams a receiver did not keep, for one reason."""

    __tablename__ = "trap_drop"
    __table_args__ = (UniqueConstraint("receiver_id", "reason"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    receiver_id: Mapped[int] = mapped_column(ForeignKey("trap_receiver.id"))
    reason: Mapped[Drop] = mapped_column(stored(Drop))
    count: Mapped[int] = mapped_column(BigInteger)
    last_at: Mapped[datetime]
    last_address: Mapped[str] = mapped_column(String(64))

    receiver: Mapped[TrapReceiver] = relationship(lazy="raise")
