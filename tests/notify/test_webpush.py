"""Web push: what the push service is handed, who can open it, and what its answers mean."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from pydantic import ValidationError

from itsm.kernel.access import SYSTEM
from itsm.kernel.work import Work
from itsm.notify import accounts, jobs, push_message, queries, service, webpush
from itsm.notify.channel import Message, Outcome, OutcomeState, Outside
from itsm.notify.channels import CHANNELS
from itsm.notify.channels.webpush import text_of
from itsm.notify.events import ContactGone
from itsm.notify.models import ContactMethod, ProviderAccount
from itsm.notify.providers import PushKey
from itsm.people import queries as people
from itsm.platform.house import House
from itsm.platform.http import Client
from itsm.platform.outbox import Payload
from tests.cast import Browser, Cast
from tests.notify.push_service import HOST, PushService, Subscriber, push_service

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = PushKey(private=push_message.new_key())
MESSAGE = Message("page-1-7", "Critical: Zahlungen ↓", "INC-1", "https://desk/p/x", "4821")


@pytest.fixture
def push(tmp_path: Path) -> Iterator[PushService]:
    with push_service(tmp_path) as running:
        yield running


@pytest.fixture
def me() -> Subscriber:
    return Subscriber()


@pytest.fixture
def alice(work: Work, cast: Cast) -> int:
    work.actor = people.actor(work, people.person(work, "alice"))
    return cast.alice


def outside(push: PushService, account: PushKey | None = KEY) -> Outside:
    return Outside(push.client, "https://desk.example.org", account=account, clock=lambda: NOON)


def send(push: PushService, me: Subscriber, message: Message = MESSAGE) -> Outcome:
    channel = CHANNELS["webpush"]
    return channel.send(channel.config.model_validate(me.settings()), message, outside(push))


def test_the_example_of_the_standard_comes_out_to_the_byte() -> None:
    # RFC 8291, appendix A.
    sender = push_message.private_key("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")
    receiver = push_message.unpacked(
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    )
    found = push_message.sealed(
        b"When I grow up, I want to be a watermelon",
        receiver,
        push_message.unpacked("BTBZMqHH6r4Tts7J_aSIgg"),
        sender=sender,
        salt=push_message.unpacked("DGv6ra1nlYgDCS1FRnbzlw"),
    )

    assert push_message.packed(found) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmY"
        "WAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexS"
        "gSxsj_Qulcy4a-fN"
    )


def test_the_browser_alone_opens_what_the_service_is_handed(
    push: PushService, me: Subscriber
) -> None:
    outcome = send(push, me)
    ((path, headers, body),) = push.asked
    said = json.loads(me.opened(body))

    assert (outcome.state, outcome.detail) == (OutcomeState.ACCEPTED, f"{HOST} accepted it")
    assert path == "/send/abc"
    assert (said["title"], said["link"], said["answer"]) == (
        "Critical: Zahlungen ↓",
        "https://desk/p/x",
        True,
    )
    assert (headers["TTL"], headers["Urgency"]) == ("3600", "high")
    assert headers["Content-Encoding"] == "aes128gcm"
    assert b"desk/p/x" not in body


def test_a_later_try_replaces_the_one_before_it(push: PushService, me: Subscriber) -> None:
    for key in ("page-1-7", "page-1-7", "page-1-8"):
        send(push, me, replace(MESSAGE, key=key))
    topics = [headers["Topic"] for _, headers, _ in push.asked]

    assert topics[0] == topics[1] != topics[2]
    assert {len(topic) for topic in topics} == {32}


def test_the_service_knows_by_the_signature_who_sends(push: PushService, me: Subscriber) -> None:
    send(push, me)
    scheme, _, rest = push.asked[0][1]["Authorization"].partition(" ")
    fields = dict(part.strip().split("=", 1) for part in rest.split(","))
    said, _, signature = fields["t"].rpartition(".")
    raw = push_message.unpacked(signature)
    key = push_message.point(push_message.unpacked(fields["k"]))
    key.verify(
        encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")),
        said.encode(),
        ec.ECDSA(SHA256()),
    )
    claims = json.loads(push_message.unpacked(said.split(".")[1]))

    assert scheme == "vapid"
    assert key == push_message.private_key(KEY.private).public_key()
    assert claims == {
        "aud": f"https://{HOST}",
        "exp": int(NOON.timestamp()) + 12 * 3600,
        "sub": "https://desk.example.org",
    }


@pytest.mark.parametrize("filling", ["x", "ü", "\x01", "😀"])
def test_a_long_message_is_cut_to_what_fits(
    push: PushService, me: Subscriber, filling: str
) -> None:
    message = replace(MESSAGE, title=filling * 300, body=filling * 6000)
    send(push, me, message)
    body = push.asked[0][2]

    assert len(body) <= 4096
    assert len(text_of(message)) > push_message.MOST_TEXT - 20
    assert json.loads(me.opened(body))["body"].endswith("…")


@pytest.mark.parametrize(
    ("status", "ended"), [(404, {"gone"}), (410, {"gone"}), (429, set()), (500, set())]
)
def test_an_answer_that_takes_nothing_is_a_failure(
    push: PushService, me: Subscriber, status: int, ended: set[str]
) -> None:
    push.status = status
    outcome = send(push, me)

    assert (outcome.state, outcome.gone) == (OutcomeState.FAILED, bool(ended))


def test_a_redirect_is_not_followed(push: PushService, me: Subscriber) -> None:
    push.status, push.away = 307, f"https://{HOST}/elsewhere"

    assert send(push, me).state is OutcomeState.FAILED
    assert len(push.asked) == 1


def test_addresses_of_inner_networks_are_not_called(me: Subscriber) -> None:
    channel = CHANNELS["webpush"]
    config = channel.config.model_validate(
        Subscriber(me.key, me.auth, "https://127.0.0.1:1/x").settings()
    )
    outcome = channel.send(config, MESSAGE, Outside(Client(), "https://desk", account=KEY))

    assert outcome.state is OutcomeState.FAILED


def test_without_a_key_nothing_is_sent(push: PushService, me: Subscriber) -> None:
    channel = CHANNELS["webpush"]
    config = channel.config.model_validate(me.settings())

    assert channel.send(config, MESSAGE, outside(push, None)).state is OutcomeState.FAILED
    assert push.asked == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "http://push.example.org/x"},
        {"endpoint": "https://user:word@push.example.org/x"},
        {"p256dh": "AAAA"},
        {"p256dh": base64.urlsafe_b64encode(b"\x04" + b"\x01" * 64).decode().rstrip("=")},
        {"p256dh": "not base64 at all"},
        {"auth": "AAAA"},
    ],
)
def test_what_is_no_subscription_is_refused(me: Subscriber, wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        CHANNELS["webpush"].config.model_validate(me.settings() | wrong)


def test_the_key_is_made_once_and_lies_sealed(work: Work, alice: int) -> None:
    del alice
    first = webpush.public_key(work)
    row = work.session.query(ProviderAccount).one()
    found = accounts.opened(work, "webpush")

    assert webpush.public_key(work) == first
    assert isinstance(found, PushKey)
    assert found.private.encode() not in row.config
    assert len(push_message.unpacked(first)) == push_message.POINT


def added(house: House, me: Subscriber) -> Browser:
    browser = Browser(house, "alice")
    browser.post("/oncall/me/push/key", {})
    assert browser.post("/oncall/me/push", me.settings() | {"label": "Laptop"}).status_code == 201
    return browser


def try_out(house: House, push: PushService) -> None:
    """Do the job of a test message against this push service."""
    effect = jobs.testing(outside(push))
    payload: Payload = {"contact_id": 1, "key": "test-1-1"}
    with house.work(SYSTEM) as work:
        task = effect.prepare(work, payload)
    assert task is not None
    outcome = effect.perform(task)
    with house.work(SYSTEM) as work:
        effect.record(work, payload, outcome)


@pytest.mark.usefixtures("cast")
def test_a_browser_is_added_and_tested(house: House, push: PushService, me: Subscriber) -> None:
    browser = added(house, me)
    try_out(house, push)
    page = browser.get("/oncall/me").text

    assert json.loads(me.opened(push.asked[0][2]))["title"] == "Test from the service desk"
    assert f"{HOST} accepted it" in page
    assert "Laptop" in page
    assert me.settings()["auth"] not in page


def test_a_browser_that_has_ended_is_said_so_and_passed_over(
    house: House, push: PushService, me: Subscriber, cast: Cast
) -> None:
    browser = added(house, me)
    push.status = 410
    try_out(house, push)
    with house.work(SYSTEM, writes=False) as work:
        (way,) = queries.ways(work, [cast.alice])[cast.alice]
    page = browser.get("/oncall/me").text

    assert way.channel == "email"
    assert "set it up again in that browser" in page
    assert "Ended" in page


def test_the_end_is_told_once(work: Work, alice: int, me: Subscriber) -> None:
    contact = service.add_contact(work, alice, "webpush", "", me.settings())
    ended = Outcome(OutcomeState.FAILED, "ended", gone=True)
    service.note_outcome(work, contact, ended)
    service.note_outcome(work, contact, ended)

    assert [type(event) for event in work.events].count(ContactGone) == 1


@pytest.mark.usefixtures("cast")
def test_a_browser_stands_once_and_renews_what_has_ended(house: House, me: Subscriber) -> None:
    browser = added(house, me)
    again = browser.post("/oncall/me/push", me.settings())
    with house.work(SYSTEM) as work:
        work.session.get_one(ContactMethod, 1).gone_at = NOON
    stale = browser.post("/oncall/me/push", me.settings())

    assert (again.status_code, stale.status_code) == (409, 410)
    assert again.json == {"error": "this browser is set up already"}


@pytest.mark.usefixtures("cast")
def test_what_is_no_subscription_is_named(house: House) -> None:
    answer = Browser(house, "alice").post("/oncall/me/push", {"endpoint": "x"})

    assert answer.status_code == 422
    assert sorted((answer.json or {})["fields"]) == ["auth", "endpoint", "p256dh"]


@pytest.mark.usefixtures("cast")
def test_the_page_offers_a_button_and_no_fields(house: House) -> None:
    page = Browser(house, "alice").get("/oncall/me?channel=webpush").text

    assert "Notify me in this browser" in page
    assert 'name="p256dh"' not in page


@pytest.mark.usefixtures("cast")
def test_the_service_worker_stands_at_the_root(house: House) -> None:
    answer = Browser(house, "alice").get("/sw.js")

    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert "notificationclick" in answer.text
