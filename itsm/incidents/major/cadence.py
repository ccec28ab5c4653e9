"""How often an update is due: a timer row for each major incident that is not over."""

from datetime import timedelta

from itsm.incidents.major.models import Major
from itsm.kernel.work import Work
from itsm.platform import timers
from itsm.platform.outbox import Payload

TIMER = "major.update_due"
# Nobody reads a reminder for the fourth time.
MOST_REMINDERS = 3


def restart(work: Work, major: Major) -> None:
    """Have the next update due one interval from now."""
    major.update_due_at = work.now + timedelta(minutes=major.interval_min)
    remind_next(work, major, 1)


def stop(work: Work, major: Major) -> None:
    """Have no update due any more."""
    major.update_due_at = None
    timers.disarm(work, TIMER, str(major.ticket_id))


def remind_next(work: Work, major: Major, times: int) -> None:
    """Arm the timer that reminds one interval from now, for the first time or once more."""
    due = work.now + timedelta(minutes=major.interval_min)
    payload: Payload = {"ticket_id": major.ticket_id, "times": times}
    timers.arm(work, TIMER, str(major.ticket_id), due, payload)
