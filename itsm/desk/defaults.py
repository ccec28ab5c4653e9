"""What every instance starts with: one desk and the priority matrix."""

from sqlalchemy import select

from itsm.desk.models import Desk, PriorityRule
from itsm.kernel.work import Work

# Priority by (impact, urgency), 1 critical to 4 low.
MATRIX = {
    (1, 1): 1,
    (1, 2): 2,
    (2, 1): 2,
    (2, 2): 3,
    (1, 3): 3,
    (3, 1): 3,
    (2, 3): 4,
    (3, 2): 4,
    (3, 3): 4,
}


def install(work: Work) -> None:
    """Put in the IT desk and the cells of the matrix that are missing."""
    if work.session.scalar(select(Desk.id).limit(1)) is None:
        work.add(Desk(key="it", name="IT service desk"))
    cells = work.session.execute(select(PriorityRule.impact, PriorityRule.urgency))
    present = {(impact, urgency) for impact, urgency in cells}
    work.session.add_all(
        PriorityRule(impact=impact, urgency=urgency, priority=priority)
        for (impact, urgency), priority in MATRIX.items()
        if (impact, urgency) not in present
    )
