"""The one form that traps and informs of every version are brought into."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

UPTIME = "1.3.6.1.2.1.1.3.0"
TRAP_OID = "1.3.6.1.6.3.1.1.4.1.0"
TRAP_ENTERPRISE = "1.3.6.1.6.3.1.1.4.3.0"
TRAP_ADDRESS = "1.3.6.1.6.3.18.1.3.0"
TRAP_COMMUNITY = "1.3.6.1.6.3.18.1.4.0"

Value = int | str | bytes | None


class Version(IntEnum):
    """The version number that a message bears."""

    V1 = 0
    V2C = 1
    V3 = 3

    @property
    def label(self) -> str:
        """The version as people write it."""
        return _LABELS[self]


_LABELS = {Version.V1: "v1", Version.V2C: "v2c", Version.V3: "v3"}


class Kind(StrEnum):
    """The type of a value; it decides which Python type holds it."""

    INTEGER = "integer"
    OCTETS = "octets"
    NULL = "null"
    OID = "oid"
    ADDRESS = "address"
    COUNTER = "counter"
    GAUGE = "gauge"
    TICKS = "ticks"
    OPAQUE = "opaque"


@dataclass(frozen=True, slots=True)
class Varbind:
    """One named value: int for numbers and ticks, str for OIDs and addresses, bytes for octets."""

    oid: str
    kind: Kind
    value: Value


@dataclass(frozen=True, slots=True)
class Trap:
    """A trap or inform in SNMPv2 form.

    `varbinds` are those after sysUpTime.0 and snmpTrapOID.0, in the order of the message; a
    translated v1 trap has snmpTrapAddress.0, snmpTrapCommunity.0 and snmpTrapEnterprise.0 at
    their end. `uptime` is in hundredths of a second.
    """

    version: Version
    oid: str
    uptime: int | None
    varbinds: tuple[Varbind, ...]
    inform: bool = False

    def value(self, oid: str) -> Value:
        """Return the value of the varbind named exactly `oid`, or None."""
        return next((varbind.value for varbind in self.varbinds if varbind.oid == oid), None)
