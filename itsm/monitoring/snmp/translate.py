"""SNMPv1 traps in SNMPv2 form, by RFC 3584 section 3.1."""

from dataclasses import dataclass

from itsm.monitoring.snmp.ber import Malformed
from itsm.monitoring.snmp.trap import (
    TRAP_ADDRESS,
    TRAP_COMMUNITY,
    TRAP_ENTERPRISE,
    Kind,
    Trap,
    Varbind,
    Version,
)

STANDARD_TRAPS = "1.3.6.1.6.3.1.1.5"
ENTERPRISE_SPECIFIC = 6


@dataclass(frozen=True, slots=True)
class TrapV1:
    """The fields of an SNMPv1 Trap-PDU; `timestamp` is in hundredths of a second."""

    community: bytes
    enterprise: str
    agent_address: str
    generic: int
    specific: int
    timestamp: int
    varbinds: tuple[Varbind, ...]


def to_v2(trap: TrapV1) -> Trap:
    """Return the same trap in SNMPv2 form. Raises Malformed for an unknown generic trap."""
    return Trap(
        version=Version.V1,
        oid=_trap_oid(trap),
        uptime=trap.timestamp,
        varbinds=(*trap.varbinds, *_added(trap)),
    )


def _trap_oid(trap: TrapV1) -> str:
    if trap.generic == ENTERPRISE_SPECIFIC:
        # The zero is what lets one rule match the v1 and the v2 form of the same trap.
        return f"{trap.enterprise}.0.{trap.specific}"
    if 0 <= trap.generic < ENTERPRISE_SPECIFIC:
        return f"{STANDARD_TRAPS}.{trap.generic + 1}"
    raise Malformed(f"there is no generic trap {trap.generic}")


def _added(trap: TrapV1) -> tuple[Varbind, ...]:
    present = {varbind.oid for varbind in trap.varbinds}
    return tuple(
        varbind
        for varbind in (
            Varbind(TRAP_ADDRESS, Kind.ADDRESS, trap.agent_address),
            Varbind(TRAP_COMMUNITY, Kind.OCTETS, trap.community),
            Varbind(TRAP_ENTERPRISE, Kind.OID, trap.enterprise),
        )
        if varbind.oid not in present
    )
