"""A first draft of a rule for a trap that no rule speaks of yet, for a person to finish."""

from itsm.monitoring.snmp import values, wording
from itsm.monitoring.snmp.names import Names
from itsm.monitoring.snmp.trap import TRAP_ADDRESS, TRAP_COMMUNITY, TRAP_ENTERPRISE, Trap, Varbind

MOST_PARTS = 4
MOST_CONDITIONS = 10
_OF_TRANSLATION = {TRAP_ADDRESS, TRAP_COMMUNITY, TRAP_ENTERPRISE}


def values_of(trap: Trap, names: Names) -> dict[str, object]:
    """Return the fields of the form, filled from one trap.

    Values that a MIB has a word for become conditions, since they mostly are states; the first
    varbinds become parts of the title; the instance of the first that has one tells problems apart.
    """
    told = [
        (wording.field_of(varbind, place, names), varbind)
        for place, varbind in enumerate(trap.varbinds, start=1)
        if varbind.oid not in _OF_TRANSLATION
    ]
    parts = " ".join(f"{{{field}}}" for field, _ in told[:MOST_PARTS])
    worded = [
        f"{field} equals {values.text(varbind, names)}"
        for field, varbind in told
        if _has_word(varbind, names)
    ]
    return {
        "oid": trap.oid,
        "name": f"Trap {names.trap(trap.oid)}"[:120],
        "title": f"{{agent}}: {names.trap(trap.oid)} {parts}".strip()[:400],
        "conditions": "\n".join(worded[:MOST_CONDITIONS]),
        "key": _key(told, names),
    }


def _has_word(varbind: Varbind, names: Names) -> bool:
    name, _ = names.find(varbind.oid)
    return name is not None and isinstance(varbind.value, int) and varbind.value in name.words


def _key(told: list[tuple[str, Varbind]], names: Names) -> str:
    """Return a key by which two parts of one device are two problems."""
    for field, varbind in told:
        name, instance = names.find(varbind.oid)
        if name is not None and instance not in ("", "0"):
            return f"{{oid}}:{{{field}#}}"
    return "{oid}"
