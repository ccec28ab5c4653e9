"""The names and rules that come with the product: one TOML file for each family, in `shipped/`.

A file names the modules it stands for, the OIDs below its `root`, value words, display hints and
types, and may hold rules. Names and numbers of MIBs are facts; nothing else of them is in there.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from itsm.monitoring.snmp.smi import Kind, Syntax

_SECTIONS = {"nodes": Kind.NODE, "objects": Kind.OBJECT, "traps": Kind.TRAP}


@dataclass(frozen=True, slots=True)
class Named:
    """One OID with its name."""

    oid: str
    name: str
    kind: Kind
    words: Mapping[int, str]
    hint: str


@dataclass(frozen=True, slots=True)
class Shipped:
    """One file. `names` are the MIB modules whose symbols it gives to those that import them."""

    names: tuple[str, ...]
    entries: tuple[Named, ...]
    types: Mapping[str, Syntax]
    rules: tuple[Mapping[str, Any], ...]

    def oid(self, symbol: str) -> str | None:
        """Return the OID of one of its names, None if it has none of that name."""
        return next((entry.oid for entry in self.entries if entry.name == symbol), None)


@cache
def modules() -> tuple[Shipped, ...]:
    """Return every file that comes with the product, in the order of their names."""
    folder = files("itsm.monitoring.snmp") / "shipped"
    found = sorted(
        (one for one in folder.iterdir() if one.name.endswith(".toml")), key=lambda one: one.name
    )
    return tuple(_read(tomllib.loads(one.read_text(encoding="utf-8"))) for one in found)


@cache
def by_module() -> Mapping[str, Shipped]:
    """Return the files by the name of each MIB module that they stand for."""
    return {name: one for one in modules() for name in one.names}


def _read(data: Mapping[str, Any]) -> Shipped:
    types = {name: _syntax(one) for name, one in data.get("types", {}).items()}
    return Shipped(
        names=tuple(data["modules"]),
        entries=tuple(_entries(data)),
        types=types,
        rules=tuple(data.get("rules", ())),
    )


def _entries(data: Mapping[str, Any]) -> Iterator[Named]:
    words, hints = data.get("words", {}), data.get("hints", {})
    for section, kind in _SECTIONS.items():
        for root, names in data.get(section, {}).items():
            for name, arcs in names.items():
                yield Named(
                    oid=f"{root}.{arcs}" if arcs else root,
                    name=name,
                    kind=kind,
                    words=_words(words.get(name, {})),
                    hint=hints.get(name, ""),
                )


def _syntax(data: Mapping[str, Any]) -> Syntax:
    return Syntax(data.get("base", ""), _words(data.get("words", {})), data.get("hint", ""))


def _words(data: Mapping[str, str]) -> Mapping[int, str]:
    return {int(number): word for number, word in data.items()}
