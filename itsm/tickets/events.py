"""What happens to tickets of every kind; each kind has events of its own besides."""

from dataclasses import dataclass
from typing import ClassVar

from itsm.desk.events import TicketEvent
from itsm.kernel.events import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketAssigned(TicketEvent):
    """It has another owner: a person's name, a team's name, or None for nobody.

    `taken` when the person did so themselves.
    """

    name: ClassVar[str] = "ticket.assigned"

    taken: bool
    assignee: str | None
    assignee_id: int | None
    team: str | None
    team_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketChanged(TicketEvent):
    """A property has another value."""

    name: ClassVar[str] = "ticket.changed"

    field: str
    before: Json
    after: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRestored(TicketEvent):
    """A step was taken back: it stands where it stood before."""

    name: ClassVar[str] = "ticket.restored"

    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketThanked(TicketEvent):
    """Its requester said thanks and nothing else, so it stays solved."""

    name: ClassVar[str] = "ticket.thanked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosesSoon(TicketEvent):
    """It is solved, and closes in a day unless its requester says that it is not."""

    name: ClassVar[str] = "ticket.closes_soon"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerAwaited(TicketEvent):
    """Its requester was reminded that an answer is awaited: the `reminder`th of `of` times."""

    name: ClassVar[str] = "ticket.answer_awaited"

    reminder: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketConverted(TicketEvent):
    """It became one of another kind, under another number."""

    name: ClassVar[str] = "ticket.converted"

    kind: str
    before: str
    after: str
