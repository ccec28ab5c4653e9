"""Every read of configuration items: by name, by number, and along their relations."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Row,
    cast,
    false,
    literal,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from itsm.assets.attributes import Attribute, declared
from itsm.assets.models import (
    Ci,
    CiClass,
    CiName,
    CiRelation,
    Criticality,
    NameKind,
    RelationType,
    TicketCi,
)
from itsm.assets.names import Name, normalise
from itsm.assets.states import State
from itsm.desk import access as desk
from itsm.desk.models import Ticket
from itsm.kernel.access import ActorKind, Permission, Reach
from itsm.kernel.errors import NotFound
from itsm.kernel.work import Work
from itsm.platform.database import Id

SERVICE = "service"
LEVELS = 3
MOST_REACHED = 2000
_BRIEF = (Ci.id, Ci.number, Ci.name, Ci.class_key, Ci.criticality, Ci.owner_team_id)
PARTS = (Ci.ci_class, Ci.owner_team, Ci.owner, Ci.used_by, Ci.site)


@dataclass(frozen=True, slots=True)
class Match:
    """The CI that a name means: its id, or None; `ambiguous` when more than one could be meant."""

    ci_id: int | None
    ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class CiBrief:
    """What lists and paths show of a CI; `depth` is its distance from where the walk began."""

    id: int
    number: str
    name: str
    class_key: str
    criticality: Criticality
    owner_team_id: int | None
    depth: int = 0

    @property
    def is_service(self) -> bool:
        """Whether it is a service, which is what people notice when it fails."""
        return self.class_key == SERVICE


@dataclass(frozen=True, slots=True)
class Reached:
    """A CI that a walk reached, and the shortest way to it, both ends included."""

    ci: CiBrief
    path: tuple[CiBrief, ...]


class _Held(NamedTuple):
    ci_id: int
    kind: NameKind
    value: str
    short: str


def visible_to(work: Work) -> ColumnElement[bool]:
    """Return the condition on Ci that holds for what the actor may read."""
    if work.actor.kind is ActorKind.SYSTEM:
        return true()
    grants = [grant for grant in work.actor.grants if grant.permission is Permission.CI_READ]
    reaches = {grant.reach for grant in grants}
    if Reach.ALL in reaches:
        return true()
    own = or_(Ci.owner_id == work.actor.id, Ci.used_by_id == work.actor.id)
    team = Ci.owner_team_id.in_(work.actor.team_ids)
    allowed = {Reach.OWN: own, Reach.TEAM: team}
    return or_(false(), *(allowed[reach] for reach in reaches if reach in allowed))


def cis_by_names(work: Work, names: Sequence[str]) -> Mapping[str, Match]:
    """Return what CI each of `names` means, for every name given, with one statement.

    A full host name or a whole name counts first, then a unique short name, then an address, then
    an alias; retired CIs are left out. Where two CIs could be meant there is no match, unless an
    alias settles it. Not filtered by what the actor may read: this is for machines.
    """
    wanted = {text: normalise(text) for text in names}
    values = {name.value for name in wanted.values() if name.value}
    if not values:
        return {text: Match(None) for text in wanted}
    shorts = {name.short for name in wanted.values() if name.short}
    by_value, by_short = _held(work, values, shorts)
    return {
        text: _match(name, by_value.get(name.value, ()), by_short.get(name.short, ()))
        for text, name in wanted.items()
    }


def _held(
    work: Work, values: Iterable[str], shorts: Iterable[str]
) -> tuple[Mapping[str, list[_Held]], Mapping[str, list[_Held]]]:
    statement = (
        select(CiName.ci_id, CiName.kind, CiName.value, CiName.short)
        .join(Ci, Ci.id == CiName.ci_id)
        .where(
            Ci.state != State.RETIRED,
            or_(CiName.value.in_(values), CiName.short.in_(shorts)),
        )
    )
    by_value: dict[str, list[_Held]] = defaultdict(list)
    by_short: dict[str, list[_Held]] = defaultdict(list)
    for row in work.session.execute(statement):
        held = _Held(*row)
        by_value[held.value].append(held)
        if held.short:
            by_short[held.short].append(held)
    return by_value, by_short


def _match(name: Name, same: Sequence[_Held], alike: Sequence[_Held]) -> Match:
    hosts = {NameKind.NAME, NameKind.FQDN}
    addresses = {NameKind.IP, NameKind.MAC}
    whole = {held.ci_id for held in same if held.kind in hosts}
    tiers = (
        whole if name.qualified or not name.short else set(),
        _short_matches(name, alike),
        {held.ci_id for held in same if held.kind in addresses},
        {held.ci_id for held in same if held.kind is NameKind.ALIAS},
    )
    for tier in tiers:
        if len(tier) == 1:
            return Match(next(iter(tier)))
    return Match(None, ambiguous=any(tiers))


def _short_matches(name: Name, alike: Sequence[_Held]) -> set[int]:
    """Return the CIs of this short name; two full names of different domains do not meet."""
    if not name.qualified:
        return {held.ci_id for held in alike}
    elsewhere = {held.ci_id for held in alike if "." in held.value}
    return {held.ci_id for held in alike} - elsewhere


def brief(work: Work, ci_id: int) -> CiBrief:
    """Return what is shown of a CI. Raises NotFound."""
    found = briefs(work, [ci_id])
    if ci_id not in found:
        raise NotFound("there is no such CI")
    return found[ci_id]


def briefs(work: Work, ci_ids: Iterable[int]) -> Mapping[int, CiBrief]:
    """Return what is shown of several CIs, by id."""
    rows = work.session.execute(select(*_BRIEF).where(Ci.id.in_(set(ci_ids))))
    return {row.id: _brief(row) for row in rows}


def of_tickets(work: Work, ticket_ids: Iterable[int]) -> Mapping[int, list[CiBrief]]:
    """Return the CIs of each of the tickets, by ticket id; those without any are left out."""
    statement = (
        select(TicketCi.ticket_id, *_BRIEF)
        .join(Ci, Ci.id == TicketCi.ci_id)
        .where(TicketCi.ticket_id.in_(set(ticket_ids)))
        .order_by(Ci.name)
    )
    found: dict[int, list[CiBrief]] = defaultdict(list)
    for row in work.session.execute(statement):
        found[row.ticket_id].append(_brief(row))
    return found


def service_path(work: Work, ci_id: int) -> tuple[CiBrief, ...]:
    """Return the CI, what leads from it to the services that it carries, and these, nearest first.

    At most three levels up, with one statement. Empty when there is no such CI. Not filtered by
    what the actor may read: who is paged has to know what is hit.
    """
    reached = _upstream(work, ci_id, true())
    on_the_way = {step.id: step for found in reached if found.ci.is_service for step in found.path}
    start = {found.ci.id: found.ci for found in reached if found.ci.depth == 0}
    return tuple(sorted((start | on_the_way).values(), key=lambda ci: (ci.depth, ci.name)))


def upstream(work: Work, ci_id: int) -> list[Reached]:
    """Return the CI and what a fault of it hits, up to three levels away, nearest first."""
    return _upstream(work, ci_id, visible_to(work))


def downstream(work: Work, ci_id: int) -> list[Reached]:
    """Return the CI and what it needs, up to three levels away, nearest first."""
    walk = _walk(ci_id, CiRelation.source_id, CiRelation.target_id)
    return _reached(_rows_of(work, walk, visible_to(work)))


def _upstream(work: Work, ci_id: int, seen: ColumnElement[bool]) -> list[Reached]:
    walk = _walk(ci_id, CiRelation.target_id, CiRelation.source_id)
    return _reached(_rows_of(work, walk, seen))


def _walk(ci_id: int, near: InstrumentedAttribute[int], far: InstrumentedAttribute[int]) -> CTE:
    walk = select(
        literal(ci_id, Id).label("id"),
        cast(null(), Id).label("via"),
        literal(0, Integer).label("depth"),
    ).cte("walk", recursive=True)
    step = select(far, walk.c.id, walk.c.depth + 1).join(walk, near == walk.c.id)
    return walk.union(step.where(walk.c.depth < LEVELS))


def _rows_of(work: Work, walk: CTE, seen: ColumnElement[bool]) -> Sequence[Row[*tuple[Any, ...]]]:
    statement = (
        select(walk.c.via, walk.c.depth, *_BRIEF)
        .join(Ci, Ci.id == walk.c.id)
        .where(or_(Ci.state != State.RETIRED, walk.c.depth == 0), seen)
        .order_by(walk.c.depth, Ci.name, Ci.id, walk.c.via)
        .limit(MOST_REACHED)
    )
    return work.session.execute(statement).all()


def _reached(rows: Sequence[Row[*tuple[Any, ...]]]) -> list[Reached]:
    """Return each CI once with the shortest path; what only a retired CI leads to is left out."""
    paths: dict[int, tuple[CiBrief, ...]] = {}
    for row in rows:
        if row.id not in paths and (row.via is None or row.via in paths):
            paths[row.id] = (*paths.get(row.via, ()), _brief(row, row.depth))
    return [Reached(path[-1], path) for path in paths.values()]


def _brief(row: Row[*tuple[Any, ...]], depth: int = 0) -> CiBrief:
    shown = {column.key: getattr(row, column.key) for column in _BRIEF}
    return CiBrief(**shown, depth=depth)


def get(work: Work, number: str) -> Ci:
    """Return the CI with everything that its page shows. Raises NotFound if it is not visible."""
    statement = (
        select(Ci)
        .where(Ci.number == number.upper(), visible_to(work))
        .options(*(joinedload(part) for part in PARTS))
    )
    ci = work.session.scalar(statement)
    if ci is None:
        raise NotFound(f"there is no CI {number}")
    return ci


def by_id(work: Work, ci_id: int) -> Ci:
    """Return the CI as it stands. Raises NotFound where it is not visible."""
    ci = work.session.scalar(select(Ci).where(Ci.id == ci_id, visible_to(work)))
    if ci is None:
        raise NotFound("there is no such CI")
    return ci


def lock(work: Work, ci_ids: Iterable[int]) -> None:
    """Have others who lock these CIs wait until the commit; whoever reads them does not."""
    query = select(Ci.id).where(Ci.id.in_(set(ci_ids))).order_by(Ci.id)
    work.session.execute(query.with_for_update(key_share=True))


def names_of(work: Work, ci_id: int) -> list[CiName]:
    """Return every name and address that a CI answers to."""
    statement = select(CiName).where(CiName.ci_id == ci_id).order_by(CiName.kind, CiName.value)
    return list(work.session.scalars(statement))


def names_of_many(work: Work, ci_ids: Iterable[int]) -> Mapping[int, list[CiName]]:
    """Return every name and address of several CIs, by CI id."""
    statement = select(CiName).where(CiName.ci_id.in_(set(ci_ids))).order_by(CiName.value)
    found: dict[int, list[CiName]] = defaultdict(list)
    for name in work.session.scalars(statement):
        found[name.ci_id].append(name)
    return found


def classes(work: Work) -> list[CiClass]:
    """Return the classes of CIs by name."""
    return list(work.session.scalars(select(CiClass).order_by(CiClass.name)))


def ci_class(work: Work, key: str) -> CiClass:
    """Return the class of that key. Raises NotFound."""
    found = work.session.get(CiClass, key)
    if found is None:
        raise NotFound(f"there is no class '{key}'")
    return found


def attributes_of(work: Work, ci_class: CiClass) -> list[Attribute]:
    """Return the attributes of a class, those of its parents first."""
    return _attributes(ci_class, {one.key: one for one in classes(work)})


def attributes_by_class(work: Work) -> Mapping[str, list[Attribute]]:
    """Return the attributes of every class, by its key."""
    by_key = {one.key: one for one in classes(work)}
    return {key: _attributes(one, by_key) for key, one in by_key.items()}


def _attributes(ci_class: CiClass, by_key: Mapping[str, CiClass]) -> list[Attribute]:
    line: list[CiClass] = []
    at: CiClass | None = ci_class
    while at is not None and at not in line:
        line.append(at)
        at = by_key.get(at.parent_key or "")
    found = [attribute for one in reversed(line) for attribute in declared(one.attributes)]
    return list({attribute.name: attribute for attribute in found}.values())


def other_with_alias(work: Work, ci: Ci, value: str) -> str | None:
    """Return the number of another CI in use that has the alias `value`, None if none has."""
    statement = (
        select(Ci.number)
        .join(CiName, CiName.ci_id == Ci.id)
        .where(
            CiName.kind == NameKind.ALIAS,
            CiName.value == value,
            Ci.id != ci.id,
            Ci.state != State.RETIRED,
        )
        .limit(1)
    )
    return work.session.scalar(statement)


def relation(work: Work, source_id: int, type_: RelationType, target_id: int) -> CiRelation | None:
    """Return the relation between two CIs, None if there is none."""
    return work.session.scalar(
        select(CiRelation)
        .where(
            CiRelation.source_id == source_id,
            CiRelation.target_id == target_id,
            CiRelation.type == type_,
        )
        .options(joinedload(CiRelation.source), joinedload(CiRelation.target))
    )


def relations(work: Work, ci: Ci) -> list[CiRelation]:
    """Return what the CI needs and what needs it, with both ends, as far as the actor sees them."""
    seen = select(Ci.id).where(visible_to(work))
    statement = (
        select(CiRelation)
        .where(
            or_(CiRelation.source_id == ci.id, CiRelation.target_id == ci.id),
            CiRelation.source_id.in_(seen),
            CiRelation.target_id.in_(seen),
        )
        .options(joinedload(CiRelation.source), joinedload(CiRelation.target))
        .order_by(CiRelation.type, CiRelation.id)
        .limit(MOST_REACHED)
    )
    return list(work.session.scalars(statement))


def open_tickets(work: Work, ci_id: int) -> list[Ticket]:
    """Return the open tickets about a CI that the actor may read, newest first, at most 50."""
    statement = (
        select(Ticket)
        .join(TicketCi, TicketCi.ticket_id == Ticket.id)
        .where(TicketCi.ci_id == ci_id, Ticket.open, desk.visible_to(work))
        .order_by(Ticket.id.desc())
        .limit(50)
    )
    return list(work.session.scalars(statement))


def ticket_ids_of(work: Work, ci_ids: Sequence[int], limit: int) -> Sequence[int]:
    """Return the ids of the newest tickets about any of these CIs, whoever may read them."""
    query = select(TicketCi.ticket_id).where(TicketCi.ci_id.in_(ci_ids))
    return work.session.scalars(query.order_by(TicketCi.ticket_id.desc()).limit(limit)).all()
