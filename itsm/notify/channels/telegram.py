"""Telegram, through a bot."""

from pydantic import Field

from itsm.notify import adapter
from itsm.notify.channel import Channel, Config, Message, Outcome, Outside


class TelegramConfig(Config):
    """A bot and the chat in which it may write."""

    bot_token: str = Field(
        title="Bot token",
        pattern=r"^\d{5,12}:[A-Za-z0-9_-]{30,40}$",
        json_schema_extra={"secret": True},
    )
    chat: str = Field(title="Chat id", pattern=r"^-?\d{1,16}$")


def address(config: TelegramConfig) -> str:
    """Return the Apprise address."""
    return f"tgram://{config.bot_token}/{config.chat}/"


def _send(config: TelegramConfig, message: Message, outside: Outside) -> Outcome:
    del outside
    return adapter.send(address(config), message)


CHANNEL = Channel("telegram", "Telegram", TelegramConfig, lambda c: f"chat {c.chat}", _send)
