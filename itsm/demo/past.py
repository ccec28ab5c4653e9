"""The past of the demo: what was done when, in order, with all that the product did by itself.

Each deed is done by a house whose clock stands at the deed's time. Between two deeds everything
that was due then happens at its own time: jobs, escalation steps, deliveries, automatic closing.
So the history of the demo is one that the product itself has written.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select

from itsm.kernel.access import SYSTEM
from itsm.kernel.work import Origin
from itsm.platform import runner
from itsm.platform.house import House
from itsm.platform.outbox import JobState, OutboxRow
from itsm.platform.timers import Timer

ORIGIN = Origin("demo")


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that is to be done at `at`, by a house of that time."""

    at: datetime
    do: Callable[[House], None]


def at(house: House, moment: datetime) -> House:
    """Return the house with its clock standing at `moment`."""
    return replace(house, clock=lambda: moment)


def play(house: House, deeds: Iterable[Deed]) -> None:
    """Do the deeds in the order of their times, and between them whatever was due."""
    for deed in sorted(deeds, key=lambda one: one.at):
        catch_up(house, deed.at)
        deed.do(at(house, deed.at))


def catch_up(house: House, until: datetime) -> None:
    """Let everything happen that was due up to `until`, each at its own time."""
    while (due := _next_due(house)) is not None and due <= until:
        then = at(house, due)
        if not runner.drain(then) + runner.fire(then):
            return


def _next_due(house: House) -> datetime | None:
    """Return when the earliest job or timer is due, None if there is none."""
    with house.work(SYSTEM, ORIGIN, writes=False) as work:
        job = work.session.scalar(
            select(func.min(OutboxRow.due_at)).where(OutboxRow.state == JobState.PENDING)
        )
        timer = work.session.scalar(select(func.min(Timer.due_at)))
        return min((due for due in (job, timer) if due is not None), default=None)


def ago(now: datetime, days: float, minutes: float = 0) -> datetime:
    """Return the instant `minutes` after that which lies `days` before `now`."""
    return now - timedelta(days=days) + timedelta(minutes=minutes)
