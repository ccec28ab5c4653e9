"""What the portal calls things: plain words for states, in tables."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from itsm.incidents.major.states import Status as Disturbance
from itsm.incidents.reporting import Hurt
from itsm.kernel.errors import DomainError
from itsm.kernel.languages import marked as _
from itsm.tickets import forms
from itsm.tickets.moving import PENDING


@dataclass(frozen=True, slots=True)
class Plainly:
    """How a ticket stands in words that need no explaining; `step` is one of STEPS, from zero."""

    text: str
    tone: str
    step: int


STEPS = (_("Received"), _("In progress"), _("Solved"), _("Closed"))
WAITS_FOR_YOU = Plainly(_("Waiting for you"), "warn", 1)
# By state, of whatever kind of ticket.
PLAINLY: Mapping[str, Plainly] = {
    "new": Plainly(_("We have received it"), "info", 0),
    "awaiting_approval": Plainly(_("Waiting for approval"), "info", 0),
    "in_progress": Plainly(_("We are working on it"), "info", 1),
    PENDING: Plainly(_("On hold"), "", 1),
    "resolved": Plainly(_("Solved - does it work?"), "ok", 2),
    "fulfilled": Plainly(_("Done - is it what you wanted?"), "ok", 2),
    "closed": Plainly(_("Done"), "", 3),
    "rejected": Plainly(_("Not approved"), "warn", 3),
    "cancelled": Plainly(_("Withdrawn"), "", 3),
}
HURTS: Mapping[Hurt, str] = {
    Hurt.WAITS: _("Only me, and it can wait"),
    Hurt.HAMPERED: _("Only me, I can work with difficulty"),
    Hurt.STOPPED: _("Only me, I cannot work"),
    Hurt.SEVERAL: _("Several of us"),
    Hurt.MANY: _("Several of us, we cannot work"),
}
DISTURBANCES: Mapping[Disturbance, str] = {
    Disturbance.INVESTIGATING: _("We are looking for the cause."),
    Disturbance.IDENTIFIED: _("We know the cause."),
    Disturbance.MONITORING: _("It should work again; we keep an eye on it."),
    Disturbance.RESOLVED: _("It is over."),
}
# What a reason for waiting holds where the requester is meant, beside their own name.
_REQUESTER = ("requester", "answer", "reply", "anfragende", "antwort", "rückmeldung")


def plainly(state: str, waits_for: str, requester: str) -> Plainly:
    """Return how a ticket stands, by its state and what it waits for if it does."""
    if state == PENDING and _means(waits_for, requester):
        return WAITS_FOR_YOU
    return PLAINLY[state]


def _means(waits_for: str, requester: str) -> bool:
    words = waits_for.casefold()
    named = [part.casefold() for part in requester.split()]
    return any(one in words for one in (*_REQUESTER, *named))


WRONG: Mapping[str, str] = {
    "text": _("Say in a few words what happened."),
    "body": _("Write a message first."),
    "subject": _("The subject is too long."),
    "device": _("Choose one of your devices."),
    "hurt": _("Choose who is affected."),
    "files": _("The files are too large or too many: at most 20 of 25 MiB each."),
    "reason": _("This is too long: at most 400 characters."),
}


def wrong(error: ValidationError | DomainError) -> Mapping[str, str]:
    """Return what is wrong by field, in plain words; what concerns no field stands under ""."""
    return {name: WRONG.get(name, text) for name, text in forms.wrong(error).items()}
