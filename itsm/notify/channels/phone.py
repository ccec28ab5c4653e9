"""Text messages and calls by the instance's account at Twilio, which can be answered."""

import json

from pydantic import Field

from itsm.notify.channel import (
    SMS,
    VOICE,
    Channel,
    Config,
    Message,
    Outcome,
    OutcomeState,
    Outside,
    has_taken,
    without_answer,
)
from itsm.notify.providers import PHONE, TwilioAccount
from itsm.platform.http import Answer, Forbidden, Unreachable

# What fits into four parts, which a phone shows as one.
MOST_TEXT = 600


class PhoneConfig(Config):
    """A phone to reach."""

    phone: str = Field(title="Phone to reach, such as +4930123456", pattern=PHONE)


def written(message: Message) -> str:
    """Return the text of a message, with how to answer it, cut in its middle if it is long."""
    answer = f"\nReply {message.code} to take it, all to take all." if message.code else ""
    end = f"\n{message.link}{answer}"
    return f"{message.title}\n{message.body}"[: MOST_TEXT - len(end)] + end


def _send_text(config: PhoneConfig, message: Message, outside: Outside) -> Outcome:
    return _ask_twilio(config, outside, "Messages", message.key, [("Body", written(message))])


def _call(config: PhoneConfig, message: Message, outside: Outside) -> Outcome:
    said = [
        ("Url", f"{outside.public_url}/providers/twilio/voice/{message.key}"),
        ("StatusCallbackEvent", "answered"),
        ("StatusCallbackEvent", "completed"),
    ]
    return _ask_twilio(config, outside, "Calls", message.key, said)


def _ask_twilio(
    config: PhoneConfig, outside: Outside, what: str, key: str, said: list[tuple[str, str]]
) -> Outcome:
    account = outside.account
    if not isinstance(account, TwilioAccount):
        return Outcome(OutcomeState.FAILED, "no account at Twilio is set up in Administration")
    form = [
        ("To", config.phone),
        ("From", account.sender),
        ("StatusCallback", f"{outside.public_url}/providers/twilio/status/{key}"),
        *said,
    ]
    url = f"{outside.twilio_url}/2010-04-01/Accounts/{account.account_sid}/{what}.json"
    try:
        answer = outside.client.post_form(
            url, form=form, user=account.account_sid, password=account.auth_token
        )
    except (Forbidden, Unreachable) as error:
        return Outcome(without_answer(error), f"no answer from Twilio ({error})")
    return _outcome(answer)


def _outcome(answer: Answer) -> Outcome:
    try:
        said = json.loads(answer.body)
    except ValueError:
        said = {}
    said = said if isinstance(said, dict) else {}
    if has_taken(answer):
        return Outcome(OutcomeState.ACCEPTED, f"Twilio accepted it ({str(said.get('sid'))[:40]})")
    why = said.get("message") or f"answered {answer.status}"
    return Outcome(OutcomeState.FAILED, f"Twilio refused it: {str(why)[:120]}")


TEXT = Channel(
    SMS, "Text message", PhoneConfig, lambda c: c.phone, _send_text, account="twilio", receipts=True
)
CALL = Channel(
    VOICE, "Call", PhoneConfig, lambda c: c.phone, _call, account="twilio", receipts=True
)
