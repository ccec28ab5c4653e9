"""A server that everything stands on goes away for a while, under the whole product.

The processes are those that `itsm run` starts; a sender keeps sending and tries again, as
monitoring systems do, while the server is away.
"""

import time
from http import HTTPStatus
from pathlib import Path

import pytest
import redis

from itsm.notify import queries as contacts
from itsm.notify import service as notify
from itsm.notify.models import ContactMethod
from itsm.platform.outbox import LEASE
from tests import servers
from tests.faults.provider import Provider
from tests.faults.site import LONG, Site, lay
from tests.faults.whole import Sender, during, lateness, product
from tests.mail_server import mail_server

ALERTS = 200 if LONG else 24
OUTAGE_S = 60 if LONG else 4
REDIS_LATE_S = 15.0
# What a worker held when the database went is taken up again when its lease has run out.
DATABASE_LATE_S = LEASE.total_seconds() + OUTAGE_S + 15.0


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

        with product(site) as running:
            sender = Sender(running.port, site.key, ALERTS, OUTAGE_S * 2 / ALERTS)
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

        with product(site) as running:
            sender = Sender(running.port, site.key, ALERTS, OUTAGE_S * 2 / ALERTS)
            during(sender, outage)
            servers.wait_until(lambda: len(provider.times) >= ALERTS, "every page", 120)
        facts = site.facts()

    assert {s for s in sender.statuses if s < 500} == {HTTPStatus.ACCEPTED}
    assert facts.alerts == facts.incidents == facts.pages == ALERTS
    assert lateness(sender, provider) <= DATABASE_LATE_S


def test_losing_the_mail_server_has_pages_wait_or_go_another_way(
    tmp_path: Path, provider: Provider
) -> None:
    with mail_server() as post:
        site = lay(tmp_path, provider, ITSM_MAIL_URL=post.url)
        mail_first(site)

        def outage() -> None:
            post.stop()
            time.sleep(OUTAGE_S)
            post.start()

        with product(site) as running:
            sender = Sender(running.port, site.key, ALERTS, OUTAGE_S * 2 / ALERTS)
            during(sender, outage)
            servers.wait_until(lambda: site.untold() == 0, "every page", 60)

    assert set(sender.statuses) == {HTTPStatus.ACCEPTED}
    assert site.facts().pages == ALERTS
    assert len(set(post.ids)) == len(post.ids)
    assert set(provider.times.values()) <= {1}


def mail_first(site: Site) -> None:
    """Have Alice paged by mail, and by her pager only when nobody took that for an hour."""
    with site.house.work() as work:
        alice = work.session.query(ContactMethod.person_id).scalar()
        (pager,) = contacts.contacts_of(work, alice)
        notify.remove_rule(work, pager, pager.rules[0])
        notify.add_rule(work, pager, 60)
        notify.add_contact(work, alice, "email", "Mail", {"address": "alice@example.org"})
    site.let_go()
