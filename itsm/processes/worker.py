"""The worker: drains the outbox. With Redis it is an RQ worker, without it the embedded runner.

An RQ job carries nothing but "drain": what is to be done stands in the outbox, so losing Redis
loses nothing.
"""

import threading
from collections.abc import Callable
from functools import partial

import structlog
from rq import SimpleWorker
from rq.serializers import JSONSerializer
from sqlalchemy.exc import DBAPIError

from itsm.platform import runner, wake
from itsm.platform.house import House
from itsm.platform.outbox import Lane
from itsm.processes import stopping

log = structlog.get_logger()
IDLE_S = 0.2
AWAY_S = 2.0
# Rows of slower lanes that are done before pages are looked for again.
BETWEEN_PAGES = 10
# A provider may take 14 s to fail, and a claim ends after 60 s: so few are claimed at once.
PAGES = 4
PAGE_THREADS = 3

_house: House | None = None


def run(house: House) -> int:
    """Work until SIGTERM; return the exit status."""
    return _run_rq(house) if house.settings.redis_url else _run_embedded(house)


def drain_all() -> int:
    """Do everything that is due, pages first; the one job that RQ carries. Return how much."""
    if _house is None:
        message = "this function runs inside `itsm worker` alone"
        raise RuntimeError(message)
    done = 0
    while count := _round(_house):
        done += count
    return done


def _round(house: House) -> int:
    pages = runner.drain(house, (Lane.PAGE,), limit=PAGES)
    others = runner.drain(house, (Lane.DEFAULT,), limit=BETWEEN_PAGES)
    bulk = 0 if others else runner.drain(house, (Lane.BULK,), limit=BETWEEN_PAGES)
    return pages + others + bulk


def _run_embedded(house: House) -> int:
    stop = stopping.on_signals()
    pages = partial(runner.drain, house, (Lane.PAGE,), limit=PAGES)
    others = partial(runner.drain, house, (Lane.DEFAULT, Lane.BULK))
    drains = [*[pages] * PAGE_THREADS, others]
    threads = [threading.Thread(target=_loop, args=(drain, stop)) for drain in drains]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return 0


def _loop(drain: Callable[[], int], stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            idle = drain() == 0
        except DBAPIError as error:
            log.warning("the database is away", reason=type(error.orig).__name__)
            stop.wait(AWAY_S)
            continue
        if idle:
            stop.wait(IDLE_S)


def adopt(house: House) -> None:
    """Have `drain_all` work for `house`: RQ calls a function by name, which must find its house."""
    global _house  # noqa: PLW0603 - see above
    _house = house


def _run_rq(house: House) -> int:
    adopt(house)
    queue = wake.queue(house.settings.redis_url)
    worker = SimpleWorker([queue], connection=queue.connection, serializer=JSONSerializer)
    worker.work(logging_level="WARNING")
    return 0
