"""Replies to pages by mail, from a real SMTP client to what they do."""

import asyncio
import smtplib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from itsm.kernel.access import SYSTEM
from itsm.mail import receiver
from itsm.notify import service as notify
from itsm.notify.channels.email import _mail as page_mail
from itsm.notify.models import KeptMessage
from itsm.oncall.delivery import DeliveryState
from itsm.oncall.escalation import State
from itsm.oncall.models import Delivery, Escalation, Page
from itsm.platform.house import House
from itsm.platform.intake import IntakeRow, IntakeState
from tests.oncall.conftest import Night

DOMAIN = "desk.example.org"
ALICE = "alice@example.org"


@contextmanager
def serving(house: House) -> Iterator[int]:
    """Hold the receiver open on a free port, which is yielded."""
    handler = receiver.Handler(house)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def listen() -> asyncio.Server:
        return await loop.create_server(lambda: receiver.protocol(handler), "127.0.0.1", 0)

    async def close(server: asyncio.Server) -> None:
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    try:
        server = asyncio.run_coroutine_threadsafe(listen(), loop).result(10)
        yield server.sockets[0].getsockname()[1]
        asyncio.run_coroutine_threadsafe(close(server), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture
def desk(night: Night) -> Night:
    """The night's house, which takes mail, with Alice paged by mail."""
    settings = night.house.settings.model_copy(update={"mail_domain": DOMAIN})
    night.house = replace(night.house, settings=settings)
    night.start()
    return night


@pytest.fixture
def port(desk: Night) -> Iterator[int]:
    with serving(desk.house) as found:
        yield found


@pytest.fixture
def send(desk: Night, port: int) -> Callable[..., None]:
    """Send a reply to the page and do what follows; what is given replaces the usual."""

    def reply(text: str = "ACK", **more: Any) -> None:  # noqa: ANN401
        mail = EmailMessage()
        mail["From"] = more.pop("sender", f"Alice Archer <{ALICE}>")
        mail["To"] = address(desk)
        mail["Subject"] = "Re: Critical: Payments"
        mail["Message-ID"] = more.pop("message_id", "<1@example.org>")
        for name, value in more.pop("headers", {}).items():
            mail[name] = value
        mail.set_content(text, subtype=more.pop("subtype", "plain"))
        deliver(port, desk, mail.as_bytes(), envelope=more.pop("envelope", ALICE))
        desk.run()

    return reply


def deliver(port: int, desk: Night, raw: bytes, envelope: str = ALICE) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.sendmail(envelope, [address(desk)], raw)


def address(desk: Night) -> str:
    """Return where Alice's page has its replies sent."""
    with desk.house.work(SYSTEM, writes=False) as work:
        page = work.session.query(Page).order_by(Page.id).first()
        assert page is not None
        assert page.token is not None
        return f"page+{work.vault.open(page.token)}@{DOMAIN}"


def escalation(desk: Night) -> State:
    with desk.house.work(SYSTEM, writes=False) as work:
        return work.session.query(Escalation.state).one()[0]


def rows(desk: Night) -> list[tuple[IntakeState, str]]:
    with desk.house.work(SYSTEM, writes=False) as work:
        kept = work.session.query(IntakeRow).filter_by(door="mail").order_by(IntakeRow.id)
        return [(row.state, row.reason) for row in kept]


def answers(desk: Night) -> list[str]:
    with desk.house.work(SYSTEM, writes=False) as work:
        kept = work.session.query(KeptMessage).filter_by(channel="email")
        return [row.body for row in kept.order_by(KeptMessage.id)]


@pytest.mark.parametrize(
    "text",
    [
        "ACK",
        "ack, on my way",
        "\n\n  Taken.\n\n> Critical: Payments API answers 502\n> ACK takes it",
        "Ok\n\nOn Mon, 2 Mar 2026 at 12:01, Service desk <itsm@example.org> wrote:\n> NEXT",
        "übernommen",
    ],
)
def test_a_reply_takes_the_page(desk: Night, send: Callable[..., None], text: str) -> None:
    send(text)

    assert escalation(desk) is State.ACKNOWLEDGED
    assert rows(desk) == [(IntakeState.DONE, "INC-1 is yours.")]
    assert answers(desk)[-1] == "INC-1 is yours."
    with desk.house.work(SYSTEM, writes=False) as work:
        row = work.session.query(Escalation).one()
        assert row.acknowledged_by_id == desk.cast.alice


def test_a_reply_of_html_alone_is_read(desk: Night, send: Callable[..., None]) -> None:
    page = (
        "<html><head><style>p {}</style></head><body><div>Mine</div><blockquote>NEXT</blockquote>"
    )
    send(page, subtype="html")

    assert escalation(desk) is State.ACKNOWLEDGED


def test_a_reply_has_the_next_person_told(desk: Night, send: Callable[..., None]) -> None:
    send("next please")

    with desk.house.work(SYSTEM, writes=False) as work:
        told = {page.person_id for page in work.session.query(Page)}
    assert told == {desk.cast.alice, desk.cast.bob}


def test_what_is_not_understood_is_answered_with_the_words(
    desk: Night, send: Callable[..., None]
) -> None:
    send("What is this about?")

    assert escalation(desk) is State.NOTIFIED
    assert "Reply with ACK to take it" in answers(desk)[-1]


def test_two_machines_that_answer_each_other_come_to_an_end(
    desk: Night, send: Callable[..., None]
) -> None:
    for number in range(8):
        send("hello", message_id=f"<{number}@example.org>")

    assert len([body for body in answers(desk) if "not understood" in body]) == 5


def test_the_same_mail_twice_acts_once(desk: Night, send: Callable[..., None]) -> None:
    send("ACK")
    send("NEXT")

    assert [reason for _, reason in rows(desk)] == ["INC-1 is yours.", "it came before"]


@pytest.mark.parametrize(
    "more",
    [
        {"headers": {"Auto-Submitted": "auto-replied"}},
        {"headers": {"Precedence": "bulk"}},
        {"headers": {"X-Autoreply": "yes"}},
        {"headers": {"List-Id": "<list.example.org>"}},
        {"envelope": "<>"},
    ],
)
def test_what_a_machine_sends_takes_nothing_and_is_not_answered(
    desk: Night, send: Callable[..., None], more: dict[str, Any]
) -> None:
    before = len(answers(desk))
    send("ACK: I am out of office", **more)

    assert escalation(desk) is State.NOTIFIED
    assert rows(desk) == [(IntakeState.IGNORED, "a machine sent it by itself")]
    assert len(answers(desk)) == before


@pytest.mark.parametrize(
    "sender", ["bob@example.org", "Alice <mallory@example.org>", "", "alice@example.org.evil.test"]
)
def test_only_the_person_who_was_paged_may_answer(
    desk: Night, send: Callable[..., None], sender: str
) -> None:
    send("ACK", sender=sender)

    assert escalation(desk) is State.NOTIFIED
    assert rows(desk) == [(IntakeState.REJECTED, "its sender is not the person who was paged")]


def test_a_mail_with_two_senders_has_none(desk: Night, port: int) -> None:
    raw = f"From: {ALICE}\r\nFrom: bob@example.org\r\nMessage-ID: <2@x>\r\n\r\nACK\r\n".encode()
    deliver(port, desk, raw)
    desk.run()

    assert escalation(desk) is State.NOTIFIED


def test_a_link_that_is_no_longer_good_takes_nothing(
    desk: Night, send: Callable[..., None]
) -> None:
    desk.clock.advance(days=8)
    send("ACK")

    assert rows(desk) == [(IntakeState.REJECTED, "this link is not good, or no longer")]


DSN = """\
From: MAILER-DAEMON@example.org
Message-ID: <3@example.org>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x
Content-Type: text/plain

Your mail could not be delivered.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; alice@example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 no such user
--x--
"""


def test_a_mail_that_was_not_delivered_is_told_another_way(desk: Night, port: int) -> None:
    with desk.house.work(SYSTEM) as work:
        notify.add_contact(work, desk.cast.alice, "outbox", "", {})
    deliver(port, desk, DSN.replace("\n", "\r\n").encode(), envelope="<>")
    desk.run()

    assert rows(desk) == [(IntakeState.DONE, "not delivered: smtp; 550 no such user")]
    with desk.house.work(SYSTEM, writes=False) as work:
        first = work.session.query(Delivery).order_by(Delivery.id).first()
        assert first is not None
        assert first.state is DeliveryState.FAILED
        assert work.session.query(Delivery).filter(Delivery.id != first.id).count()


def test_what_is_not_ours_is_refused_before_its_text(desk: Night, port: int) -> None:
    refused = [
        f"helpdesk@{DOMAIN}",
        f"page+short@{DOMAIN}",
        f"ticket+{'a' * 40}@{DOMAIN}",
        "somebody@elsewhere.example",
        address(desk).replace(DOMAIN, "elsewhere.example"),
    ]
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.ehlo()
        client.mail(ALICE)
        codes = [client.rcpt(one)[0] for one in refused]

    assert codes == [550] * len(refused)
    assert rows(desk) == []


def test_a_mail_that_is_too_large_is_refused(desk: Night, port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
        client.ehlo()
        code, _ = client.mail(ALICE, [f"size={receiver.LARGEST + 1}"])

    assert code == 552
    assert rows(desk) == []


def test_while_the_database_is_away_the_mail_stays_with_its_sender(
    desk: Night, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("SELECT", {}, OSError("gone"))

    to = address(desk)
    with monkeypatch.context() as patched:
        patched.setattr(receiver.Handler, "_keep", away)
        client = smtplib.SMTP("127.0.0.1", port, timeout=10)
        with client, pytest.raises(smtplib.SMTPDataError) as refused:
            client.sendmail(ALICE, [to], b"From: a@b\r\n\r\nACK\r\n")
    assert refused.value.smtp_code == 451

    deliver(port, desk, f"From: {ALICE}\r\nMessage-ID: <9@x>\r\n\r\nACK\r\n".encode())
    desk.run()
    assert escalation(desk) is State.ACKNOWLEDGED


def test_the_page_says_where_to_reply(desk: Night) -> None:
    task = desk.provider.tasks[0]
    mail = page_mail("itsm@example.org", ALICE, task.message, DOMAIN)

    assert mail["Reply-To"] == address(desk)
    assert "ACK takes it" in mail.get_content()
    assert page_mail("itsm@example.org", ALICE, task.message, "")["Reply-To"] is None
