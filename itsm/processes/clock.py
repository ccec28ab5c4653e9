"""The clock: fires due timers. Many may run; the one that holds the lease is the leader."""

import os
import socket
import threading
import time

import structlog
from sqlalchemy.exc import DBAPIError

from itsm.kernel.access import SYSTEM
from itsm.kernel.work import Origin
from itsm.platform import lease, outbox, runner
from itsm.platform.house import House
from itsm.platform.metrics import CLOCK
from itsm.processes import stopping

log = structlog.get_logger()
TICK_S = 1.0
RENEW_S = 5.0
BATCH = 500


class Leader:
    """One process's claim to be the clock, renewed every 5 s; a lease ends after 20 s."""

    def __init__(self, house: House, holder: str) -> None:
        self._house = house
        self._holder = holder
        self._renew_at = 0.0
        self._leads = False

    def leads(self) -> bool:
        """Tell whether this process is the clock, taking or renewing the lease when due."""
        if time.monotonic() >= self._renew_at:
            with self._house.work(SYSTEM, Origin("clock")) as work:
                self._leads = lease.hold(work, CLOCK, self._holder)
            self._renew_at = time.monotonic() + RENEW_S
        return self._leads

    def resign(self) -> None:
        """Give the lease back, so that another takes over at once."""
        with self._house.work(SYSTEM, Origin("clock")) as work:
            lease.release(work, CLOCK, self._holder)


def run(house: House) -> int:
    """Tick until SIGTERM; return the exit status."""
    stop = stopping.on_signals()
    leader = Leader(house, f"{socket.gethostname()}:{os.getpid()}")
    while not stop.is_set():
        _tick_safely(house, leader, stop)
        stop.wait(TICK_S)
    leader.resign()
    return 0


def tick(house: House) -> int:
    """Fire everything that is due and see that waiting jobs are worked on; return timers fired."""
    fired = 0
    while count := runner.fire(house, limit=BATCH):
        fired += count
        if count < BATCH:
            break
    _see_to_jobs(house)
    return fired


def _tick_safely(house: House, leader: Leader, stop: threading.Event) -> None:
    try:
        if leader.leads():
            tick(house)
    except DBAPIError as error:
        log.warning("the database is away", reason=type(error.orig).__name__)
        stop.wait(TICK_S)


def _see_to_jobs(house: House) -> None:
    """Wake the workers if jobs are due; where they cannot be woken, do the jobs here."""
    with house.work(SYSTEM, Origin("clock"), writes=False) as work:
        waiting = outbox.is_due(work.session, work.now)
    if waiting and not house.wake():
        runner.drain(house)
