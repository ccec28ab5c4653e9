"""What the kinds of tickets differ in, for the pages and verbs that they share.

Each room of a kind has a `KINDS` entry of its own; `itsm/app.py` hands them to `add`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from itsm.desk.models import Kind, Ticket
from itsm.kernel.access import Permission
from itsm.kernel.errors import NotFound
from itsm.kernel.states import Life
from itsm.kernel.work import Work
from itsm.tickets.inputs import OpenTicket, Transition


@dataclass(frozen=True, slots=True, kw_only=True)
class KindOf:
    """One kind of ticket: its words, its states, and its verbs."""

    kind: Kind
    model: type[Ticket]
    # In addresses, such as "incidents"; what people call one, such as "incident".
    place: str
    noun: str
    prefix: str
    states: type[StrEnum]
    life: Life[Any]
    open: frozenset[StrEnum]
    # What is done as far as its agents are concerned: "resolved", "fulfilled".
    solved: StrEnum
    # The name of the step that leads there.
    solving: str
    # How it was solved: values and labels, the usual one first.
    codes: Sequence[tuple[str, str]]
    # What its forms ask.
    asks_title: str
    asks_text: str
    hints_text: str
    asks_solution: str
    asks_again: str
    opening: type[OpenTicket]
    stepping: type[Transition]
    # Each takes a ticket of this kind and no other.
    open_: Callable[[Work, Any], Ticket]
    transition: Callable[[Work, Any, Any], None]
    # Says that one has it.
    acknowledge: Callable[[Work, Any], None]
    cancel: Callable[[Work, Any, str], None]
    wait: Callable[[Work, Any, str], None]
    # Ends it because nobody answers, with what its requester reads.
    give_up: Callable[[Work, Any, str], None]
    # By another right than the step's own where one is given.
    resume: Callable[[Work, Any, Permission | None], None]
    close: Callable[[Work, Any, Permission | None], None]
    reopen: Callable[[Work, Any, str, str, Permission | None], None]
    # Brings its timers in step with a state that was put back.
    settle: Callable[[Work, Any], None]
    # Columns of its own that a step changes.
    kept: tuple[str, ...] = ()
    # What stands on its record beside what all have, such as who runs a major incident.
    beside: Callable[[Work, Any], object | None] = lambda _work, _ticket: None
    # Raises Refused where it cannot become one of another kind.
    leave: Callable[[Work, Any], None] = lambda _work, _ticket: None

    def moves(self, ticket: Ticket) -> tuple[str, ...]:
        """Return the names of the steps that are possible now."""
        return tuple(move.step for move in self.life.from_(self.states(ticket.state)))


_known: dict[Kind, KindOf] = {}


def add(kinds: Sequence[KindOf]) -> None:
    """Take in kinds; the last word on each counts."""
    _known.update({one.kind: one for one in kinds})


def of(ticket: Ticket) -> KindOf:
    """Return what kind a ticket is."""
    return _known[ticket.kind]


def called(kind: Kind) -> KindOf:
    """Return a kind by its name."""
    return _known[kind]


def every() -> Sequence[KindOf]:
    """Return all kinds, in the order in which they were handed over."""
    return tuple(_known.values())


def at(place: str) -> KindOf:
    """Return the kind of that place in addresses. Raises NotFound."""
    for one in _known.values():
        if one.place == place:
            return one
    raise NotFound("there is no such kind of ticket")


def states() -> Mapping[str, frozenset[str]]:
    """Return for each state that there is the kinds that have it."""
    found: dict[str, set[str]] = {}
    for one in _known.values():
        for state in one.states:
            found.setdefault(state.value, set()).add(one.kind.value)
    return {state: frozenset(kinds) for state, kinds in found.items()}


def address(ticket: Any) -> str:  # noqa: ANN401 - a ticket, or a row with its kind and number
    """Return the address of a ticket's record."""
    return f"/{_known[Kind(ticket.kind)].place}/{ticket.number}"
