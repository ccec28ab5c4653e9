"""What a source says of an alert beside what it does to it by a signal."""

from itsm.kernel.work import Work
from itsm.monitoring import arrival, service
from itsm.monitoring.events import AlertsGivenBack, AlertsNoted
from itsm.monitoring.models import Alert

MOST = 4000


def note(work: Work, alert: Alert, text: str) -> None:
    """Pass on what somebody noted at the source; its incident will bear it. Emits AlertsNoted."""
    work.emit(
        AlertsNoted(
            integration_id=alert.integration_id,
            alert_ids=(alert.id,),
            at=work.now,
            note=arrival.clean(text, MOST),
        )
    )


def take_back(work: Work, alert: Alert) -> None:
    """Open an alert again whose acknowledgement its source takes back; its pages begin anew.

    Raises Refused unless it is acknowledged. Emits AlertsLapsed and AlertsGivenBack.
    """
    service.lapse(work, alert)
    work.emit(
        AlertsGivenBack(integration_id=alert.integration_id, alert_ids=(alert.id,), at=work.now)
    )
