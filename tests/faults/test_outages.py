"""A server that everything stands on goes away for a while, under the whole product.

The processes are those that `itsm run` starts; a sender keeps sending and tries again, as
monitoring systems do, while the server is away.
"""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

import pytest
import redis
import requests

from itsm.platform.outbox import LEASE
from tests import servers
from tests.faults.provider import Provider
from tests.faults.site import LONG, Site, event, lay

ALERTS = 200 if LONG else 24
OUTAGE_S = 60 if LONG else 4
REDIS_LATE_S = 15.0
# What a worker held when the database went is taken up again when its lease has run out.
DATABASE_LATE_S = LEASE.total_seconds() + OUTAGE_S + 15.0
RUN = "import itsm.cli; itsm.cli.main()"


@dataclass
class Sender:
    """Sends one alert after another over the whole outage; notes every status and when 202 came."""

    port: int
    key: str
    pause: float
    statuses: list[int] = field(default_factory=list)
    accepted: dict[str, float] = field(default_factory=dict)

    def send_all(self) -> None:
        for number in range(ALERTS):
            name = f"host-{number:03}"
            while name not in self.accepted:
                self.send(name)
                time.sleep(self.pause)

    def send(self, name: str) -> None:
        url = f"http://127.0.0.1:{self.port}/v2/enqueue"
        try:
            status = requests.post(url, data=event(self.key, name), timeout=20).status_code
        except requests.RequestException:
            return
        self.statuses.append(status)
        if status == HTTPStatus.ACCEPTED:
            self.accepted[name] = time.monotonic()


@contextmanager
def product(site: Site) -> Iterator[int]:
    """Run every process of the product on `site`; yields the port of its pages."""
    port = servers.free_port()
    addresses = {
        "ITSM_BIND": f"127.0.0.1:{port}",
        "ITSM_TRAP_BIND": f"127.0.0.1:{servers.free_port()}",
        "ITSM_SMTP_BIND": "",
    }
    home = Path(site.env["ITSM_HOME"])
    everything = servers.Server(
        [sys.executable, "-c", RUN, "run"],
        answers=lambda: servers.tcp_open(port) and ready(port),
        log=home / "product.log",
        env={**site.env, **addresses, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    with servers.running(everything):
        yield port


def ready(port: int) -> bool:
    return requests.get(f"http://127.0.0.1:{port}/readyz", timeout=5).ok


def during(sender: Sender, outage: Callable[[], None]) -> None:
    """Let the sender send from before the outage until all is accepted after it."""
    sending = threading.Thread(target=sender.send_all)
    sending.start()
    servers.wait_until(lambda: len(sender.accepted) > 2, "the first alerts being accepted")
    outage()
    sending.join()


def lateness(sender: Sender, provider: Provider) -> float:
    """Return the longest time from the answer to an alert to its page."""
    paged = {handed.title.split()[1]: handed.at for handed in reversed(provider.handed)}
    return max(paged[name] - at for name, at in sender.accepted.items())


def test_losing_redis_delays_pages_and_loses_none(
    tmp_path: Path, provider: Provider, new_database: str
) -> None:
    with servers.redis_server() as queue:
        site = lay(tmp_path, provider, ITSM_DATABASE_URL=new_database, ITSM_REDIS_URL=queue.url)

        def outage() -> None:
            with redis.Redis.from_url(queue.url) as client:
                client.flushall()
            queue.stop()
            time.sleep(OUTAGE_S)
            queue.start()

        with product(site) as port:
            sender = Sender(port, site.key, OUTAGE_S * 2 / ALERTS)
            during(sender, outage)
            servers.wait_until(lambda: len(provider.times) >= ALERTS, "every page")

    assert set(sender.statuses) == {HTTPStatus.ACCEPTED}
    assert lateness(sender, provider) <= REDIS_LATE_S
    assert set(provider.times.values()) == {1}


@pytest.mark.timeout(300)
def test_losing_postgresql_loses_nothing_that_was_accepted(
    tmp_path: Path, provider: Provider
) -> None:
    with servers.postgresql_server(durable=True) as database:
        site = lay(tmp_path, provider, ITSM_DATABASE_URL=database.url)

        def outage() -> None:
            database.stop()
            time.sleep(OUTAGE_S)
            database.start()

        with product(site) as port:
            sender = Sender(port, site.key, OUTAGE_S * 2 / ALERTS)
            during(sender, outage)
            servers.wait_until(lambda: len(provider.times) >= ALERTS, "every page", 120)
        facts = site.facts()

    assert {s for s in sender.statuses if s < 500} == {HTTPStatus.ACCEPTED}
    assert facts.alerts == facts.incidents == facts.pages == ALERTS
    assert lateness(sender, provider) <= DATABASE_LATE_S
