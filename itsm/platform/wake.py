"""Waking the workers. With Redis a job is put on RQ; without it the embedded runner polls."""

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.exceptions import DuplicateJobError
from rq.serializers import JSONSerializer

from itsm.platform.house import Wake
from itsm.platform.settings import Settings

log = structlog.get_logger()
QUEUE = "itsm"
DRAIN = "itsm.worker.drain_all"
JOB_TIMEOUT_S = 600


def wake_for(settings: Settings) -> Wake:
    """Return how workers of this instance are woken."""
    return RedisWake(settings.redis_url) if settings.redis_url else _nothing


def queue(redis_url: str) -> Queue:
    """Return the RQ queue; its jobs are JSON, so that writing to Redis runs no code here."""
    connection = Redis.from_url(redis_url, socket_timeout=2, socket_connect_timeout=2)
    return Queue(QUEUE, connection=connection, serializer=JSONSerializer)


class RedisWake:
    """Puts one job on RQ that drains the whole outbox; while it waits no second one is put."""

    def __init__(self, redis_url: str) -> None:
        self._queue = queue(redis_url)

    def __call__(self) -> None:
        """Wake a worker. A lost wake is made up for by the clock's next tick."""
        try:
            if self._queue.count == 0:
                self._queue.enqueue(DRAIN, job_timeout=JOB_TIMEOUT_S, result_ttl=0)
        except (RedisError, DuplicateJobError) as error:
            log.warning("redis is away, the clock will wake the workers", reason=str(error))


def _nothing() -> None:
    """Do nothing: the embedded runner polls the outbox."""
