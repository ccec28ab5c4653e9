"""What happens to major incidents; each is about the ticket, so that its timeline tells it."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from itsm.desk.events import TicketEvent
from itsm.desk.models import Visibility
from itsm.incidents.major.states import Role, Status
from itsm.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class MajorDeclared(TicketEvent):
    """The incident is a major one from now on; `again` where it had been demoted before."""

    name: ClassVar[str] = "major.declared"

    again: bool
    interval_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MajorDemoted(TicketEvent):
    """It is a major incident no longer."""

    name: ClassVar[str] = "major.demoted"

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MajorChanged(TicketEvent):
    """Its public headline, or how often an update is due, was changed."""

    name: ClassVar[str] = "major.changed"

    headline: str
    interval_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGiven(TicketEvent):
    """A person has a role; `taken` when they took it themselves, `before` is who had it."""

    name: ClassVar[str] = "major.role_given"

    role: Role
    person: str
    person_id: int
    taken: bool
    before: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGivenUp(TicketEvent):
    """Nobody has the role any more."""

    name: ClassVar[str] = "major.role_given_up"

    role: Role
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponderJoined(TicketEvent):
    """Somebody works on it from now on; `own` by themselves, `paged` since they took its page."""

    name: ClassVar[str] = "major.responder_joined"

    person: str
    person_id: int
    own: bool
    paged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponderLeft(TicketEvent):
    """Somebody works on it no longer."""

    name: ClassVar[str] = "major.responder_left"

    person: str
    person_id: int
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedCounted(TicketEvent):
    """Somebody said that it hits them as well."""

    name: ClassVar[str] = "major.affected_counted"

    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateWritten(TicketEvent):
    """An update was written; its text is the comment's. The next one is due at `next_due`."""

    name: ClassVar[str] = "major.update_written"

    comment_id: int
    visibility: Visibility
    status: Status | None
    next_due: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateMissed(TicketEvent):
    """An update is due and not written; `person` is who is to write it, None if nobody is."""

    name: ClassVar[str] = "major.update_missed"

    role: Role | None
    person: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDrafted(TicketEvent):
    """A draft of the review was made from the journal."""

    name: ClassVar[str] = "major.review_drafted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewEdited(TicketEvent):
    """The text of the review was changed."""

    name: ClassVar[str] = "major.review_edited"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionAdded(TicketEvent):
    """Something is to be done so that it does not happen again."""

    name: ClassVar[str] = "major.action_added"

    action_id: int
    title: str
    owner: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionChanged(TicketEvent):
    """An action item was done, opened again, or given another title, owner or date."""

    name: ClassVar[str] = "major.action_changed"

    action_id: int
    title: str
    owner: str | None
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusLinksSwitched(Event):
    """Status pages may be read by anyone with their link, or by those alone who are logged in."""

    name: ClassVar[str] = "config.status_links_switched"
    about: ClassVar[str] = "config"

    config_id: int = 1
    on: bool
