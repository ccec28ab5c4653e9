"""The matrix that turns impact and urgency into priority, and how an administrator changes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import ClassVar

from sqlalchemy import select

from itsm.desk.models import PriorityRule
from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid
from itsm.kernel.events import Event
from itsm.kernel.work import Work

LEVELS = (1, 2, 3)
PRIORITIES = (1, 2, 3, 4)
# (impact, urgency) to priority
Matrix = Mapping[tuple[int, int], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityMatrixChanged(Event):
    """Cells of the matrix were changed; as "impact+urgency" to priority, the changed ones alone."""

    name: ClassVar[str] = "config.priorities_changed"
    about: ClassVar[str] = "config"
    config_id: int = 1
    before: dict[str, int]
    after: dict[str, int]


def matrix(work: Work) -> dict[tuple[int, int], int]:
    """Return the priority for each impact and urgency from 1 to 3."""
    rules = work.session.scalars(select(PriorityRule))
    return {(rule.impact, rule.urgency): rule.priority for rule in rules}


def change(work: Work, wanted: Matrix) -> None:
    """Set the whole matrix; tickets that are open keep their priority. Emits PriorityMatrixChanged.

    Raises Denied without config:edit, Invalid for a missing cell, a priority other than 1 to 4, and
    where more impact or urgency would lower the priority.
    """
    work.must(Permission.CONFIG_EDIT)
    _check(wanted)
    rules = {
        (rule.impact, rule.urgency): rule for rule in work.session.scalars(select(PriorityRule))
    }
    changed = {cell: rule.priority for cell, rule in rules.items() if rule.priority != wanted[cell]}
    for cell in changed:
        rules[cell].priority = wanted[cell]
    if changed:
        work.emit(
            PriorityMatrixChanged(
                before={_named(cell): priority for cell, priority in changed.items()},
                after={_named(cell): wanted[cell] for cell in changed},
            )
        )


def _check(wanted: Matrix) -> None:
    cells = list(product(LEVELS, LEVELS))
    if set(wanted) != set(cells) or not set(wanted.values()) <= set(PRIORITIES):
        raise Invalid("every cell needs a priority from 1 to 4", {"": "a cell is missing"})
    for impact, urgency in cells:
        milder = [
            other
            for other in ((impact + 1, urgency), (impact, urgency + 1))
            if other in wanted and wanted[other] < wanted[impact, urgency]
        ]
        if milder:
            message = f"{_named(milder[0])} cannot be more urgent than {_named((impact, urgency))}"
            raise Invalid(message, {"": message})


def _named(cell: tuple[int, int]) -> str:
    return f"{cell[0]}+{cell[1]}"
