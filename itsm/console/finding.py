"""Search across rooms: a number leads to its record, words to what holds them."""

from collections.abc import Sequence
from dataclasses import dataclass

from itsm.assets import listing as cis
from itsm.assets import queries as assets
from itsm.assets.filters import Filters as CiFilters
from itsm.assets.models import Ci
from itsm.desk import queries as desk
from itsm.kernel.access import Permission
from itsm.kernel.errors import NotFound
from itsm.kernel.work import Work
from itsm.people import directory
from itsm.people.directory import PeopleFilter
from itsm.people.models import Person
from itsm.tickets import kinds
from itsm.tickets import queries as tickets
from itsm.tickets.filters import Filters
from itsm.tickets.queries import Listed

SHOWN = 25
MOST_TEXT = 200
CI_PREFIX = "CI-"


@dataclass(frozen=True, slots=True)
class Found:
    """What holds the words; `more` where there are further tickets."""

    words: str
    tickets: Sequence[Listed] = ()
    more: bool = False
    cis: Sequence[Ci] = ()
    people: Sequence[Person] = ()

    @property
    def anything(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.tickets or self.cis or self.people)


def place_of(work: Work, text: str) -> str | None:
    """Return the address of the record whose number this is, None if it is none for the actor."""
    try:
        if text.strip().upper().startswith(CI_PREFIX):
            return f"/assets/{assets.get(work, desk.plain(text)).number}"
        return kinds.address(tickets.get(work, text))
    except NotFound:
        return None


def find(work: Work, text: str) -> Found:
    """Return what the actor may see of tickets, CIs and people that hold the words."""
    words = " ".join(text.replace("\x00", "").split())[:MOST_TEXT]
    if not words:
        return Found("")
    page = tickets.page(work, Filters(q=words, limit=SHOWN), *(one.kind for one in kinds.every()))
    return Found(words, page.items, page.next is not None, _cis(work, words), _people(work, words))


def _cis(work: Work, words: str) -> Sequence[Ci]:
    if not work.actor.holds(Permission.CI_READ):
        return ()
    return cis.page(work, CiFilters(q=words, limit=SHOWN)).items


def _people(work: Work, words: str) -> Sequence[Person]:
    if not work.actor.holds(Permission.PERSON_READ):
        return ()
    return directory.people(work, PeopleFilter(q=words), limit=SHOWN).items
