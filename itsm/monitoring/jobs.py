"""What the worker and the clock do for alerts."""

from itsm.kernel.work import Work
from itsm.monitoring import heartbeat, intake, service
from itsm.platform.outbox import Payload


def unsuppress(work: Work, payload: Payload) -> None:
    """End a reason to keep an alert quiet; the timer `monitoring.unsuppress`."""
    service.release_due(work, int(str(payload["suppression_id"])))


def steady(work: Work, payload: Payload) -> None:
    """Believe an alert again that has not flapped for a while; the timer `monitoring.steady`."""
    service.steady_due(work, int(str(payload["alert_id"])))


def expire(work: Work, payload: Payload) -> None:
    """End the alerts that nothing was heard of for too long; the timer `monitoring.expire`."""
    service.expire_due(work, int(str(payload["integration_id"])))


def await_news(work: Work, payload: Payload) -> None:
    """See whether an integration kept its promise; the timer `monitoring.heartbeat`."""
    heartbeat.due(work, int(str(payload["integration_id"])))


def look_for_silence(work: Work, payload: Payload) -> None:
    """See which integrations have lost their pace; the timer `monitoring.pulse`."""
    del payload
    heartbeat.look(work)


def replay(work: Work, payload: Payload) -> None:
    """Read messages again that came over a limit; the job `monitoring.replay`."""
    intake.replay_next(work, int(str(payload["after"])))
