import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from itsm.kernel.access import SYSTEM
from itsm.kernel.work import Work
from itsm.platform import runner, timers
from itsm.platform.house import House, Table
from itsm.platform.outbox import Payload
from itsm.platform.timers import Timer
from tests.clock import NOON, SetClock

fired: list[Payload] = []
WHAT_IT_CHANGES = text("SELECT pg_advisory_xact_lock(1)")


def house_with_timer(house: House) -> House:
    fired.clear()
    with house.work(SYSTEM) as work:
        work.session.query(Timer).delete()

    def ring(work: Work, payload: Payload) -> None:
        del work
        if payload.get("fails"):
            raise ZeroDivisionError
        fired.append(payload)

    return replace(house, table=Table(timers={"ring": ring}))


def arm(house: House, minutes: int, **payload: bool | int) -> None:
    with house.work(SYSTEM) as work:
        timers.arm(work, "ring", "a", work.now + timedelta(minutes=minutes), {**payload})


def test_a_timer_fires_when_it_is_due_and_once(house: House, clock: SetClock) -> None:
    rings = house_with_timer(house)
    arm(house, 5, n=1)

    assert runner.fire(rings) == 0
    clock.advance(minutes=5)
    assert runner.fire(rings) == 1
    assert runner.fire(rings) == 0
    assert fired == [{"n": 1}]


def test_a_late_timer_fires_once_and_not_once_a_tick(house: House, clock: SetClock) -> None:
    rings = house_with_timer(house)
    arm(house, 5)
    clock.advance(days=3)

    assert runner.fire(rings) == 1


def test_arming_again_moves_it_and_disarming_takes_it_back(house: House, clock: SetClock) -> None:
    rings = house_with_timer(house)
    arm(house, 5)
    arm(house, 50)
    with house.work(SYSTEM) as work:
        assert timers.due_at(work, "ring", "a") == NOON + timedelta(minutes=50)
        assert timers.disarm(work, "ring", "a")
        assert not timers.disarm(work, "ring", "a")
    clock.advance(hours=1)

    assert runner.fire(rings) == 0


def test_a_timer_whose_handler_fails_is_kept_and_tried_again(house: House, clock: SetClock) -> None:
    rings = house_with_timer(house)
    arm(house, 0, fails=True)

    assert runner.fire(rings) == 0
    with house.work(SYSTEM, writes=False) as work:
        assert timers.due_at(work, "ring", "a") == clock.now + timedelta(seconds=1)


@pytest.mark.parametrize("instance", ["postgresql"], indirect=True)
def test_a_timer_gives_way_to_who_moves_it_and_fires_later(house: House, clock: SetClock) -> None:
    holding = threading.Event()

    def ring(work: Work, payload: Payload) -> None:
        del payload
        holding.set()
        work.session.execute(WHAT_IT_CHANGES)

    rings = replace(house_with_timer(house), table=Table(timers={"ring": ring}))
    arm(house, 0)
    with ThreadPoolExecutor(1) as clock_process:
        with house.work(SYSTEM) as person:
            person.session.execute(WHAT_IT_CHANGES)
            fires = clock_process.submit(runner.fire, rings)
            assert holding.wait(10)
            later = person.now + timedelta(minutes=5)
            timers.arm(person, "ring", "a", later)
        assert fires.result() == 0

    assert runner.fire(rings) == 0
    clock.advance(minutes=5)
    assert runner.fire(rings) == 1
