"""Push to a phone by Pushover."""

from pydantic import Field

from itsm.notify import adapter
from itsm.notify.channel import Channel, Config, Message, Outcome, Outside


class PushoverConfig(Config):
    """A user and the application in whose name the message comes."""

    user_key: str = Field(title="User key", pattern=r"^[A-Za-z0-9]{30}$")
    app_token: str = Field(
        title="Application token",
        pattern=r"^[A-Za-z0-9]{30}$",
        json_schema_extra={"secret": True},
    )


def address(config: PushoverConfig) -> str:
    """Return the Apprise address, with high priority."""
    return f"pover://{config.user_key}@{config.app_token}/?priority=high"


def _send(config: PushoverConfig, message: Message, outside: Outside) -> Outcome:
    del outside
    return adapter.send(address(config), message)


CHANNEL = Channel(
    "pushover", "Push by Pushover", PushoverConfig, lambda config: f"{config.user_key[:4]}…", _send
)
