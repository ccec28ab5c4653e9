"""When alerts expire: one timer for each integration that says so.

It is armed for the alert that has been silent for longest, and looks again when it fires. So
repeats cost nothing, nor does an integration with no active alert.
"""

from datetime import timedelta

from itsm.kernel.work import Work
from itsm.monitoring import queries
from itsm.monitoring.signal import Source
from itsm.platform import timers

TIMER = "monitoring.expire"


def watch(work: Work, integration: Source) -> None:
    """Look at the alerts of an integration when those that it has just opened may be stale."""
    if integration.stale_after and timers.due_at(work, TIMER, str(integration.id)) is None:
        _arm(work, integration, minutes=integration.stale_after)


def watch_on(work: Work, integration: Source) -> None:
    """Look again when the alert that has been silent for longest may be stale, if there is one."""
    oldest = queries.longest_unheard_of(work, integration.id)
    if integration.stale_after is None or oldest is None:
        timers.disarm(work, TIMER, str(integration.id))
        return
    left = oldest + timedelta(minutes=integration.stale_after) - work.now
    _arm(work, integration, minutes=max(0.0, left / timedelta(minutes=1)))


def _arm(work: Work, integration: Source, *, minutes: float) -> None:
    due = work.now + timedelta(minutes=minutes)
    timers.arm(work, TIMER, str(integration.id), due, {"integration_id": integration.id})
