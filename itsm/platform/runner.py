"""Running what is due: outbox rows in the worker, timers in the clock."""

import structlog

from itsm.kernel.access import SYSTEM
from itsm.kernel.work import Origin, Work
from itsm.platform import outbox, timers
from itsm.platform.house import Effect, House
from itsm.platform.outbox import Claimed, Lane

log = structlog.get_logger()
BATCH = 50


class TakenOver(Exception):
    """Another worker finished the row first; what this one did is rolled back."""


def drain(house: House, lanes: tuple[Lane, ...] = tuple(Lane), *, limit: int = BATCH) -> int:
    """Do up to `limit` outbox rows that are due and return how many there were."""
    with house.work(SYSTEM, Origin("worker"), writes=False) as work:
        if not outbox.is_due(work.session, work.now, lanes):
            return 0
    with house.work(SYSTEM, Origin("worker")) as work:
        claimed = outbox.claim(work.session, work.now, lanes, limit)
    for job in claimed:
        _run(house, job)
    return len(claimed)


def fire(house: House, *, limit: int = 500) -> int:
    """Fire up to `limit` timers that are due and return how many fired."""
    with house.work(SYSTEM, Origin("clock"), writes=False) as work:
        due = timers.due(work.session, work.now, limit)
    return sum(_fire_one(house, timer_id) for timer_id in due)


def _fire_one(house: House, timer_id: int) -> bool:
    try:
        with house.work(SYSTEM, Origin("clock", f"timer-{timer_id}")) as work:
            timers.give_way(work.session)
            taken = timers.take(work.session, timer_id, work.now)
            if taken is None:
                return False
            kind, payload = taken
            house.table.timers[kind](work, payload)
    except Exception as error:  # the top of a door: whatever it is, the timer is kept
        if timers.gave_way(error):
            log.info("timer gave way", timer=timer_id)
            return False
        log.exception("timer failed", timer=timer_id)
        with house.work(SYSTEM, Origin("clock")) as work:
            timers.postpone(work.session, timer_id, work.now)
        return False
    return True


def _run(house: House, job: Claimed) -> None:
    structlog.contextvars.bind_contextvars(request_id=job.request_id, job=job.kind)
    try:
        _do(house, job)
    except TakenOver:
        log.info("another worker finished this job", id=job.id)
    except Exception as error:  # the top of a door: the row is kept with its error
        log.exception("job failed", id=job.id, attempt=job.attempts + 1)
        with house.work(SYSTEM, _origin(job)) as work:
            outbox.fail(work.session, job, work.now, f"{type(error).__name__}: {error}")
    finally:
        structlog.contextvars.unbind_contextvars("request_id", "job")


def _do(house: House, job: Claimed) -> None:
    handler = house.table.jobs[job.kind]
    if isinstance(handler, Effect):
        _reach_outside(house, job, handler)
        return
    with house.work(SYSTEM, _origin(job)) as work:
        handler(work, job.payload)
        _finish(work, job)


def _reach_outside(house: House, job: Claimed, effect: Effect[object, object]) -> None:
    with house.work(SYSTEM, _origin(job)) as work:
        task = effect.prepare(work, job.payload)
        if task is None:
            _finish(work, job)
            return
    result = effect.perform(task)
    with house.work(SYSTEM, _origin(job)) as work:
        effect.record(work, job.payload, result)
        _finish(work, job)


def _finish(work: Work, job: Claimed) -> None:
    if not outbox.finish(work.session, job):
        raise TakenOver


def _origin(job: Claimed) -> Origin:
    return Origin("worker", job.request_id)
