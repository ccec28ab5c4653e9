"""One tick of the clock: its cost must grow with what is due, not with what is open.

Run `python -m bench.ticks`. First timers that do nothing, a hundred due among a thousand, a
hundred thousand and a million; then escalations, fifty due among a thousand and a hundred thousand
that are armed. Both databases; CPU of this process and of the database for each that was due.
"""

import json
import os
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final

from sqlalchemy import insert, text, update

from bench.measure import cpu_seconds, loop_seconds, print_table
from bench.pages import CHUNK, add_incidents
from itsm.desk.models import Desk
from itsm.oncall import planning
from itsm.oncall import service as escalations
from itsm.oncall.escalation import State
from itsm.oncall.inputs import PolicyInput, StepInput
from itsm.oncall.models import Escalation
from itsm.people import queries as people
from itsm.people.models import Team
from itsm.platform.house import House
from itsm.platform.timers import Timer
from itsm.processes import clock
from tests import servers
from tests.faults import provider as providers
from tests.faults.site import Site, lay

ROOT: Final = Path(__file__).parent.parent
OUT: Final = ROOT / "var/bench/ticks.json"
NOTHING: Final = "bench.nothing"
TIMERS: Final = (1_000, 100_000, 1_000_000)
TIMERS_DUE: Final = 100
ARMED: Final = (1_000, 100_000)
ARMED_DUE: Final = 50
REPEATS: Final = 7
FAR: Final = timedelta(days=30)
LARGEST_TO_SMALLEST: Final = 1.2

Rows = Iterable[dict[str, Any]]


def idle(site: Site) -> House:
    """Return the house with a timer that does nothing."""
    table = site.house.table
    timers = {**table.timers, NOTHING: lambda _work, _payload: None}
    return replace(site.house, table=replace(table, timers=timers))


def put(house: House, table: Any, rows: Rows) -> None:  # noqa: ANN401 - a table of a model
    """Insert rows, many in one statement."""
    left = list(rows)
    with house.work() as work:
        for start in range(0, len(left), CHUNK):
            work.session.execute(insert(table), left[start : start + CHUNK])


def settle(house: House) -> None:
    """Let the database count its rows, as it does by itself after a while."""
    with house.work() as work:
        work.session.execute(text("ANALYZE"))


def nothing(house: House, open_: int, *, first: int = 0) -> None:
    """Arm timers up to `open_` that are due in a month."""
    with house.work(writes=False) as work:
        far = work.now + FAR
    numbers = range(first, open_)
    rows = (
        {"kind": NOTHING, "key": f"{NOTHING}:{n}", "due_at": far, "payload": {}, "failures": 0}
        for n in numbers
    )
    put(house, Timer.__table__, rows)


def make_due(house: House, kind: str, count: int) -> None:
    """Have some of the timers of a kind be due now, and what they are about with them."""
    with house.work() as work:
        keys = (
            work.session.query(Timer.id)
            .filter(Timer.kind == kind)
            .order_by(Timer.due_at.desc())
            .limit(count)
        )
        ids = [row.id for row in keys]
        work.session.execute(update(Timer).where(Timer.id.in_(ids)).values(due_at=work.now))
        if kind == escalations.TIMER:
            rows = work.session.query(Timer.payload).filter(Timer.id.in_(ids))
            wanted = [row.payload["escalation_id"] for row in rows]
            due = update(Escalation).where(Escalation.id.in_(wanted)).values(due_at=work.now)
            work.session.execute(due)


def armed(house: House, count: int, policy_id: int, *, first: int) -> None:
    """Open incidents, each with an escalation whose next step is due in a month."""
    numbers = range(first, count)
    with house.work() as work:
        desk_id = work.session.query(Desk).filter_by(key="it").one().id
        team_ids = [team.id for team in work.session.query(Team)] * 20
        for start in range(first, count, CHUNK):
            add_incidents(work, range(start, min(start + CHUNK, count)), desk_id, team_ids[:20])
        version_id = work.session.execute(
            text("SELECT id FROM policy_version WHERE policy_id = :id"), {"id": policy_id}
        ).scalar_one()
        far, now = work.now + FAR, work.now
    common = {"policy_id": policy_id, "version_id": version_id, "state": State.ARMED, "loop": 1}
    common |= {"turn": 0, "step": 0, "found": False, "due_at": far, "started_at": now}
    put(house, Escalation.__table__, ({"id": n + 1, "ticket_id": n + 1, **common} for n in numbers))
    kind = escalations.TIMER
    shared = {"kind": kind, "due_at": far, "failures": 0}
    timers = (
        {"key": f"{kind}:{n + 1}", "payload": {"escalation_id": n + 1}, **shared} for n in numbers
    )
    put(house, Timer.__table__, timers)


def ticks(house: House, kind: str, due: int, watched: list[int]) -> tuple[float, float]:
    """Return the CPU milliseconds for each that was due and the seconds of a tick, the medians."""
    cpu, wall = [], []
    for _ in range(REPEATS):
        make_due(house, kind, due)
        before, began = cpu_seconds(watched), time.monotonic()
        fired = clock.tick(house)
        wall.append(time.monotonic() - began)
        cpu.append(1000 * (cpu_seconds(watched) - before) / due)
        if fired < due:
            raise SystemExit(f"{fired} of {due} fired")
    return median(cpu), median(wall)


def measure(site: Site, database: str, watched: list[int]) -> list[dict[str, object]]:
    """Measure one database, from few to many."""
    house, rows = idle(site), []

    def add(what: str, kind: str, open_: int, due: int) -> None:
        settle(house)
        cpu, wall = ticks(house, kind, due, [os.getpid(), *watched])
        found = {"database": database, "what": what, "open": open_, "due": due}
        rows.append(found | {"cpu_ms_each": round(cpu, 2), "tick_s": round(wall, 3)})

    done = 0
    for open_ in TIMERS:
        nothing(house, open_, first=done)
        done = open_
        add("timers", NOTHING, open_, TIMERS_DUE)
    policy_id = with_policy(house)
    done = 0
    for open_ in ARMED:
        armed(house, open_, policy_id, first=done)
        done = open_
        add("escalations", escalations.TIMER, open_, ARMED_DUE)
    return rows


def with_policy(house: House) -> int:
    """Enter a policy that pages Alice twice, a team for the incidents; return the policy's id."""
    with house.work() as work:
        alice = people.person(work, "alice").id
        work.add(Team(key="floor", name="Floor"))
        step = StepInput(delay_min=60, people=[alice])
        wanted = PolicyInput(name="Bench", steps=[step, step], repeat=1, fallback_id=alice)
        return planning.create_policy(work, wanted).id


def run() -> list[dict[str, object]]:
    """Measure both databases."""
    rows: list[dict[str, object]] = []
    with ExitStack() as stack:
        server = stack.enter_context(servers.postgresql_server(durable=True))
        provider = stack.enter_context(providers.provider())
        settings: tuple[tuple[str, dict[str, str], Callable[[], list[int]]], ...] = (
            ("postgresql", {"ITSM_DATABASE_URL": server.url}, lambda: [server.pid]),
            ("sqlite", {}, list),
        )
        for database, more, watched in settings:
            home = stack.enter_context(servers.folder())
            rows += measure(lay(home, provider, **more), database, watched())
    return rows


def grown(rows: list[dict[str, object]]) -> list[tuple[str, str, float]]:
    """Return for each database and sort how much dearer one is among the most than the fewest."""
    found = []
    for database in ("postgresql", "sqlite"):
        for what in ("timers", "escalations"):
            cpu = [
                float(str(row["cpu_ms_each"]))
                for row in rows
                if (row["database"], row["what"]) == (database, what)
            ]
            found.append((database, what, round(cpu[-1] / cpu[0], 2)))
    return found


def main() -> int:
    """Print the tables, keep the figures; return 1 if a tick grows with what is open."""
    loop, rows = loop_seconds(), run()
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps({"loop_cpu_s": round(loop, 2), "rows": rows}, indent=1))
    print(f"calibration loop: {loop:.2f} CPU-s; load average {os.getloadavg()[0]:.1f}")
    print_table(list(rows[0]), ([str(value) for value in row.values()] for row in rows))
    print(f"\nthe most to the fewest, target {LARGEST_TO_SMALLEST}:")
    ratios = grown(rows)
    for database, what, ratio in ratios:
        print(f"{database} {what}: {ratio}")
    return int(any(ratio > LARGEST_TO_SMALLEST for *_, ratio in ratios))


if __name__ == "__main__":
    raise SystemExit(main())
