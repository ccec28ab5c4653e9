"""Every change to configuration items, the names they answer to, and how they hang together."""

import ipaddress
from collections.abc import Callable, Iterable
from typing import Any

from itsm.assets import devices, properties, queries
from itsm.assets.attributes import checked
from itsm.assets.events import (
    CiChanged,
    CiCreated,
    CiNameAdded,
    CiNameRemoved,
    CiRelated,
    CiUnrelated,
    TicketCiLinked,
    TicketCiUnlinked,
)
from itsm.assets.inputs import EditCi, NewCi, NewRelation
from itsm.assets.models import Ci, CiClass, CiName, CiRelation, NameKind, RelationType, TicketCi
from itsm.assets.names import Name, normalise
from itsm.assets.states import LIFE, State
from itsm.desk import service as desk
from itsm.desk.models import Ticket
from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid, NotFound
from itsm.kernel.events import Subject
from itsm.kernel.work import Work
from itsm.people import directory
from itsm.people import queries as people
from itsm.platform import search

PREFIX = "CI"
MOST_NAMES = 100
_ADDRESSES = frozenset({NameKind.FQDN, NameKind.IP, NameKind.MAC})


def create(work: Work, new: NewCi, *, source: str = "manual") -> Ci:
    """Enter a CI under the next number. Emits CiCreated.

    `source` says where it comes from. Raises Denied without ci:edit, Invalid for an unknown class,
    team, person, site or attribute.
    """
    work.must(Permission.CI_EDIT)
    ci = Ci(sources=[source], attributes={}, created_at=work.now, updated_at=work.now)
    _assign(work, ci, new.model_dump(exclude={"aliases", "addresses", "state"}))
    ci.state = new.state
    ci.number = desk.next_number(work, PREFIX)
    work.add(ci)
    work.emit(CiCreated(ci_id=ci.id, number=ci.number, title=ci.name, source=source))
    _put_name(work, ci, NameKind.NAME, normalise(ci.name))
    for text in new.aliases:
        add_alias(work, ci.id, text)
    for text in new.addresses:
        add_address(work, ci, text)
    _make_findable(work, ci)
    return ci


def edit(work: Work, ci: Ci, change: EditCi, *, source: str = "") -> bool:
    """Change the properties that `change` sets; tell whether anything was different.

    `ci` comes from `queries.get`. Emits CiChanged with what was and what is. Raises Denied,
    Invalid as `create` does, and Refused for a state that cannot follow.
    """
    work.must(Permission.CI_EDIT, ci)
    before = properties.of(ci)
    values = change.model_dump(exclude_unset=True)
    wanted_state = values.pop("state", ci.state)
    _assign(work, ci, values)
    if wanted_state != ci.state:
        ci.state = LIFE.to(ci.state, wanted_state).target
    return _record_change(work, ci, before, source)


def retire(work: Work, ci: Ci) -> None:
    """Take a CI out of use: monitoring no longer finds it by name. Emits CiChanged."""
    edit(work, ci, EditCi(state=State.RETIRED))


def add_alias(work: Work, ci_id: int, name: str) -> CiName:
    """Have the CI answer to `name`, from monitoring too. Emits CiNameAdded unless it does already.

    Raises Denied without ci:edit, NotFound, Invalid for a blank name and for an alias that another
    CI has.
    """
    ci = queries.by_id(work, ci_id)
    work.must(Permission.CI_EDIT, ci)
    normal = normalise(name)
    if not normal.value:
        raise Invalid("say which name it answers to", {"value": "blank"})
    other = queries.other_with_alias(work, ci, normal.value)
    if other is not None:
        raise Invalid(f"{other} answers to this alias already", {"value": f"taken by {other}"})
    # An alias meets a name as a whole alone: a short form of it is not what the person said.
    return _put_name(work, ci, NameKind.ALIAS, Name(NameKind.ALIAS, normal.value))


def add_address(work: Work, ci: Ci, address: str) -> CiName:
    """Note an IP address, a hardware address or a full host name of the CI. Emits CiNameAdded.

    Raises Denied, and Invalid for anything else and for addresses that every host has.
    """
    work.must(Permission.CI_EDIT, ci)
    normal = normalise(address)
    if normal.kind not in _ADDRESSES:
        hint = "an IP address, a MAC address or a full host name"
        raise Invalid(f"'{address}' is not {hint}", {"value": f"must be {hint}"})
    if normal.kind is NameKind.IP and _is_everywhere(normal.value):
        raise Invalid(f"every host answers to {normal.value}", {"value": "not an own address"})
    return _put_name(work, ci, normal.kind, normal)


def remove_name(work: Work, ci: Ci, name_id: int) -> None:
    """Take an alias or an address away. Emits CiNameRemoved. Raises Denied, NotFound."""
    work.must(Permission.CI_EDIT, ci)
    row = work.session.get(CiName, name_id)
    if row is None or row.ci_id != ci.id or row.kind is NameKind.NAME:
        raise NotFound("the CI has no such name")
    work.session.delete(row)
    work.emit(CiNameRemoved(ci_id=ci.id, kind=row.kind.value, value=row.value))
    _make_findable(work, ci)


def relate(work: Work, ci: Ci, relation: NewRelation) -> CiRelation:
    """Record that the CI needs another. Emits CiRelated unless that is known already.

    Raises Denied, NotFound for a target that is not there, Invalid for the CI itself.
    """
    work.must(Permission.CI_EDIT, ci)
    target = queries.get(work, relation.target)
    return relate_to(work, ci, relation.type, target)


def relate_to(work: Work, ci: Ci, type_: RelationType, target: Ci) -> CiRelation:
    """Do as `relate` does, for CIs at hand."""
    work.must(Permission.CI_EDIT, ci)
    if ci.id == target.id:
        raise Invalid("a CI cannot need itself", {"target": "is the CI itself"})
    row = queries.relation(work, ci.id, type_, target.id)
    if row is None:
        row = work.add(CiRelation(source=ci, target=target, type=type_, created_at=work.now))
        work.emit(
            CiRelated(ci_id=ci.id, type=type_.value, target_id=target.id, target=target.number)
        )
    return row


def unrelate(work: Work, ci: Ci, relation_id: int) -> None:
    """Forget a relation that begins or ends at the CI. Emits CiUnrelated.

    Raises Denied, NotFound.
    """
    work.must(Permission.CI_EDIT, ci)
    row = work.session.get(CiRelation, relation_id)
    if row is None or ci.id not in {row.source_id, row.target_id}:
        raise NotFound("the CI has no such relation")
    target = queries.brief(work, row.target_id)
    work.session.delete(row)
    work.emit(
        CiUnrelated(
            ci_id=row.source_id, type=row.type.value, target_id=target.id, target=target.number
        )
    )


def link(work: Work, ticket: Ticket, ci_id: int) -> None:
    """Record that a ticket is about a CI. Emits TicketCiLinked unless that is known already.

    Raises Denied without ticket:update, NotFound.
    """
    work.must(Permission.TICKET_UPDATE, ticket)
    ci = queries.brief(work, ci_id)
    if work.session.get(TicketCi, (ticket.id, ci_id)) is None:
        work.add(TicketCi(ticket_id=ticket.id, ci_id=ci_id))
        work.emit(TicketCiLinked(ticket_id=ticket.id, ci_id=ci_id, ci=ci.number, title=ci.name))


def link_own(work: Work, ticket: Ticket, number: str) -> None:
    """Record that one's own ticket is about a device that one uses. Emits TicketCiLinked.

    Raises Denied without ticket:create on it, NotFound for a device that is not one's own.
    """
    work.must(Permission.TICKET_CREATE, ticket)
    for ci in devices.used_by_actor(work):
        if ci.number == number:
            work.add(TicketCi(ticket_id=ticket.id, ci_id=ci.id))
            work.emit(TicketCiLinked(ticket_id=ticket.id, ci_id=ci.id, ci=ci.number, title=ci.name))
            return
    raise NotFound(f"there is no such device: {number[:24]}")


def unlink(work: Work, ticket: Ticket, ci_id: int) -> None:
    """Record that a ticket is not about a CI. Emits TicketCiUnlinked. Raises Denied, NotFound."""
    work.must(Permission.TICKET_UPDATE, ticket)
    row = work.session.get(TicketCi, (ticket.id, ci_id))
    if row is None:
        raise NotFound("the ticket is not about this CI")
    ci = queries.brief(work, ci_id)
    work.session.delete(row)
    work.emit(TicketCiUnlinked(ticket_id=ticket.id, ci_id=ci_id, ci=ci.number, title=ci.name))


def _record_change(work: Work, ci: Ci, before: dict[str, Any], source: str) -> bool:
    after = properties.of(ci)
    changed = [name for name, value in after.items() if value != before[name]]
    sources = properties.sources(ci)
    if source and source not in sources:
        ci.sources = [*sources, source]
    if not changed:
        return False
    ci.updated_at = work.now
    if "name" in changed:
        _rename(work, ci)
    work.emit(
        CiChanged(
            ci_id=ci.id,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    )
    _make_findable(work, ci)
    return True


def _assign(work: Work, ci: Ci, values: dict[str, Any]) -> None:
    """Set the properties in `values` on the CI, resolving the names of teams and people."""
    attributes = values.pop("attributes", {})
    for field, value in values.items():
        column, find = _FINDERS.get(field, (field, None))
        setattr(ci, column, find(work, value) if find else value)
    if attributes or "ci_class" in values:
        _assign_attributes(work, ci, attributes)


def _assign_attributes(work: Work, ci: Ci, values: dict[str, Any]) -> None:
    """Merge `values` into what the CI has; what its class does not know falls away."""
    declared = queries.attributes_of(work, ci.ci_class)
    known = {attribute.name for attribute in declared}
    kept = {name: value for name, value in properties.values(ci).items() if name in known}
    kept |= checked(declared, values)
    ci.attributes = {name: value for name, value in kept.items() if value is not None}


def _class(work: Work, key: str) -> CiClass:
    found = work.session.get(CiClass, key)
    if found is None:
        known = ", ".join(one.key for one in queries.classes(work))
        raise Invalid(f"there is no class '{key}'; there are {known}", {"class": "unknown"})
    return found


def _named(field: str, find: Callable[[Work, str], object]) -> Callable[[Work, str], object]:
    """Return a finder that takes "" for nothing and names `field` when nothing is found."""

    def found(work: Work, name: str) -> object:
        try:
            return find(work, name) if name else None
        except NotFound as error:
            raise Invalid(str(error), {field: str(error)}) from error

    return found


_FINDERS: dict[str, tuple[str, Callable[[Work, str], object]]] = {
    "ci_class": ("ci_class", _class),
    "owner_team": ("owner_team", _named("owner_team", people.team)),
    "owner": ("owner", _named("owner", people.person)),
    "used_by": ("used_by", _named("used_by", people.person)),
    "site": ("site", _named("site", directory.site)),
}


def _rename(work: Work, ci: Ci) -> None:
    for row in queries.names_of(work, ci.id):
        if row.kind is NameKind.NAME:
            normal = normalise(ci.name)
            row.value, row.short = normal.value, normal.short


def _put_name(work: Work, ci: Ci, kind: NameKind, name: Name) -> CiName:
    """Return the row of that name, made now unless the CI has it."""
    present = queries.names_of(work, ci.id)
    for row in present:
        if row.kind is kind and row.value == name.value:
            return row
    if len(present) >= MOST_NAMES:
        raise Invalid(f"a CI has at most {MOST_NAMES} names", {"value": "too many names"})
    row = work.add(CiName(ci_id=ci.id, kind=kind, value=name.value, short=name.short))
    if kind is not NameKind.NAME:
        work.emit(CiNameAdded(ci_id=ci.id, kind=kind.value, value=name.value))
        _make_findable(work, ci)
    return row


def _make_findable(work: Work, ci: Ci) -> None:
    search.put(work, Subject("ci", ci.id), f"{ci.number} {ci.name}", "\n".join(_words(work, ci)))


def _words(work: Work, ci: Ci) -> Iterable[str]:
    yield ci.description
    yield from (row.value for row in queries.names_of(work, ci.id))
    yield from (str(value) for value in properties.values(ci).values())


def _is_everywhere(address: str) -> bool:
    parsed = ipaddress.ip_address(address)
    return parsed.is_loopback or parsed.is_unspecified or parsed.is_multicast
