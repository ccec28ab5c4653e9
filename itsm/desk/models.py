"""Tables that all kinds of tickets share."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.schema import SchemaItem

from itsm.kernel.access import Facts
from itsm.kernel.events import Json
from itsm.people.models import Person, Team
from itsm.platform.database import Id, Model, stored


class Kind(StrEnum):
    """What sort of ticket."""

    INCIDENT = "incident"
    REQUEST = "request"


class Source(StrEnum):
    """The channel by which a ticket or a comment came."""

    PORTAL = "portal"
    EMAIL = "email"
    PHONE = "phone"
    CHAT = "chat"
    API = "api"
    MONITORING = "monitoring"


class Visibility(StrEnum):
    """Who may read a comment."""

    PUBLIC = "public"
    INTERNAL = "internal"


class LinkType(StrEnum):
    """How one ticket relates to another."""

    DUPLICATE_OF = "duplicate_of"
    CAUSED_BY = "caused_by"
    RELATED_TO = "related_to"
    RECURRENCE_OF = "recurrence_of"


class Desk(Model):
    """A department that takes tickets, apart from all other desks."""

    __tablename__ = "desk"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    # Its tickets are read by those alone who take part in them or have the right to such.
    confidential: Mapped[bool] = mapped_column(default=False)
    # None but those who work at it are told that it is there.
    internal: Mapped[bool] = mapped_column(default=False)
    # Of its numbers; empty where they are those of each kind, such as INC.
    prefix: Mapped[str] = mapped_column(String(8), default="")
    # Whom a new ticket goes to that nobody else is named for.
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    active: Mapped[bool] = mapped_column(default=True)
    # How long what is solved waits for its requester's word before it closes by itself.
    close_after_h: Mapped[int] = mapped_column(default=72)
    # Whether its requester is told a day before.
    warns: Mapped[bool] = mapped_column(default=True)
    # Whoever does not answer is reminded so often, each time after so many days; 0 for never.
    remind_after_days: Mapped[int] = mapped_column(default=3)
    reminders: Mapped[int] = mapped_column(default=2)

    team: Mapped[Team | None] = relationship(lazy="raise")


class Category(Model):
    """What the tickets of a desk are about; a retired one is no longer offered."""

    __tablename__ = "category"
    __table_args__ = (UniqueConstraint("desk_id", "name"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"))
    name: Mapped[str] = mapped_column(String(120))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    active: Mapped[bool] = mapped_column(default=True)

    team: Mapped[Team | None] = relationship(lazy="raise")


class Series(Model):
    """The running number of one prefix, such as INC; numbers are never used again."""

    __tablename__ = "series"

    prefix: Mapped[str] = mapped_column(String(12), primary_key=True)
    last: Mapped[int]


class PriorityRule(Model):
    """One cell of the matrix that turns impact and urgency into priority."""

    __tablename__ = "priority_rule"
    __table_args__ = (
        CheckConstraint("impact BETWEEN 1 AND 3", name="impact"),
        CheckConstraint("urgency BETWEEN 1 AND 3", name="urgency"),
        CheckConstraint("priority BETWEEN 1 AND 4", name="priority"),
    )

    impact: Mapped[int] = mapped_column(primary_key=True)
    urgency: Mapped[int] = mapped_column(primary_key=True)
    priority: Mapped[int]


# The table holds the state rules of every kind, since lists filter by state here. The names are
# those of each kind's `states.py`; a test compares them.
INCIDENT_STATES = (
    "kind <> 'incident' OR state IN "
    "('new', 'in_progress', 'pending', 'resolved', 'closed', 'cancelled')"
)
INCIDENT_OPEN = "kind <> 'incident' OR open = (state IN ('new', 'in_progress', 'pending'))"
INCIDENT_RESOLVED = (
    "kind <> 'incident' OR (state IN ('resolved', 'closed')) = (resolved_at IS NOT NULL)"
)
REQUEST_STATES = (
    "kind <> 'request' OR state IN ('new', 'awaiting_approval', 'in_progress', 'pending', "
    "'fulfilled', 'closed', 'rejected', 'cancelled')"
)
REQUEST_OPEN = (
    "kind <> 'request' OR open = (state IN ('new', 'awaiting_approval', 'in_progress', 'pending'))"
)
REQUEST_RESOLVED = (
    "kind <> 'request' OR (state IN ('fulfilled', 'closed')) = (resolved_at IS NOT NULL)"
)


def _when_created(context: DefaultExecutionContext) -> object:
    row: dict[str, object] = context.get_current_parameters()  # type: ignore[no-untyped-call]
    return row["created_at"]


class Ticket(Model):
    """What every kind of ticket has; lists filter and sort by these columns."""

    __tablename__ = "ticket"
    __table_args__: tuple[SchemaItem, ...] = (
        CheckConstraint("impact BETWEEN 1 AND 3", name="impact"),
        CheckConstraint("urgency BETWEEN 1 AND 3", name="urgency"),
        CheckConstraint("priority BETWEEN 1 AND 4", name="priority"),
        CheckConstraint(INCIDENT_STATES, name="incident_state"),
        CheckConstraint(INCIDENT_OPEN, name="incident_open"),
        CheckConstraint(INCIDENT_RESOLVED, name="incident_resolved_at"),
        CheckConstraint(REQUEST_STATES, name="request_state"),
        CheckConstraint(REQUEST_OPEN, name="request_open"),
        CheckConstraint(REQUEST_RESOLVED, name="request_resolved_at"),
        CheckConstraint("reopened_count >= 0", name="reopened_count"),
        Index("ix_ticket_newest", "kind", "open", "id"),
        Index("ix_ticket_team", "team_id", "open", "id"),
        Index("ix_ticket_assignee", "assignee_id", "open", "id"),
        Index("ix_ticket_desk", "desk_id", "kind", "open", "id"),
        Index("ix_ticket_priority", "kind", "open", "priority", "id"),
        Index("ix_ticket_updated", "kind", "open", "updated_at", "id"),
        Index("ix_ticket_worked", "kind", "open", "worked_at", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[Kind] = mapped_column(stored(Kind))
    number: Mapped[str] = mapped_column(String(24), unique=True)
    title: Mapped[str] = mapped_column(String(400))
    description: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(32))
    # Kept beside the state so that every list of open tickets is one index range.
    open: Mapped[bool] = mapped_column(default=True)
    impact: Mapped[int]
    urgency: Mapped[int]
    priority: Mapped[int]
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"))
    category: Mapped[str] = mapped_column(String(120), default="")
    tags: Mapped[Json] = mapped_column(JSON, default=list)
    source: Mapped[Source] = mapped_column(stored(Source))
    confidential: Mapped[bool] = mapped_column(default=False)
    requester_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    # When somebody last did something about it who is not its requester.
    worked_at: Mapped[datetime] = mapped_column(default=_when_created)
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    touched_by_person: Mapped[bool] = mapped_column(default=False)
    resolution_code: Mapped[str] = mapped_column(String(40), default="")
    # What fixed or fulfilled it; its requester reads it.
    resolution: Mapped[str] = mapped_column(Text, default="")
    # Why work has to wait, while it does.
    waits_for: Mapped[str] = mapped_column(String(400), default="")
    reopened_count: Mapped[int] = mapped_column(default=0)
    # By when it should be done, as its requester reads it.
    expected_at: Mapped[datetime | None]
    # Whether it is a major incident now; beside the row that says how, so that lists need no join.
    major: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    desk: Mapped[Desk] = relationship(lazy="raise")
    requester: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[requester_id])
    assignee: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[assignee_id])
    team: Mapped[Team | None] = relationship(lazy="raise")
    watchers: Mapped[list["Watcher"]] = relationship(lazy="raise", viewonly=True)

    __mapper_args__ = {  # noqa: RUF012 - read by SQLAlchemy
        "polymorphic_on": kind,
        "version_id_col": version,
    }

    def facts(self) -> Facts:
        """Return what the access policy needs to know.

        Watchers count as owners where they were loaded, as `queries.get` does.
        """
        watchers: list[Watcher] = self.__dict__.get("watchers", [])
        people = (self.requester_id, self.assignee_id, *(one.person_id for one in watchers))
        owners = frozenset(person for person in people if person is not None)
        return Facts(self.desk_id, self.team_id, owners, bool(self.confidential))


class FormerNumber(Model):
    """A number that a ticket had before it became one of another kind; it leads there still."""

    __tablename__ = "former_number"

    number: Mapped[str] = mapped_column(String(24), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)


class Comment(Model):
    """A public reply or an internal note."""

    __tablename__ = "comment"
    __table_args__ = (Index("ix_comment_ticket", "ticket_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    author_name: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    visibility: Mapped[Visibility] = mapped_column(stored(Visibility))
    source: Mapped[Source] = mapped_column(stored(Source))
    created_at: Mapped[datetime]

    author: Mapped[Person | None] = relationship(lazy="raise")


class Attachment(Model):
    """A file on a ticket; its content lies in storage under its SHA-256."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"), index=True)
    name: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    visibility: Mapped[Visibility] = mapped_column(stored(Visibility))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]


class Link(Model):
    """One ticket's relation to another."""

    __tablename__ = "ticket_link"
    __table_args__ = (UniqueConstraint("ticket_id", "type", "target_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    type: Mapped[LinkType] = mapped_column(stored(LinkType))
    created_at: Mapped[datetime]


class Merge(Model):
    """One ticket's conversation goes on in another; its own rows stay where they are.

    `follows` tells whether its requester watches the other for that alone.
    """

    __tablename__ = "ticket_merge"

    source_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    follows: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class Watcher(Model):
    """Somebody who follows a ticket, and may therefore read it."""

    __tablename__ = "watcher"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)

    person: Mapped[Person] = relationship(lazy="raise")


class SavedView(Model):
    """A list's filters, sort and columns under a name: its owner's, or everybody's."""

    __tablename__ = "saved_view"
    __table_args__ = (Index("ix_saved_view_owner", "owner_id", "place"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    shared: Mapped[bool] = mapped_column(default=False)
    place: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    query: Mapped[str] = mapped_column(String(2000))
