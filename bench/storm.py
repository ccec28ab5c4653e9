"""An alert storm on the whole product: thousands of hosts fall silent at once and come back.

Run `python -m bench.storm [alerts]`, by default 10,000 alerts of 1,000 hosts that are CIs, paced
over a minute, one alert a message, from eight senders; one person is on call. While it lasts a
person reads lists every second. Then every alert recovers. Each figure stands beside its target.
"""

import itertools
import json
import os
import re
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Final

import requests
from sqlalchemy import func, select

from bench.measure import cpu_seconds, loop_seconds, percentile, print_table
from itsm.assets import service as assets
from itsm.assets.inputs import NewCi
from itsm.monitoring.models import Alert, Integration
from itsm.monitoring.states import ACTIVE
from itsm.platform.outbox import OutboxRow
from tests import servers
from tests.cast import Browser
from tests.faults import provider as providers
from tests.faults.provider import Handed, Provider
from tests.faults.site import Site, event, lay
from tests.faults.whole import Product, product

ROOT: Final = Path(__file__).parent.parent
OUT: Final = ROOT / "var/bench/storm.json"
ALERTS: Final = 10_000
HOSTS: Final = 1_000
SENDERS: Final = 8
SECONDS: Final = 60.0
STORM_AFTER: Final = 20
LISTS: Final = ("/incidents", "/alerts", "/")
DRAIN_WITHIN: Final = 600.0
HOST: Final = re.compile(r"host-(\d{4})")
TARGETS: Final = {
    "stored": "all",
    "intake_p95_ms": 250,
    "page_p99_s": 10,
    "pages_to_the_person": 20,
    "list_p95_ms": 1000,
    "drain_s": 300,
}


@dataclass
class Seen:
    """What senders and reader saw: latencies in seconds, when each alert was accepted, errors."""

    intake: list[float] = field(default_factory=list)
    accepted: dict[int, float] = field(default_factory=dict)
    lists: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def furnish(site: Site) -> None:
    """Enter a server for each host, and have the integration's bucket hold the whole storm."""
    with site.house.work() as work:
        integration = work.session.scalars(select(Integration)).one()
        integration.rate_per_minute, integration.burst = 60 * ALERTS, 10 * ALERTS
        integration.storm_after = STORM_AFTER
        for number in range(HOSTS):
            new = {"class": "server", "name": f"host-{number:04}"}
            assets.create(work, NewCi.model_validate(new))
    site.let_go()


def bodies(site: Site, alerts: int, action: str) -> Iterator[tuple[int, str]]:
    """Yield the place and the text of each message; ten checks a host, host after host."""
    for place in range(alerts):
        said = json.loads(event(site.key, f"host-{place % HOSTS:04}"))
        said |= {"event_action": action, "dedup_key": f"alert-{place}"}
        yield place, json.dumps(said)


def send(running: Product, messages: Sequence[tuple[int, str]], pace: float, seen: Seen) -> None:
    """Send from several senders, each message at its time; one that fails goes again."""
    began = time.monotonic()
    todo = iter(messages)
    lock = threading.Lock()

    def sender() -> None:
        with requests.Session() as session:
            while True:
                with lock:
                    place, body = next(todo, (-1, ""))
                if place < 0:
                    return
                time.sleep(max(0.0, began + place * pace - time.monotonic()))
                deliver(session, f"http://127.0.0.1:{running.port}/v2/enqueue", body, seen)
                seen.accepted[place] = time.monotonic()

    threads = [threading.Thread(target=sender) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def deliver(session: requests.Session, url: str, body: str, seen: Seen) -> None:
    """Post a message until it is accepted, as a monitoring system does."""
    for attempt in itertools.count():
        started = time.monotonic()
        answer = session.post(url, data=body, timeout=60)
        if answer.status_code == HTTPStatus.ACCEPTED:
            seen.intake.append(time.monotonic() - started)
            return
        seen.errors.append(f"{answer.status_code} at attempt {attempt}")
        time.sleep(float(answer.headers.get("Retry-After", 1)))


@contextmanager
def reader(site: Site, running: Product, seen: Seen) -> Iterator[None]:
    """Have a person read one list a second for the block."""
    over = threading.Event()
    browser = Browser(site.house, "alice")
    cookie = browser.client.get_cookie("itsm")
    site.let_go()

    def read() -> None:
        for path in itertools.cycle(LISTS):
            started = time.monotonic()
            answer = requests.get(
                f"http://127.0.0.1:{running.port}{path}",
                cookies={"itsm": cookie.value if cookie else ""},
                allow_redirects=False,
                timeout=60,
            )
            seen.lists.append(time.monotonic() - started)
            if answer.status_code != HTTPStatus.OK:
                seen.errors.append(f"{path}: {answer.status_code}")
            if over.wait(1):
                return

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def drained(site: Site) -> bool:
    """Tell whether nothing that is due waits in the outbox."""
    with site.house.work(writes=False) as work:
        due = select(func.count()).select_from(OutboxRow).where(OutboxRow.due_at <= work.now)
        count = work.session.scalar(due)
    site.let_go()
    return not count


def drain(site: Site) -> float:
    """Wait until nothing is left to do; return the seconds that took."""
    began = time.monotonic()
    servers.wait_until(lambda: drained(site), "the outbox being empty", DRAIN_WITHIN)
    return time.monotonic() - began


def storm(site: Site, provider: Provider, alerts: int, database: list[int]) -> dict[str, object]:
    """Let it break out, end, and say what it cost."""
    seen = Seen()
    pace = SECONDS / ALERTS
    with product(site) as running:
        roots = [running.supervisor, *database]
        cpu, began = cpu_seconds(roots), time.monotonic()
        with reader(site, running, seen):
            send(running, list(bodies(site, alerts, "trigger")), pace, seen)
            storm_s = time.monotonic() - began
            drain_s = drain(site)
        spent = cpu_seconds(roots) - cpu
        facts, pages = site.facts(), list(provider.handed)
        send(running, list(bodies(site, alerts, "resolve")), pace, Seen())
        recovery_drain_s = drain(site)
        left = active(site)
    late = lateness(pages, seen)
    return {
        "alerts": alerts,
        "stored": facts.alerts,
        "storm_s": round(storm_s, 1),
        "intake_p50_ms": round(percentile(seen.intake, 50) * 1000, 1),
        "intake_p95_ms": round(percentile(seen.intake, 95) * 1000, 1),
        "refused_and_sent_again": len(seen.errors),
        "incidents": facts.incidents,
        "pages_to_the_person": len(pages),
        "page_p99_s": round(percentile(late, 99), 2),
        "list_p95_ms": round(percentile(seen.lists, 95) * 1000, 1),
        "drain_s": round(drain_s, 1),
        "recovery_drain_s": round(recovery_drain_s, 1),
        "active_after": left,
        "cpu_ms_per_alert": round(1000 * spent / alerts, 2),
    }


def lateness(pages: Iterable[Handed], seen: Seen) -> list[float]:
    """Return for each page that names a host the seconds since its first alert was accepted."""
    named = ((handed.at, HOST.search(handed.title)) for handed in pages)
    return [at - seen.accepted[int(found[1])] for at, found in named if found]


def active(site: Site) -> int:
    """Return how many alerts are not over."""
    with site.house.work(writes=False) as work:
        count = work.session.scalar(select(func.count(Alert.id)).where(Alert.state.in_(ACTIVE)))
    site.let_go()
    return count or 0


def run(alerts: int) -> list[dict[str, object]]:
    """Measure both databases and return the rows."""
    rows = []
    with ExitStack() as stack:
        server = stack.enter_context(servers.postgresql_server(durable=True))
        provider = stack.enter_context(providers.provider())
        for database in ("postgresql", "sqlite"):
            home = stack.enter_context(servers.folder())
            url = {"ITSM_DATABASE_URL": server.url} if database == "postgresql" else {}
            provider.handed.clear()
            site = lay(home, provider, **url)
            furnish(site)
            watched = [server.pid] if url else []
            rows.append({"database": database} | storm(site, provider, alerts, watched))
    return rows


def main() -> None:
    """Print the table beside the targets, and keep the figures."""
    loop = loop_seconds()
    rows = run(int(sys.argv[1]) if len(sys.argv) > 1 else ALERTS)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps({"loop_cpu_s": round(loop, 2), "rows": rows}, indent=1))
    print(f"calibration loop: {loop:.2f} CPU-s; load average {os.getloadavg()[0]:.1f}")
    head = ["figure", *(str(row["database"]) for row in rows), "target"]
    names = [name for name in rows[0] if name != "database"]
    print_table(
        head,
        ([name, *(str(row[name]) for row in rows), str(TARGETS.get(name, ""))] for name in names),
    )


if __name__ == "__main__":
    main()
