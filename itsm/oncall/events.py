"""What happens on call. Events about a ticket stand on its timeline."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from itsm.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationStarted(Event):
    """Paging began for a ticket, or began anew."""

    name: ClassVar[str] = "escalation.started"
    about: ClassVar[str] = "ticket"
    ticket_id: int
    escalation_id: int
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPaged(Event):
    """A person is being told. `late_s` is how much later than it was due, in seconds."""

    name: ClassVar[str] = "page.triggered"
    about: ClassVar[str] = "ticket"
    ticket_id: int
    page_id: int
    person_id: int
    person: str
    loop: int
    step: int
    late_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NobodyOnCall(Event):
    """A step named nobody who can be reached; the next one followed at once."""

    name: ClassVar[str] = "escalation.nobody_on_call"
    about: ClassVar[str] = "ticket"
    ticket_id: int
    policy: str
    loop: int
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationFoundNobody(Event):
    """A whole loop reached nobody: the fallback is told, and operators are to know."""

    name: ClassVar[str] = "escalation.found_nobody"
    about: ClassVar[str] = "ticket"
    ticket_id: int
    policy: str
    loop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationExhausted(Event):
    """The policy has run out and nobody has answered."""

    name: ClassVar[str] = "escalation.exhausted"
    about: ClassVar[str] = "ticket"
    ticket_id: int
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAcknowledged(Event):
    """Somebody has taken it, a person here or one at the source: nobody is told before `until`."""

    name: ClassVar[str] = "page.acknowledged"
    about: ClassVar[str] = "ticket"
    ticket_id: int
    person_id: int | None
    person: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgementTimedOut(Event):
    """Whoever had taken it has let the time pass: paging begins anew."""

    name: ClassVar[str] = "page.acknowledgement_timed_out"
    about: ClassVar[str] = "ticket"
    ticket_id: int
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationHeld(Event):
    """Nobody is told for now: what it was about is kept quiet."""

    name: ClassVar[str] = "escalation.held"
    about: ClassVar[str] = "ticket"
    ticket_id: int
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationEnded(Event):
    """The ticket needs nobody any more; what was still to be sent is not sent."""

    name: ClassVar[str] = "escalation.ended"
    about: ClassVar[str] = "ticket"
    ticket_id: int
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryTried(Event):
    """One try to reach somebody came to this."""

    name: ClassVar[str] = "page.delivery_tried"
    about: ClassVar[str] = "ticket"
    ticket_id: int
    page_id: int
    person: str
    channel: str
    state: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonNotReached(Event):
    """Every way to reach a person failed; the next step followed at once."""

    name: ClassVar[str] = "page.not_reached"
    about: ClassVar[str] = "ticket"
    ticket_id: int
    person_id: int
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionReported(Event):
    """The person who was paged says what fixed it."""

    name: ClassVar[str] = "page.resolution_reported"
    about: ClassVar[str] = "ticket"
    ticket_id: int
    page_id: int
    person_id: int
    resolution: str
    silence_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePassedOn(Event):
    """Somebody who was paged cannot see to it: the next step followed at once."""

    name: ClassVar[str] = "page.passed_on"
    about: ClassVar[str] = "ticket"
    ticket_id: int
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponderAsked(Event):
    """A person or a team is paged besides those who were paged first."""

    name: ClassVar[str] = "page.responder_asked"
    about: ClassVar[str] = "ticket"
    ticket_id: int
    responder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver(Event):
    """Another team has it from now on: its policy pages, and all others have ended."""

    name: ClassVar[str] = "page.handed_over"
    about: ClassVar[str] = "ticket"
    ticket_id: int
    team_id: int
    team: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleSaved(Event):
    """A schedule was made or edited; `layers` says what it now holds, in words."""

    name: ClassVar[str] = "schedule.saved"
    about: ClassVar[str] = "schedule"
    schedule_id: int
    title: str
    zone: str
    layers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleOverridden(Event):
    """Somebody takes, adds or leaves time on call; `gaps` counts the gaps that it leaves."""

    name: ClassVar[str] = "schedule.overridden"
    about: ClassVar[str] = "schedule"
    schedule_id: int
    change: str
    person_id: int
    replaces_id: int | None
    starts_at: datetime
    ends_at: datetime
    gaps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideRemoved(Event):
    """An override was taken back."""

    name: ClassVar[str] = "schedule.override_removed"
    about: ClassVar[str] = "schedule"
    schedule_id: int
    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporaryAdded(Event):
    """Shifts stand in for a schedule's layers for a time; `gaps` counts those that they leave."""

    name: ClassVar[str] = "schedule.temporary_added"
    about: ClassVar[str] = "schedule"
    schedule_id: int
    temporary_id: int
    reason: str
    starts_at: datetime
    ends_at: datetime
    people: tuple[str, ...]
    gaps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporaryEnded(Event):
    """What was left of a temporary schedule was given back to the layers."""

    name: ClassVar[str] = "schedule.temporary_ended"
    about: ClassVar[str] = "schedule"
    schedule_id: int
    temporary_id: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GapsReported(Event):
    """A schedule's owners were told of gaps in the next 14 days; `told` names them."""

    name: ClassVar[str] = "schedule.gaps_reported"
    about: ClassVar[str] = "schedule"
    schedule_id: int
    gaps: int
    first_at: datetime
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverAsked(Event):
    """Somebody asks for cover or a swap, or offers their time to all."""

    name: ClassVar[str] = "schedule.cover_asked"
    about: ClassVar[str] = "schedule"
    schedule_id: int
    request_id: int
    kind: str
    asker: str
    asked: str
    starts_at: datetime
    ends_at: datetime
    return_starts_at: datetime | None
    return_ends_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverAnswered(Event):
    """A request was accepted, declined or withdrawn, or ended by itself; `state` says which."""

    name: ClassVar[str] = "schedule.cover_answered"
    about: ClassVar[str] = "schedule"
    schedule_id: int
    request_id: int
    state: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarRenewed(Event):
    """A person has a new secret address for a calendar, the one before it is good for nothing."""

    name: ClassVar[str] = "calendar.renewed"
    about: ClassVar[str] = "person"
    person_id: int
    schedule_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarClosed(Event):
    """A person's address for a calendar is good for nothing any more."""

    name: ClassVar[str] = "calendar.closed"
    about: ClassVar[str] = "person"
    person_id: int
    schedule_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySaved(Event):
    """A policy has a new version; escalations under way take it up in their next loop."""

    name: ClassVar[str] = "policy.saved"
    about: ClassVar[str] = "policy"
    policy_id: int
    title: str
    number: int
