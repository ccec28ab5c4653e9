"""What the house does for itself on a timer: seal the journal, sweep out what is over."""

from datetime import timedelta

import structlog
from sqlalchemy import delete

from itsm.kernel.work import Work
from itsm.monitoring import heartbeat
from itsm.people.models import LoginFailure, LoginSession
from itsm.platform import seals, timers
from itsm.platform.idempotency import IdempotencyKey
from itsm.platform.outbox import Payload
from itsm.tickets import stale
from itsm.tickets.composer.models import Presence

log = structlog.get_logger()
SEAL = "house.seal"
SWEEP = "house.sweep"
SEAL_EVERY = timedelta(minutes=1)
SWEEP_EVERY = timedelta(hours=1)
IDEMPOTENT_FOR = timedelta(hours=24)


def install(work: Work) -> None:
    """Arm the timers that keep themselves going, unless they are armed."""
    for kind in (SEAL, SWEEP):
        if timers.due_at(work, kind, "all") is None:
            timers.arm(work, kind, "all", work.now)
    heartbeat.install(work)
    stale.install(work)


def seal(work: Work, payload: Payload) -> None:
    """Seal what is final of the journal; the head goes to the log, outside the database."""
    del payload
    sealed = seals.seal(work)
    if sealed:
        log.info("journal sealed", rows=sealed, head=seals.head(work))
    timers.arm(work, SEAL, "all", work.now + SEAL_EVERY)


def sweep(work: Work, payload: Payload) -> None:
    """Remove sessions, login failures and remembered answers that are over."""
    del payload
    day_ago = work.now - IDEMPOTENT_FOR
    for over in (
        delete(LoginSession).where(LoginSession.expires_at < work.now),
        delete(LoginFailure).where(LoginFailure.at < day_ago),
        delete(Presence).where(Presence.expires_at < work.now),
        delete(IdempotencyKey).where(IdempotencyKey.created_at < day_ago),
    ):
        work.session.execute(over.execution_options(synchronize_session=False))
    timers.arm(work, SWEEP, "all", work.now + SWEEP_EVERY)
