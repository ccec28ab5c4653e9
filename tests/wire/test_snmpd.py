"""A real agent, Net-SNMP's snmpd, and the traps that it sends of its own accord."""

import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from itsm.monitoring.snmp.translate import STANDARD_TRAPS
from itsm.platform.house import House
from tests.servers import Server, free_port, installed, running, wait_until
from tests.wire.test_snmp import Receiver, furnish, new_receiver, send

pytestmark = pytest.mark.wire

COLD_START = f"{STANDARD_TRAPS}.1"
AUTHENTICATION_FAILURE = f"{STANDARD_TRAPS}.5"
SHUTDOWN = "1.3.6.1.4.1.8072.4.0.2"
SYS_NAME = "1.3.6.1.2.1.1.5.0"
CONFIGURATION = """\
agentaddress udp:127.0.0.1:{port}
rocommunity public 127.0.0.1
authtrapenable 1
trap2sink {sink} public
"""


def agent(home: Path, port: int, sink: str) -> Server:
    """Return an agent that answers on `port` and sends its traps to `sink`."""
    (home / "snmpd.conf").write_text(CONFIGURATION.format(port=port, sink=sink))
    log = home / "snmpd.log"
    return Server(
        [installed("snmpd", "snmpd"), "-f", "-Lo", "-C", "-c", str(home / "snmpd.conf"),
         "-p", str(home / "pid"), "-I", "-smux"],
        answers=lambda: "NET-SNMP version" in log.read_text(),
        log=log,
        env={**os.environ, "SNMP_PERSISTENT_DIR": str(home / "persistent")},
    )  # fmt: skip


def sent(receiver: Receiver, oid: str) -> Callable[[], bool]:
    return lambda: oid in {trap.oid for trap in receiver.kept()}


def test_an_agent_tells_of_its_start_a_wrong_community_and_its_end(
    house: House, tmp_path: Path
) -> None:
    furnish(house)
    receiver = new_receiver(house, tmp_path)
    port = free_port(socket.SOCK_DGRAM)
    with running(receiver.server):
        asked = agent(tmp_path, port, receiver.address)
        with running(asked):
            wait_until(sent(receiver, COLD_START), "the trap of the start", 20)
            wrong = ["-v2c", "-c", "wrong", "-r0", "-t1", f"127.0.0.1:{port}", SYS_NAME]
            assert send("snmpget", *wrong) != 0
            wait_until(sent(receiver, AUTHENTICATION_FAILURE), "the trap of the wrong one", 20)
            asked.stop(signal.SIGTERM)
        wait_until(sent(receiver, SHUTDOWN), "the trap of the end", 20)
