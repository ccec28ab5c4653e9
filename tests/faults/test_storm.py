"""A storm on the whole product: nothing is lost, one incident stands for it, nobody is flooded."""

import json
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from itertools import product

import pytest
import requests
from sqlalchemy import distinct, func, select

from itsm.assets import service as assets
from itsm.assets.inputs import NewCi
from itsm.desk import priorities
from itsm.incidents.models import Incident
from itsm.monitoring.correlation.models import AlertStorm
from itsm.monitoring.models import Alert, Integration
from itsm.monitoring.states import ACTIVE
from itsm.oncall.models import Page
from itsm.platform.outbox import OutboxRow
from tests import servers
from tests.faults import whole
from tests.faults.provider import Provider
from tests.faults.site import LONG, Site
from tests.faults.whole import Product

ALERTS = 10_000 if LONG else 300
HOSTS = 1_000 if LONG else 60
SENDERS = 8
AFTER = 20
PAGES_A_PERSON = 20
DRAINED_WITHIN_S = 300


@pytest.mark.timeout(1800 if LONG else 180)
def test_a_storm_is_one_major_incident_and_few_pages(site: Site, provider: Provider) -> None:
    furnish(site)
    with whole.product(site) as running:
        assert send(running, site, "trigger") == {HTTPStatus.ACCEPTED}
        servers.wait_until(lambda: drained(site), "the storm being taken in", DRAINED_WITHIN_S)
        facts, told = site.facts(), len(provider.handed)
        assert send(running, site, "resolve") == {HTTPStatus.ACCEPTED}
        servers.wait_until(lambda: drained(site), "the recovery", DRAINED_WITHIN_S)

    assert facts.alerts == ALERTS
    assert facts.incidents == AFTER + 1
    assert told <= PAGES_A_PERSON
    with site.house.work(writes=False) as work:
        assert work.session.scalar(select(func.count(AlertStorm.id))) == 1
        # Each incident was paged for; the first again where nobody took it for five minutes.
        paged = select(func.count(distinct(Page.escalation_id)))
        assert work.session.scalar(paged) == AFTER + 1
        loose = select(func.count(Alert.id)).where(Alert.incident_id.is_(None))
        assert work.session.scalar(loose) == 0
        active = select(func.count(Alert.id)).where(Alert.state.in_(ACTIVE))
        assert work.session.scalar(active) == 0
        major = select(Incident.priority).join(AlertStorm, AlertStorm.ticket_id == Incident.id)
        assert work.session.scalars(major).one() == 1
    site.let_go()


def furnish(site: Site) -> None:
    """Enter the hosts, and let the integration send what it likes but for storms."""
    with site.house.work() as work:
        # Only the storm itself is critical, as it would be by the matrix that we ship.
        medium = dict.fromkeys(product(priorities.LEVELS, priorities.LEVELS), 3)
        priorities.change(work, medium | {(1, 1): 1})
        probe = work.session.scalars(select(Integration)).one()
        probe.rate_per_minute = probe.burst = 10 * ALERTS
        probe.storm_after = AFTER
        for number in range(HOSTS):
            new = {"class": "server", "name": f"host-{number:04}"}
            assets.create(work, NewCi.model_validate(new))
    site.let_go()


def send(running: Product, site: Site, action: str) -> set[int]:
    """Post an alert of each place over a few connections; return the statuses that came."""
    url = f"http://127.0.0.1:{running.port}/v2/enqueue"

    def share(first: int) -> set[int]:
        with requests.Session() as session:
            return {
                session.post(url, data=body(site.key, place, action), timeout=60).status_code
                for place in range(first, ALERTS, SENDERS)
            }

    with ThreadPoolExecutor(SENDERS) as pool:
        return set().union(*pool.map(share, range(SENDERS)))


def body(key: str, place: int, action: str) -> str:
    host = f"host-{place % HOSTS:04}"
    payload = {"summary": f"check {place} fails", "source": host, "severity": "error"}
    said = {"routing_key": key, "event_action": action, "dedup_key": f"alert-{place}"}
    return json.dumps(said | {"payload": payload})


def drained(site: Site) -> bool:
    """Tell whether no job that is due waits."""
    with site.house.work(writes=False) as work:
        due = select(func.count()).select_from(OutboxRow).where(OutboxRow.due_at <= work.now)
        count = work.session.scalar(due)
    site.let_go()
    return not count
