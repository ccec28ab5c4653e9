"""Slack, through an incoming webhook, with buttons that answer where the app can be trusted."""

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
from itsm.notify.providers import SlackAccount
from itsm.platform.http import Forbidden, Unreachable

MOST_HEAD, MOST_TEXT = 150, 2900


class SlackConfig(Config):
    """An incoming webhook, as Slack shows it, and who may press the buttons."""

    webhook: str = Field(
        title="Incoming webhook address",
        max_length=200,
        pattern=r"^https://hooks\.slack\.com/services/T\w+/B\w+/\w+$",
        json_schema_extra={"secret": True},
    )
    member: str = Field(
        default="",
        title="Your member ID, such as U012AB3CD: with it the message has buttons",
        pattern=r"^$|^[UW][A-Z0-9]{6,20}$",
    )


def body(config: SlackConfig, message: Message, *, buttons: bool) -> dict[str, object]:
    """Return what the webhook is handed; buttons only where somebody is named who may press."""
    said = {"type": "mrkdwn", "text": f"{_plain(message.body)}\n<{message.link}|Open>"[:MOST_TEXT]}
    head = {"type": "plain_text", "text": message.title[:MOST_HEAD]}
    blocks: list[dict[str, object]] = [
        {"type": "header", "text": head},
        {"type": "section", "text": said},
    ]
    if buttons and config.member and message.code:
        names = (("acknowledge", "Acknowledge"), ("escalate", "Tell the next"))
        elements = [
            {
                "type": "button",
                "action_id": action,
                "value": message.key,
                "text": {"type": "plain_text", "text": label},
            }
            for action, label in names
        ]
        blocks.append({"type": "actions", "elements": elements})
    return {"text": _plain(message.title), "blocks": blocks}


def _plain(text: str) -> str:
    """Return `text` so that Slack reads no markup and no mention of everybody in it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _send(config: SlackConfig, message: Message, outside: Outside) -> Outcome:
    said = body(config, message, buttons=isinstance(outside.account, SlackAccount))
    try:
        answer = outside.client.post(config.webhook, json=said)
    except (Forbidden, Unreachable) as error:
        return Outcome(without_answer(error), f"no answer from Slack ({error})")
    if has_taken(answer):
        return Outcome(OutcomeState.ACCEPTED, "Slack accepted it")
    return Outcome(OutcomeState.FAILED, f"Slack answered {answer.status}")


CHANNEL = Channel(
    "slack", "Slack", SlackConfig, lambda _: "incoming webhook", _send, account="slack"
)
