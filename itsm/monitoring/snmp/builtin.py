"""The rules that every instance has; a rule of the instance's own for the same OID goes first."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from itsm.monitoring.signal import Severity
from itsm.monitoring.snmp import shipped
from itsm.monitoring.snmp.rules import Condition, Often, Rule, Test
from itsm.monitoring.snmp.translate import STANDARD_TRAPS

LINK = "link:"
LINK_HOLD_S = 60

_COLD_START = Rule(
    name="Cold start",
    oid=f"{STANDARD_TRAPS}.1",
    key="start",
    severity=Severity.INFO,
    title="{agent} has started",
    unsettles=LINK,
)
_WARM_START = Rule(
    name="Warm start",
    oid=f"{STANDARD_TRAPS}.2",
    key="start",
    severity=Severity.INFO,
    title="{agent} has restarted",
    unsettles=LINK,
    often=Often(3, 3600, Severity.MEDIUM),
)
_LINK_DOWN = Rule(
    name="Link down",
    oid=f"{STANDARD_TRAPS}.3",
    conditions=(Condition("ifAdminStatus", Test.EQUALS, "up"),),
    key=LINK + "{ifIndex}",
    severity=Severity.HIGH,
    title="Link {ifIndex} {ifDescr} {ifAlias} of {agent} is down",
    hold_s=LINK_HOLD_S,
)
_LINK_OFF = replace(
    _LINK_DOWN,
    name="Link switched off",
    conditions=(Condition("ifAdminStatus", Test.EQUALS, "down"),),
    severity=Severity.INFO,
    title="Link {ifIndex} {ifDescr} {ifAlias} of {agent} was switched off",
    hold_s=0,
)
_LINK_DOWN_UNTOLD = replace(
    _LINK_DOWN,
    name="Link down, administrative state not told",
    conditions=(),
    severity=Severity.LOW,
)
_LINK_UP = Rule(
    name="Link up",
    oid=f"{STANDARD_TRAPS}.4",
    key=LINK + "{ifIndex}",
    raises=False,
    title="Link {ifIndex} {ifDescr} {ifAlias} of {agent} is up",
    clears=(LINK + "{ifIndex}",),
)
_AUTHENTICATION_FAILURE = Rule(
    name="Authentication failure",
    oid=f"{STANDARD_TRAPS}.5",
    key="authentication",
    severity=Severity.LOW,
    title="{agent} was asked with a wrong community or user",
)

STANDARD = (
    _COLD_START,
    _WARM_START,
    _LINK_DOWN,
    _LINK_OFF,
    _LINK_DOWN_UNTOLD,
    _LINK_UP,
    _AUTHENTICATION_FAILURE,
)


@cache
def rules() -> tuple[Rule, ...]:
    """Return the standard rules and those of the families that `shipped/` has files of."""
    return (*STANDARD, *(rule for family in shipped.modules() for rule in _family(family)))


def _family(family: shipped.Shipped) -> Iterator[Rule]:
    for data in family.rules:
        for trap in data.get("traps", [data.get("trap")]):
            oid = family.oid(trap)
            if oid is None:
                raise LookupError(f"the shipped rule {data['name']!r} names no trap of its file")
            yield _rule(data, oid)


def _rule(data: Mapping[str, Any], oid: str) -> Rule:
    severity = data.get("severity")
    return Rule(
        name=data["name"],
        oid=oid,
        prefix=data.get("prefix", False),
        raises=data.get("raises", True),
        severity=None if severity is None else Severity(severity),
        severity_field=data.get("severity_field", ""),
        severity_map={
            word.casefold(): level for word, level in data.get("severity_map", {}).items()
        },
        title=data["title"],
        key=data.get("key", "{oid}"),
        clears=tuple(data.get("clears", ())),
    )
