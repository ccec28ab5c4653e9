from enum import StrEnum

import pytest

from itsm.kernel.access import Permission
from itsm.kernel.errors import Refused
from itsm.kernel.states import Life, Move


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    LOCKED = "locked"


MAY = Permission.SELF
LIFE = Life(
    Door.OPEN,
    [
        Move("shut", frozenset({Door.OPEN}), Door.SHUT, MAY),
        Move("open", frozenset({Door.SHUT}), Door.OPEN, MAY),
        Move("lock", frozenset({Door.SHUT}), Door.LOCKED, MAY),
    ],
)


def test_a_step_leads_where_the_table_says() -> None:
    assert LIFE.step(Door.OPEN, "shut").target is Door.SHUT
    assert LIFE.to(Door.SHUT, "locked").step == "lock"


def test_an_illegal_step_names_the_legal_ones() -> None:
    with pytest.raises(Refused) as refused:
        LIFE.step(Door.SHUT, "shut")
    assert refused.value.legal == ("open", "lock")


def test_an_illegal_target_names_the_legal_states() -> None:
    with pytest.raises(Refused) as refused:
        LIFE.to(Door.OPEN, "locked")
    assert refused.value.legal == ("shut",)
