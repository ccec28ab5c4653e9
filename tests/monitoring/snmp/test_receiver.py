"""The receiver from the socket to the ledger, on loopback."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.registry import REGISTRY
from sqlalchemy import select
from sqlalchemy.orm import undefer

from itsm.kernel.access import SYSTEM
from itsm.monitoring.snmp import queries, udp
from itsm.monitoring.snmp.gate import Drop
from itsm.monitoring.snmp.models import TrapReceiver
from itsm.monitoring.snmp.receiver import Receiver
from itsm.monitoring.snmp.udp import Datagram, Listener
from itsm.platform.house import House
from itsm.platform.intake import IntakeRow
from itsm.platform.outbox import OutboxRow
from tests.monitoring.snmp.conftest import new_source
from tests.pure.snmp.datagrams import LINK_DOWN, inform, link_down


@pytest.fixture
def opened() -> Iterator[socket.socket]:
    with udp.open_socket("127.0.0.1:0") as bound:
        yield bound


@pytest.fixture
def device() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound:
        bound.bind(("127.0.0.1", 0))
        bound.settimeout(5)
        yield bound


@pytest.fixture
def receiver(house: House, opened: socket.socket) -> Receiver:
    with house.work(SYSTEM) as work:
        new_source(work, networks="127.0.0.0/8")
    return Receiver(house, opened)


def from_device(device: socket.socket, data: bytes) -> Datagram:
    host, port = device.getsockname()
    return Datagram(data, host, port, 0.0)


def kept(house: House) -> list[IntakeRow]:
    with house.work(SYSTEM, writes=False) as work:
        rows = work.session.scalars(select(IntakeRow).options(undefer(IntakeRow.body)))
        return list(rows.all())


def drops(house: House, receiver: Receiver) -> dict[Drop, int]:
    with udp.open_socket("127.0.0.1:0") as other:
        receiver.finish(Listener(other, lambda: 0.0))
    with house.work(SYSTEM, writes=False) as work:
        return {drop.reason: drop.count for drop in queries.drops(work)}


def test_a_batch_is_stored_without_its_community_and_given_to_the_reader(
    house: House, receiver: Receiver, device: socket.socket
) -> None:
    receiver.handle([from_device(device, link_down(port)) for port in range(3)])

    rows = kept(house)
    assert [(row.door, row.kind, row.address) for row in rows] == [("snmp", "v2c", "127.0.0.1")] * 3
    assert not any(b"secret" in row.body for row in rows)
    with house.work(SYSTEM, writes=False) as work:
        assert work.session.scalars(select(OutboxRow.kind)).all().count("snmp.read") == 1


def test_an_inform_is_answered_each_time_and_stored_once(
    house: House, receiver: Receiver, device: socket.socket
) -> None:
    for _ in range(2):
        receiver.handle([from_device(device, inform(LINK_DOWN, request_id=99))])
        assert device.recv(2000)[-2:] == inform(LINK_DOWN, request_id=99)[-2:]

    assert len(kept(house)) == 1
    assert drops(house, receiver) == {Drop.REPEATED_INFORM: 1}


def test_what_is_not_kept_is_counted_where_the_page_sees_it(
    house: House, receiver: Receiver, device: socket.socket
) -> None:
    wrong = link_down().replace(b"secret", b"public")
    receiver.handle([from_device(device, wrong), from_device(device, b"\x30")])
    receiver.handle([from_device(device, wrong)])

    assert kept(house) == []
    assert drops(house, receiver) == {Drop.WRONG_COMMUNITY: 2, Drop.MALFORMED: 1}


def test_a_new_source_counts_without_a_restart(
    house: House, receiver: Receiver, device: socket.socket
) -> None:
    with house.work(SYSTEM) as work:
        [source] = queries.sources(work)
        source.community = work.vault.seal("public")
    drops(house, receiver)
    receiver.handle([from_device(device, link_down().replace(b"secret", b"public"))])

    assert len(kept(house)) == 1


def test_what_was_accepted_is_counted_for_the_page(
    house: House, receiver: Receiver, device: socket.socket
) -> None:
    receiver.handle([from_device(device, link_down())])
    drops(house, receiver)

    with house.work(SYSTEM, writes=False) as work:
        row = work.session.get_one(TrapReceiver, receiver.identity.id)
        assert (row.accepted, row.boots) == (1, 1)


def test_the_listener_hands_on_what_the_socket_got(
    opened: socket.socket, device: socket.socket
) -> None:
    listener = Listener(opened, lambda: 12.5)
    listener.start()
    device.sendto(b"trap", opened.getsockname())
    [datagram] = listener.take(10, 5)
    listener.stop()

    assert datagram == replace(from_device(device, b"trap"), at=12.5)


def test_what_the_kernel_throws_away_is_counted_and_in_the_metrics(
    house: House, device: socket.socket
) -> None:
    with udp.open_socket("127.0.0.1:0") as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        receiver = Receiver(house, deaf)
        before = lost_to_the_kernel()
        for _ in range(200):
            device.sendto(bytes(1000), deaf.getsockname())
        lost = udp.kernel_drops(deaf)
        receiver.finish(Listener(deaf, lambda: 0.0))

    assert lost > 100
    assert lost_to_the_kernel() - before == lost
    with house.work(SYSTEM, writes=False) as work:
        counted = {drop.reason: drop.count for drop in queries.drops(work)}
    assert counted[Drop.KERNEL] == lost


def lost_to_the_kernel() -> float:
    value = REGISTRY.get_sample_value("itsm_traps_dropped_total", {"reason": "kernel"})
    return value or 0.0


def test_the_kernels_drops_are_read_for_our_socket_alone(
    opened: socket.socket, tmp_path: Path
) -> None:
    inode = Path(f"/proc/self/fd/{opened.fileno()}").readlink().name.strip("socket:[]")
    table = tmp_path / "udp"
    line = (
        "   1: 0100007F:3F48 00000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 {} 2 0 {}"
    )
    table.write_text("\n".join(["header", line.format("1", "9"), line.format(inode, "7"), ""]))

    assert udp.kernel_drops(opened, (tmp_path / "missing", table)) == 7
