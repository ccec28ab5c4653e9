"""My work: what waits for the person who looks."""

from collections.abc import Sequence
from dataclasses import dataclass

from itsm.incidents import queries
from itsm.incidents.filters import ME, NOBODY, OPEN_ONES, Filters
from itsm.incidents.queries import Listed
from itsm.kernel.work import Work

SHOWN = 15


@dataclass(frozen=True, slots=True)
class Pile:
    """Some incidents that belong together, and the address of all of them."""

    title: str
    icon: str
    address: str
    rows: Sequence[Listed]
    more: bool
    empty: str


def piles(work: Work) -> list[Pile]:
    """Return what is assigned to the actor, what their teams have unowned, and what changed."""
    mine = Filters(assignee=ME, state=OPEN_ONES, sort="priority", limit=SHOWN)
    unowned = Filters(team=ME, assignee=NOBODY, state=OPEN_ONES, sort="priority", limit=SHOWN)
    changed = Filters(state=OPEN_ONES, sort="-updated_at", limit=SHOWN)
    return [
        _pile(work, "Assigned to me", "user-check", mine, "Nothing is assigned to you."),
        _pile(work, "Unowned in my teams", "users", unowned, "Your teams own all they have."),
        _pile(work, "Recently changed", "history", changed, "Nothing is open."),
    ]


def _pile(work: Work, title: str, icon: str, filters: Filters, empty: str) -> Pile:
    page = queries.page(work, filters)
    narrowed = filters.model_copy(update={"limit": 50})
    address = f"/incidents/?{narrowed.address()}"
    return Pile(title, icon, address, page.items, page.next is not None, empty)
