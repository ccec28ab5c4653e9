"""The maintenance windows of the demo: one that runs, one that comes every month."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from itsm.kernel.work import Work
from itsm.monitoring.maintenance import service
from itsm.monitoring.maintenance.inputs import WindowInput
from itsm.monitoring.maintenance.recurrence import Repeats

ZONE = "Europe/Berlin"
NIGHT = 22


def plan(work: Work, now: datetime) -> None:
    """Put a staging machine in maintenance now, and all of printing every month at night."""
    here = now.astimezone(ZoneInfo(ZONE)).replace(tzinfo=None, second=0, microsecond=0)
    service.save(
        work,
        WindowInput(
            title="New kernel on pay-staging-01",
            reason="Tried here before it goes to the machines of production.",
            zone=ZONE,
            starts=here - timedelta(minutes=25),
            ends=here + timedelta(minutes=95),
            cis=("pay-staging-01",),
        ),
    )
    night = (here + timedelta(days=3)).replace(hour=NIGHT, minute=0)
    service.save(
        work,
        WindowInput(
            title="Monthly updates of the print servers",
            zone=ZONE,
            starts=night,
            ends=night + timedelta(hours=3),
            repeats=Repeats.MONTHLY_WEEKDAY,
            cis=("print-01", "Printing"),
        ),
    )
