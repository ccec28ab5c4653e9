"""A notification in a browser, by the push service of its maker (RFC 8030)."""

import hashlib
import json
from http import HTTPStatus
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from itsm.notify import push_message
from itsm.notify.channel import (
    WEB_PUSH,
    Channel,
    Config,
    Message,
    Outcome,
    OutcomeState,
    Outside,
    has_taken,
    without_answer,
)
from itsm.notify.providers import PushKey
from itsm.platform.http import Answer, Forbidden, Unreachable

# How long a push service keeps what it cannot deliver. A page that is older wakes in vain.
KEPT_S = 3600
MOST_TITLE, MOST_TOPIC = 200, 32
GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


class WebPushConfig(Config):
    """What a browser hands over when it subscribes."""

    endpoint: str = Field(
        title="Address at the push service",
        max_length=1000,
        pattern=r"^https://[^\s/@?#]+/\S*$",
        json_schema_extra={"secret": True},
    )
    p256dh: str = Field(
        title="Public key of the browser", max_length=100, json_schema_extra={"secret": True}
    )
    auth: str = Field(
        title="Secret of the subscription", max_length=40, json_schema_extra={"secret": True}
    )

    @field_validator("p256dh")
    @classmethod
    def _is_point(cls, text: str) -> str:
        raw = push_message.unpacked(text)
        if len(raw) != push_message.POINT:
            raise ValueError("this is no point")
        push_message.point(raw)
        return text

    @field_validator("auth")
    @classmethod
    def _is_secret(cls, text: str) -> str:
        if len(push_message.unpacked(text)) != push_message.AUTH:
            raise ValueError("this is no secret of 16 bytes")
        return text


def text_of(message: Message) -> bytes:
    """Return what the browser is to show, as JSON that fits; a body that is too long is cut."""
    said = {
        "title": message.title[:MOST_TITLE],
        "body": message.body,
        "link": message.link,
        "tag": message.key,
        "answer": bool(message.code),
    }
    while len(text := json.dumps(said, ensure_ascii=False).encode()) > push_message.MOST_TEXT:
        # At worst a character takes six bytes; to cut too little only means to cut once more.
        over = len(text) - push_message.MOST_TEXT
        said["body"] = str(said["body"])[: -max(over // 6, 1) - 1] + "…"
    return text


def topic(message: Message) -> str:
    """Return the name under which a later try replaces one that still waits at the service."""
    return push_message.packed(hashlib.sha256(message.key.encode()).digest())[:MOST_TOPIC]


def _host(config: WebPushConfig) -> str:
    return urlsplit(config.endpoint).netloc


def _send(config: WebPushConfig, message: Message, outside: Outside) -> Outcome:
    key = outside.account
    if not isinstance(key, PushKey):
        return Outcome(OutcomeState.FAILED, "this instance has no key for web push any more")
    contact = outside.public_url if outside.public_url.startswith("https://") else ""
    headers = {
        "Authorization": push_message.authorization(
            key.private, config.endpoint, contact, outside.clock()
        ),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(KEPT_S),
        "Urgency": "high",
        "Topic": topic(message),
    }
    content = push_message.sealed(
        text_of(message),
        push_message.unpacked(config.p256dh),
        push_message.unpacked(config.auth),
    )
    try:
        answer = outside.client.post_bytes(config.endpoint, content=content, headers=headers)
    except Forbidden as error:
        return Outcome(OutcomeState.FAILED, str(error))
    except Unreachable as error:
        return Outcome(without_answer(error), f"no answer from {_host(config)} ({error})"[:200])
    return _outcome(_host(config), answer)


def _outcome(host: str, answer: Answer) -> Outcome:
    if has_taken(answer):
        return Outcome(OutcomeState.ACCEPTED, f"{host} accepted it"[:200])
    if answer.status in GONE:
        said = "the browser takes no more notifications: set it up again in that browser"
        return Outcome(OutcomeState.FAILED, said, gone=True)
    return Outcome(OutcomeState.FAILED, f"{host} answered {answer.status}"[:200])


CHANNEL = Channel(
    WEB_PUSH, "Web push", WebPushConfig, lambda c: _host(c)[:254], _send, account=WEB_PUSH
)
