"""Channels: what each hands to its provider, and what it says came of it."""

import socketserver
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from pydantic import ValidationError

from itsm.notify import adapter
from itsm.notify.channel import Message, Outcome, OutcomeState, Outside
from itsm.notify.channels import CHANNELS, ntfy, pushover, telegram, twilio
from itsm.platform.http import Client, parse_networks

MESSAGE = Message("page-1-1", "Critical: Payments\ndown", "INC-1, since 12:00", "http://desk/p/x")
INSIDE = Client(parse_networks("127.0.0.0/8"))
SLACK = "https://hooks.slack.com/services/T1JJ3T3L2/B1BRTD4JD/" + "x" * 24

ADDRESSES = [
    ntfy.address(ntfy.NtfyConfig(topic="alice-at-night")),
    pushover.address(pushover.PushoverConfig(user_key="u" * 30, app_token="a" * 30)),
    telegram.address(telegram.TelegramConfig(bot_token="123456789:" + "a" * 35, chat="42")),
    twilio.address(
        twilio.TwilioConfig(
            phone="+4930123456",
            account_sid="AC" + "0" * 32,
            auth_token="0" * 32,
            sender="+14155550100",
        )
    ),
]


@dataclass
class Hook:
    """A provider on loopback: keeps what it is handed and answers with `status`."""

    status: int = 200
    bodies: list[bytes] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def hook() -> Iterator[Hook]:
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            hook.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            hook.keys.append(self.headers["Idempotency-Key"])
            self.send_response(hook.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        hook.url = f"http://127.0.0.1:{server.server_port}/in"
        Thread(target=server.serve_forever, daemon=True).start()
        yield hook
        server.shutdown()


@pytest.fixture
def mails() -> Iterator[tuple[str, list[bytes]]]:
    """A mail server on loopback: its address, and the mails that it took."""
    taken: list[bytes] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            for line in self.rfile:
                if line.upper().startswith(b"DATA"):
                    self.wfile.write(b"354 go on\r\n")
                    taken.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                self.wfile.write(
                    b"221 bye\r\n" if line.upper().startswith(b"QUIT") else b"250 ok\r\n"
                )

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"smtp://127.0.0.1:{server.server_address[1]}", taken
        server.shutdown()


def send(kind: str, settings: dict[str, str], outside: Outside) -> Outcome:
    channel = CHANNELS[kind]
    return channel.send(channel.config.model_validate(settings), MESSAGE, outside)


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.split("://")[0])
def test_the_adapter_understands_the_address_of_every_channel(address: str) -> None:
    assert adapter.opened(address) is not None


def test_the_adapter_refuses_addresses_that_name_a_host_of_their_own() -> None:
    for address in ("json://127.0.0.1/", "mailto://u:p@127.0.0.1", "ntfy://127.0.0.1/topic"):
        assert adapter.send(address, MESSAGE).state is OutcomeState.FAILED


def test_a_provider_that_cannot_be_reached_is_a_failure_and_no_exception() -> None:
    # Nothing leaves this machine in tests, so every provider is out of reach.
    assert adapter.send(ADDRESSES[1], MESSAGE).state is OutcomeState.FAILED


def test_the_outbox_keeps_the_message() -> None:
    outcome = send("outbox", {}, Outside(Client(), "http://desk"))

    assert (outcome.state, outcome.kept) == (OutcomeState.ACCEPTED, True)


def test_mail_is_kept_where_no_mail_server_is_set_up() -> None:
    outcome = send("email", {"address": "a@example.org"}, Outside(Client(), "http://desk"))

    assert (outcome.state, outcome.kept) == (OutcomeState.ACCEPTED, True)


def test_mail_bears_the_key_and_one_header_of_each(mails: tuple[str, list[bytes]]) -> None:
    url, taken = mails
    outcome = send("email", {"address": "a@example.org"}, Outside(INSIDE, "http://desk", url))
    mail = message_from_bytes(taken[0])

    assert outcome.state is OutcomeState.ACCEPTED
    assert mail["Subject"] == "Critical: Payments down"
    assert mail["Message-ID"] == "<page-1-1@127.0.0.1>"
    assert mail.get_all("To") == ["a@example.org"]


def test_a_mail_server_that_is_gone_is_a_failure() -> None:
    gone = Outside(INSIDE, "http://desk", "smtp://127.0.0.1:9")

    assert send("email", {"address": "a@example.org"}, gone).state is OutcomeState.FAILED


@pytest.mark.parametrize("address", ["a@b", "a@example.org\nBcc: b@c.org", "a@b.org,c@d.org"])
def test_an_address_is_one_address(address: str) -> None:
    with pytest.raises(ValidationError):
        CHANNELS["email"].config.model_validate({"address": address})


def test_a_webhook_is_handed_the_message_and_the_key(hook: Hook) -> None:
    outcome = send("webhook", {"url": hook.url}, Outside(INSIDE, "http://desk"))

    assert outcome.state is OutcomeState.ACCEPTED
    assert hook.keys == ["page-1-1"]
    assert b"http://desk/p/x" in hook.bodies[0]


@pytest.mark.parametrize("status", [404, 429, 500])
def test_a_webhook_that_refuses_is_a_failure(hook: Hook, status: int) -> None:
    hook.status = status

    outcome = send("webhook", {"url": hook.url}, Outside(INSIDE, "http://desk"))
    assert outcome == Outcome(OutcomeState.FAILED, f"answered {status}")


def test_a_webhook_into_the_inner_network_is_not_called(hook: Hook) -> None:
    outcome = send("webhook", {"url": hook.url}, Outside(Client(), "http://desk"))

    assert outcome.state is OutcomeState.FAILED
    assert hook.bodies == []
