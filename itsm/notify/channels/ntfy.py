"""Push to a phone by ntfy.sh."""

from pydantic import Field

from itsm.notify import adapter
from itsm.notify.channel import Channel, Config, Message, Outcome, Outside


class NtfyConfig(Config):
    """A topic on ntfy.sh; choose one that nobody guesses."""

    topic: str = Field(title="Topic on ntfy.sh", pattern=r"^[A-Za-z0-9_-]{1,64}$")


def address(config: NtfyConfig) -> str:
    """Return the Apprise address, with the highest priority."""
    return f"ntfys://{config.topic}?mode=cloud&priority=max"


def _send(config: NtfyConfig, message: Message, outside: Outside) -> Outcome:
    del outside
    return adapter.send(address(config), message)


CHANNEL = Channel("ntfy", "Push by ntfy", NtfyConfig, lambda config: config.topic, _send)
