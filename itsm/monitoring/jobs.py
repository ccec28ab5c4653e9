"""What the worker does for sources: it completes their handshakes."""

from http import HTTPStatus

from itsm.kernel.work import Work
from itsm.monitoring import intake, sns
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
