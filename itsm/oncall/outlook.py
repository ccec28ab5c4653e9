"""Who is next, and what was tried: what a page shows of the paging itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from itsm.kernel.work import Work
from itsm.notify.channels import CHANNELS
from itsm.oncall import pager, queries
from itsm.oncall.delivery import WAITING, DeliveryState, Purpose
from itsm.oncall.escalation import FOR_EVER, State
from itsm.oncall.models import Delivery, Escalation, PolicyVersion

IN_WORDS = {
    DeliveryState.QUEUED: "queued",
    DeliveryState.HELD: "held by quiet hours until then",
    DeliveryState.SENT: "sent, no answer yet",
    DeliveryState.ACCEPTED: "accepted by the provider",
    DeliveryState.DELIVERED: "delivered",
    DeliveryState.ANSWERED: "answered",
    DeliveryState.FAILED: "failed",
    DeliveryState.CANCELLED: "not needed any more",
}


@dataclass(frozen=True)
class Next:
    """Whom an escalation tells next, by name, and when; nobody names the fallback."""

    people: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class Tried:
    """One line of the paging log, as honest as the channel allows."""

    at: datetime
    person: str
    channel: str
    state: DeliveryState
    detail: str

    @property
    def words(self) -> str:
        """What can be said of it."""
        return IN_WORDS[self.state]


def coming_next(work: Work, row: Escalation) -> Next | None:
    """Return who is told next if nobody answers; None if nobody will be."""
    waits = row.state in {State.NOTIFIED, State.ARMED} and row.held_at is None
    if not waits or row.due_at is None:
        return None
    version = queries.version(work, row.version_id)
    reach = pager.Reach(work, row, version)
    found = _next_people(reach, row, version)
    names = queries.people(work, found)
    return Next(tuple(names[who].name for who in found), row.due_at)


def tried(deliveries: Sequence[Delivery]) -> list[Tried]:
    """Return what was tried, oldest first, and what is queued or held, last."""
    lines = [
        Tried(attempt.at, one.page.person.name, _label(one), attempt.state, attempt.detail)
        for one in deliveries
        for attempt in one.attempts
    ]
    waiting = [
        Tried(one.due_at, one.page.person.name, _label(one), one.state, "")
        for one in deliveries
        if one.state in WAITING and not one.attempts
    ]
    return sorted(lines, key=lambda line: line.at) + waiting


def _next_people(reach: pager.Reach, row: Escalation, version: PolicyVersion) -> Sequence[int]:
    plan = queries.plan(version)
    ahead = plan.steps[row.step + 1 :] if row.state is State.NOTIFIED else plan.steps
    if row.state is State.NOTIFIED and (version.repeat == FOR_EVER or row.turn < version.repeat):
        ahead += plan.steps
    found = (reach.resolve(step) for step in ahead)
    return next((people for people in found if people), [reach.fallback_id])


def _label(delivery: Delivery) -> str:
    label = CHANNELS[delivery.channel].label
    return label if delivery.purpose is Purpose.PAGE else f"{label}, news"
