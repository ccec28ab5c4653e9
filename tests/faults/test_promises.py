"""What is promised whatever dies: what was accepted is kept, who acknowledged is left alone."""

import random
import signal
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bench.trap_sender import link_down
from itsm.monitoring.models import Alert
from itsm.monitoring.snmp import service as snmp
from itsm.monitoring.snmp.inputs import NewSource
from itsm.notify import service as notify
from itsm.oncall import planning
from itsm.oncall.inputs import PolicyInput, StepInput
from itsm.people import queries as people
from itsm.platform.intake import IntakeRow
from itsm.platform.lease import Lease
from itsm.platform.metrics import CLOCK
from tests import servers
from tests.cast import Browser
from tests.faults.conftest import recreate
from tests.faults.provider import Handed, Provider
from tests.faults.site import LONG, STEP_MIN, Site, lay
from tests.faults.whole import ITSM, Product, Sender, during, environment, product

KILLS = 50 if LONG else 4
ALERTS = 2000 if LONG else 40
BETWEEN_KILLS_S = 1.0
# Two thousand pages are some minutes of work for one machine, and a lease ends after one.
PAGED_WITHIN_S = 900 if LONG else 150
TRAPS = 2000 if LONG else 200
ROUNDS = 50 if LONG else 1
TAKEOVER_S = 30.0
# A message that was on its way when the acknowledgement was committed has arrived by then.
ON_THE_WIRE_S = 2.0


@pytest.mark.timeout(1800 if LONG else 180)
def test_whatever_is_killed_each_accepted_alert_is_kept_and_paged_for(
    tmp_path: Path, provider: Provider
) -> None:
    with servers.postgresql_server(durable=True) as database, servers.redis_server() as queue:
        urls = {"ITSM_DATABASE_URL": database.url, "ITSM_REDIS_URL": queue.url}
        site = lay(tmp_path, provider, **urls)

        with product(site) as running:
            deaths: list[Callable[[], None]] = [
                lambda: crash(database),
                lambda: running.kill("web-1"),
                lambda: crash(queue),
                lambda: running.kill("clock"),
                # What it held is done when its lease is over, a minute later.
                lambda: running.kill("worker"),
            ]

            def outage() -> None:
                for die in in_some_order(deaths):
                    die()
                    time.sleep(BETWEEN_KILLS_S)

            sender = Sender(running.port, site.key, ALERTS, KILLS * BETWEEN_KILLS_S / ALERTS)
            during(sender, outage)
            servers.wait_until(lambda: unpaged(site) == 0, "a page for every alert", PAGED_WITHIN_S)
        facts, untold = site.facts(), site.untold()

    assert {status for status in sender.statuses if status < 500} == {HTTPStatus.ACCEPTED}
    assert facts.alerts == ALERTS
    assert untold == 0
    # A page may go out again when its sender died: under the same key, once for each death.
    assert max(provider.times.values()) <= 1 + KILLS


def in_some_order(deaths: list[Callable[[], None]]) -> list[Callable[[], None]]:
    """Return what dies: by chance in the long form, else each in turn but the worker."""
    return random.Random(KILLS).choices(deaths, k=KILLS) if LONG else deaths[:KILLS]


def crash(server: servers.Server) -> None:
    """End a server as a crash would, and start it again."""
    # PostgreSQL's own word for it; its children would outlive a kill.
    server.stop(signal.SIGQUIT if isinstance(server, servers.Postgresql) else signal.SIGKILL)
    server.start()


def unpaged(site: Site) -> int:
    """Return how many alerts have no incident, or one that no message has told of."""
    with site.house.work(writes=False) as work:
        waiting = select(func.count()).where(Alert.incident_id.is_(None))
        count = work.session.scalar(waiting) or 0
    site.let_go()
    return count + site.untold()


@pytest.mark.timeout(180)
def test_traps_wait_on_disk_for_the_database_and_outlive_their_receiver(
    tmp_path: Path, provider: Provider
) -> None:
    with servers.postgresql_server(durable=True) as database:
        site = lay(tmp_path, provider, ITSM_DATABASE_URL=database.url)
        with site.house.work() as work:
            hub = snmp.add_integration(work, "Network traps")
            fields = {"name": "Loopback", "integration_id": hub.id, "networks": "127.0.0.0/8"}
            snmp.add_source(work, NewSource.model_validate(fields | {"community": "bench"}))
        site.let_go()

        with product(site) as running:
            database.stop()
            send_traps(running, range(TRAPS))
            spool = tmp_path / "spool"
            servers.wait_until(lambda: size_of(spool) > 0, "the spool")
            settle(lambda: size_of(spool))
            running.kill("traps")
            database.start()
            servers.wait_until(lambda: len(kept(site)) >= TRAPS, "the spool being taken in")

        pairs = zip(kept(site), map(said, range(TRAPS)), strict=True)
        assert all(body.endswith(expected) for body, expected in pairs)


def said(number: int) -> bytes:
    """Return what a trap says, without the community, which is not kept."""
    return link_down(number, number).partition(b"bench")[2]


def send_traps(running: Product, numbers: range) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        for number in numbers:
            device.sendto(link_down(number, number), ("127.0.0.1", running.traps))
            time.sleep(0.002)


def size_of(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*.spool"))


def settle(measure: Callable[[], int]) -> None:
    """Return once `measure()` has stayed the same for a second."""
    known = -1
    while (now := measure()) != known:
        known = now
        time.sleep(1)


def kept(site: Site) -> list[bytes]:
    with site.house.work(writes=False) as work:
        bodies = list(work.session.scalars(select(IntakeRow.body).order_by(IntakeRow.id)))
    site.let_go()
    return bodies


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_an_acknowledgement_that_races_with_paging_ends_it(
    site: Site, provider: Provider, _round: int
) -> None:
    names = [f"host-{number}" for number in range(20)]
    escalate_to_bob(site, provider)
    site.post(*names)
    assert site.run() == 0
    links = dict(zip(names_told(provider), provider.tokens, strict=True))
    assert sorted(links) == sorted(names)

    engine = site.start_run(later_s=STEP_MIN * 60 + 1)
    with ThreadPoolExecutor(2) as pool:
        times = pool.map(lambda token: acknowledge(site, token), links.values())
        acked = dict(zip(links, times, strict=True))
    site.let_go()
    assert engine.end().status == 0

    second = pages(provider)[len(names) :]
    late = [handed for handed in second if handed.at > acked[name_of(handed.title)]]
    assert all(handed.at < acked[name_of(handed.title)] + ON_THE_WIRE_S for handed in late)
    assert site.acknowledged()
    assert site.run(later_s=STEP_MIN * 60 * 3) == 0
    assert len(pages(provider)) == len(names) + len(second)


def pages(provider: Provider) -> list[Handed]:
    """Return what was handed over but for news of what was paged before."""
    return [handed for handed in provider.handed if handed.title.startswith("Critical: ")]


def escalate_to_bob(site: Site, provider: Provider) -> None:
    """Have a second person paged, behind the same provider, when the first does not answer."""
    with site.house.work() as work:
        alice, bob = (people.person(work, name).id for name in ("alice", "bob"))
        notify.add_contact(work, bob, "webhook", "Pager", {"url": provider.url})
        steps = [StepInput(delay_min=STEP_MIN, people=[who]) for who in (alice, bob)]
        wanted = PolicyInput(name="Two", steps=steps, repeat=0, fallback_id=alice)
        planning.make_standard(work, planning.create_policy(work, wanted))
    site.let_go()


def acknowledge(site: Site, token: str) -> float:
    """Press the button of a page; return when that was answered, in monotonic seconds."""
    assert Browser(site.house).post(f"/p/{token}/acknowledge").status_code == HTTPStatus.SEE_OTHER
    return time.monotonic()


def names_told(provider: Provider) -> list[str]:
    return [name_of(handed.title) for handed in provider.handed]


def name_of(title: str) -> str:
    return title.split()[1]


def test_when_the_clock_is_frozen_another_one_takes_over(
    tmp_path: Path, provider: Provider, postgresql_url: str
) -> None:
    url = recreate(postgresql_url, "frozen", "template0")
    site = lay(tmp_path, provider, ITSM_DATABASE_URL=url)
    with product(site) as running:
        servers.wait_until(lambda: leader(site) != "", "a clock")
        frozen = leader(site)
        with servers.running(another_clock(site)):
            running.kill("clock", signal.SIGSTOP)
            servers.wait_until(lambda: leader(site) != frozen, "another clock", TAKEOVER_S)
            running.kill("clock", signal.SIGCONT)
            assert leader(site) not in {"", frozen}


def leader(site: Site) -> str:
    with site.house.work(writes=False) as work:
        row = work.session.get(Lease, CLOCK)
        holder = row.holder if row else ""
    site.let_go()
    return holder


def another_clock(site: Site) -> servers.Server:
    home = Path(site.env["ITSM_HOME"])
    return servers.Server(
        [*ITSM, "clock"], answers=lambda: True, log=home / "clock.log", env=environment(site)
    )
