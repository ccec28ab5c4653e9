"""The results of surveys, counted by desk, team and month, with one statement for each table."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, select

from itsm.kernel.work import Work
from itsm.people.models import Team
from itsm.surveys.models import Answer, Outcome, Survey
from itsm.surveys.queries import Which, desks, narrowed, readable

MONTHS = 12
RATINGS = range(1, 6)


@dataclass(frozen=True, slots=True)
class Group:
    """The results of a desk, a team or a month; `spread` counts the ratings 1 to 5."""

    key: str
    name: str
    asked: int
    spread: tuple[int, ...]

    @property
    def answered(self) -> int:
        """How many answers there are."""
        return sum(self.spread)

    @property
    def percent(self) -> int | None:
        """How many of those asked answered, in percent."""
        return round(100 * self.answered / self.asked) if self.asked else None

    @property
    def mean(self) -> float | None:
        """The mean rating."""
        total = sum(rating * count for rating, count in zip(RATINGS, self.spread, strict=True))
        return total / self.answered if self.answered else None


@dataclass(frozen=True, slots=True)
class Results:
    """What was answered: together, and by desk, team and month, the newest 12 of these."""

    total: Group
    by_desk: list[Group]
    by_team: list[Group]
    by_month: list[Group]


class _Cell(NamedTuple):
    """Where a count belongs."""

    desk_id: int
    team_id: int | None
    month: date


@dataclass(slots=True)
class _Count:
    asked: int = 0
    spread: list[int] = field(default_factory=lambda: [0] * len(RATINGS))

    def add(self, other: "_Count") -> None:
        self.asked += other.asked
        self.spread = [a + b for a, b in zip(self.spread, other.spread, strict=True)]

    def group(self, key: str, name: str) -> Group:
        return Group(key, name, self.asked, tuple(self.spread))


def results(work: Work, which: Which) -> Results:
    """Return what the actor may read of the results."""
    known = desks(work)
    cells: defaultdict[_Cell, _Count] = defaultdict(_Count)
    by = (Survey.desk_id, Survey.team_id, Survey.month)
    asked = narrowed(select(*by, func.count()), Survey, which).group_by(*by)
    asked = asked.where(readable(work, Survey, known), Survey.outcome == Outcome.ASKED)
    for *cell, count in work.session.execute(asked):
        cells[_Cell(*cell)].asked = count
    of = (Answer.desk_id, Answer.team_id, Answer.month, Answer.rating)
    rated = narrowed(select(*of, func.count()), Answer, which).group_by(*of)
    for *cell, rating, count in work.session.execute(rated.where(readable(work, Answer, known))):
        cells[_Cell(*cell)].spread[rating - 1] = count
    of_desk = _summed(cells, lambda cell: cell.desk_id)
    of_month = _summed(cells, lambda cell: cell.month)
    return Results(
        _summed(cells, lambda _cell: None)[None].group("", "All"),
        [of_desk[one.id].group(one.key, one.name) for one in known if one.id in of_desk],
        _of_teams(work, _summed(cells, lambda cell: cell.team_id)),
        [
            of_month[one].group(f"{one:%Y-%m}", f"{one:%B %Y}")
            for one in sorted(of_month, reverse=True)[:MONTHS]
        ],
    )


def _of_teams(work: Work, found: Mapping[Any, _Count]) -> list[Group]:
    """Return the results of each team, by name, those of no team last."""
    wanted = [one for one in found if one is not None]
    teams = work.session.scalars(select(Team).where(Team.id.in_(wanted)).order_by(Team.name))
    groups = [found[one.id].group(one.key, one.name) for one in teams]
    return [*groups, found[None].group("", "No team")] if None in found else groups


def _summed(
    cells: Mapping[_Cell, _Count], by: Callable[[_Cell], object]
) -> defaultdict[Any, _Count]:
    """Return the counts added up for each thing that `by` gives."""
    sums: defaultdict[Any, _Count] = defaultdict(_Count)
    for cell, count in cells.items():
        sums[by(cell)].add(count)
    return sums
