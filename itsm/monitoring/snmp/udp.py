"""The UDP socket of the receiver, and what the kernel threw away before we could read it."""

import socket
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Condition, Thread

BUFFER = 8 * 1024 * 1024
"""Receive buffer that is asked for; the kernel may grant less (net.core.rmem_max)."""
QUEUE_BYTES = 64 * 1024 * 1024
"""Most bytes that wait in memory for the next commit."""
_ROW_BYTES = 256
_MAX_DATAGRAM = 65_535
_MOST_AT_END = 100_000
_PROC = (Path("/proc/net/udp"), Path("/proc/net/udp6"))
_INODE, _DROPS = 9, 12


@dataclass(frozen=True, slots=True)
class Datagram:
    """What arrived, from where, and when in epoch seconds."""

    data: bytes
    address: str
    port: int
    at: float


def open_socket(bind: str) -> socket.socket:
    """Return a socket bound to `bind`, "host:port", with as large a buffer as is granted.

    Raises OSError if the address cannot be had.
    """
    host, _, port = bind.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_DGRAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
    opened.bind((host, int(port)))
    opened.settimeout(0.5)
    return opened


def kernel_drops(opened: socket.socket, files: tuple[Path, ...] = _PROC) -> int:
    """Return how many datagrams the kernel dropped at this socket since it was opened."""
    inode = str(Path(f"/proc/self/fd/{opened.fileno()}").readlink()).strip("socket:[]")
    for file in files:
        lines = file.read_text().splitlines()[1:] if file.exists() else []
        for fields in map(str.split, lines):
            if len(fields) > _DROPS and fields[_INODE] == inode:
                return int(fields[_DROPS])
    return 0


class Listener:
    """Moves datagrams from the socket into memory in a thread of its own.

    So the socket is emptied while a commit is under way. What does not fit is counted.
    """

    def __init__(self, opened: socket.socket, clock: Callable[[], float]) -> None:
        self._socket = opened
        self._clock = clock
        self._waiting: deque[Datagram] = deque()
        self._bytes = 0
        self._changed = Condition()
        self._stopped = False
        self.overflow = 0
        self._thread = Thread(target=self._listen, name="traps", daemon=True)

    def start(self) -> None:
        """Begin to read the socket."""
        self._thread.start()

    def stop(self) -> None:
        """Read what has arrived, and then the socket no more; what waits can still be taken."""
        self._stopped = True
        self._thread.join()

    def take(self, limit: int, timeout: float) -> list[Datagram]:
        """Return up to `limit` datagrams, waiting up to `timeout` seconds for the first."""
        with self._changed:
            if not self._waiting:
                self._changed.wait(timeout)
            count = min(limit, len(self._waiting))
            taken = [self._waiting.popleft() for _ in range(count)]
            self._bytes -= sum(len(one.data) + _ROW_BYTES for one in taken)
            return taken

    def _listen(self) -> None:
        while not self._stopped:
            with suppress(TimeoutError):
                self._receive()
        self._socket.settimeout(0)
        with suppress(BlockingIOError):
            # Bounded, so that a sender who never pauses cannot keep the process from ending.
            for _ in range(_MOST_AT_END):
                self._receive()

    def _receive(self) -> None:
        data, sender = self._socket.recvfrom(_MAX_DATAGRAM)
        self._keep(Datagram(data, _plain(sender[0]), sender[1], self._clock()))

    def _keep(self, datagram: Datagram) -> None:
        size = len(datagram.data) + _ROW_BYTES
        with self._changed:
            if self._bytes + size > QUEUE_BYTES:
                self.overflow += 1
                return
            self._waiting.append(datagram)
            self._bytes += size
            self._changed.notify()


def _plain(address: str) -> str:
    """Return an IPv4 address that came over an IPv6 socket in its own form."""
    return address.removeprefix("::ffff:").partition("%")[0]
