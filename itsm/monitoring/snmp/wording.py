"""Texts from templates such as `Link {ifName} down`: fields are put in, nothing is computed.

`{ifName}` is the value of the first varbind of that name, `{ifName#}` its instance, `{1}` the
value of the first varbind whatever its name, `{1.3.6.1…}` a varbind by its OID. `{agent}`,
`{sender}`, `{trap}`, `{oid}`, `{uptime}` and `{version}` speak of the trap itself. A field that
the trap does not have reads as nothing.
"""

import re
from collections.abc import Mapping

from itsm.monitoring.snmp import names, values
from itsm.monitoring.snmp.agent import Agent
from itsm.monitoring.snmp.trap import Kind, Trap, Varbind

MAX_TITLE = 200
MAX_BODY = 4000
MAX_KEY = 400
FIELD = re.compile(r"\{([A-Za-z0-9_.:-]{1,200}#?)\}")
SPACES = re.compile(" {2,}")

Fields = Mapping[str, str]


def fields(trap: Trap, agent: Agent, sender: str) -> dict[str, str]:
    """Return everything that a template or a condition can name in this trap."""
    found = {
        "agent": agent.name,
        "sender": sender,
        "trap": names.spoken(trap.oid),
        "oid": trap.oid,
        "version": trap.version.label,
        "uptime": _uptime(trap),
    }
    for place, varbind in enumerate(trap.varbinds, start=1):
        _add(found, place, varbind)
    return found


def _add(found: dict[str, str], place: int, varbind: Varbind) -> None:
    name, instance = names.find(varbind.oid)
    shown = values.text(varbind, name)
    found[str(place)] = found[varbind.oid] = shown
    if name is not None:
        found.setdefault(name.name, shown)
        found.setdefault(f"{name.name}#", instance)


def _uptime(trap: Trap) -> str:
    return values.text(Varbind("", Kind.TICKS, trap.uptime), None)


def render(template: str, known: Fields, limit: int) -> str:
    """Return `template` with its fields put in, cut to `limit` characters."""
    text = FIELD.sub(lambda field: known.get(field[1], "")[:limit], template)
    return SPACES.sub(" ", text).strip()[:limit]


def listing(trap: Trap) -> str:
    """Return all varbinds, one a line, as the body of a trap that no template describes."""
    lines = (
        f"{names.spoken(varbind.oid)} = {values.text(varbind, names.find(varbind.oid)[0])}"
        for varbind in trap.varbinds
    )
    return "\n".join(lines)[:MAX_BODY]
