"""What the worker and the clock do for alerts and for their sources."""

from http import HTTPStatus

from itsm.kernel.work import Work
from itsm.monitoring import heartbeat, intake, service, sns
from itsm.notify.channel import Outside
from itsm.platform.house import Effect
from itsm.platform.http import Answer, Client
from itsm.platform.outbox import Payload


class NotConfirmed(Exception):
    """The source could not take the confirmation now; the worker will try again."""


def confirming(outside: Outside) -> Effect[str, Answer]:
    """Return the job `monitoring.confirm`: payload `url` and the message's `intake_id`."""
    return Effect(_prepare, lambda url: _confirm(outside.client, url), _record)


def _prepare(work: Work, payload: Payload) -> str | None:
    del work
    url = str(payload["url"])
    return url if sns.is_own(url) else None


def _confirm(client: Client, url: str) -> Answer:
    """Fetch the address. Raises NotConfirmed where SNS fails, Forbidden or Unreachable."""
    answer = client.get(url)
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise NotConfirmed(f"answered {answer.status}")
    return answer


def _record(work: Work, payload: Payload, answer: Answer) -> None:
    intake.shaken(work, int(str(payload["intake_id"])), answer.status)


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
