"""Names, value words and display hints of the OIDs that we know: the tables are in `mibs.py`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from itsm.monitoring.snmp import mibs


class Hint(StrEnum):
    """How octets are to be shown where they are not text."""

    NONE = ""
    MAC = "mac"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Name:
    """What a MIB says of one object or notification."""

    name: str
    words: Mapping[int, str] = field(default_factory=dict)
    hint: Hint = Hint.NONE


def _shipped() -> dict[str, Name]:
    hints = dict.fromkeys(mibs.MAC_OBJECTS, Hint.MAC) | dict.fromkeys(mibs.DATE_OBJECTS, Hint.DATE)
    return {
        oid: Name(name, mibs.WORDS.get(name, {}), hints.get(name, Hint.NONE))
        for oid, name in mibs.NAMES.items()
    }


SHIPPED = _shipped()
_BY_NAME = {name.name: oid for oid, name in reversed(SHIPPED.items())}


@lru_cache(maxsize=8192)
def find(oid: str) -> tuple[Name | None, str]:
    """Return the name of the longest known OID that `oid` begins with, and the rest of it.

    The rest is the instance, such as "3" of ifOperStatus.3; without a name it is the whole OID.
    """
    known = oid
    while known:
        if known in SHIPPED:
            return SHIPPED[known], oid[len(known) + 1 :]
        known = known.rpartition(".")[0]
    return None, oid


def spoken(oid: str) -> str:
    """Return an OID as people write it: `ifOperStatus.3`, or the numbers if it is not known."""
    name, rest = find(oid)
    if name is None:
        return oid
    return f"{name.name}.{rest}" if rest else name.name


def numeric(text: str) -> str | None:
    """Return the OID that a person means by dotted numbers or by a known name, or None."""
    text = text.strip().lstrip(".")
    return _BY_NAME.get(text.rpartition("::")[2], text if _dotted(text) else None)


def _dotted(text: str) -> bool:
    parts = text.split(".")
    return len(parts) > 1 and all(part.isascii() and part.isdigit() for part in parts)
