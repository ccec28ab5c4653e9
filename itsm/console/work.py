"""My work: what waits for the person who looks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from itsm.kernel.work import Work
from itsm.tickets import kinds, queries, stale
from itsm.tickets.filters import ME, NOBODY, OPEN_ONES, Filters
from itsm.tickets.queries import Listed

SHOWN = 15


@dataclass(frozen=True, slots=True)
class Pile:
    """Some tickets that belong together, and where all of them are, by what they are called."""

    title: str
    icon: str
    addresses: Mapping[str, str]
    rows: Sequence[Listed]
    more: bool
    empty: str


def piles(work: Work) -> list[Pile]:
    """Return what the actor owns, what their teams have unowned or left lying, and what changed."""
    mine = Filters(assignee=ME, state=OPEN_ONES, sort="priority", limit=SHOWN)
    unowned = Filters(team=ME, assignee=NOBODY, state=OPEN_ONES, sort="priority", limit=SHOWN)
    left = Filters(team=ME, state=OPEN_ONES, idle=stale.UNTOUCHED, sort="updated_at", limit=SHOWN)
    changed = Filters(state=OPEN_ONES, sort="-updated_at", limit=SHOWN)
    return [
        _pile(work, "Assigned to me", "user-check", mine, "Nothing is assigned to you."),
        _pile(work, "Unowned in my teams", "users", unowned, "Your teams own all they have."),
        _pile(work, "Untouched for two days", "clock", left, "Somebody looks after everything."),
        _pile(work, "Recently changed", "history", changed, "Nothing is open."),
    ]


def _pile(work: Work, title: str, icon: str, filters: Filters, empty: str) -> Pile:
    page = queries.page(work, filters, *(one.kind for one in kinds.every()))
    narrowed = filters.model_copy(update={"limit": 50}).address()
    addresses = {f"{one.noun}s": f"/{one.place}/?{narrowed}" for one in kinds.every()}
    return Pile(title, icon, addresses, page.items, page.next is not None, empty)
