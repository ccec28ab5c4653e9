"""Several engines at once: every page is sent, none of them twice."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from itsm.oncall import service
from itsm.platform.house import House
from itsm.platform.runner import drain, fire
from tests.cast import actor_of
from tests.oncall.conftest import Night, new_ticket

ESCALATIONS = 12


def run_until_still(house: House) -> None:
    while fire(house, limit=10) + drain(house, limit=10):
        pass


@pytest.fixture
def tickets(night: Night) -> list[int]:
    with night.house.work() as work:
        ids = [new_ticket(work, night.cast, number) for number in range(2, 2 + ESCALATIONS)]
        for ticket_id in ids:
            service.start(work, ticket_id, night.policy)
        return ids


@pytest.mark.parametrize("engines", [2, 4])
def test_engines_at_once_send_every_page_once(
    night: Night, tickets: list[int], engines: int
) -> None:
    for minutes in (0, 5):
        night.clock.advance(minutes=minutes)
        with ThreadPoolExecutor(engines) as pool:
            list(pool.map(run_until_still, [night.house] * engines))

    asked = Counter(key for key, _ in night.provider.asked)
    assert len(asked) == 2 * len(tickets)
    assert set(asked.values()) == {1}


def test_acknowledging_while_engines_send_leaves_at_most_what_is_in_flight(
    night: Night, tickets: list[int]
) -> None:
    alice = actor_of(night.house, "alice")

    def acknowledge(ticket_id: int) -> None:
        with night.house.work(alice) as work:
            service.acknowledge(work, ticket_id)

    with ThreadPoolExecutor(2) as pool:
        sending = pool.submit(run_until_still, night.house)
        list(pool.map(acknowledge, tickets))
        sending.result()
    sent = len(night.provider.asked)
    night.pass_minutes(10)

    assert len(night.provider.asked) == sent <= len(tickets)
