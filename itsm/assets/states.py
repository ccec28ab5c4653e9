"""The life of a configuration item."""

from enum import StrEnum

from itsm.kernel.access import Permission
from itsm.kernel.states import Life, Move


class State(StrEnum):
    """Where a CI stands between plan and scrap."""

    PLANNED = "planned"
    IN_STOCK = "in_stock"
    IN_USE = "in_use"
    RETIRED = "retired"


_HELD = frozenset({State.PLANNED, State.IN_STOCK, State.IN_USE})

LIFE = Life(
    State.IN_USE,
    [
        Move("plan", frozenset({State.IN_STOCK}), State.PLANNED, Permission.CI_EDIT),
        Move("store", _HELD - {State.IN_STOCK}, State.IN_STOCK, Permission.CI_EDIT),
        Move("use", _HELD - {State.IN_USE}, State.IN_USE, Permission.CI_EDIT),
        Move("retire", _HELD, State.RETIRED, Permission.CI_EDIT),
        Move("bring back", frozenset({State.RETIRED}), State.IN_USE, Permission.CI_EDIT),
    ],
)
