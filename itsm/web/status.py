"""What machines ask of a running instance: is it up, is it ready, how is it doing."""

import ipaddress

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError

from itsm.kernel.access import Permission
from itsm.kernel.errors import NotFound
from itsm.platform import lease, metrics, migrations, wake
from itsm.web.door import current_work, house
from itsm.web.needs import machine, public

pages = Blueprint("status", __name__)
CLOCK_LATE_S = 60


@pages.get("/healthz")
@machine("says that the process is up, and nothing else")
def healthz() -> ResponseReturnValue:
    """Answer 200 while the process is up, 503 once the clock has stood still for 60 s."""
    work = current_work()
    try:
        beat = lease.last_beat(work, metrics.CLOCK)
    except DBAPIError:
        # Whether the database is there is what /readyz tells.
        return {"status": "up"}
    late = beat is not None and (work.now - beat).total_seconds() > CLOCK_LATE_S
    return {"status": "the clock stands still" if late else "up"}, 503 if late else 200


@pages.get("/readyz")
@machine("says whether to send requests here, and nothing else")
def readyz() -> ResponseReturnValue:
    """Answer 200 when the database is at the newest migration; Redis away is only degraded."""
    try:
        current = migrations.is_current(current_work().session.connection())
    except DBAPIError:
        return {"status": "the database is away"}, 503
    if not current:
        return {"status": "migrations are missing: run itsm init"}, 503
    return {"status": "ready" if _redis_answers() else "ready, degraded: Redis is away"}


@pages.get("/metrics")
@public("shown on loopback; elsewhere to those who may read the configuration")
def show_metrics() -> ResponseReturnValue:
    """Return the metrics in Prometheus' text format."""
    may = current_user.is_authenticated and current_work().can(Permission.CONFIG_READ)
    if not may and not _on_loopback():
        raise NotFound("there is nothing here")
    return Response(metrics.scrape(current_work()), mimetype="text/plain")


def _on_loopback() -> bool:
    # A reverse proxy on this host passes strangers on; it says so in a header.
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return not forwarded and ipaddress.ip_address(request.remote_addr or "0.0.0.0").is_loopback  # noqa: S104 - for "unknown", which is not loopback


def _redis_answers() -> bool:
    url = house().settings.redis_url
    if not url:
        return True
    try:
        return bool(wake.queue(url).connection.ping())
    except RedisError:
        return False
