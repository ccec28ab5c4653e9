"""What persons do to alerts: take them, and keep them quiet for a time."""

from collections.abc import Sequence

from itsm.desk.quiet import must_end_in_time
from itsm.kernel.access import Permission
from itsm.kernel.errors import Refused
from itsm.kernel.work import Work
from itsm.monitoring import service
from itsm.monitoring.inputs import Silence
from itsm.monitoring.models import Alert, Why
from itsm.monitoring.states import ACTIVE, State
from itsm.monitoring.suppression import Reason


def silence(work: Work, alerts: Sequence[Alert], wanted: Silence) -> int:
    """Keep locked alerts quiet until an end that the actor chose; those that are over are left.

    Returns how many these are; a silence that is there already is renewed. Raises Denied, Invalid
    for an end that has passed or is more than 30 days away, Refused if none of them fires. Emits
    AlertsSuppressed.
    """
    work.must(Permission.ALERT_ACKNOWLEDGE)
    must_end_in_time(wanted.until, work.now, "until")
    firing = [alert for alert in alerts if alert.state in ACTIVE]
    if not firing:
        raise Refused("only an alert that fires can be silenced")
    service.suppress(
        work,
        firing,
        Reason(
            why=Why.SILENCE,
            note=wanted.reason,
            until=wanted.until,
            until_recovery=wanted.until_recovery,
        ),
    )
    return len(firing)


def unsilence(work: Work, alerts: Sequence[Alert]) -> None:
    """End the silence of locked alerts before its time. Raises Denied. Emits AlertsReleased."""
    work.must(Permission.ALERT_ACKNOWLEDGE)
    service.release(work, alerts, Why.SILENCE, note="the silence was ended")


def acknowledge(work: Work, alerts: Sequence[Alert]) -> int:
    """Take those of these locked alerts that are open, and return how many these are.

    Raises Denied, Refused if none is open. Emits AlertsAcknowledged.
    """
    work.must(Permission.ALERT_ACKNOWLEDGE)
    waiting = [alert for alert in alerts if alert.state is State.OPEN]
    if not waiting:
        raise Refused("none of these alerts is open")
    for alert in waiting:
        service.acknowledge(work, alert)
    return len(waiting)
