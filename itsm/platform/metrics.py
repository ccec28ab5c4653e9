"""Metrics in Prometheus' text format.

Counters live in each process (in files under PROMETHEUS_MULTIPROC_DIR when several processes serve
one instance); what the database knows better is read from it when a scrape comes.
"""

import os
import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector
from sqlalchemy import func, select

from itsm.kernel.work import Work
from itsm.platform import lease
from itsm.platform.intake import IntakeRow
from itsm.platform.outbox import OutboxRow
from itsm.platform.timers import Timer

CLOCK = "clock"
FOLDER = "PROMETHEUS_MULTIPROC_DIR"

requests_served = Histogram(
    "itsm_http_request_seconds", "Time to answer a request", ["method", "route", "status"]
)
logins_failed = Counter("itsm_login_failures_total", "Refused logins", ["door"])
traps_dropped = Counter("itsm_traps_dropped_total", "Datagrams that were not kept", ["reason"])
mails_refused = Counter("itsm_mails_refused_total", "Mails that were not kept", ["reason"])
mails_kept = Counter("itsm_mails_kept_total", "Mails that were stored", ["transport"])
traps_kept = Counter("itsm_traps_kept_total", "Datagrams that were stored", ["transport"])


def share(folder: Path) -> None:
    """Have the processes that this one forks count together, in files in `folder`.

    All metrics above have labels, so that their values are made after this and not at import.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ[FOLDER] = str(folder)
    values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]


class _Database(Collector):
    def __init__(self, work: Work) -> None:
        self._work = work

    def collect(self) -> Iterable[Metric]:
        """Yield the gauges that the database knows."""
        yield from self._outbox()
        yield self._overdue()
        yield self._clock_age()
        yield self._intake()

    def _outbox(self) -> Iterable[Metric]:
        depth = GaugeMetricFamily("itsm_outbox_rows", "Outbox rows", labels=["lane", "state"])
        age = GaugeMetricFamily("itsm_outbox_oldest_seconds", "Age of the oldest", labels=["lane"])
        query = select(
            OutboxRow.lane, OutboxRow.state, func.count(), func.min(OutboxRow.created_at)
        ).group_by(OutboxRow.lane, OutboxRow.state)
        oldest: dict[str, float] = {}
        for lane, state, count, first in self._work.session.execute(query):
            depth.add_metric([lane.value, state.value], count)
            oldest[lane.value] = max(oldest.get(lane.value, 0.0), self._age(first))
        for lane_name, seconds in oldest.items():
            age.add_metric([lane_name], seconds)
        return [depth, age]

    def _overdue(self) -> Metric:
        query = select(func.count()).select_from(Timer).where(Timer.due_at < self._work.now)
        count = self._work.session.scalar(query) or 0
        return GaugeMetricFamily("itsm_timers_overdue", "Timers due and not fired", value=count)

    def _clock_age(self) -> Metric:
        beat = lease.last_beat(self._work, CLOCK)
        seconds = self._age(beat) if beat else float("inf")
        return GaugeMetricFamily("itsm_clock_age_seconds", "Since the clock's last beat", seconds)

    def _intake(self) -> Metric:
        family = GaugeMetricFamily("itsm_intake_rows", "Kept messages", labels=["door", "state"])
        query = select(IntakeRow.door, IntakeRow.state, func.count()).group_by(
            IntakeRow.door, IntakeRow.state
        )
        for door, state, count in self._work.session.execute(query):
            family.add_metric([door, state.value], count)
        return family

    def _age(self, moment: datetime) -> float:
        return max(0.0, (self._work.now - moment).total_seconds())


def scrape(work: Work) -> bytes:
    """Return all metrics as text; those of every process where they count together."""
    registry = CollectorRegistry()
    registry.register(_Database(work))
    if FOLDER in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
    return generate_latest(REGISTRY) + generate_latest(registry)
