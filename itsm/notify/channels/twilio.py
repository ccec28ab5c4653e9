"""Text message or voice call by somebody's own account at Twilio, which cannot be answered."""

from typing import Literal

from pydantic import Field

from itsm.notify import adapter
from itsm.notify.channel import SMS, VOICE, Channel, Config, Message, Outcome, Outside
from itsm.notify.providers import ACCOUNT_SID, HEX_32, PHONE


class TwilioConfig(Config):
    """An account, the number that it sends from and the number to reach."""

    phone: str = Field(title="Phone to reach, such as +4930123456", pattern=PHONE)
    method: Literal["sms", "call"] = Field(default="sms", title="Text message or call")
    account_sid: str = Field(title="Account SID", pattern=ACCOUNT_SID)
    auth_token: str = Field(title="Auth token", pattern=HEX_32, json_schema_extra={"secret": True})
    sender: str = Field(title="Phone that it comes from", pattern=PHONE)


def address(config: TwilioConfig) -> str:
    """Return the Apprise address."""
    account = f"{config.account_sid}:{config.auth_token}"
    return f"twilio://{account}@{config.sender}/{config.phone}/?method={config.method}"


def _send(config: TwilioConfig, message: Message, outside: Outside) -> Outcome:
    del outside
    return adapter.send(address(config), message)


def _medium(config: TwilioConfig) -> str:
    return VOICE if config.method == "call" else SMS


CHANNEL = Channel(
    "twilio", "Own Twilio account", TwilioConfig, lambda c: c.phone, _send, medium=_medium
)
