"""Tables of configuration items, the names they answer to, and how they hang together."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from itsm.assets.states import LIFE, State
from itsm.kernel.access import Facts
from itsm.kernel.events import Json
from itsm.people.models import Person, Site, Team
from itsm.platform.database import Id, Model, stored


class Criticality(StrEnum):
    """How much it hurts when a CI fails, worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Environment(StrEnum):
    """What a CI is there for."""

    PRODUCTION = "production"
    STAGING = "staging"
    TEST = "test"
    DEVELOPMENT = "development"


class NameKind(StrEnum):
    """What sort of name a CI answers to."""

    NAME = "name"
    FQDN = "fqdn"
    IP = "ip"
    MAC = "mac"
    ALIAS = "alias"


class RelationType(StrEnum):
    """How the source of a relation needs its target."""

    DEPENDS_ON = "depends_on"
    RUNS_ON = "runs_on"


class CiClass(Model):
    """A class of CIs, as data: its parent, and the attributes its CIs have beyond those of all.

    `attributes` is a list of {"name", "label", "type": "text" | "number" | "date" | "yes_no"};
    those of the parent hold as well.
    """

    __tablename__ = "ci_class"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    icon: Mapped[str] = mapped_column(String(40))
    parent_key: Mapped[str | None] = mapped_column(ForeignKey("ci_class.key"), index=True)
    attributes: Mapped[Json] = mapped_column(JSON, default=list)


class Ci(Model):
    """A thing that can fail or be changed, from a business service down to a printer."""

    __tablename__ = "ci"
    __table_args__ = (
        Index("ix_ci_by_name", "name", "id"),
        Index("ix_ci_class", "class_key", "name", "id"),
        Index("ix_ci_owner_team", "owner_team_id", "name", "id"),
        Index("ix_ci_criticality", "criticality", "name", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    class_key: Mapped[str] = mapped_column(ForeignKey("ci_class.key"))
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[State] = mapped_column(stored(State), default=LIFE.start)
    criticality: Mapped[Criticality] = mapped_column(
        stored(Criticality), default=Criticality.MEDIUM
    )
    environment: Mapped[Environment] = mapped_column(
        stored(Environment), default=Environment.PRODUCTION
    )
    owner_team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    used_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), index=True)
    attributes: Mapped[Json] = mapped_column(JSON, default=dict)
    sources: Mapped[Json] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    ci_class: Mapped[CiClass] = relationship(lazy="raise")
    owner_team: Mapped[Team | None] = relationship(lazy="raise")
    owner: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[owner_id])
    used_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[used_by_id])
    site: Mapped[Site | None] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy

    def facts(self) -> Facts:
        """Return what the access policy needs to know."""
        owners = frozenset(
            person for person in (self.owner_id, self.used_by_id) if person is not None
        )
        return Facts(team_id=self.owner_team_id, owner_ids=owners)


class CiName(Model):
    """One name or address that a CI answers to, normalised as `names.py` does.

    `short` is the first label of a host name, so that db-01 and db-01.example.org find each other.
    """

    __tablename__ = "ci_name"
    __table_args__ = (
        UniqueConstraint("ci_id", "kind", "value"),
        Index("ix_ci_name_value", "value"),
        Index("ix_ci_name_short", "short"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ci_id: Mapped[int] = mapped_column(ForeignKey("ci.id"))
    kind: Mapped[NameKind] = mapped_column(stored(NameKind))
    value: Mapped[str] = mapped_column(String(255))
    short: Mapped[str] = mapped_column(String(63), default="")


class CiRelation(Model):
    """The source needs the target: a fault of the target hits the source."""

    __tablename__ = "ci_relation"
    __table_args__ = (
        UniqueConstraint("source_id", "target_id", "type"),
        CheckConstraint("source_id <> target_id", name="no_self_loop"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("ci.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("ci.id"), index=True)
    type: Mapped[RelationType] = mapped_column(stored(RelationType))
    created_at: Mapped[datetime]

    source: Mapped[Ci] = relationship(lazy="raise", foreign_keys=[source_id])
    target: Mapped[Ci] = relationship(lazy="raise", foreign_keys=[target_id])


class TicketCi(Model):
    """A CI that a ticket is about."""

    __tablename__ = "ticket_ci"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    ci_id: Mapped[int] = mapped_column(ForeignKey("ci.id"), primary_key=True, index=True)

    ci: Mapped[Ci] = relationship(lazy="raise")


class CiImport(Model):
    """A table of CIs that somebody handed in: its text, its columns' meaning, what came of it."""

    __tablename__ = "ci_import"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    content: Mapped[str] = mapped_column(Text)
    columns: Mapped[Json] = mapped_column(JSON)
    report: Mapped[Json] = mapped_column(JSON, default=None)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
