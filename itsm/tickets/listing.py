"""The list page: its rows, its tabs with counts, its filters in words, its columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qsl

from pydantic import ValidationError

from itsm.assets import queries as assets
from itsm.assets.models import Criticality
from itsm.assets.queries import CiBrief
from itsm.desk import queries as desk
from itsm.desk.models import Source
from itsm.kernel.access import Permission
from itsm.kernel.paging import Page
from itsm.kernel.work import Work
from itsm.tickets import queries
from itsm.tickets.composer import queries as composer
from itsm.tickets.composer.queries import Viewer
from itsm.tickets.filters import ME, NOBODY, OPEN_ONES, Filters
from itsm.tickets.kinds import KindOf
from itsm.tickets.properties import PRIORITIES
from itsm.tickets.queries import Listed

MOST_COUNTED = 100
COLUMNS = {
    "priority": "Priority",
    "number": "Number",
    "title": "Title",
    "service": "Service",
    "state": "State",
    "owner": "Owner",
    "team": "Team",
    "requester": "Requester",
    "changed": "Changed",
}
USUAL = ("priority", "number", "title", "service", "state", "owner", "team", "changed")
SORTED = {
    "-created_at": "newest first",
    "created_at": "oldest first",
    "priority": "most urgent first",
    "-priority": "least urgent first",
    "-updated_at": "last changed first",
    "updated_at": "longest untouched first",
}
_WORST_FIRST = {criticality: place for place, criticality in enumerate(Criticality)}
_FOR_AGENTS = {
    "Mine": {"assignee": ME, "state": OPEN_ONES},
    "My teams": {"team": ME, "state": OPEN_ONES},
    "Unowned": {"assignee": NOBODY, "state": OPEN_ONES},
    "Untouched": {"idle": "2d", "state": OPEN_ONES, "sort": "updated_at"},
    "Open": {"state": OPEN_ONES},
}
_FOR_REQUESTERS = {
    "Open": {"state": OPEN_ONES},
    "I reported": {"requester": ME, "sort": "-updated_at"},
}


@dataclass(frozen=True, slots=True)
class Tab:
    """A view that one can turn to."""

    label: str
    href: str
    count: str
    active: bool
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """How the list is looked at: its columns and how close its rows stand."""

    columns: tuple[str, ...] = USUAL
    dense: bool = False

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """Return the look that an address asks for; columns that there are not are left out."""
        wanted = [one for one in query.get("columns", "").split(",") if one in COLUMNS]
        columns = tuple(dict.fromkeys(["title", *wanted])) if wanted else USUAL
        ordered = tuple(sorted(columns, key=list(COLUMNS).index))
        return cls(ordered, query.get("density") == "compact")

    def asked(self) -> dict[str, str]:
        """Return what stands in the address for it."""
        columns = "" if self.columns == USUAL else ",".join(self.columns)
        told = {"columns": columns, "density": "compact" if self.dense else ""}
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything that the list page shows."""

    kind: KindOf
    page: Page[Listed]
    cis: Mapping[int, Sequence[CiBrief]]
    tabs: Sequence[Tab]
    filters: Filters
    look: Look
    viewers: Mapping[int, Sequence[Viewer]]

    def address(self, **changes: str) -> str:
        """Return the address of this list with `changes`, however it is looked at."""
        return "?" + self.filters.address(**(self.look.asked() | changes))

    def chips(self) -> list[dict[str, str]]:
        """Return the filters in words, each with the address of the list without it."""
        return [
            {
                "label": _in_words(name, value),
                # An address without any filter stands for what is open, so it says how to sort.
                "remove": self.address(**{name: "", "sort": self.filters.sort}),
            }
            for name, value in self.filters.asked().items()
        ]

    def services(self, row: Listed) -> Sequence[str]:
        """Return the names of the services that a ticket hits, the most critical first."""
        hit = [ci for ci in self.cis.get(row.id, ()) if ci.is_service]
        return [ci.name for ci in sorted(hit, key=lambda ci: _WORST_FIRST[ci.criticality])]

    def about(self, row: Listed) -> str:
        """Return what stands below a title: CIs that are no services, and who reported it."""
        said = [ci.name for ci in self.cis.get(row.id, ()) if not ci.is_service]
        if row.requester:
            said.append(row.requester)
        if row.source is Source.MONITORING:
            said.append("Monitoring")
        return " · ".join(said)


def show(work: Work, kind: KindOf, query: Mapping[str, str]) -> Listing:
    """Return the list of a kind that an address asks for; without any question, what is open.

    Raises ValidationError for values that are not understood.
    """
    filters = Filters.lenient(query or {"state": OPEN_ONES})
    page = queries.page(work, filters, kind.kind)
    cis = assets.of_tickets(work, [row.id for row in page.items]) if page.items else {}
    agent = work.actor.holds(Permission.TICKET_NOTE)
    viewers = composer.viewers(work, [row.id for row in page.items]) if agent else {}
    return Listing(kind, page, cis, _tabs(work, kind, filters), filters, Look.of(query), viewers)


def _tabs(work: Work, kind: KindOf, shown: Filters) -> list[Tab]:
    agent = work.actor.holds(Permission.TICKET_ASSIGN)
    built_in = _FOR_AGENTS if agent else _FOR_REQUESTERS
    saved = {
        view.id: (view.name, dict(parse_qsl(view.query))) for view in desk.views(work, kind.place)
    }
    wanted: list[tuple[str, dict[str, str], int | None]]
    wanted = [(label, query, None) for label, query in built_in.items()]
    wanted += [(name, query, view_id) for view_id, (name, query) in saved.items()]
    lists = [(label, query, _lenient(query), view_id) for label, query, view_id in wanted]
    counts = _counts(work, kind, [filters for _, _, filters, _ in lists])
    return [
        Tab(
            label,
            "?" + filters.address(**Look.of(query).asked()),
            _count(count),
            filters.asked() == shown.asked(),
            view_id,
        )
        for (label, query, filters, view_id), count in zip(lists, counts, strict=True)
    ]


def _counts(work: Work, kind: KindOf, lists: Sequence[Filters]) -> list[int]:
    return queries.counts(work, lists, MOST_COUNTED, kind.kind)


def _lenient(query: Mapping[str, str]) -> Filters:
    """Return a saved view's filters; what is no longer understood counts as not asked."""
    try:
        return Filters.lenient(query)
    except ValidationError:
        return Filters()


def _count(number: int) -> str:
    return str(number) if number < MOST_COUNTED else f"{MOST_COUNTED - 1}+"


def _in_words(name: str, value: str) -> str:
    if name == "major":
        return "Major incidents" if value == "yes" else "No major incidents"
    if name == "vip":
        return "Of VIPs" if value == "yes" else "Of others than VIPs"
    if name == "idle":
        return f"Untouched for {value}"
    return f"{name.capitalize()} {_what_is_asked(name, value)}"


def _what_is_asked(name: str, value: str) -> str:
    if value == ME:
        return "is me" if name != "team" else "is one of mine"
    if value == NOBODY:
        return "is nobody"
    parts = value.split(",")
    if name == "priority":
        parts = [PRIORITIES[int(part)] for part in parts]
    return ("has " if name == "q" else "is ") + " or ".join(parts).replace("_", " ")
