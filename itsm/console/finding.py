"""Search across rooms: a number leads to its record, words to what holds them."""

from collections.abc import Sequence
from dataclasses import dataclass

from itsm.assets import listing as cis
from itsm.assets import queries as assets
from itsm.assets.filters import Filters as CiFilters
from itsm.assets.models import Ci
from itsm.desk import queries as desk
from itsm.incidents import queries as incidents
from itsm.incidents.filters import Filters
from itsm.incidents.queries import Listed
from itsm.kernel.access import Permission
from itsm.kernel.errors import NotFound
from itsm.kernel.work import Work
from itsm.people import directory
from itsm.people.directory import PeopleFilter
from itsm.people.models import Person

SHOWN = 25
MOST_TEXT = 200
CI_PREFIX = "CI-"


@dataclass(frozen=True, slots=True)
class Found:
    """What holds the words; `more` where there are further incidents."""

    words: str
    incidents: Sequence[Listed] = ()
    more: bool = False
    cis: Sequence[Ci] = ()
    people: Sequence[Person] = ()

    @property
    def anything(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.incidents or self.cis or self.people)


def place_of(work: Work, text: str) -> str | None:
    """Return the address of the record whose number this is, None if it is none for the actor."""
    try:
        if text.strip().upper().startswith(CI_PREFIX):
            return f"/assets/{assets.get(work, desk.plain(text)).number}"
        return f"/incidents/{incidents.get(work, text).number}"
    except NotFound:
        return None


def find(work: Work, text: str) -> Found:
    """Return what the actor may see of incidents, CIs and people that hold the words."""
    words = " ".join(text.replace("\x00", "").split())[:MOST_TEXT]
    if not words:
        return Found("")
    page = incidents.page(work, Filters(q=words, limit=SHOWN))
    return Found(words, page.items, page.next is not None, _cis(work, words), _people(work, words))


def _cis(work: Work, words: str) -> Sequence[Ci]:
    if not work.actor.holds(Permission.CI_READ):
        return ()
    return cis.page(work, CiFilters(q=words, limit=SHOWN)).items


def _people(work: Work, words: str) -> Sequence[Person]:
    if not work.actor.holds(Permission.PERSON_READ):
        return ()
    return directory.people(work, PeopleFilter(q=words), limit=SHOWN).items
