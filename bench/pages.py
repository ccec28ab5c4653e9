"""Pages and the API over many incidents: list, record, search, create, on both databases.

Run `python -m bench.pages [incidents]`, by default 100,000 of which 10 % are open, in 20 teams. One
client, warm, every answer checked for what it must hold; a tenth of the incidents is measured
first, since no page may cost more because the table is long. The bare keyset list of `floor_app.py`
is measured in the same run. Request Tracker's figures are from another, slower machine and are
scaled by the calibration loop.
"""

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Table, create_engine, insert, text

from bench.floor_app import Base, Row
from bench.measure import Load, Request, loop_seconds, print_table, run_load
from bench.webhooks import floor
from itsm.app import create_app, house_of
from itsm.desk import service as tickets
from itsm.desk.inputs import NewComment
from itsm.desk.models import Desk, Series, Ticket
from itsm.incidents.models import Incident
from itsm.init import initialise
from itsm.kernel.access import SYSTEM
from itsm.kernel.work import Work
from itsm.people.models import Team, TeamMember, TokenScope
from itsm.platform.house import House
from itsm.platform.search import SearchDocument
from itsm.platform.settings import load
from itsm.tickets import queries as incidents
from tests import cast, servers

ROOT: Final = Path(__file__).parent.parent
OUT: Final = ROOT / "var/bench/pages.json"
INCIDENTS: Final = 100_000
TEAMS: Final = 20
SHOWN: Final = 50
SECONDS: Final = 8.0
FIRST: Final = 1001
CHUNK: Final = 5_000
TALKED_ABOUT: Final = 20
RARE: Final = 20
# CPU-ms an answer, server and database, of Request Tracker 5.0.3 at 100,000 tickets, and our share.
RT: Final = {"list": 4510.0, "record": 1485.0, "search": 2029.0, "create": 2730.0}
SHARE: Final = {"list": 1 / 50, "record": 1 / 10, "search": 1 / 20, "create": 1 / 25}
RT_LOOP: Final = 3.3
LONG_OVER_SHORT: Final = 2.0
OVER_FLOOR: Final = 3.0


@dataclass(frozen=True)
class Site:
    """A filled instance: where it is and how to be somebody there."""

    env: dict[str, str]
    cookie: str
    token: str


def fill(house: House, count: int) -> Site:
    """Enter the cast, twenty teams and `count` incidents; Alice is in two of the teams."""
    people = cast.enter(house)
    with house.work(SYSTEM) as work:
        teams = [work.add(Team(key=f"team{n}", name=f"Team {n}")).id for n in range(TEAMS)]
        for team_id in teams[:2]:
            work.add(TeamMember(team_id=team_id, person_id=people.alice))
        desk_id = work.session.query(Desk).filter_by(key="it").one().id
        for start in range(0, count, CHUNK):
            add_incidents(work, range(start, min(start + CHUNK, count)), desk_id, teams)
        work.add(Series(prefix="INC", last=FIRST + count))
        for place in range(TALKED_ABOUT):
            talk(work, f"INC-{FIRST + place * (count // TALKED_ABOUT)}")
    browser = cast.Browser(house, "alice")
    cookie = browser.client.get_cookie("itsm")
    token = cast.Api(house, "alice", TokenScope.ALL).headers["Authorization"]
    return Site({}, cookie.value if cookie else "", token)


def add_incidents(work: Work, numbers: range, desk_id: int, teams: list[int]) -> None:
    """Add incidents by three statements; every tenth is open."""
    tables: tuple[Any, ...] = (Ticket.__table__, Incident.__table__, SearchDocument.__table__)
    rows: tuple[list[dict[str, object]], ...] = ([], [], [])
    for number in numbers:
        at = work.now - timedelta(minutes=10) * (len(teams) * 10_000 - number)
        is_open = number % 10 == 0
        rare = " heliograph" if number % (INCIDENTS // 1000) == 0 and number < 2000 else ""
        title = f"Printer {number} on floor {number % 9} does not answer{rare}"
        rows[0].append({
            "id": number + 1, "kind": "incident", "number": f"INC-{FIRST + number}",
            "title": title, "description": title, "state": "new" if is_open else "closed",
            "open": is_open, "impact": 2, "urgency": 2, "priority": 1 + number % 4,
            "desk_id": desk_id, "category": "", "tags": [], "source": "portal",
            "confidential": False, "team_id": teams[number // 10 % TEAMS], "created_at": at,
            "updated_at": at, "resolved_at": None if is_open else at,
            "closed_at": None if is_open else at, "touched_by_person": False, "version": 1,
        })  # fmt: skip
        rows[1].append({
            "ticket_id": number + 1, "resolution_code": "", "resolution": "", "waits_for": "",
            "resolved_by_source": False, "reopened_count": 0,
        })  # fmt: skip
        rows[2].append(
            {"subject_kind": "ticket", "subject_id": number + 1, "title": title, "body": title}
        )
    for table, values in zip(tables, rows, strict=True):
        work.session.execute(insert(table), values)


def talk(work: Work, number: str) -> None:
    """Give an incident fifty entries."""
    incident = incidents.get(work, number)
    for entry in range(SHOWN):
        tickets.comment(work, incident, NewComment(body=f"Tried turning it off, {entry} times"))


def holds(count: int) -> Callable[[bytes], bool]:
    """Return a check that an answer holds that many numbers of incidents."""
    return lambda body: body.count(b"/incidents/INC-") >= count


def loads(site: Site, count: int) -> dict[str, Callable[[int], Iterator[Request]]]:
    """Return what is asked, by name."""
    reading = {"Cookie": f"itsm={site.cookie}"}
    writing = {"Authorization": site.token, "Content-Type": "application/json"}

    def listed(_: int) -> Iterator[Request]:
        path = "/incidents/?state=open&team=team0"
        shown = min(SHOWN, count // 10 // TEAMS)
        return itertools.repeat(Request(path, headers=reading, expects=holds(shown)))

    def record(client: int) -> Iterator[Request]:
        for turn in itertools.count(client):
            number = FIRST + turn % TALKED_ABOUT * (count // TALKED_ABOUT)
            yield Request(f"/incidents/INC-{number}", headers=reading, expects=mentions(b"Tried"))

    def search(_: int) -> Iterator[Request]:
        path = "/incidents/?q=heliograph&state="
        return itertools.repeat(Request(path, headers=reading, expects=holds(RARE - 2)))

    def create(client: int) -> Iterator[Request]:
        for turn in itertools.count():
            body = {"title": f"Router {client}-{turn} is slow", "impact": 2, "urgency": 2}
            yield Request("/api/v1/incidents", json.dumps(body).encode(), writing)

    return {"list": listed, "record": record, "search": search, "create": create}


def mentions(word: bytes) -> Callable[[bytes], bool]:
    """Return a check that an answer holds fifty of a word."""
    return lambda body: body.count(word) >= SHOWN


@contextmanager
def web(env: dict[str, str], home: Path) -> Iterator[tuple[int, int]]:
    """Hold `itsm web` running; yields its port and process id."""
    port = servers.free_port()
    environ = {**os.environ, **env, "ITSM_BIND": f"127.0.0.1:{port}"}
    with (home / "log").open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "itsm", "web"], env=environ, cwd=ROOT, stdout=log, stderr=log
        )
    try:
        servers.wait_until(lambda: servers.tcp_open(port), "itsm web")
        yield port, child.pid
    finally:
        child.terminate()
        child.wait()


def measure(url: str, home: Path, count: int, database: list[int]) -> dict[str, Load]:
    """Return a load of each kind over `count` incidents."""
    env = {
        "ITSM_HOME": str(home),
        "ITSM_DATABASE_URL": url,
        "ITSM_SECRET_KEY": "a key for benchmarks, long enough to be one",
        "ITSM_LOG_FORMAT": "json",
    }
    house = house_of(create_app(load(env)))
    initialise(house)
    site = fill(house, count)
    settle(url)
    measured: dict[str, Load] = {}
    with web(env, home) as (port, pid):
        for name, requests in loads(site, count).items():
            run_load(port, requests, clients=1, seconds=2)
            measured[name] = run_load(
                port, requests, clients=1, seconds=SECONDS, watched=[pid, *database]
            )
            assert not measured[name].errors, (name, measured[name].errors[:2])
    return measured


def settle(url: str) -> None:
    """Have the database know how its tables are filled, as it would after a while."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            next_id = "setval(pg_get_serial_sequence('ticket', 'id'), (SELECT max(id) FROM ticket))"
            connection.execute(text(f"SELECT {next_id}"))
        connection.execute(text("ANALYZE"))
    engine.dispose()


def bare_list(url: str, count: int, database: list[int]) -> Load:
    """Return a load of the bare keyset list over as many rows."""
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    table: Table = Base.metadata.tables[Row.__tablename__]
    with engine.begin() as connection:
        for start in range(0, count, CHUNK):
            rows = [
                {"title": f"ticket {n}", "state": "new", "priority": n % 4, "body": "x" * 300}
                for n in range(start, start + CHUNK)
            ]
            connection.execute(insert(table), rows)
    engine.dispose()

    def newest(_: int) -> Iterator[Request]:
        return itertools.repeat(Request(f"/rows?before={count}"))

    with floor(url) as (port, pid):
        run_load(port, newest, clients=1, seconds=2)
        return run_load(port, newest, clients=1, seconds=SECONDS, watched=[pid, *database])


def result(database: str, name: str, load: Load, short: Load, bare: Load) -> dict[str, object]:
    """Return one row of the result, with what it is to be held against."""
    return {
        "database": database,
        "workload": name,
        "answers": len(load.latencies),
        "p50_ms": round(load.percentile_ms(50), 1),
        "p95_ms": round(load.percentile_ms(95), 1),
        "cpu_ms": round(load.cpu_ms, 1),
        "of_rt_scaled": round(load.cpu_ms / (RT[name] * loop_seconds() / RT_LOOP), 4),
        "of_rt_target": round(SHARE[name], 4),
        "over_a_tenth_of_the_rows": round(load.cpu_ms / short.cpu_ms, 2),
        "over_bare_list": round(load.cpu_ms / bare.cpu_ms, 2) if name == "list" else "",
    }


def missed(rows: list[dict[str, object]]) -> list[str]:
    """Say which targets against what was measured in the same run are missed."""
    found = []
    for row in rows:
        where = f"{row['workload']} on {row['database']}"
        if float(str(row["over_a_tenth_of_the_rows"])) > LONG_OVER_SHORT:
            found.append(f"{where}: {row['over_a_tenth_of_the_rows']} times a tenth of the rows")
        if row["over_bare_list"] and float(str(row["over_bare_list"])) > OVER_FLOOR:
            found.append(f"{where}: {row['over_bare_list']} times the bare list")
    return found


def run(count: int) -> list[dict[str, object]]:
    """Measure both databases and return the rows."""
    rows = []
    for database in ("postgresql", "sqlite"):
        measured: list[dict[str, Load]] = []
        for size in (count // 10, count):
            with ExitStack() as stack:
                home = stack.enter_context(servers.folder())
                url, watched = f"sqlite:///{home}/bench.sqlite3", list[int]()
                if database == "postgresql":
                    server = stack.enter_context(servers.postgresql_server(durable=True))
                    url, watched = server.url, [server.pid]
                measured.append(measure(url, home, size, watched))
                floor_url = url.replace("bench.sqlite3", "floor.sqlite3")
                bare = bare_list(floor_url, size, watched)
        short, long = measured
        rows += [result(database, name, long[name], short[name], bare) for name in long]
    return rows


def main() -> None:
    """Print the table beside the targets, keep the figures, and fail where a target is missed."""
    loop = loop_seconds()
    rows = run(int(sys.argv[1]) if len(sys.argv) > 1 else INCIDENTS)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps({"loop_cpu_s": round(loop, 2), "rows": rows}, indent=1))
    print(f"calibration loop: {loop:.2f} CPU-s; load average {os.getloadavg()[0]:.1f}")
    names = list(rows[0])
    print_table(names, ([str(row[name]) for name in names] for row in rows))
    failures = missed(rows)
    print("\n".join(failures))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
