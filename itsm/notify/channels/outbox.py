"""The channel that sends nothing: the console shows what would have been sent."""

from itsm.notify.channel import Channel, Config, Message, Outcome, OutcomeState, Outside


class OutboxConfig(Config):
    """Nothing to set."""


def _send(config: OutboxConfig, message: Message, outside: Outside) -> Outcome:
    del config, message, outside
    return Outcome(OutcomeState.ACCEPTED, "kept in the outbox", kept=True)


CHANNEL = Channel("outbox", "Outbox in the console", OutboxConfig, lambda _: "console", _send)
