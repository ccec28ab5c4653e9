"""The least that a trap can cost: receive, look at it by hand, keep the raw row, nothing else.

Run `python -m bench.floor_traps PORT FILE`: it keeps what comes in a SQLite file (WAL, FULL) with
one commit for at most 100 ms, and ends at SIGTERM.
"""

import hashlib
import signal
import socket
import sqlite3
import sys
import time

from itsm.monitoring.snmp import message

COMMIT_S = 0.1
BUFFER = 8 * 1024 * 1024
Row = tuple[float, str, bytes, str, str]


def main(port: int, file: str) -> None:
    """Keep datagrams until told to end."""
    stopped = False

    def stop(*_: object) -> None:
        nonlocal stopped
        stopped = True

    signal.signal(signal.SIGTERM, stop)
    database = sqlite3.connect(file)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE intake (at REAL, sender TEXT, body BLOB, sha TEXT, oid TEXT)")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        opened.bind(("127.0.0.1", port))
        opened.settimeout(COMMIT_S)
        while not stopped:
            keep(database, gathered(opened))
    database.close()


def gathered(opened: socket.socket) -> list[Row]:
    """Return what comes within one commit's time, decoded."""
    rows: list[Row] = []
    ends = time.monotonic() + COMMIT_S
    while time.monotonic() < ends:
        try:
            data, sender = opened.recvfrom(65_535)
        except TimeoutError:
            break
        digest = hashlib.sha256(data).hexdigest()
        rows.append((time.time(), sender[0], data, digest, message.decode(data).oid))
    return rows


def keep(database: sqlite3.Connection, rows: list[Row]) -> None:
    """Commit a batch."""
    if rows:
        with database:
            database.executemany("INSERT INTO intake VALUES (?, ?, ?, ?, ?)", rows)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
