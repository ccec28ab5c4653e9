"""What is resolved closes by itself."""

from dataclasses import replace

from itsm.incidents import jobs, queries, service
from itsm.platform.house import House, Table
from itsm.platform.runner import fire
from tests.clock import SetClock
from tests.incidents.conftest import As


def state_of(house: House, number: str) -> str:
    with house.work(writes=False) as work:
        return queries.get(work, number).state


def test_it_closes_after_three_days(house: House, clock: SetClock, as_: As, number: str) -> None:
    ticking = replace(house, table=Table(timers={service.CLOSE: jobs.close}))
    with as_("alice") as work:
        service.resolve(work, queries.get_to_change(work, number), "Put it out")

    clock.advance(hours=71)
    fire(ticking)
    assert state_of(house, number) == "resolved"

    clock.advance(hours=1)
    fire(ticking)
    assert state_of(house, number) == "closed"
