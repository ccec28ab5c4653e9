"""Net-SNMP's senders against `itsm traps`, in every version and at every security level."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import select
from sqlalchemy.orm import undefer

from itsm.app import create_app, house_of
from itsm.init import initialise
from itsm.kernel.access import SYSTEM
from itsm.monitoring.snmp import mibs, queries, service, trial
from itsm.monitoring.snmp.ciphers import Auth, Privacy
from itsm.monitoring.snmp.gate import Drop
from itsm.monitoring.snmp.inputs import NewSource, NewUser
from itsm.monitoring.snmp.known import Known, open_row
from itsm.monitoring.snmp.mibs import File
from itsm.monitoring.snmp.models import EngineState, TrapEngine
from itsm.monitoring.snmp.trap import Trap
from itsm.monitoring.snmp.usm import Level
from itsm.platform.database import db
from itsm.platform.house import House
from itsm.platform.intake import IntakeRow
from itsm.platform.settings import Settings
from tests.pure.snmp.datagrams import link_down
from tests.pure.snmp.modules import PUMP as PUMP_MIB
from tests.pure.snmp.modules import PUMP_STATE, PUMP_STOPPED
from tests.pure.snmp.modules import ROOT as ROOT_MIB
from tests.servers import Server, free_port, installed, postgresql_server, running, wait_until

pytestmark = pytest.mark.wire

ROOT = Path(__file__).parents[2]
ENGINE = "8000000001020304"
LINK_DOWN = "1.3.6.1.6.3.1.1.5.3"
IF_INDEX = "1.3.6.1.2.1.2.2.1.1.3"
LEVELS = [
    ("open", Level.NONE, Auth.SHA1, Privacy.AES128),
    *((f"only-{auth.value}", Level.AUTH, auth, Privacy.AES128) for auth in Auth),
    *((f"with-{privacy.value}", Level.PRIV, Auth.SHA256, privacy) for privacy in Privacy),
    ("oldest", Level.PRIV, Auth.SHA1, Privacy.AES128),
]


@dataclass(frozen=True)
class Receiver:
    """The process under test and the house whose ledger it fills."""

    house: House
    server: Server
    port: int

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def kept(self) -> list[Trap]:
        with self.house.work(SYSTEM, writes=False) as work:
            known = Known(work)
            query = select(IntakeRow).options(undefer(IntakeRow.body)).order_by(IntakeRow.id)
            return [open_row(known, row).trap for row in work.session.scalars(query)]

    def wait_for(self, count: int) -> list[Trap]:
        wait_until(lambda: len(self.kept()) >= count, f"{count} traps kept", 20)
        return self.kept()

    def drops(self) -> set[Drop]:
        with self.house.work(SYSTEM, writes=False) as work:
            return {drop.reason for drop in queries.drops(work)}

    def lost(self) -> int:
        """Return how many datagrams were lost, and counted as that."""
        losses = {Drop.KERNEL, Drop.QUEUE_FULL, Drop.SPOOL_FULL}
        with self.house.work(SYSTEM, writes=False) as work:
            return sum(drop.count for drop in queries.drops(work) if drop.reason in losses)


def new_receiver(house: House, home: Path, **more: str) -> Receiver:
    port = free_port(socket.SOCK_DGRAM)
    log = home / "traps.log"
    environment = {
        "PYTHONPATH": str(ROOT),
        "ITSM_HOME": str(home),
        "ITSM_DATABASE_URL": house.settings.database,
        "ITSM_SECRET_KEY": house.settings.secret_key,
        "ITSM_TRAP_BIND": f"127.0.0.1:{port}",
    }
    server = Server(
        [sys.executable, "-m", "itsm", "traps"],
        answers=lambda: "listening for traps" in log.read_text(),
        log=log,
        env=environment | more,
    )
    return Receiver(house, server, port)


@pytest.fixture
def receiver(house: House, tmp_path: Path) -> Iterator[Receiver]:
    furnish(house)
    made = new_receiver(house, tmp_path)
    with running(made.server):
        yield made


def furnish(house: House) -> None:
    """Let this machine send with the community `public`, and as a v3 user of each kind."""
    with house.work(SYSTEM) as work:
        source = service.add_source(
            work, NewSource(name="Here", networks=("127.0.0.0/8",), community="public")
        )
        for name, level, auth, privacy in LEVELS:
            user = NewUser(
                name=name,
                source_id=source.id,
                level=level,
                auth=auth,
                auth_passphrase="authpass123",
                privacy=privacy,
                privacy_passphrase="privpass123",
                engines=(ENGINE,),
                learn=name == "only-SHA-256",
            )
            service.add_user(work, user)


def options(name: str, level: Level, auth: Auth, privacy: Privacy) -> list[str]:
    words = ["-v3", "-u", name, "-l", level.value]
    if level.rank >= Level.AUTH.rank:
        words += ["-a", auth.value, "-A", "authpass123"]
    if level is Level.PRIV:
        words += ["-x", privacy.value, "-X", "privpass123"]
    return words


def send(program: str, *words: str) -> int:
    """Run a sender and return its exit status, which tells of informs alone."""
    command = [installed(program, "snmp"), *words]
    return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode


def v2_trap(receiver: Receiver, community: str = "public") -> None:
    send(
        "snmptrap", "-v2c", "-c", community, receiver.address,
        "", LINK_DOWN, IF_INDEX, "i", "3",
    )  # fmt: skip


def test_a_v1_trap_arrives_in_v2_form(receiver: Receiver) -> None:
    send(
        "snmptrap", "-v1", "-c", "public", receiver.address,
        "1.3.6.1.4.1.8072", "127.0.0.1", "2", "0", "", IF_INDEX, "i", "3",
    )  # fmt: skip

    [trap] = receiver.wait_for(1)
    assert (trap.oid, trap.version.label, trap.value(IF_INDEX)) == (LINK_DOWN, "v1", 3)


def test_a_v2c_trap_and_inform_arrive_and_the_inform_is_answered(receiver: Receiver) -> None:
    v2_trap(receiver)
    inform = ["-v2c", "-c", "public", "-r0", "-t10", receiver.address, "", LINK_DOWN]
    assert send("snmpinform", *inform) == 0

    assert [trap.inform for trap in receiver.wait_for(2)] == [False, True]


def test_v3_traps_and_informs_arrive_at_every_level(receiver: Receiver) -> None:
    for place, level in enumerate(LEVELS, start=1):
        words = options(*level)
        send("snmptrap", *words, "-e", f"0x{ENGINE}", receiver.address, "", LINK_DOWN)
        assert send("snmpinform", *words, "-r0", "-t10", receiver.address, "", LINK_DOWN) == 0
        assert len(receiver.wait_for(2 * place)) == 2 * place, level

    assert {trap.oid for trap in receiver.kept()} == {LINK_DOWN}


def test_what_may_not_pass_is_not_kept_but_counted(receiver: Receiver) -> None:
    strong = options("with-AES", Level.PRIV, Auth.SHA256, Privacy.AES128)
    weak = options("with-AES", Level.AUTH, Auth.SHA256, Privacy.AES128)
    stranger = options("nobody", Level.PRIV, Auth.SHA256, Privacy.AES128)
    wrong_key = [word.replace("authpass123", "wrongpass123") for word in strong]
    v2_trap(receiver, "guess")
    for words in (weak, stranger, wrong_key):
        send("snmptrap", *words, "-e", f"0x{ENGINE}", receiver.address, "", LINK_DOWN)
    send("snmptrap", *strong, "-e", "0x80000000aabbccdd", receiver.address, "", LINK_DOWN)
    expected = {
        Drop.WRONG_COMMUNITY,
        Drop.BELOW_LEVEL,
        Drop.UNKNOWN_USER,
        Drop.WRONG_DIGEST,
        Drop.UNKNOWN_ENGINE,
    }
    wait_until(lambda: receiver.drops() >= expected, "all drops counted", 20)

    assert receiver.kept() == []


def test_an_engine_that_was_approved_is_heard_without_a_restart(receiver: Receiver) -> None:
    words = options("only-SHA-256", Level.AUTH, Auth.SHA256, Privacy.AES128)
    trap = [*words, "-e", "0x80000000aabbccdd", receiver.address, "", LINK_DOWN]
    for _ in range(2):
        send("snmptrap", *trap)
    wait_until(lambda: [one.count for one in waiting(receiver)] == [2], "both counted", 20)

    with receiver.house.work(SYSTEM) as work:
        [engine] = queries.waiting_engines(work)
        assert engine.address == "127.0.0.1"
        service.decide_engine(work, engine, EngineState.APPROVED)

    def arrives() -> bool:
        send("snmptrap", *trap)
        return len(receiver.kept()) > 0

    wait_until(arrives, "a trap of the approved engine kept", 20)
    assert not waiting(receiver)


def waiting(receiver: Receiver) -> Sequence[TrapEngine]:
    with receiver.house.work(SYSTEM, writes=False) as work:
        return queries.waiting_engines(work)


def test_five_thousand_in_five_seconds_are_kept_or_counted(receiver: Receiver) -> None:
    datagrams = [link_down(port).replace(b"\x06secret", b"\x06public") for port in range(5000)]
    pause = Event()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        for place, datagram in enumerate(datagrams, start=1):
            device.sendto(datagram, ("127.0.0.1", receiver.port))
            if place % 100 == 0:
                pause.wait(0.1)  # the rate is what is tested
    receiver.server.stop(signal.SIGTERM)

    assert len(receiver.kept()) + receiver.lost() == len(datagrams)


def test_names_of_an_uploaded_mib_are_those_of_the_trap_that_a_sender_made(
    receiver: Receiver,
) -> None:
    with receiver.house.work(SYSTEM) as work:
        files = [File("root.my", ROOT_MIB.encode()), File("pump.my", PUMP_MIB.encode())]
        for mib in mibs.upload(work, files).kept:
            mibs.compile_one(work, mib.id)
    send(
        "snmptrap", "-v2c", "-c", "public", receiver.address, "", PUMP_STOPPED,
        f"{PUMP_STATE}.4", "i", "2",
    )  # fmt: skip
    receiver.wait_for(1)

    with receiver.house.work(SYSTEM, writes=False) as work:
        [shown] = trial.latest(work)
        assert (shown.name, shown.lines[0].name) == ("pumpStopped", "pumpState.4")
        assert shown.lines[0].value == "failed"


def test_a_burst_of_two_thousand_is_kept_whole_and_the_end_is_clean(receiver: Receiver) -> None:
    datagrams = [link_down(port).replace(b"\x06secret", b"\x06public") for port in range(2000)]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        for datagram in datagrams:
            device.sendto(datagram, ("127.0.0.1", receiver.port))
    receiver.server.stop(signal.SIGTERM)

    assert [trap.varbinds[0].value for trap in receiver.kept()] == list(range(2000))


def test_an_inform_that_a_crash_left_unanswered_is_answered_when_repeated(
    house: House, tmp_path: Path
) -> None:
    furnish(house)
    crashing = new_receiver(house, tmp_path, ITSM_KILL_AT="trap-stored")
    crashing.server.start()
    inform = ["-v2c", "-c", "public", "-r0", "-t2", crashing.address, "", LINK_DOWN]
    assert send("snmpinform", *inform) != 0
    crashing.server.stop()
    assert len(crashing.kept()) == 1

    again = new_receiver(house, tmp_path / "again")
    again.server.log.parent.mkdir()
    with running(again.server):
        inform[-3] = again.address
        assert send("snmpinform", *inform) == 0


def restarted_house(url: str, home: Path) -> House:
    settings = Settings(home=home, database_url=url, secret_key="a key for tests, long enough")
    house = house_of(create_app(settings))
    initialise(house)
    furnish(house)
    return house


@pytest.mark.faults
def test_traps_of_a_database_outage_are_spooled_and_taken_in_in_order(tmp_path: Path) -> None:
    with postgresql_server() as database:
        receiver = new_receiver(restarted_house(database.url, tmp_path), tmp_path)
        with running(receiver.server):
            numbered(receiver, 0)
            receiver.wait_for(1)
            database.kill()
            for number in range(1, 200):
                numbered(receiver, number)
            inform = ["-v2c", "-c", "public", "-r0", "-t2", receiver.address, "", LINK_DOWN]
            assert send("snmpinform", *inform) != 0
            database.start()
            kept = receiver.wait_for(201)

    assert [trap.varbinds[0].value for trap in kept[:200]] == list(range(200))
    assert [trap.inform for trap in kept[200:]] == [True]
    with receiver.house.app.app_context():
        db.engine.dispose()


def numbered(receiver: Receiver, number: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        datagram = link_down(number).replace(b"\x06secret", b"\x06public")
        device.sendto(datagram, ("127.0.0.1", receiver.port))
