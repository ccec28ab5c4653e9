"""Webhook intake: distinct alerts, duplicates, batches of 100, on both databases.

Run `python -m bench.webhooks [seconds]`. Every answer is a commit, and the alerts are counted in
the database after each load. The bare insert of `floor_app.py` is measured in the same run; peers'
figures are those of another machine, scaled by the calibration loop.
"""

import itertools
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import create_engine, text

from bench.floor_app import Base
from bench.measure import Load, Request, loop_seconds, print_table, run_load
from tests import servers

ROOT: Final = Path(__file__).parent.parent
OUT: Final = ROOT / "var" / "bench" / "webhooks.json"
SECONDS: Final = 10.0
BATCH: Final = 100
FINGERPRINTS: Final = 50
JSON_TYPE: Final = {"Content-Type": "application/json"}
# CPU-ms an alert, server and database, from Alerta 9.1 on a machine whose loop took 2.8-3.8 CPU-s.
ALERTA: Final = {"distinct": 96.0, "duplicate": 94.0, "batch": 25.5}
RATIO_TO_ALERTA: Final = {"distinct": 1 / 5, "duplicate": 1 / 5, "batch": 1 / 10}
ALERTA_LOOP: Final = 3.3
RATIO_TO_FLOOR: Final = 1.5

Keys = dict[str, str]
Requests = Callable[[int], Iterator[Request]]


@dataclass(frozen=True)
class Case:
    """One workload: who posts what, how many at once, how many alerts a body holds."""

    name: str
    clients: int
    alerts: int
    requests: Callable[[Keys], Requests]


def distinct(keys: Keys) -> Requests:
    """Post one new alert after another."""
    run = uuid.uuid4().hex[:8]

    def requests(client: int) -> Iterator[Request]:
        for number in itertools.count():
            yield _generic(keys, f"{run}-{client}-{number}", f"host-{number % 1000}")

    return requests


def duplicate(keys: Keys) -> Requests:
    """Post the same few alerts over and over."""

    def requests(client: int) -> Iterator[Request]:
        for number in itertools.count(client):
            place = number % FINGERPRINTS
            yield _generic(keys, f"same-{place}", f"host-{place}")

    return requests


def batch(keys: Keys) -> Requests:
    """Post messages of a hundred new alerts each."""
    run = uuid.uuid4().hex[:8]

    def requests(client: int) -> Iterator[Request]:
        for number in itertools.count():
            alerts = [_prometheus(f"{run}-{client}-{number}", place) for place in range(BATCH)]
            body = {"version": "4", "status": "firing", "alerts": alerts}
            yield _post("alertmanager", keys, body)

    return requests


CASES: Final = (
    Case("distinct", 8, 1, distinct),
    Case("duplicate", 8, 1, duplicate),
    Case("batch", 4, BATCH, batch),
)


def _generic(keys: Keys, key: str, host: str) -> Request:
    body = {"key": key, "title": f"Disk full on {host}", "host": host, "severity": "high"}
    return _post("generic", keys, body | {"status": "firing", "check": "disk"})


def _prometheus(run: str, place: int) -> dict[str, object]:
    labels = {"alertname": "DiskFull", "instance": f"host-{place}:9100", "severity": "critical"}
    return {
        "status": "firing",
        "labels": labels | {"job": "node", "run": run},
        "annotations": {"summary": f"Disk full on host-{place}", "description": "97 % used"},
        "startsAt": "2026-03-01T12:00:00.123Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.example/graph",
        "fingerprint": f"{run}-{place}",
    }


def _post(kind: str, keys: Keys, body: object) -> Request:
    return Request(f"/hooks/{kind}/{keys[kind]}", json.dumps(body).encode(), JSON_TYPE)


@contextmanager
def product(url: str, home: Path) -> Iterator[tuple[int, int, Keys]]:
    """Hold `itsm web` running on an empty database; yields its port, process id and keys."""
    port = servers.free_port()
    environ = os.environ | {
        "ITSM_HOME": str(home),
        "ITSM_DATABASE_URL": url,
        "ITSM_BIND": f"127.0.0.1:{port}",
        "ITSM_LOG_FORMAT": "json",
    }
    itsm = [sys.executable, "-m", "itsm"]
    subprocess.run([*itsm, "init"], env=environ, cwd=ROOT, check=True, capture_output=True)
    keys = {}
    for kind in ("generic", "alertmanager"):
        added = subprocess.run(
            [*itsm, "integration", "add", kind, kind, "--json"],
            env=environ, cwd=ROOT, check=True, capture_output=True,
        )  # fmt: skip
        keys[kind] = json.loads(added.stdout)["key"]
    with (home / "log").open("wb") as log:
        child = subprocess.Popen([*itsm, "web"], env=environ, cwd=ROOT, stdout=log, stderr=log)
    try:
        servers.wait_until(lambda: servers.tcp_open(port), "itsm web")
        yield port, child.pid, keys
    finally:
        child.terminate()
        child.wait()


@contextmanager
def floor(url: str) -> Iterator[tuple[int, int]]:
    """Hold the bare insert running; yields its port and process id."""
    port = servers.free_port()
    environ = os.environ | {"FLOOR_DATABASE_URL": url}
    Base.metadata.create_all(create_engine(url))
    child = subprocess.Popen(
        [sys.executable, "-m", "bench.waitress_forked", str(port)], env=environ, cwd=ROOT
    )
    try:
        servers.wait_until(lambda: servers.tcp_open(port), "the floor")
        yield port, child.pid
    finally:
        child.terminate()
        child.wait()


def bare_insert(client: int) -> Iterator[Request]:
    """Insert one row after another into the floor app."""
    for number in itertools.count():
        row = {"title": f"{client} {number}", "state": "new", "priority": 1, "body": "x" * 300}
        yield Request("/rows", json.dumps(row).encode(), JSON_TYPE)


def count(url: str) -> int:
    """Return how often anything fired, by what the database holds."""
    engine = create_engine(url)
    with engine.connect() as connection:
        total = connection.execute(text("SELECT coalesce(sum(count), 0) FROM alert")).scalar_one()
    engine.dispose()
    return int(total)


def measure(url: str, home: Path, seconds: float, database: list[int]) -> dict[str, Load]:
    """Run every workload, warm, and check that each answered alert is in the database."""
    loads = {}
    with product(url, home) as (port, pid, keys):
        for case in CASES:
            requests = case.requests(keys)
            run_load(port, requests, clients=2, seconds=1)
            before = count(url)
            load = run_load(
                port, case.requests(keys), clients=case.clients, seconds=seconds,
                watched=[pid, *database],
            )  # fmt: skip
            assert not load.errors, (case.name, load.errors[:3])
            stored = count(url) - before
            assert stored == len(load.latencies) * case.alerts, (case.name, stored)
            loads[case.name] = load
    return loads


def result(database: str, case: Case, load: Load, bare: Load, loop: float) -> dict[str, object]:
    """Return one row of the result, with what it is to be held against."""
    cpu_ms = load.cpu_ms / case.alerts
    scaled = ALERTA[case.name] * loop / ALERTA_LOOP
    return {
        "database": database,
        "workload": case.name,
        "alerts_per_s": round(load.rate * case.alerts, 1),
        "p50_ms": round(load.percentile_ms(50), 1),
        "p95_ms": round(load.percentile_ms(95), 1),
        "cpu_ms_per_alert": round(cpu_ms, 2),
        "of_alerta_scaled": round(cpu_ms / scaled, 3),
        "of_alerta_target": RATIO_TO_ALERTA[case.name],
        "of_floor": round(cpu_ms / bare.cpu_ms, 2) if case.alerts == 1 else None,
        "of_floor_target": RATIO_TO_FLOOR if case.name == "distinct" else None,
    }


def run(seconds: float = SECONDS) -> list[dict[str, object]]:
    """Measure both databases and return the rows."""
    loop = loop_seconds()
    rows = []
    with ExitStack() as stack:
        server = stack.enter_context(servers.postgresql_server(durable=True))
        for database in ("postgresql", "sqlite"):
            home = stack.enter_context(servers.folder())
            on_postgresql = database == "postgresql"
            url = server.url if on_postgresql else f"sqlite:///{home}/bench.sqlite3"
            watched = [server.pid] if on_postgresql else []
            loads = measure(url, home, seconds, watched)
            bare_url = url if on_postgresql else f"sqlite:///{home}/floor.sqlite3"
            with floor(bare_url) as (port, pid):
                run_load(port, bare_insert, clients=2, seconds=1)
                bare = run_load(
                    port, bare_insert, clients=8, seconds=seconds, watched=[pid, *watched]
                )
            rows += [result(database, case, loads[case.name], bare, loop) for case in CASES]
            rows.append({"database": database, "workload": "bare insert",
                         "alerts_per_s": round(bare.rate, 1),
                         "p50_ms": round(bare.percentile_ms(50), 1),
                         "p95_ms": round(bare.percentile_ms(95), 1),
                         "cpu_ms_per_alert": round(bare.cpu_ms, 2)})  # fmt: skip
    return rows


def missed(rows: list[dict[str, object]]) -> list[str]:
    """Say which targets against what was measured in the same run are missed."""
    return [
        f"{row['workload']} on {row['database']}: {row['of_floor']} times the bare insert"
        for row in rows
        if row.get("of_floor_target") and float(str(row["of_floor"])) > RATIO_TO_FLOOR
    ]


def main() -> None:
    """Print the table beside the targets, keep the figures, and fail where a target is missed."""
    loop = loop_seconds()
    rows = run(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps({"loop_cpu_s": round(loop, 2), "rows": rows}, indent=1))
    print(f"calibration loop: {loop:.2f} CPU-s; load average {os.getloadavg()[0]:.1f}")
    names = list(rows[0])
    print_table(names, ([str(row.get(name, "")) for name in names] for row in rows))
    failures = missed(rows)
    print("\n".join(failures))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
