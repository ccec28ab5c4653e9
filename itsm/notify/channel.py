"""What every channel is: a kind, the settings of one contact, and a way to send a message."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from itsm.kernel.clock import Clock, system_clock
from itsm.platform.http import Answer, Client, Forbidden, Unreachable


class Config(BaseModel):
    """Base of the settings of one contact; what is unknown is refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)


C = TypeVar("C", bound=Config)


class OutcomeState(StrEnum):
    """What became of one attempt, as far as anybody can honestly say.

    `sent`: handed over, the provider has not answered. `accepted`: the provider has taken it,
    which is not yet a person who has read it.
    """

    SENT = "sent"
    ACCEPTED = "accepted"
    FAILED = "failed"


SMS, VOICE, WEB_PUSH = "sms", "voice", "webpush"
SUCCESS = 2


@dataclass(frozen=True)
class Outcome:
    """What became of one attempt; `kept` asks for the message to be kept in our own outbox.

    `gone` says that nothing will ever arrive at this address again, so no try is to follow.
    """

    state: OutcomeState
    detail: str = ""
    kept: bool = False
    gone: bool = False


@dataclass(frozen=True)
class Message:
    """A message to one person. `key` is the same for every attempt to send it.

    `code` is what a reply names it by; without one there is nothing to answer. Messages with the
    same `thread` belong together; `leave` is where one asks for no more of them.
    """

    key: str
    title: str
    body: str
    link: str = ""
    code: str = ""
    thread: str = ""
    leave: str = ""

    @property
    def text(self) -> str:
        """The body with the link on a line of its own."""
        return f"{self.body}\n{self.link}".strip()


@dataclass(frozen=True)
class Outside:
    """What channels reach the world by; `mail_url` is empty where the instance sends no mail.

    `mail_domain` is where replies by mail are taken, empty where they are not. `public_url` is
    where links in messages lead. `account` is the instance's own at the provider of the channel,
    where it has one. `clock` is for what is signed with a time in it.
    """

    client: Client
    public_url: str
    mail_url: str = ""
    mail_domain: str = ""
    twilio_url: str = "https://api.twilio.com"
    account: Config | None = None
    clock: Clock = system_clock


@dataclass(frozen=True)
class Channel(Generic[C]):
    """One way to reach people. `send` never raises; `address` says where to, without secrets.

    `medium` says what it arrives as, `sms` or `voice` where messages cost money or sleep. `account`
    names the provider at which the instance needs an account. One with `receipts` tells later
    whether a message arrived: until then it has reached nobody.
    """

    kind: str
    label: str
    config: type[C]
    address: Callable[[C], str]
    send: Callable[[C, Message, Outside], Outcome]
    medium: Callable[[C], str] | None = None
    account: str = ""
    receipts: bool = False

    def medium_of(self, config: C) -> str:
        """Return the medium of a contact: the channel's kind unless it says otherwise."""
        return self.medium(config) if self.medium else self.kind


def has_taken(answer: Answer) -> bool:
    """Tell whether a provider's answer says that it has taken the message."""
    return answer.status // 100 == SUCCESS


def without_answer(error: Forbidden | Unreachable) -> OutcomeState:
    """Return what can be said of a request that brought no answer.

    It may have arrived: whoever waits for an answer in vain cannot know.
    """
    return OutcomeState.SENT if str(error) == "ReadTimeout" else OutcomeState.FAILED
