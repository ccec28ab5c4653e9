"""The receiver process, `itsm traps`: from the UDP socket into the intake ledger.

Every accepted datagram is committed before anything else is done with it, and an inform is answered
after that commit. While the database is away datagrams go to a spool on disk, and every later one
goes there too until the spool is taken in, so that their order is kept.
"""

import re
import signal
import socket
import sys
from collections.abc import Sequence
from threading import Event
from types import FrameType

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from itsm.kernel.access import SYSTEM
from itsm.kernel.work import Origin
from itsm.monitoring.snmp import receiving, udp
from itsm.monitoring.snmp.gate import Admitted, Drop, Gate, Memory, Refusal
from itsm.monitoring.snmp.receiving import Identity, Tally
from itsm.monitoring.snmp.spool import Record, Spool
from itsm.monitoring.snmp.udp import Datagram, Listener
from itsm.monitoring.snmp.usm import OwnEngine
from itsm.platform import metrics
from itsm.platform.faults import kill_point
from itsm.platform.house import House

log = structlog.get_logger()
BATCH = 500
LINGER_S = 0.03
"""How long a commit waits for more datagrams after the first."""
UPKEEP_S = 1.0
SWITCH_S = 0.0005
AWAY = (OperationalError, InterfaceError, PoolTimeout)
"""What SQLAlchemy raises when the database cannot be reached or does not answer."""
_ORIGIN = Origin("traps")

Accepted = tuple[Admitted, Datagram]


def run(house: House, bind: str) -> int:
    """Receive traps on `bind`, "host:port", until SIGTERM or SIGINT; return the exit status."""
    # The thread that empties the socket has to get its turn between two datagrams.
    sys.setswitchinterval(SWITCH_S)
    stop = Event()

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    try:
        opened = udp.open_socket(bind)
    except OSError as error:
        log.error("cannot listen for traps", bind=bind, reason=error.strerror)  # noqa: TRY400 - a mistake of the set-up
        return 1
    with opened:
        receive(house, opened, stop)
    return 0


def receive(house: House, opened: socket.socket, stop: Event) -> None:
    """Receive traps on the socket `opened` until `stop` is set."""
    listener = Listener(opened, lambda: house.clock().timestamp())
    listener.start()
    receiver = _wait_for_database(house, opened, stop)
    if receiver is not None:
        host, port, *_ = opened.getsockname()
        log.info("listening for traps", address=f"{host}:{port}")
        while not stop.is_set():
            receiver.turn(listener)
    listener.stop()
    if receiver is not None:
        receiver.finish(listener)


def _wait_for_database(house: House, opened: socket.socket, stop: Event) -> "Receiver | None":
    """Return a receiver once the database answers: without it nobody is known who may send."""
    while not stop.is_set():
        try:
            return Receiver(house, opened)
        except AWAY as error:
            log.warning("traps wait for the database", reason=type(error).__name__)
            stop.wait(UPKEEP_S)
    return None


class Receiver:
    """One receiver: its gate, its spool and its counts."""

    def __init__(self, house: House, opened: socket.socket) -> None:
        self._house = house
        self._socket = opened
        self._name = _name(opened)
        folder = house.settings.home / "spool" / re.sub(r"\W", "-", self._name)
        self._spool = Spool(folder)
        self._tally = Tally()
        self._spooled: set[tuple[str, int]] = set()
        self._kernel = self._overflow = 0
        self._started = self._kept_up = self._now()
        with house.work(SYSTEM, _ORIGIN) as work:
            self._identity = receiving.register(work, self._name)
            memory = Memory(receiving.load_clocks(work))
            self._gate = Gate(receiving.load_book(work), memory, self._own())
        if self._identity.spool_file == self._spool.name:
            self._spool.offset = self._identity.spool_offset

    @property
    def identity(self) -> Identity:
        """Who this receiver is."""
        return self._identity

    def turn(self, listener: Listener) -> None:
        """Take what waits, decide, store, answer; once a second write down what was counted."""
        batch = listener.take(BATCH, LINGER_S)
        if batch:
            self.handle(batch)
        if self._now() - self._kept_up >= UPKEEP_S:
            self._kept_up = self._now()
            self._count_losses(listener)
            self._keep_up()

    def finish(self, listener: Listener) -> None:
        """Store what was received before the end."""
        while batch := listener.take(BATCH, 0):
            self.handle(batch)
        self._count_losses(listener)
        self._keep_up()

    def handle(self, batch: Sequence[Datagram]) -> None:
        """Decide about datagrams, store those that may pass, then answer."""
        self._gate.own = self._own()
        accepted: list[Accepted] = []
        pending: set[tuple[str, int]] = set()
        for datagram in batch:
            decision = self._gate.admit(datagram.data, datagram.address, datagram.at)
            if isinstance(decision, Refusal):
                self._refuse(decision, datagram)
            elif self._is_new(decision, datagram, pending):
                accepted.append((decision, datagram))
        if accepted:
            self._keep(accepted)

    def _refuse(self, refusal: Refusal, datagram: Datagram) -> None:
        self._tally.drop(refusal.reason, datagram.address)
        metrics.traps_dropped.labels(refusal.reason.value).inc()
        if refusal.reply:
            self._send(refusal.reply, datagram)
        if refusal.learned is not None:
            self._tally.learn(refusal.learned, datagram.address)

    def _is_new(
        self, decision: Admitted, datagram: Datagram, pending: set[tuple[str, int]]
    ) -> bool:
        inform = decision.inform
        if inform is None:
            return True
        if self._gate.memory.is_stored(inform.key, datagram.at):
            self._send(inform.reply, datagram)
        elif inform.key not in pending and inform.key not in self._spooled:
            pending.add(inform.key)
            return True
        self._tally.drop(Drop.REPEATED_INFORM, datagram.address)
        metrics.traps_dropped.labels(Drop.REPEATED_INFORM.value).inc()
        return False

    def _keep(self, accepted: Sequence[Accepted]) -> None:
        records = [_record(*one) for one in accepted]
        if self._spool.waiting or not self._commit(records):
            self._to_spool(accepted, records)
            return
        for decision, datagram in accepted:
            if decision.inform is not None:
                self._gate.memory.stored(decision.inform.key, datagram.at)
                self._send(decision.inform.reply, datagram)

    def _commit(self, records: Sequence[Record]) -> bool:
        try:
            with self._house.work(SYSTEM, _ORIGIN) as work:
                receiving.store(work, records)
        except AWAY as error:
            log.warning("the database is away: traps go to the spool", reason=type(error).__name__)
            return False
        kill_point("trap-stored")
        self._count_kept(len(records))
        return True

    def _to_spool(self, accepted: Sequence[Accepted], records: Sequence[Record]) -> None:
        """Keep on disk what the database could not take; its informs stay unanswered."""
        count = self._spool.append(records)
        informs = (decision.inform for decision, _ in accepted[:count])
        self._spooled.update(inform.key for inform in informs if inform is not None)
        lost = len(records) - count
        if lost:
            self._tally.drop(Drop.SPOOL_FULL, records[-1].address, lost)
            metrics.traps_dropped.labels(Drop.SPOOL_FULL.value).inc(lost)

    def _take_in_spool(self) -> None:
        """Store what the spool holds, in order, and note how far in the same transaction."""
        while self._spool.waiting:
            records, offset = self._spool.read(BATCH)
            with self._house.work(SYSTEM, _ORIGIN) as work:
                receiving.store(work, records)
                receiving.mark_spool(work, self._identity.id, self._spool.name, offset)
            self._spool.offset = offset
            self._count_kept(len(records))
        if self._spool.offset:
            self._spool.forget()
            log.info("the spool is taken in")
        for key in self._spooled:
            self._gate.memory.stored(key, self._now())
        self._spooled.clear()

    def _count_kept(self, count: int) -> None:
        self._tally.accepted += count
        metrics.traps_kept.labels("udp").inc(count)

    def _count_losses(self, listener: Listener) -> None:
        kernel, overflow = udp.kernel_drops(self._socket), listener.overflow
        for reason, lost in (
            (Drop.KERNEL, kernel - self._kernel),
            (Drop.QUEUE_FULL, overflow - self._overflow),
        ):
            if lost > 0:
                log.warning("traps were lost", reason=reason.value, count=lost)
                self._tally.drop(reason, count=lost)
                metrics.traps_dropped.labels(reason.value).inc(lost)
        self._kernel, self._overflow = kernel, overflow

    def _keep_up(self) -> None:
        memory = self._gate.memory
        clocks = {engine_id: memory.clocks[engine_id] for engine_id in memory.changed}
        try:
            self._take_in_spool()
            with self._house.work(SYSTEM, _ORIGIN) as work:
                receiving.write_down(work, self._identity.id, self._tally, clocks)
            with self._house.work(SYSTEM, _ORIGIN, writes=False) as work:
                self._gate.book = receiving.load_book(work)
        except AWAY as error:
            log.warning("counts wait for the database", reason=type(error).__name__)
            return
        self._tally = Tally()
        memory.changed.clear()

    def _send(self, reply: bytes, datagram: Datagram) -> None:
        try:
            self._socket.sendto(reply, (datagram.address, datagram.port))
        except OSError as error:
            # The sender repeats its inform; there is nothing else to do about it.
            log.info("an answer could not be sent", to=datagram.address, reason=error.strerror)

    def _own(self) -> OwnEngine:
        identity = self._identity
        return OwnEngine(identity.engine_id, identity.boots, int(self._now() - self._started))

    def _now(self) -> float:
        return self._house.clock().timestamp()


def _record(decision: Admitted, datagram: Datagram) -> Record:
    kind = decision.version.label
    return Record(datagram.at, decision.source.id, kind, datagram.address, decision.datagram)


def _name(opened: socket.socket) -> str:
    host, port, *_ = opened.getsockname()
    return f"{socket.gethostname()} {host}:{port}"
