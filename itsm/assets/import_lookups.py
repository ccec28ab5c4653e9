"""What is known already of the things that a table of CIs names, read with few statements."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from itsm.assets import queries
from itsm.assets.attributes import Attribute
from itsm.assets.csv_table import parts
from itsm.assets.models import Ci, CiName, CiRelation, NameKind, RelationType
from itsm.assets.names import normalise
from itsm.assets.states import State
from itsm.kernel.errors import Invalid
from itsm.kernel.work import Work
from itsm.people import directory
from itsm.people.models import Person

Find = Callable[[str], Ci | None]
NAMING = ("depends_on", "runs_on", "service")
ADDRESSES = frozenset({NameKind.FQDN, NameKind.IP, NameKind.MAC})


@dataclass(frozen=True, slots=True)
class Known:
    """The CIs, names, relations, classes, teams, sites and people that exist."""

    by_number: Mapping[str, list[Ci]]
    by_name: Mapping[str, list[Ci]]
    names: Mapping[int, set[str]]
    alias_owners: Mapping[str, int]
    ties: frozenset[tuple[int, RelationType, int]]
    attributes: Mapping[str, Sequence[Attribute]]
    keys: Mapping[str, Mapping[str, str]]

    def one(self, text: str) -> Ci | None:
        """Return the CI of that number, or the only one of that name."""
        found = self.by_number.get(text.upper(), []) or self.by_name.get(text.lower(), [])
        return found[0] if len(found) == 1 else None

    def key(self, column: str, cell: str) -> str:
        """Return the key of a class, team, site or person by key or name. Raises Invalid."""
        try:
            return self.keys[column][cell.lower()]
        except KeyError:
            thing = column.replace("_", " ")
            wrong = f"there is no {thing} '{cell}'"
            raise Invalid(wrong, {column: wrong}) from None


def load(work: Work, rows: Sequence[Mapping[str, str]]) -> Known:
    """Return what is known of everything that the rows name."""
    cis = _cis(work, set(_named(rows)))
    ids = [ci.id for ci in cis]
    by_number, by_name = defaultdict(list), defaultdict(list)
    for ci in cis:
        by_number[ci.number].append(ci)
        by_name[ci.name.lower()].append(ci)
    names, alias_owners = _names(work, ids, rows)
    people = _people(work, rows)
    return Known(
        by_number=by_number,
        by_name=by_name,
        names=names,
        alias_owners=alias_owners,
        ties=_ties(work, ids),
        attributes=queries.attributes_by_class(work),
        keys={**_keys(work), "owner": people, "used_by": people},
    )


def is_address(text: str) -> bool:
    """Tell whether a CI can have the text as its address."""
    return normalise(text).kind in ADDRESSES


def _named(rows: Iterable[Mapping[str, str]]) -> Iterable[str]:
    for row in rows:
        yield row.get("number", "")
        yield row.get("name", "")
        for column in NAMING:
            yield from parts(row.get(column, ""))


def _cis(work: Work, names: set[str]) -> list[Ci]:
    wanted = or_(
        Ci.number.in_({name.upper() for name in names}),
        func.lower(Ci.name).in_({name.lower() for name in names}),
    )
    statement = (
        select(Ci)
        .where(wanted, Ci.state != State.RETIRED, queries.visible_to(work))
        .options(*(joinedload(part) for part in queries.PARTS))
    )
    return list(work.session.scalars(statement))


def _names(
    work: Work, ids: Sequence[int], rows: Iterable[Mapping[str, str]]
) -> tuple[Mapping[int, set[str]], Mapping[str, int]]:
    aliases = {normalise(part).value for row in rows for part in parts(row.get("aliases", ""))}
    statement = (
        select(CiName.ci_id, CiName.kind, CiName.value)
        .join(Ci, Ci.id == CiName.ci_id)
        .where(Ci.state != State.RETIRED, or_(CiName.ci_id.in_(ids), CiName.value.in_(aliases)))
    )
    names: dict[int, set[str]] = defaultdict(set)
    owners: dict[str, int] = {}
    for ci_id, kind, value in work.session.execute(statement):
        if kind is not NameKind.NAME:
            names[ci_id].add(value)
        if kind is NameKind.ALIAS:
            owners[value] = ci_id
    return names, owners


def _ties(work: Work, ids: Sequence[int]) -> frozenset[tuple[int, RelationType, int]]:
    statement = select(CiRelation.source_id, CiRelation.type, CiRelation.target_id).where(
        CiRelation.source_id.in_(ids)
    )
    return frozenset(work.session.execute(statement))


def _keys(work: Work) -> dict[str, Mapping[str, str]]:
    """Return keys by key and by name in lower case, for each column that holds one."""
    teams = [(row.team.key, row.team.name) for row in directory.teams(work)]
    sites = [(site.key, site.name) for site in directory.sites(work)]
    classes = [(one.key, one.name) for one in queries.classes(work)]
    found = {"owner_team": teams, "site": sites, "class": classes}
    return {
        column: {text.lower(): key for key, name in pairs for text in (name, key)}
        for column, pairs in found.items()
    }


def _people(work: Work, rows: Iterable[Mapping[str, str]]) -> Mapping[str, str]:
    wanted = {
        row[column].lower() for row in rows for column in ("owner", "used_by") if column in row
    }
    statement = select(Person.username, Person.email).where(
        Person.active,
        or_(func.lower(Person.username).in_(wanted), func.lower(Person.email).in_(wanted)),
    )
    found: dict[str, str] = {}
    for username, email in work.session.execute(statement):
        found[email.lower()] = username
        found[username.lower()] = username
    return found
