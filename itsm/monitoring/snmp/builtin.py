"""The rules that every instance has; a rule of the instance's own for the same OID goes first."""

from dataclasses import replace

from itsm.monitoring.signal import Severity
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

RULES = (
    _COLD_START,
    _WARM_START,
    _LINK_DOWN,
    _LINK_OFF,
    _LINK_DOWN_UNTOLD,
    _LINK_UP,
    _AUTHENTICATION_FAILURE,
)
