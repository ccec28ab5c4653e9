"""What providers call: replies, receipts, the keys of a telephone, buttons. Each call is signed."""

import json
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from flask import Blueprint, Response, current_app, request

from itsm.kernel.errors import NotFound
from itsm.kernel.work import Work
from itsm.notify import accounts, providers
from itsm.notify import queries as contacts
from itsm.notify import service as notify
from itsm.notify.channels.slack import SlackConfig
from itsm.notify.jobs import TEST_BODY
from itsm.oncall import delivery_queries, queries, receipts, replies, sending, wording
from itsm.oncall.delivery import Purpose
from itsm.oncall.models import Delivery, Page
from itsm.platform import outbox
from itsm.platform.outbox import Lane
from itsm.web.door import current_work, house
from itsm.web.errors import problem
from itsm.web.needs import machine

TWILIO = "Twilio signs each call with the account's auth token"
SLACK = "Slack signs each call with the app's signing secret"
ANSWER_JOB = "oncall.slack_answer"
hooks = Blueprint("provider_hooks", __name__, url_prefix="/providers")


@hooks.post("/twilio/sms")
@machine(TWILIO)
def twilio_reply() -> Response:
    """Take a text message that came back."""
    if not _is_twilio(current_work()):
        return _forbidden()
    form = request.form
    said = replies.by_text(
        current_work(), form.get("From", "")[:32], form.get("Body", ""), _message_id()
    )
    return _twiml(f"<Message>{escape(said)}</Message>" if said else "")


@hooks.post("/twilio/status/<key>")
@machine(TWILIO)
def twilio_receipt(key: str) -> Response:
    """Take what became of a message or call."""
    work = current_work()
    if not _is_twilio(work):
        return _forbidden()
    status = request.form.get("MessageStatus") or request.form.get("CallStatus", "")
    delivery = _delivery(work, key)
    if delivery is not None:
        receipts.take(work, delivery, status)
    else:
        _take_test_receipt(work, key, status)
    return _twiml("")


@hooks.post("/twilio/voice/<key>")
@machine(TWILIO)
def twilio_call(key: str) -> Response:
    """Say what is wrong to whoever has picked up, and ask for a key."""
    work = current_work()
    if not _is_twilio(work):
        return _forbidden()
    delivery = _delivery(work, key)
    if delivery is None:
        return _twiml(_say(TEST_BODY))
    receipts.take(work, delivery, "in-progress")
    told = wording.spoken(delivery, _told_with(work, delivery))
    if delivery.purpose is not Purpose.PAGE:
        return _twiml(_say(told))
    them = "them" if _pages_named(work, delivery) else "it"
    keys = f"Press 4 to take {them}. Press 6 to have the next person told."
    action = quoteattr(f"/providers/twilio/voice/{key}/keys")
    asked = _say(f"{told} {keys}", times=2)
    gather = f'<Gather numDigits="1" timeout="8" action={action}>{asked}</Gather>'
    return _twiml(gather + _say("No key was pressed."))


@hooks.post("/twilio/voice/<key>/keys")
@machine(TWILIO)
def twilio_key(key: str) -> Response:
    """Do what the key of a telephone stands for."""
    work = current_work()
    if not _is_twilio(work):
        return _forbidden()
    delivery = _delivery(work, key)
    if delivery is None:
        raise NotFound("there is no such page")
    match request.form.get("Digits", ""):
        case "4":
            pages = [delivery.page, *_pages_named(work, delivery)]
            return _twiml(_say(replies.take(work, pages)))
        case "6":
            return _twiml(_say(replies.pass_on(work, delivery.page)))
    return _twiml(f"<Redirect>{escape(f'/providers/twilio/voice/{key}')}</Redirect>")


@hooks.post("/slack/actions")
@machine(SLACK)
def slack_action() -> Response:
    """Do what a button stands for, for the person whom its message was for."""
    work = current_work()
    if not _is_slack(work):
        return _forbidden()
    payload = _pressed()
    actions = payload.get("actions")
    first = actions[0] if isinstance(actions, list) and actions else {}
    delivery = _delivery(work, str(first.get("value", "")))
    if delivery is not None:
        said = _press(work, delivery, payload, str(first.get("action_id")))
        url = str(payload.get("response_url", ""))[:500]
        outbox.put(work, ANSWER_JOB, {"url": url, "text": said}, lane=Lane.PAGE)
    return current_app.response_class(status=200)


def _press(work: Work, delivery: Delivery, payload: dict[str, Any], action: str) -> str:
    config = notify.opened(work, delivery.contact) if delivery.contact else None
    user = payload.get("user")
    presser = user.get("id") if isinstance(user, dict) else None
    if not isinstance(config, SlackConfig) or not config.member or config.member != presser:
        return f"Only {delivery.page.person.name} can answer this page."
    if action == "escalate":
        return replies.pass_on(work, delivery.page)
    return replies.acknowledge(work, delivery.page)


def _pressed() -> dict[str, Any]:
    try:
        payload = json.loads(request.form.get("payload", ""))
    except (ValueError, RecursionError):
        return {}
    return payload if isinstance(payload, dict) else {}


def _delivery(work: Work, key: str) -> Delivery | None:
    """Return the delivery that a message's key names, with its escalation locked."""
    kind, _, last = key.rpartition("-")
    if not kind.startswith("page-") or not last.isascii() or not last.isdecimal():
        return None
    found = queries.delivery(work, int(last[:18]))
    return found if found is not None and key == f"page-{found.page_id}-{found.id}" else None


def _told_with(work: Work, delivery: Delivery) -> list[Delivery]:
    """Return what a call tells besides its own page, as far as it still holds."""
    told = delivery_queries.told_with(work, delivery)
    return [one for one in told if sending.is_wanted(one)]


def _pages_named(work: Work, delivery: Delivery) -> list[Page]:
    """Return the other pages that a call names, and whose tickets its key takes."""
    named, _ = wording.named(delivery, _told_with(work, delivery))
    return [one.page for one in named if one.purpose is Purpose.PAGE]


def _take_test_receipt(work: Work, key: str, status: str) -> None:
    kind, _, rest = key.partition("-")
    contact_id = rest.partition("-")[0]
    if kind != "test" or not contact_id.isascii() or not contact_id.isdecimal():
        return
    contact = contacts.any_contact(work, int(contact_id[:18]))
    if contact is not None and status in receipts.ARRIVED.keys() | receipts.LOST:
        arrived = status in receipts.ARRIVED
        notify.note_arrival(work, contact, f"the provider says {status}", arrived=arrived)


def _message_id() -> str:
    return request.form.get("MessageSid", "")[:64]


def _is_twilio(work: Work) -> bool:
    account = accounts.twilio(work)
    url = house().settings.public_url + request.full_path.removesuffix("?")
    signature = request.headers.get("X-Twilio-Signature", "")
    form = request.form.items(multi=True)
    return account is not None and providers.is_twilio(account.auth_token, url, form, signature)


def _is_slack(work: Work) -> bool:
    account = accounts.slack(work)
    body = request.get_data(cache=True)
    at = request.headers.get("X-Slack-Request-Timestamp", "")
    signature = request.headers.get("X-Slack-Signature", "")
    return account is not None and providers.is_slack(
        account.signing_secret, body, at, signature, work.now
    )


def _forbidden() -> Response:
    return problem(403, "the signature is not the provider's")


def _say(text: str, times: int = 1) -> str:
    return f'<Say loop="{times}">{escape(text)}</Say>'


def _twiml(inside: str) -> Response:
    text = f'<?xml version="1.0" encoding="UTF-8"?><Response>{inside}</Response>'
    return current_app.response_class(text, mimetype="text/xml")
