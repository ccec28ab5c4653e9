"""How things stand, in the words of those who wait for them. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass

from itsm.incidents.states import State


@dataclass(frozen=True, slots=True)
class Standing:
    """A state in plain words: its tone as chips have it, and how many of four steps are done."""

    says: str
    tone: str
    steps: int


STANDINGS: Mapping[State, Standing] = {
    State.NEW: Standing("We have received it", "info", 1),
    State.IN_PROGRESS: Standing("Somebody works on it", "info", 2),
    State.PENDING: Standing("It has to wait", "warn", 2),
    State.RESOLVED: Standing("Solved: does it work?", "ok", 3),
    State.CLOSED: Standing("Done", "", 4),
    State.CANCELLED: Standing("Withdrawn", "", 4),
}
# How bad it is for the person, with impact and urgency.
HINDERS: Mapping[str, tuple[str, int, int]] = {
    "wait": ("It can wait", 3, 3),
    "slow": ("It slows me down", 3, 2),
    "stop": ("I cannot work", 3, 1),
    "many": ("Many of us cannot work", 2, 1),
}
TITLE = 80


def title_of(text: str) -> str:
    """Return a title made from what was written: its first line, cut at a word."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if len(first) <= TITLE:
        return first
    return f"{first[:TITLE].rsplit(' ', 1)[0]} …"
