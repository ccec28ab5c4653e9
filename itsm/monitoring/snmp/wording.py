"""Texts from templates such as `Link {ifName} down`: fields are put in, nothing is computed.

`{ifName}` is the value of the first varbind of that name, `{ifName#}` its instance, `{1}` the
value of the first varbind whatever its name, `{1.3.6.1…}` a varbind by its OID. Where a MIB gives
a number words, or an OID a name, `{ifType=}` is the bare one. `{agent}`, `{sender}`, `{trap}`,
`{oid}`, `{uptime}` and `{version}` speak of the trap itself. A field that the trap does not have
reads as nothing.
"""

import re
from collections.abc import Mapping

from itsm.monitoring.snmp import values
from itsm.monitoring.snmp.agent import Agent
from itsm.monitoring.snmp.names import Names
from itsm.monitoring.snmp.smi import Kind
from itsm.monitoring.snmp.trap import Kind as VarbindKind
from itsm.monitoring.snmp.trap import Trap, Varbind

MAX_TITLE = 200
MAX_BODY = 4000
MAX_KEY = 400
FIELD = re.compile(r"\{([A-Za-z0-9_.:-]{1,200}[#=]?)\}")
SPACES = re.compile(" {2,}")

Fields = Mapping[str, str]


def fields(trap: Trap, agent: Agent, sender: str, names: Names) -> dict[str, str]:
    """Return everything that a template or a condition can name in this trap."""
    found = {
        "agent": agent.name,
        "sender": sender,
        "trap": names.trap(trap.oid),
        "oid": trap.oid,
        "version": trap.version.label,
        "uptime": values.text(Varbind("", VarbindKind.TICKS, trap.uptime), names),
    }
    for place, varbind in enumerate(trap.varbinds, start=1):
        _add(found, place, varbind, names)
    return found


def bare(known: Fields, name: str) -> str | None:
    """Return a field as the number or OID that it is, for one that has a word instead of it."""
    return known.get(f"{name}=", known.get(name))


def field_of(varbind: Varbind, place: int, names: Names) -> str:
    """Return the word by which a template best names a varbind: its object, else its place."""
    name, _ = names.find(varbind.oid)
    return name.name if name and name.kind is Kind.OBJECT else str(place)


def _add(found: dict[str, str], place: int, varbind: Varbind, names: Names) -> None:
    name, instance = names.find(varbind.oid)
    shown, plain = values.text(varbind, names), values.bare(varbind)
    words = [str(place), varbind.oid]
    if name is not None and name.kind is Kind.OBJECT:
        words.append(name.name)
    for word in words:
        if word in found:
            continue
        found[word], found[f"{word}#"] = shown, instance
        if plain and plain != shown:
            found[f"{word}="] = plain


def render(template: str, known: Fields, limit: int) -> str:
    """Return `template` with its fields put in, cut to `limit` characters."""
    text = FIELD.sub(lambda field: known.get(field[1], "")[:limit], template)
    return SPACES.sub(" ", text).strip()[:limit]


def listing(trap: Trap, names: Names) -> str:
    """Return all varbinds, one a line, as the body of a trap that no template describes."""
    lines = (
        f"{names.spoken(varbind.oid)} = {values.text(varbind, names)}" for varbind in trap.varbinds
    )
    return "\n".join(lines)[:MAX_BODY]
