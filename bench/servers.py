"""Which WSGI server? The same small app under each, interleaved, on PostgreSQL.

Run `python bench/servers.py`; it takes about three minutes and prints one table.
"""

import itertools
import json
import os
import socket
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psycopg

from bench.floor_app import Base, engine
from bench.measure import Load, Request, loop_seconds, memory_mib, print_table, run_load
from tests import servers

ROWS: Final = 1_000_000
REPEATS: Final = 3
CLIENTS: Final = 8
SECONDS: Final = 6
SLOW_CLIENTS: Final = 40
ROOT: Final = Path(__file__).parent.parent
PYTHON: Final = sys.executable

APP: Final = "bench.floor_app:app"
COMMANDS: Final = {
    "gunicorn gthread 2x4": "-m gunicorn -k gthread -w 2 --threads 4 --log-level warning"
    f" -b 127.0.0.1:{{port}} {APP}",
    "granian 2x4": "-m granian --interface wsgi --workers 2 --blocking-threads 4"
    f" --log-level warning --host 127.0.0.1 --port {{port}} {APP}",
    # It has no workers of its own.
    "waitress 2x4": "-m bench.waitress_forked {port}",
}


@dataclass
class Figures:
    """All loads of one server and one kind of request."""

    loads: list[Load] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    def row(self) -> list[str]:
        """Return rate, p50, p95 and CPU, each the median of the repeats with its range."""
        return [
            spread([load.rate for load in self.loads]),
            spread([load.percentile_ms(50) for load in self.loads]),
            spread([load.percentile_ms(95) for load in self.loads]),
            spread([load.cpu_ms for load in self.loads]),
            spread(self.memory),
        ]


def spread(values: list[float]) -> str:
    """Return the median with the range, as text."""
    return f"{statistics.median(values):.1f} ({min(values):.1f}-{max(values):.1f})"


def inserts(client: int) -> Iterator[Request]:
    """Yield one new row after another."""
    for number in itertools.count():
        row = {
            "title": f"{client} {number}",
            "state": "new",
            "priority": number % 4,
            "body": "x" * 300,
        }
        yield Request("/rows", json.dumps(row).encode(), {"Content-Type": "application/json"})


def pages(client: int) -> Iterator[Request]:
    """Yield list pages spread over the whole table, the same for every server."""
    for number in itertools.count():
        yield Request(f"/rows?before={51 + (number * 7919 + client * 104729) % ROWS}")


SLOW: Final = {
    "slow headers": b"GET /rows?before=1000 HTTP/1.1\r\nHost: a",
    "slow bodies": b"POST /rows HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    b"Content-Length: 1000\r\n\r\n{",
}
LOADS: Final = {"insert": inserts, "list": pages}


def fill(dsn: str) -> None:
    """Make the table and a million rows in it."""
    Base.metadata.create_all(engine())
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "INSERT INTO row (title, state, priority, body)"
            " SELECT 'ticket ' || n, 'new', n %% 4, repeat('x', 300)"
            " FROM generate_series(1, %s) n",
            [ROWS],
        )
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE row")


@contextmanager
def serving(name: str) -> Iterator[tuple[int, int]]:
    """Hold the app running under the server `name`; yields its port and process id."""
    port = servers.free_port()
    child = subprocess.Popen(
        [PYTHON, *COMMANDS[name].format(port=port).split()], cwd=ROOT, env=os.environ
    )
    try:
        servers.wait_until(lambda: servers.tcp_open(port), name)
        yield port, child.pid
    finally:
        child.terminate()
        child.wait()


def measure(name: str, database_pid: int, figures: dict[tuple[str, str], Figures]) -> None:
    """Add one load of each kind, taken warm, to the figures of the server `name`."""
    with serving(name) as (port, pid):
        for requests in LOADS.values():
            run_load(port, requests, clients=CLIENTS, seconds=1)
        for kind, requests in LOADS.items():
            load = run_load(
                port, requests, clients=CLIENTS, seconds=SECONDS, watched=[pid, database_pid]
            )
            assert not load.errors, (name, kind, load.errors[:3])
            figures[name, kind].loads.append(load)
            figures[name, kind].memory.append(memory_mib([pid]))


def answers_beside_slow_clients(name: str, beginning: bytes) -> str:
    """Say how many list pages a second one client gets while others dawdle after `beginning`."""
    with serving(name) as (port, _), ExitStack() as slow:
        for _ in range(SLOW_CLIENTS):
            dawdler = slow.enter_context(socket.create_connection(("127.0.0.1", port)))
            dawdler.sendall(beginning)
        load = run_load(port, pages, clients=1, seconds=SECONDS)
    return f"{load.rate:.1f}" if load.latencies else f"none: {load.errors[0]}"


def main() -> None:
    """Measure every server `REPEATS` times, each time in another order."""
    print(f"calibration loop: {loop_seconds():.2f} CPU-s; load average {os.getloadavg()[0]:.1f}")
    figures = {(name, kind): Figures() for name in COMMANDS for kind in LOADS}
    with servers.postgresql_server(durable=True) as database:
        os.environ["FLOOR_DATABASE_URL"] = database.url
        fill(database.dsn)
        names = list(COMMANDS)
        for repeat in range(REPEATS):
            for name in names[repeat:] + names[:repeat]:
                measure(name, database.pid, figures)
        beside = [
            [name, *(answers_beside_slow_clients(name, beginning) for beginning in SLOW.values())]
            for name in names
        ]
    print_table(
        ["server", "request", "answers/s", "p50 ms", "p95 ms", "CPU-ms an answer", "MiB"],
        ([name, kind, *figure.row()] for (name, kind), figure in figures.items()),
    )
    print_table(["server", *(f"answers/s beside {SLOW_CLIENTS} {slow}" for slow in SLOW)], beside)
    print(f"calibration loop: {loop_seconds():.2f} CPU-s; load average {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
