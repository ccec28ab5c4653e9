"""From what a MIB module says to names under whole OIDs, by what the modules it imports have said.

Pure, and bounded in what it follows: a chain of definitions that leads in a circle, or further down
than an OID can be, names nothing and is noted.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from itsm.monitoring.snmp import hints, shipped
from itsm.monitoring.snmp.smi import Entry, Kind, Module, Syntax
from itsm.monitoring.snmp.translate import STANDARD_TRAPS

MAX_OID = 600
MAX_STEPS = 20
MAX_LISTED = 10
_ROOTS = {"ccitt": "0", "iso": "1", "joint-iso-ccitt": "2"}
_SNMP = "1.3.6.1.2.1.11"
_MACROS = {
    "AGENT-CAPABILITIES", "MODULE-COMPLIANCE", "MODULE-IDENTITY", "NOTIFICATION-GROUP",
    "NOTIFICATION-TYPE", "OBJECT-GROUP", "OBJECT-IDENTITY", "OBJECT-TYPE", "TEXTUAL-CONVENTION",
    "TRAP-TYPE",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Exports:
    """What one module gives to those that import it."""

    oids: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, Syntax] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Named:
    """One name with its whole OID, and what is known of its values."""

    name: str
    oid: str
    kind: Kind
    syntax: Syntax
    description: str


@dataclass(slots=True)
class Compiled:
    """What a module says, worked out; `types` are for those that import it."""

    names: list[Named] = field(default_factory=list)
    types: dict[str, Syntax] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def needed(module: Module) -> dict[str, list[str]]:
    """Return what `module` imports, as the symbols of each module; macros are none."""
    found: dict[str, list[str]] = {}
    for symbol, source in module.imports.items():
        if symbol not in _MACROS and source != module.name:
            found.setdefault(source, []).append(symbol)
    return found


def missing(module: Module, known: Collection[str]) -> list[str]:
    """Return the modules that have to be there first: neither in `known` nor shipped."""
    return sorted(set(needed(module)) - set(known) - set(shipped.by_module()))


def compile_module(module: Module, others: Mapping[str, Exports]) -> Compiled:
    """Return the names and types of `module`. What hangs on an unknown symbol is only noted."""
    return _Compiler(module, others).run()


class _Compiler:
    def __init__(self, module: Module, others: Mapping[str, Exports]) -> None:
        self._module = module
        self._others = others
        self._oids: dict[str, str] = {}

    def run(self) -> Compiled:
        done = Compiled(notes=list(self._module.notes))
        hanging = [entry.name for entry in self._module.entries.values() if not self._oid(entry)]
        done.names = list(self._names())
        done.types = {
            name: self._resolved(syntax)
            for name, syntax in self._module.types.items()
            if syntax.base not in ("SEQUENCE", "CHOICE")
        }
        if hanging:
            some = ", ".join(hanging[:MAX_LISTED]) + (" …" if len(hanging) > MAX_LISTED else "")
            done.notes.append(f"hanging on a symbol that is defined nowhere: {some}")
        return done

    def _names(self) -> Iterator[Named]:
        for entry in self._module.entries.values():
            oid = self._oid(entry)
            if oid:
                syntax = self._resolved(entry.syntax) if entry.syntax else Syntax("")
                yield Named(entry.name, oid, self._kind(entry), syntax, entry.description)

    def _kind(self, entry: Entry) -> Kind:
        """Return a table and its row as nodes: they have no value of their own."""
        base = entry.syntax.base if entry.syntax else ""
        row = self._module.types.get(base)
        composed = base == "SEQUENCE" or (row is not None and row.base == "SEQUENCE")
        return Kind.NODE if composed else entry.kind

    def _oid(self, entry: Entry) -> str:
        """Return the whole OID of an entry, empty if it cannot be known."""
        line: dict[str, Entry] = {}
        at: Entry | None = entry
        oid = ""
        while at is not None and at.name not in line:
            if at.name in self._oids:
                oid = self._oids[at.name]
                break
            line[at.name] = at
            inside = self._module.entries.get(at.parent)
            oid = self._outside(at.parent) if at.parent and inside is None else ""
            at = inside
        for one in reversed(line.values()):
            oid = self._oids[one.name] = _below(oid, one)
        return self._oids[entry.name]

    def _outside(self, symbol: str) -> str:
        source = self._module.imports.get(symbol, "")
        if source in self._others:
            return self._others[source].oids.get(symbol, "")
        known = shipped.by_module().get(source) or shipped.by_module()["SNMPv2-SMI"]
        return known.oid(symbol) or _ROOTS.get(symbol, "")

    def _resolved(self, syntax: Syntax) -> Syntax:
        """Return a type with the words and the hint of what it builds on."""
        base, words, hint = syntax.base, syntax.words, syntax.hint
        for _ in range(MAX_STEPS):
            inner = self._type(base)
            if inner is None:
                break
            base, words, hint = inner.base, words or inner.words, hint or inner.hint
        return Syntax(base, words, hints.BITS if base == "BITS" else hint)

    def _type(self, name: str) -> Syntax | None:
        own = self._module.types.get(name)
        if own is not None:
            return own
        source = self._module.imports.get(name, "")
        if source in self._others:
            return self._others[source].types.get(name)
        known = shipped.by_module().get(source)
        return known.types.get(name) if known else None


def _below(oid: str, entry: Entry) -> str:
    """Return the OID of an entry whose parent has `oid`; from the root if it has no parent."""
    if entry.parent and not oid:
        return ""
    if oid == _SNMP and entry.kind is Kind.TRAP and entry.arcs[0] == 0:
        # The generic traps of SNMPv1, in the form that they are translated to.
        return f"{STANDARD_TRAPS}.{entry.arcs[-1] + 1}"
    arcs = ".".join(map(str, entry.arcs))
    whole = f"{oid}.{arcs}" if oid else arcs
    return whole if len(whole) <= MAX_OID else ""
