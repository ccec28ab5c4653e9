"""The accounts that an instance has at providers, and how one knows a provider by its signature."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import Field

from itsm.notify.channel import WEB_PUSH, Config

PHONE = r"^\+[1-9]\d{6,14}$"
ACCOUNT_SID = r"^AC[0-9a-fA-F]{32}$"
HEX_32 = r"^[0-9a-fA-F]{32}$"
# Slack signs the time as well; older messages may have been recorded and sent again.
FRESH = timedelta(minutes=5)


class TwilioAccount(Config):
    """An account at Twilio and the number that its messages and calls come from."""

    account_sid: str = Field(title="Account SID", pattern=ACCOUNT_SID)
    auth_token: str = Field(title="Auth token", pattern=HEX_32, json_schema_extra={"secret": True})
    sender: str = Field(title="Phone that it comes from, such as +4930123456", pattern=PHONE)


class SlackAccount(Config):
    """An app at Slack whose buttons are pressed."""

    signing_secret: str = Field(
        title="Signing secret", pattern=HEX_32, json_schema_extra={"secret": True}
    )


class PushKey(Config):
    """The instance's own key, by which push services know it; it is made, never entered."""

    private: str = Field(title="Private key", max_length=43, json_schema_extra={"secret": True})


@dataclass(frozen=True)
class Provider:
    """A provider, and which addresses of ours are to be entered there, by what it calls them."""

    kind: str
    label: str
    config: type[Config]
    hooks: Mapping[str, str]


PROVIDERS: Mapping[str, Provider] = {
    provider.kind: provider
    for provider in (
        Provider(
            "twilio",
            "Twilio: text messages and calls",
            TwilioAccount,
            {"A message comes in": "/providers/twilio/sms"},
        ),
        Provider(
            "slack",
            "Slack: buttons in messages",
            SlackAccount,
            {"Interactivity, Request URL": "/providers/slack/actions"},
        ),
    )
}

# What opens a row of accounts; the instance's own keys lie among them, sealed in the same way.
CONFIGS: Mapping[str, type[Config]] = {
    **{kind: provider.config for kind, provider in PROVIDERS.items()},
    WEB_PUSH: PushKey,
}


def is_twilio(token: str, url: str, form: Iterable[tuple[str, str]], signature: str) -> bool:
    """Tell whether Twilio signed a request to `url` with the account's auth token."""
    text = url + "".join(name + value for name, value in sorted(form))
    made = hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()
    return hmac.compare_digest(base64.b64encode(made), signature.encode("utf-8", "replace"))


def is_slack(secret: str, body: bytes, at: str, signature: str, now: datetime) -> bool:
    """Tell whether Slack signed `body` within the last five minutes; `at` is in its header."""
    if not at.isascii() or not at.isdecimal() or len(at) > len("9999999999"):
        return False
    if abs(now.timestamp() - int(at)) > FRESH.total_seconds():
        return False
    made = hmac.new(secret.encode(), b"v0:" + at.encode() + b":" + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(f"v0={made}".encode(), signature.encode("utf-8", "replace"))
