"""kill -9 at each marked point: nothing is lost, nothing is done twice that could be told apart."""

import pytest

from itsm.platform.outbox import LEASE
from tests.faults.provider import Provider
from tests.faults.site import KILLED, Facts, Site

ONE_OF_EACH = Facts(raw=1, alerts=1, incidents=1, escalations=1, pages=1)
# After this long a worker that died is known to be dead.
AFTER_LEASE_S = int(LEASE.total_seconds()) + 1


@pytest.mark.parametrize("point", ["raw-kept", "alert-stored"])
def test_killed_while_taking_an_event_in(site: Site, provider: Provider, point: str) -> None:
    assert site.post("db-1", kill_at=point).status == KILLED

    # The sender got no answer and sends again.
    assert site.post("db-1").statuses == [202]
    assert site.run() == 0
    assert site.facts() == ONE_OF_EACH
    assert list(provider.times.values()) == [1]


def test_killed_between_the_commit_and_the_answer(site: Site, provider: Provider) -> None:
    assert site.post("db-1", kill_at="committed").status == KILLED

    assert site.post("db-1").statuses == [202]
    assert site.run() == 0
    assert site.facts() == ONE_OF_EACH._replace(raw=2)
    assert list(provider.times.values()) == [1]


@pytest.mark.parametrize(
    ("point", "handed"),
    [
        ("committed", 1),
        ("incident-opened", 1),
        ("escalation-started", 1),
        ("oncall.paged", 1),
        ("oncall.advanced", 1),
        ("oncall.sending", 1),
        # The provider has it, we do not know: it goes out again under the same key.
        ("oncall.accepted", 2),
    ],
)
def test_killed_while_paging(site: Site, provider: Provider, point: str, handed: int) -> None:
    assert site.post("db-1").statuses == [202]
    assert site.run(kill_at=point) == KILLED

    assert site.run(later_s=AFTER_LEASE_S) == 0
    assert list(provider.times.values()) == [handed]
    assert site.facts() == ONE_OF_EACH


def test_killed_while_acknowledging(site: Site, provider: Provider) -> None:
    site.post("db-1")
    site.run()
    token = provider.tokens[0]

    assert site.acknowledge(token, kill_at="oncall.acknowledged").status == KILLED
    assert not site.acknowledged()
    assert site.acknowledge(token).statuses == [303]
    assert site.acknowledged()


def test_killed_just_after_acknowledging(site: Site, provider: Provider) -> None:
    site.post("db-1")
    site.run()

    assert site.acknowledge(provider.tokens[0], kill_at="committed").status == KILLED
    assert site.acknowledged()


@pytest.mark.parametrize("point", ["committed", "mail-stored"])
def test_killed_before_a_mail_is_answered(site: Site, provider: Provider, point: str) -> None:
    site.post("db-1")
    site.run()
    token = provider.tokens[0]

    assert site.reply(token, kill_at=point).status == KILLED
    # The sender's mail server got no answer and hands it over again.
    assert site.reply(token).statuses == [250]
    assert site.run() == 0
    assert site.acknowledged()
    assert site.journalled("page.acknowledged") == 1


def test_killed_after_a_mail_was_answered(site: Site, provider: Provider) -> None:
    site.post("db-1")
    site.run()

    assert site.reply(provider.tokens[0]).statuses == [250]
    assert site.run(kill_at="oncall.acknowledged") == KILLED
    assert site.run(later_s=AFTER_LEASE_S) == 0
    assert site.acknowledged()
