"""With a real Redis: jobs go through RQ, and losing it loses nothing."""

import json
import zlib
from collections.abc import Iterator
from dataclasses import replace

import pytest
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from itsm.kernel.access import SYSTEM
from itsm.kernel.work import Work
from itsm.platform import instance, outbox
from itsm.platform.house import House, Table
from itsm.platform.outbox import Payload
from itsm.platform.wake import RedisWake, queue
from itsm.processes import clock as clock_process
from itsm.processes import worker
from tests import servers
from tests.clock import SetClock

pytestmark = pytest.mark.wire


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    with servers.redis() as url:
        yield url


def write_down(work: Work, payload: Payload) -> None:
    instance.put(work, "noted", payload["text"])


def with_redis(house: House, url: str) -> House:
    settings = house.settings.model_copy(update={"redis_url": url})
    table = Table(jobs={"note": write_down})
    return replace(house, settings=settings, table=table, wake=RedisWake(url))


def put(house: House) -> None:
    with house.work(SYSTEM) as work:
        outbox.put(work, "note", {"text": "done"})


def noted(house: House) -> object:
    with house.work(SYSTEM, writes=False) as work:
        return instance.get(work, "noted")


def test_a_commit_wakes_an_rq_worker_with_a_job_in_json(house: House, redis_url: str) -> None:
    awake = with_redis(house, redis_url)
    put(awake)
    put(awake)
    waiting = queue(redis_url)
    assert waiting.count == 1
    stored = waiting.connection.hget(waiting.jobs[0].key, "data")
    assert isinstance(stored, bytes)
    assert json.loads(zlib.decompress(stored))

    worker.adopt(awake)
    SimpleWorker([waiting], connection=waiting.connection, serializer=JSONSerializer).work(
        burst=True, logging_level="ERROR"
    )
    assert noted(house) == "done"


def test_without_redis_the_clock_does_the_jobs(house: House, clock: SetClock) -> None:
    lonely = with_redis(house, "redis://127.0.0.1:1/0")
    put(lonely)
    clock.advance(seconds=1)
    clock_process.tick(lonely)

    assert noted(house) == "done"
