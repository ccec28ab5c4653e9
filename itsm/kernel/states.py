"""State machines as tables: which step leads from where to where, and what it needs."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from itsm.kernel.access import Permission
from itsm.kernel.errors import Refused

S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Move(Generic[S]):
    """One step: its name, the states it may leave, the state it reaches, what it needs."""

    step: str
    sources: frozenset[S]
    target: S
    needs: Permission


class Life(Generic[S]):
    """The states of one kind of thing and the moves between them."""

    def __init__(self, start: S, moves: Iterable[Move[S]]) -> None:
        self.start = start
        self.moves = tuple(moves)

    def from_(self, state: S) -> tuple[Move[S], ...]:
        """Return the moves that are possible in `state`, in the order of the table."""
        return tuple(move for move in self.moves if state in move.sources)

    def step(self, state: S, step: str) -> Move[S]:
        """Return the move named `step` out of `state`. Raises Refused listing the legal ones."""
        for move in self.from_(state):
            if move.step == step:
                return move
        legal = [move.step for move in self.from_(state)]
        raise Refused(f"'{step}' is not possible while {_words(state)}", legal=legal)

    def to(self, state: S, target: str) -> Move[S]:
        """Return the move out of `state` that reaches `target`. Raises Refused likewise."""
        for move in self.from_(state):
            if move.target == target:
                return move
        legal = sorted({move.target.value for move in self.from_(state)})
        raise Refused(f"cannot go from {_words(state)} to {target}", legal=legal)


def _words(state: StrEnum) -> str:
    return state.value.replace("_", " ")
