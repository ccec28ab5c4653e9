from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from itsm.kernel.access import SYSTEM
from itsm.kernel.errors import NotFound
from itsm.kernel.work import Origin, Work
from itsm.platform import instance, outbox, runner
from itsm.platform.house import Effect, House, Table
from itsm.platform.outbox import LEASE, WAITS, JobState, Lane, OutboxRow, Payload
from tests.clock import SetClock


def with_job(house: House, job: Callable[[Work, Payload], None]) -> House:
    """Return the same house with one job, `note`."""
    return replace(house, table=Table(jobs={"note": job}))


def put(house: House, **more: object) -> None:
    with house.work(SYSTEM) as work:
        outbox.put(work, "note", {"text": "done"}, **more)  # type: ignore[arg-type]


def rows(house: House) -> list[OutboxRow]:
    with house.work(SYSTEM, writes=False) as work:
        return list(work.session.scalars(select(OutboxRow)))


def write_down(work: Work, payload: Payload) -> None:
    instance.put(work, "noted", [*(instance.get(work, "noted") or []), payload["text"]])  # type: ignore[misc]


def noted(house: House) -> object:
    with house.work(SYSTEM, writes=False) as work:
        return instance.get(work, "noted")


def fails(work: Work, payload: Payload) -> None:
    write_down(work, payload)
    message = "no luck"
    raise ValueError(message)


def test_a_job_is_done_once_and_forgotten(house: House) -> None:
    worker = with_job(house, write_down)
    put(house)

    assert runner.drain(worker) == 1
    assert runner.drain(worker) == 0
    assert (noted(house), rows(house)) == (["done"], [])


def test_a_work_that_rolls_back_leaves_no_job(house: House) -> None:
    def story() -> None:
        with house.work(SYSTEM) as work:
            outbox.put(work, "note", {})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        story()

    assert rows(house) == []


def test_the_same_key_is_one_job(house: House) -> None:
    put(house, key="once")
    put(house, key="once")

    assert len(rows(house)) == 1


def test_a_job_that_fails_leaves_nothing_and_waits_longer_each_time(
    house: House, clock: SetClock
) -> None:
    worker = with_job(house, fails)
    put(house)
    for wait in WAITS:
        runner.drain(worker)
        row = rows(house)[0]
        assert (row.state, row.due_at - clock.now) == (JobState.PENDING, wait)
        assert row.error == "ValueError: no luck"
        clock.advance(seconds=wait.total_seconds())
    runner.drain(worker)

    assert rows(house)[0].state is JobState.PARKED
    assert noted(house) is None


def test_a_parked_job_can_be_replayed(house: House, clock: SetClock) -> None:
    put(house)
    for wait in (*WAITS, timedelta()):
        runner.drain(with_job(house, fails))
        clock.advance(seconds=wait.total_seconds())
    with house.work(SYSTEM) as work:
        outbox.replay(work, rows(house)[0].id)
    runner.drain(with_job(house, write_down))

    assert noted(house) == ["done"]
    with pytest.raises(NotFound), house.work(SYSTEM) as work:
        outbox.replay(work, 12345)


def test_a_job_of_a_worker_that_died_is_done_by_another(house: House, clock: SetClock) -> None:
    put(house)
    with house.work(SYSTEM) as work:
        assert len(outbox.claim(work.session, work.now, [Lane.DEFAULT], 10)) == 1
    worker = with_job(house, write_down)

    assert runner.drain(worker) == 0
    clock.advance(seconds=LEASE.total_seconds())
    assert runner.drain(worker) == 1


def test_pages_do_not_wait_behind_other_lanes(house: House) -> None:
    put(house, lane=Lane.BULK)
    put(house, lane=Lane.PAGE)

    assert runner.drain(with_job(house, write_down), (Lane.PAGE,)) == 1
    assert [row.lane for row in rows(house)] == [Lane.BULK]


def test_what_is_withdrawn_is_not_done(house: House) -> None:
    put(house, topic="page:7")
    put(house, topic="page:8")
    with house.work(SYSTEM) as work:
        assert outbox.withdraw(work, "page:7") == 1

    assert [row.topic for row in rows(house)] == ["page:8"]


def test_an_effect_holds_no_transaction_while_it_reaches_outside(house: House) -> None:
    seen: list[object] = []

    def perform(task: object) -> str:
        with house.work(SYSTEM) as work:
            seen.append((task, len(work.session.identity_map)))
        return "answer"

    effect = Effect(
        lambda _work, payload: payload["text"],
        perform,
        lambda work, _payload, result: instance.put(work, "noted", [result]),
    )
    put(house)
    runner.drain(replace(house, table=Table(jobs={"note": effect})))

    assert (seen, noted(house), rows(house)) == ([("done", 0)], ["answer"], [])


def test_an_effect_with_nothing_left_to_do_reaches_nowhere(house: House) -> None:
    def perform(task: object) -> None:
        raise AssertionError(task)

    effect = Effect(lambda _work, _payload: None, perform, lambda _w, _p, _r: None)
    put(house)
    runner.drain(replace(house, table=Table(jobs={"note": effect})))

    assert rows(house) == []


def test_a_job_bears_the_id_of_the_request_that_put_it(house: House) -> None:
    seen: list[str] = []
    with house.work(SYSTEM, Origin("web", "request-7")) as work:
        outbox.put(work, "note", {})
    runner.drain(with_job(house, lambda work, _payload: seen.append(work.origin.request_id)))

    assert seen == ["request-7"]
