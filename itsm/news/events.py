"""What happens to a person's news."""

from dataclasses import dataclass
from typing import ClassVar

from itsm.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsRead(Event):
    """A person has read so many pieces of news."""

    name: ClassVar[str] = "news.read"
    about: ClassVar[str] = "person"
    person_id: int
    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsChosen(Event):
    """A person wants to be told other things, by other channels, or at another hour."""

    name: ClassVar[str] = "news.chosen"
    about: ClassVar[str] = "person"
    person_id: int
    wanted: list[str]
    digest_hour: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketLeft(Event):
    """A person wants no more news of a ticket."""

    name: ClassVar[str] = "ticket.left"
    about: ClassVar[str] = "ticket"
    ticket_id: int
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFollowed(Event):
    """A person wants news of a ticket again."""

    name: ClassVar[str] = "ticket.followed"
    about: ClassVar[str] = "ticket"
    ticket_id: int
    person: str
