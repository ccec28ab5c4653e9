"""Names, value words and display hints of OIDs: those we ship, and those of uploaded MIBs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from itsm.monitoring.snmp import shipped
from itsm.monitoring.snmp.smi import Kind
from itsm.monitoring.snmp.trap import Kind as VarbindKind
from itsm.monitoring.snmp.trap import Trap, Varbind

MOST_REMEMBERED = 8192


@dataclass(frozen=True, slots=True)
class Name:
    """What a MIB says of one object or notification."""

    name: str
    words: Mapping[int, str] = field(default_factory=dict)
    hint: str = ""
    kind: Kind = Kind.OBJECT
    description: str = ""


Found = tuple[Name | None, str]


@cache
def known() -> Mapping[str, Name]:
    """Return the names that we ship, by OID."""
    return {
        entry.oid: Name(entry.name, entry.words, entry.hint, entry.kind)
        for module in shipped.modules()
        for entry in module.entries
    }


@cache
def _by_name() -> Mapping[str, str]:
    return {name.name: oid for oid, name in known().items()}


class Names:
    """The names that one reading goes by; `own` are those of uploaded MIBs, by OID.

    A name that we ship goes first, since the built-in rules speak in it.
    """

    def __init__(self, own: Mapping[str, Name] | None = None) -> None:
        self._own = own or {}
        self._found: dict[str, Found] = {}

    def find(self, oid: str) -> Found:
        """Return the name of the longest known OID that `oid` begins with, and the rest of it.

        The rest is the instance, such as "3" of ifOperStatus.3; without a name it is all of it.
        """
        found = self._found.get(oid)
        if found is None:
            if len(self._found) >= MOST_REMEMBERED:
                self._found.clear()
            found = self._found[oid] = self._look_up(oid)
        return found

    def spoken(self, oid: str) -> str:
        """Return an OID as people write it: `ifOperStatus.3`, or the numbers if it is not known."""
        name, rest = self.find(oid)
        if name is None:
            return oid
        return f"{name.name}.{rest}" if rest else name.name

    def trap(self, oid: str) -> str:
        """Return the OID of a trap as people write it, also where v1 gave it an extra zero."""
        name, rest = self.of_trap(oid)
        return name.name if name and not rest else self.spoken(oid)

    def of_trap(self, oid: str) -> Found:
        """Return what `find` does for a trap's OID, in the form that its MIB has."""
        found = self.find(oid)
        plain = without_zero(oid)
        if plain is None or (found[0] and not found[1]):
            return found
        other = self.find(plain)
        return other if other[0] and not other[1] else found

    def _look_up(self, oid: str) -> Found:
        shipped_names, at = known(), oid
        while at:
            name = shipped_names.get(at) or self._own.get(at)
            # A node names what it stands for and not what hangs below it.
            if name is not None and (name.kind is not Kind.NODE or at == oid):
                return name, oid[len(at) + 1 :]
            at = at.rpartition(".")[0]
        return None, oid


SHIPPED = Names()
"""The names that we ship and no others."""


def without_zero(oid: str) -> str | None:
    """Return a trap's OID without the zero before its last number, None if there is none.

    The translation of a v1 trap puts one in (RFC 3584, 3.1), whether its MIB has it or not.
    """
    head, _, last = oid.rpartition(".")
    return f"{head.removesuffix('.0')}.{last}" if head.endswith(".0") else None


def spoken_of(trap: Trap) -> Iterable[str]:
    """Yield every OID that a trap bears: its own, those of its varbinds, those that are values."""
    yield trap.oid
    yield without_zero(trap.oid) or trap.oid
    for varbind in trap.varbinds:
        yield varbind.oid
        if is_oid(varbind):
            yield str(varbind.value)


def is_oid(varbind: Varbind) -> bool:
    """Tell whether the value of a varbind is itself an OID."""
    return varbind.kind is VarbindKind.OID


def heads(oids: Iterable[str]) -> set[str]:
    """Return every OID that one of `oids` begins with, `oids` themselves among them."""
    found: set[str] = set()
    for oid in oids:
        at = oid
        while at and at not in found:
            found.add(at)
            at = at.rpartition(".")[0]
    return found


def trap_heads(oids: Iterable[str]) -> set[str]:
    """Return what `heads` does for the OIDs of traps, in both forms of each."""
    return heads(form for oid in oids for form in (oid, without_zero(oid) or oid))


def numeric(text: str) -> str | None:
    """Return the OID that a person means by dotted numbers or by a name that we ship, or None."""
    text = text.strip().lstrip(".")
    return _by_name().get(text.rpartition("::")[2], text if dotted(text) else None)


def dotted(text: str) -> bool:
    """Tell whether a text is an OID in numbers."""
    parts = text.split(".")
    return len(parts) > 1 and all(part.isascii() and part.isdigit() for part in parts)
