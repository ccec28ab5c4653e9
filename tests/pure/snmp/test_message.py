import random

import pytest

from itsm.monitoring.snmp import ber, message, usm
from itsm.monitoring.snmp.ber import Malformed, Reader
from itsm.monitoring.snmp.trap import (
    TRAP_ADDRESS,
    TRAP_COMMUNITY,
    TRAP_ENTERPRISE,
    Kind,
    Varbind,
    Version,
)
from tests.pure.snmp.datagrams import IF_INDEX, LINK_DOWN, inform, link_down, number, text, v1, v2c


def test_a_v2c_trap_gives_its_oid_uptime_and_varbinds() -> None:
    trap = message.decode(v2c(LINK_DOWN, number(f"{IF_INDEX}.3", 3)))

    assert (trap.version, trap.oid, trap.uptime) == (Version.V2C, LINK_DOWN, 4711)
    assert trap.varbinds == (Varbind(f"{IF_INDEX}.3", Kind.INTEGER, 3),)
    assert not trap.inform


def test_a_generic_v1_trap_becomes_the_standard_notification() -> None:
    trap = message.decode(v1("1.3.6.1.4.1.8072", "10.0.0.9", 2, 0, number(f"{IF_INDEX}.3", 3)))

    assert trap.oid == LINK_DOWN
    assert trap.value(TRAP_ADDRESS) == "10.0.0.9"
    assert trap.value(TRAP_COMMUNITY) == b"secret"
    assert trap.value(TRAP_ENTERPRISE) == "1.3.6.1.4.1.8072"


def test_an_enterprise_specific_v1_trap_gets_the_zero_before_its_number() -> None:
    trap = message.decode(v1("1.3.6.1.4.1.9.9.41.2", "10.0.0.9", 6, 1))

    assert trap.oid == "1.3.6.1.4.1.9.9.41.2.0.1"


def test_a_v1_trap_keeps_the_address_that_a_proxy_put_in() -> None:
    proxied = (TRAP_ADDRESS, ber.element(0x40, bytes((10, 9, 9, 9))))
    trap = message.decode(v1("1.3.6.1.4.1.8072", "10.0.0.9", 0, 0, proxied))

    assert trap.value(TRAP_ADDRESS) == "10.9.9.9"


def test_the_answer_to_an_inform_bears_its_request_id_and_varbinds() -> None:
    datagram = inform(LINK_DOWN, number(f"{IF_INDEX}.3", 3), request_id=99)
    answer = message.response(datagram, message.envelope(datagram))

    reader = Reader(answer).inside(ber.SEQUENCE)
    assert (reader.integer(), reader.octets()) == (1, b"secret")
    tag, start, stop = reader.next()
    assert tag == message.RESPONSE
    assert message.request_id(answer[start:stop]) == 99
    assert datagram[-30:] == answer[-30:]


def test_a_masked_datagram_still_decodes_but_holds_no_community() -> None:
    datagram = link_down()
    kept = message.masked(datagram, message.envelope(datagram))

    assert b"secret" not in kept
    assert message.decode(kept).oid == LINK_DOWN


@pytest.mark.parametrize(
    "datagram",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x30\x80\x02\x01\x01\x00\x00", id="an indefinite length"),
        pytest.param(b"\x30\x89" + b"\xff" * 9, id="a length of lengths"),
        pytest.param(b"\x3f\x81\x00\x00", id="a tag of several bytes"),
        pytest.param(b"\x30\x84\x7f\xff\xff\xff\x02\x01\x01", id="a length beyond the end"),
        pytest.param(link_down() + b"\0", id="bytes after the message"),
        pytest.param(
            ber.sequence(ber.integer(2), ber.octets(b""), ber.octets(b"")), id="version 2"
        ),
        pytest.param(link_down().replace(b"\xa7", b"\xa0", 1), id="a get request"),
        pytest.param(
            v2c(LINK_DOWN).replace(b"\x06\x03\x01\x01\x04\x01", b"\x06\x03\x01\x01\x04\x09"),
            id="no trap oid",
        ),
        pytest.param(
            v2c(LINK_DOWN, ("1.3", ber.element(ber.OID, b"\x01" * 60_000))), id="an oid of 60 kB"
        ),
        pytest.param(
            v2c(LINK_DOWN, ("1.3", ber.element(6, b"\x9f\xff\xff\xff\x7f"))),
            id="a subid of 33 bits",
        ),
        pytest.param(v2c(LINK_DOWN, ("1.3", ber.element(0x4F, b"x"))), id="an unknown value"),
        pytest.param(
            v2c(LINK_DOWN, ("1.3", ber.element(2, b"\x01" * 400))), id="a number of 400 bytes"
        ),
        pytest.param(
            v2c(LINK_DOWN, ("1.3", ber.element(0x40, b"abc"))), id="an address of 3 bytes"
        ),
        pytest.param(v2c(LINK_DOWN, *[number("1.3", 1)] * 257), id="257 varbinds"),
        pytest.param(v1("1.3.6", "10.0.0.9", 7, 0), id="generic trap 7"),
    ],
)
def test_what_is_no_trap_is_malformed_and_nothing_else(datagram: bytes) -> None:
    with pytest.raises(Malformed):
        message.decode(datagram)


def test_nesting_is_followed_no_deeper_than_the_grammar_goes() -> None:
    deep = b""
    for _ in range(10_000):
        deep = ber.sequence(deep)

    with pytest.raises(Malformed):
        message.decode(deep)


def test_mutated_datagrams_raise_nothing_but_malformed() -> None:
    rng = random.Random(1)
    samples = [
        link_down(),
        v1("1.3.6.1.4.1.8072", "10.0.0.9", 6, 1, text("1.3.6.1.4.1.8072.1", "ups")),
        inform(LINK_DOWN, number(f"{IF_INDEX}.3", 3)),
    ]
    refused = 0
    for _ in range(100_000):
        datagram = mutated(rng, rng.choice(samples))
        for read in (message.decode, usm.parse):
            try:
                read(datagram)
            except Malformed:
                refused += 1

    assert refused > 100_000


def mutated(rng: random.Random, datagram: bytes) -> bytes:
    out = bytearray(datagram)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(out))
        match rng.randrange(3):
            case 0:
                out[at] = rng.randrange(256)
            case 1:
                del out[at : at + rng.randint(1, 8)]
            case _:
                out[at:at] = rng.randbytes(rng.randint(1, 8))
        if not out:
            break
    return bytes(out)
