"""Text messages, calls and Slack: what each hands to its provider, and what it says came of it."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qs

import pytest

from itsm.notify.channel import Message, Outcome, OutcomeState, Outside
from itsm.notify.channels import CHANNELS, slack
from itsm.notify.channels.phone import MOST_TEXT, written
from itsm.notify.providers import TwilioAccount
from itsm.platform.http import Client, parse_networks

ACCOUNT = TwilioAccount(account_sid="AC" + "0" * 32, auth_token="1" * 32, sender="+14155550100")
MESSAGE = Message(
    "page-1-7", "Critical: <Payments> down", "INC-1 · since 12:00", "http://desk/p/x", "4821"
)
NEWS = Message("page-1-8", "INC-1: Bob has taken it", "Payments down", "http://desk/p/x")
HOOK = "https://hooks.slack.com/services/T1JJ3T3L2/B1BRTD4JD/" + "x" * 24
MEMBER = "U012AB3CD"


@dataclass
class Twilio:
    """Twilio on loopback: keeps what it is asked and answers with `status`."""

    status: int = 201
    answer: object = field(default_factory=lambda: {"sid": "SM123", "status": "queued"})
    asked: list[tuple[str, str, dict[str, list[str]]]] = field(default_factory=list)
    url: str = ""

    def send(self, kind: str, account: TwilioAccount | None = ACCOUNT) -> Outcome:
        """Send the message by a channel."""
        client = Client(parse_networks("127.0.0.0/8"))
        outside = Outside(client, "http://desk", twilio_url=self.url, account=account)
        channel = CHANNELS[kind]
        config = channel.config.model_validate({"phone": "+4930123456"})
        return channel.send(config, MESSAGE, outside)


@pytest.fixture
def twilio() -> Iterator[Twilio]:
    twilio = Twilio()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            twilio.asked.append((self.path, self.headers["Authorization"], parse_qs(form)))
            body = json.dumps(twilio.answer).encode()
            self.send_response(twilio.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        twilio.url = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, daemon=True).start()
        yield twilio
        server.shutdown()


def test_a_text_message_says_how_to_answer_it(twilio: Twilio) -> None:
    outcome = twilio.send("sms")
    ((path, by, form),) = twilio.asked

    assert outcome == Outcome(OutcomeState.ACCEPTED, "Twilio accepted it (SM123)")
    assert path == f"/2010-04-01/Accounts/{ACCOUNT.account_sid}/Messages.json"
    assert base64.b64decode(by.removeprefix("Basic ")).decode().endswith(":" + "1" * 32)
    assert (form["To"], form["From"]) == (["+4930123456"], ["+14155550100"])
    assert form["StatusCallback"] == ["http://desk/providers/twilio/status/page-1-7"]
    assert form["Body"][0].endswith("http://desk/p/x\nReply 4821 to take it, all to take all.")


def test_a_call_asks_us_what_to_say(twilio: Twilio) -> None:
    twilio.send("voice")
    ((path, _, form),) = twilio.asked

    assert path.endswith("/Calls.json")
    assert form["Url"] == ["http://desk/providers/twilio/voice/page-1-7"]
    assert form["StatusCallbackEvent"] == ["answered", "completed"]


@pytest.mark.parametrize("status", [400, 401, 429, 500])
def test_what_twilio_refuses_is_a_failure_with_its_reason(twilio: Twilio, status: int) -> None:
    twilio.status, twilio.answer = status, {"message": "not a mobile number"}

    assert twilio.send("sms") == Outcome(
        OutcomeState.FAILED, "Twilio refused it: not a mobile number"
    )


def test_an_answer_without_sense_is_no_exception(twilio: Twilio) -> None:
    twilio.status, twilio.answer = 500, ["?"]

    assert twilio.send("sms") == Outcome(OutcomeState.FAILED, "Twilio refused it: answered 500")


def test_without_an_account_it_says_so(twilio: Twilio) -> None:
    outcome = twilio.send("sms", account=None)

    assert (outcome.state, twilio.asked) == (OutcomeState.FAILED, [])
    assert "Administration" in outcome.detail


def test_twilio_out_of_reach_is_a_failure() -> None:
    assert Twilio(url="http://127.0.0.1:9").send("voice").state is OutcomeState.FAILED


def test_a_long_text_keeps_its_link_and_how_to_answer() -> None:
    text = written(Message("k", "t" * 300, "b" * 900, "http://desk/p/x", "4821"))

    assert len(text) == MOST_TEXT
    assert text.endswith("http://desk/p/x\nReply 4821 to take it, all to take all.")


def test_news_cannot_be_answered() -> None:
    assert "Reply" not in written(NEWS)


def body_of(message: Message, member: str = MEMBER, *, buttons: bool = True) -> str:
    config = slack.SlackConfig(webhook=HOOK, member=member)
    return json.dumps(slack.body(config, message, buttons=buttons))


def test_slack_is_handed_buttons_that_name_the_page() -> None:
    text = body_of(MESSAGE)

    assert '"action_id": "acknowledge", "value": "page-1-7"' in text
    assert '"action_id": "escalate", "value": "page-1-7"' in text


def test_slack_gets_no_button_that_nobody_may_press() -> None:
    assert "button" not in body_of(MESSAGE, member="")
    assert "button" not in body_of(MESSAGE, buttons=False)
    assert "button" not in body_of(NEWS)


def test_slack_reads_no_markup_in_what_others_wrote() -> None:
    said = json.loads(body_of(Message("k", "<!channel>", "<!here> all", "http://d")))

    assert said["text"] == "&lt;!channel&gt;"
    assert said["blocks"][0]["text"]["type"] == "plain_text"
    assert said["blocks"][1]["text"]["text"] == "&lt;!here&gt; all\n<http://d|Open>"


def test_slack_out_of_reach_is_a_failure() -> None:
    channel = CHANNELS["slack"]
    config = channel.config.model_validate({"webhook": HOOK})

    assert channel.send(config, MESSAGE, Outside(Client(), "http://d")).state is OutcomeState.FAILED
