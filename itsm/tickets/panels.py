"""Cards beside a ticket that rooms above this one fill: its alerts, its pages.

`itsm/app.py` hands the makers to `add`; the record asks each of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from itsm.desk.models import Ticket
from itsm.kernel.work import Work


@dataclass(frozen=True, slots=True)
class Panel:
    """A card: its title, and the template of its inside, which sees `panel`.

    `badge` stands beside the state in the head of the page, where there is something to warn of;
    `resolving` is the template of what is asked of one who resolves the ticket.
    """

    title: str
    template: str
    data: Mapping[str, object] = field(default_factory=dict)
    badge: str = ""
    resolving: str = ""


# Returns None where there is nothing to show. It may use one or two statements, and no more.
Maker = Callable[[Work, Ticket], Panel | None]

_makers: list[Maker] = []


def add(*makers: Maker) -> None:
    """Take in makers, in the order of their cards; one that is there already is left."""
    _makers.extend(maker for maker in makers if maker not in _makers)


def of(work: Work, ticket: Ticket) -> list[Panel]:
    """Return the cards of a ticket."""
    return [panel for maker in _makers if (panel := maker(work, ticket)) is not None]
