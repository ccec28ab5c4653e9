"""The channels there are. A new one is a file beside this one and a line in this table."""

from typing import Any

from itsm.notify.channel import Channel
from itsm.notify.channels import (
    email,
    ntfy,
    outbox,
    phone,
    pushover,
    slack,
    telegram,
    twilio,
    webhook,
    webpush,
)

# A channel is paired with its own settings only at run time, when a contact is opened.
CHANNELS: dict[str, Channel[Any]] = {
    channel.kind: channel
    for channel in (
        email.CHANNEL,
        webpush.CHANNEL,
        ntfy.CHANNEL,
        pushover.CHANNEL,
        phone.TEXT,
        phone.CALL,
        twilio.CHANNEL,
        slack.CHANNEL,
        telegram.CHANNEL,
        webhook.CHANNEL,
        outbox.CHANNEL,
    )
}
