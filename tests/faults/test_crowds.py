"""Very many messages at once, from many connections, to the whole product."""

from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

import pytest
import requests
from sqlalchemy import select

from itsm.monitoring.models import Alert, Integration
from tests import servers
from tests.faults.provider import Provider
from tests.faults.site import LONG, Site, event
from tests.faults.whole import Product, product

COPIES = 10_000 if LONG else 400
CONNECTIONS = 50


@pytest.mark.timeout(900 if LONG else 120)
def test_copies_of_an_alert_over_many_connections_are_one_incident_and_one_page(
    site: Site, provider: Provider
) -> None:
    unlimited(site)
    with product(site) as running, ThreadPoolExecutor(CONNECTIONS) as pool:
        share = COPIES // CONNECTIONS
        codes = set(pool.map(lambda _: post(running, site.key, share), range(CONNECTIONS)))
        servers.wait_until(lambda: len(provider.times) == 1, "the page")

    facts = site.facts()
    assert codes == {HTTPStatus.ACCEPTED}
    assert (facts.raw, facts.alerts) == (COPIES, 1)
    assert (facts.incidents, facts.escalations, facts.pages) == (1, 1, 1)
    with site.house.work(writes=False) as work:
        assert work.session.scalars(select(Alert.count)).one() == COPIES
    site.let_go()


def unlimited(site: Site) -> None:
    """Give the integration a bucket that holds all that is sent."""
    with site.house.work() as work:
        integration = work.session.scalars(select(Integration)).one()
        integration.rate_per_minute = integration.burst = 10 * COPIES
    site.let_go()


def post(running: Product, key: str, times: int) -> int:
    """Post the same alert over one connection; return the worst status that came."""
    url = f"http://127.0.0.1:{running.port}/v2/enqueue"
    with requests.Session() as session:
        return max(
            session.post(url, data=event(key, "host-1"), timeout=60).status_code
            for _ in range(times)
        )
