"""A webhook: the message as JSON, to any address outside of the inner networks."""

from http import HTTPStatus

from pydantic import Field

from itsm.notify.channel import Channel, Config, Message, Outcome, OutcomeState, Outside


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
        status = outside.post(config.url, body, {"Idempotency-Key": message.key})
    except TimeoutError:
        return Outcome(OutcomeState.SENT, "no answer in time")
    except OSError:
        return Outcome(OutcomeState.FAILED, "the address cannot be reached")
    if HTTPStatus(200) <= status < HTTPStatus(300):
        return Outcome(OutcomeState.ACCEPTED, f"answered {status}")
    return Outcome(OutcomeState.FAILED, f"answered {status}")


CHANNEL = Channel(
    "webhook", "Webhook", WebhookConfig, lambda config: config.url.split("/")[2], _send
)
