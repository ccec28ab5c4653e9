"""SNMPv1 and SNMPv2c messages: a cheap look at the envelope, the whole trap, and the answer.

The datagram is not copied and not interpreted further than asked: the receiver looks at the
envelope of everything that arrives, and decodes only what it has accepted and stored.
"""

from dataclasses import dataclass

from itsm.monitoring.snmp import ber
from itsm.monitoring.snmp.ber import Malformed, Reader
from itsm.monitoring.snmp.translate import TrapV1, to_v2
from itsm.monitoring.snmp.trap import TRAP_OID, UPTIME, Kind, Trap, Value, Varbind, Version

TRAP_V1 = 0xA4
INFORM = 0xA6
TRAP_V2 = 0xA7
RESPONSE = 0xA2

MAX_VARBINDS = 256
_ADDRESS = 0x40
_IPV4_BYTES = 4
_TICKS = 0x43
_COUNTER64 = 0x46
_UNSIGNED = {
    0x41: Kind.COUNTER,
    0x42: Kind.GAUGE,
    _TICKS: Kind.TICKS,
    _COUNTER64: Kind.COUNTER,
    0x47: Kind.GAUGE,
}
_BYTES = {0x04: Kind.OCTETS, 0x44: Kind.OPAQUE, 0x45: Kind.OPAQUE}
_NOTHING = {0x05, 0x80, 0x81, 0x82}
"""NULL, noSuchObject, noSuchInstance and endOfMibView."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What stands around a v1 or v2c PDU; the numbers are places in the datagram."""

    version: Version
    community: bytes
    community_at: int
    pdu: int
    start: int
    stop: int

    @property
    def inform(self) -> bool:
        """Whether the sender waits for an answer."""
        return self.pdu == INFORM


def version(datagram: bytes) -> int:
    """Return the version number of a message of any version. Raises Malformed."""
    return Reader(datagram).inside(ber.SEQUENCE).integer()


def envelope(datagram: bytes) -> Envelope:
    """Look at the envelope of a v1 or v2c trap or inform. Raises Malformed for anything else."""
    outer = Reader(datagram)
    reader = outer.inside(ber.SEQUENCE)
    outer.done()
    number = reader.integer()
    if number not in (Version.V1, Version.V2C):
        raise Malformed(f"not an SNMPv1 or SNMPv2c message: version {number}")
    start, stop = reader.expect(ber.OCTETS)
    pdu, pdu_start, pdu_stop = reader.next()
    reader.done()
    if pdu not in ((TRAP_V1,) if number == Version.V1 else (TRAP_V2, INFORM)):
        raise Malformed(f"neither a trap nor an inform: PDU {pdu:#04x}")
    return Envelope(Version(number), datagram[start:stop], start, pdu, pdu_start, pdu_stop)


def masked(datagram: bytes, found: Envelope) -> bytes:
    """Return the datagram with its community overwritten, so that it may be kept readable."""
    size = len(found.community)
    rest = found.community_at + size
    return datagram[: found.community_at] + b"*" * size + datagram[rest:]


def decode(datagram: bytes) -> Trap:
    """Return the trap that a v1 or v2c message holds. Raises Malformed, and nothing else."""
    found = envelope(datagram)
    reader = Reader(datagram, found.start, found.stop)
    if found.pdu == TRAP_V1:
        return to_v2(_trap_v1(reader, found.community))
    return trap_from_pdu(reader, found.version, inform=found.inform)


def trap_from_pdu(reader: Reader, number: Version, *, inform: bool) -> Trap:
    """Return the trap in an SNMPv2 PDU whose content `reader` stands before. Raises Malformed."""
    for _ in ("request-id", "error-status", "error-index"):
        reader.integer()
    varbinds = _varbinds(reader)
    reader.done()
    return Trap(
        version=number,
        oid=_trap_oid(varbinds),
        uptime=_uptime(varbinds),
        varbinds=tuple(item for item in varbinds if item.oid not in (UPTIME, TRAP_OID)),
        inform=inform,
    )


def request_id(content: bytes) -> int:
    """Return the request id at the head of a PDU's content. Raises Malformed."""
    return Reader(content).integer()


def response(datagram: bytes, found: Envelope) -> bytes:
    """Return the answer to a v2c inform: the same message as a Response without error."""
    body = response_pdu(datagram[found.start : found.stop])
    return ber.sequence(ber.integer(found.version), ber.octets(found.community), body)


def response_pdu(content: bytes) -> bytes:
    """Return a Response PDU with the request id and varbinds of the inform `content`."""
    reader = Reader(content)
    number = reader.integer()
    reader.integer()
    reader.integer()
    no_error = ber.integer(0)
    return ber.sequence(ber.integer(number), no_error, no_error, content[reader.at :], tag=RESPONSE)


def _trap_v1(reader: Reader, community: bytes) -> TrapV1:
    trap = TrapV1(
        community=community,
        enterprise=_oid(reader),
        agent_address=_address(_content(reader, _ADDRESS)),
        generic=reader.integer(),
        specific=reader.integer(),
        timestamp=ber.unsigned(_content(reader, _TICKS), 32),
        varbinds=tuple(_varbinds(reader)),
    )
    reader.done()
    return trap


def _varbinds(reader: Reader) -> list[Varbind]:
    inside = reader.inside(ber.SEQUENCE)
    varbinds: list[Varbind] = []
    while inside.more():
        if len(varbinds) == MAX_VARBINDS:
            raise Malformed(f"more than {MAX_VARBINDS} varbinds")
        varbinds.append(_varbind(inside.inside(ber.SEQUENCE)))
    return varbinds


def _varbind(reader: Reader) -> Varbind:
    name = _oid(reader)
    tag, start, stop = reader.next()
    reader.done()
    kind, value = _value(tag, reader.data[start:stop])
    return Varbind(name, kind, value)


def _value(tag: int, content: bytes) -> tuple[Kind, Value]:
    if tag == ber.INTEGER:
        return Kind.INTEGER, ber.signed(content)
    if tag in _BYTES:
        return _BYTES[tag], content
    if tag in _UNSIGNED:
        return _UNSIGNED[tag], ber.unsigned(content, 64 if tag == _COUNTER64 else 32)
    if tag == ber.OID:
        return Kind.OID, ber.oid(content)
    if tag == _ADDRESS:
        return Kind.ADDRESS, _address(content)
    if tag in _NOTHING:
        return Kind.NULL, None
    raise Malformed(f"no SNMP value bears the tag {tag:#04x}")


def _address(content: bytes) -> str:
    if len(content) != _IPV4_BYTES:
        raise Malformed(f"an address of {len(content)} bytes")
    return ".".join(map(str, content))


def _oid(reader: Reader) -> str:
    return ber.oid(_content(reader, ber.OID))


def _content(reader: Reader, tag: int) -> bytes:
    start, stop = reader.expect(tag)
    return reader.data[start:stop]


def _trap_oid(varbinds: list[Varbind]) -> str:
    for varbind in varbinds:
        if varbind.oid == TRAP_OID and varbind.kind is Kind.OID:
            return str(varbind.value)
    raise Malformed("no varbind snmpTrapOID.0 that holds an object identifier")


def _uptime(varbinds: list[Varbind]) -> int | None:
    for varbind in varbinds:
        if varbind.oid == UPTIME and isinstance(varbind.value, int):
            return varbind.value
    return None
