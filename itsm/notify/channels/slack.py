"""Slack, through an incoming webhook."""

from pydantic import Field

from itsm.notify import adapter
from itsm.notify.channel import Channel, Config, Message, Outcome, Outside

PREFIX = "https://hooks.slack.com/services/"


class SlackConfig(Config):
    """An incoming webhook, as Slack shows it."""

    webhook: str = Field(
        title="Incoming webhook address",
        max_length=200,
        pattern=r"^https://hooks\.slack\.com/services/T\w+/B\w+/\w+$",
        json_schema_extra={"secret": True},
    )


def address(config: SlackConfig) -> str:
    """Return the Apprise address."""
    return f"slack://{config.webhook.removeprefix(PREFIX)}/"


def _send(config: SlackConfig, message: Message, outside: Outside) -> Outcome:
    del outside
    return adapter.send(address(config), message)


CHANNEL = Channel("slack", "Slack", SlackConfig, lambda _: "incoming webhook", _send)
