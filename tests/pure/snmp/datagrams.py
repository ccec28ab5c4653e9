"""SNMP datagrams as devices send them, built element by element."""

from itsm.monitoring.snmp import ber

LINK_DOWN = "1.3.6.1.6.3.1.1.5.3"
IF_INDEX = "1.3.6.1.2.1.2.2.1.1"
IF_ADMIN = "1.3.6.1.2.1.2.2.1.7"
IF_OPER = "1.3.6.1.2.1.2.2.1.8"
TRAP_ADDRESS = "1.3.6.1.6.3.18.1.3.0"

Pair = tuple[str, bytes]


def number(oid: str, value: int) -> Pair:
    return oid, ber.integer(value)


def text(oid: str, value: str | bytes) -> Pair:
    return oid, ber.octets(value if isinstance(value, bytes) else value.encode())


def address(oid: str, value: str) -> Pair:
    return oid, ber.element(0x40, bytes(map(int, value.split("."))))


def varbinds(*pairs: Pair) -> bytes:
    return ber.sequence(*(ber.sequence(ber.identifier(oid), value) for oid, value in pairs))


def pdu(trap_oid: str, *pairs: Pair, tag: int = 0xA7, request_id: int = 7) -> bytes:
    head = (
        ("1.3.6.1.2.1.1.3.0", ber.integer(4711, tag=0x43)),
        ("1.3.6.1.6.3.1.1.4.1.0", ber.identifier(trap_oid)),
    )
    zero = ber.integer(0)
    return ber.sequence(ber.integer(request_id), zero, zero, varbinds(*head, *pairs), tag=tag)


def v2c(trap_oid: str, *pairs: Pair, community: str = "secret") -> bytes:
    return ber.sequence(ber.integer(1), ber.octets(community.encode()), pdu(trap_oid, *pairs))


def inform(trap_oid: str, *pairs: Pair, request_id: int = 7) -> bytes:
    body = pdu(trap_oid, *pairs, tag=0xA6, request_id=request_id)
    return ber.sequence(ber.integer(1), ber.octets(b"secret"), body)


def v1(enterprise: str, agent: str, generic: int, specific: int, *pairs: Pair) -> bytes:
    body = ber.sequence(
        ber.identifier(enterprise),
        address("", agent)[1],
        ber.integer(generic),
        ber.integer(specific),
        ber.integer(4711, tag=0x43),
        varbinds(*pairs),
        tag=0xA4,
    )
    return ber.sequence(ber.integer(0), ber.octets(b"secret"), body)


def link_down(if_index: int = 3, *, admin: int = 1) -> bytes:
    return v2c(
        LINK_DOWN,
        number(f"{IF_INDEX}.{if_index}", if_index),
        number(f"{IF_ADMIN}.{if_index}", admin),
        number(f"{IF_OPER}.{if_index}", 2),
    )
