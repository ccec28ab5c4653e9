"""Waking the workers. With Redis a job is put on RQ; without it the embedded runner polls."""

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer

from itsm.platform.house import Wake
from itsm.platform.settings import Settings

log = structlog.get_logger()
QUEUE = "itsm"
DRAIN = "itsm.processes.worker.drain_all"
JOB_TIMEOUT_S = 600


def wake_for(settings: Settings) -> Wake:
    """Return how workers of this instance are woken."""
    return RedisWake(settings.redis_url) if settings.redis_url else _polling


def queue(redis_url: str) -> Queue:
    """Return the RQ queue; its jobs are JSON, so that writing to Redis runs no code here."""
    connection = Redis.from_url(redis_url, socket_timeout=2, socket_connect_timeout=2)
    return Queue(QUEUE, connection=connection, serializer=JSONSerializer)


class RedisWake:
    """Puts one job on RQ that drains the whole outbox; while it waits no second one is put."""

    def __init__(self, redis_url: str) -> None:
        self._queue = queue(redis_url)

    def __call__(self) -> bool:
        """Wake a worker; False if Redis is away, and then the clock does the jobs itself."""
        try:
            if self._queue.count == 0:
                self._queue.enqueue(DRAIN, job_timeout=JOB_TIMEOUT_S, result_ttl=0)
        except RedisError as error:
            log.warning("redis is away, the clock does the jobs", reason=str(error))
            return False
        return True


def _polling() -> bool:
    """Do nothing: the embedded runner polls the outbox."""
    return True
