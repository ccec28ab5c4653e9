"""What happens to surveys."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from itsm.kernel.events import Event, Json


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyRuled(Event):
    """It was said when a desk asks; the whole of it, before and after."""

    name: ClassVar[str] = "desk.survey_ruled"
    about: ClassVar[str] = "desk"

    desk_id: int
    before: dict[str, Json] | None
    after: dict[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyDrawn(Event):
    """It was decided whether the requester is to be asked: `draw` below `percent` says yes."""

    name: ClassVar[str] = "ticket.survey_drawn"
    about: ClassVar[str] = "ticket"

    ticket_id: int
    draw: int
    percent: int
    drawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAsked(Event):
    """The requester was asked how we did."""

    name: ClassVar[str] = "ticket.survey_asked"
    about: ClassVar[str] = "ticket"

    ticket_id: int
    person: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyNotAsked(Event):
    """The requester was drawn and not asked after all."""

    name: ClassVar[str] = "ticket.survey_not_asked"
    about: ClassVar[str] = "ticket"

    ticket_id: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAnswered(Event):
    """The requester said how we did, under their name."""

    name: ClassVar[str] = "ticket.survey_answered"
    about: ClassVar[str] = "ticket"

    ticket_id: int
    person: str
    rating: int
    before: int | None
    commented: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAnsweredUnnamed(Event):
    """Somebody said how a desk did, and not who they are: neither ticket nor rating is told."""

    name: ClassVar[str] = "desk.survey_answered"
    about: ClassVar[str] = "desk"

    desk_id: int
