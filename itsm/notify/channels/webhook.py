"""A webhook: the message as JSON, to any address outside of the inner networks."""

from pydantic import Field

from itsm.notify.channel import (
    Channel,
    Config,
    Message,
    Outcome,
    OutcomeState,
    Outside,
    has_taken,
    without_answer,
)
from itsm.platform.http import Forbidden, Unreachable


class WebhookConfig(Config):
    """An address that takes JSON."""

    url: str = Field(
        title="Web address",
        max_length=500,
        pattern=r"^https?://[^\s/@]+(/\S*)?$",
        json_schema_extra={"secret": True},
    )


def _send(config: WebhookConfig, message: Message, outside: Outside) -> Outcome:
    body = {"key": message.key, "title": message.title, "body": message.body, "link": message.link}
    try:
        answer = outside.client.post(
            config.url, json=body, headers={"Idempotency-Key": message.key}
        )
    except Forbidden as error:
        return Outcome(OutcomeState.FAILED, str(error))
    except Unreachable as error:
        return Outcome(without_answer(error), f"no answer ({error})")
    state = OutcomeState.ACCEPTED if has_taken(answer) else OutcomeState.FAILED
    return Outcome(state, f"answered {answer.status}")


CHANNEL = Channel(
    "webhook", "Webhook", WebhookConfig, lambda config: config.url.split("/")[2], _send
)
