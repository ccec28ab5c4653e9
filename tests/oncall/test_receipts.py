"""What providers tell later is shown honestly, and what did not arrive is told another way."""

from collections.abc import Callable
from itertools import permutations

import pytest

from itsm.notify import service as notify
from itsm.notify.channel import Outcome, OutcomeState
from itsm.notify.models import ContactMethod
from itsm.notify.service import Task
from itsm.oncall import outlook, queries, responder_queries
from itsm.oncall.delivery import DeliveryState
from itsm.oncall.models import Delivery
from itsm.platform.journal import JournalRow
from tests.cast import Browser
from tests.oncall.conftest import ACCEPTED, REFUSED, Night, wired
from tests.oncall.signed import PHONE, Twilio, set_up
from tests.oncall.test_budget import MEDIUM, page_for

BOB = "bob@example.org"


@pytest.fixture
def twilio(night: Night) -> Twilio:
    """Alice is reached by text message alone."""
    set_up(night.house)
    with night.house.work() as work:
        notify.add_contact(work, night.cast.alice, "sms", "", {"phone": PHONE})
    return Twilio(night.house)


def status(twilio: Twilio, night: Night, *said: str) -> None:
    key = night.provider.tasks[0].message.key
    for one in said:
        answer = twilio.post(f"/providers/twilio/status/{key}", MessageStatus=one)
        assert answer.status_code == 200
    night.run()


def first(night: Night) -> DeliveryState:
    with night.house.work(writes=False) as work:
        return work.session.query(Delivery).order_by(Delivery.id).first().state  # type: ignore[union-attr]


def words(night: Night) -> str:
    with night.house.work(writes=False) as work:
        (row,) = responder_queries.escalations_of(work, night.ticket)
        return outlook.tried(queries.deliveries_of(work, row.id))[0].words


def contact(night: Night) -> ContactMethod:
    with night.house.work(writes=False) as work:
        return work.session.query(ContactMethod).one()


def test_accepted_is_not_delivered_until_the_provider_says_so(night: Night, twilio: Twilio) -> None:
    night.start()
    assert words(night) == "accepted by the provider"
    assert contact(night).reached_at is None

    status(twilio, night, "queued", "sent")
    assert words(night) == "accepted by the provider"
    status(twilio, night, "delivered")
    assert words(night) == "delivered"
    assert contact(night).reached_at == night.clock.now


@pytest.mark.parametrize("order", list(permutations(["sent", "delivered", "undelivered"])))
def test_receipts_in_any_order_and_twice_end_as_delivered(
    night: Night, twilio: Twilio, order: tuple[str, ...]
) -> None:
    night.start()
    status(twilio, night, *order, *order)

    assert first(night) is DeliveryState.DELIVERED


def test_a_receipt_that_comes_twice_stands_once_on_the_timeline(
    night: Night, twilio: Twilio
) -> None:
    night.start()
    status(twilio, night, "delivered", "delivered")

    with night.house.work(writes=False) as work:
        rows = work.session.query(JournalRow).filter_by(name="page.delivery_tried").all()
        assert [row.data["state"] for row in rows] == ["accepted", "delivered"]  # type: ignore[call-overload,index] # an object


@pytest.mark.parametrize("said", ["undelivered", "failed"])
def test_what_did_not_arrive_is_told_to_the_next_person_at_once(
    night: Night, twilio: Twilio, said: str
) -> None:
    night.start()
    status(twilio, night, said)

    assert first(night) is DeliveryState.FAILED
    assert night.provider.told[1:] == [BOB]


def test_a_call_that_nobody_picks_up_is_told_another_way(night: Night) -> None:
    set_up(night.house)
    with night.house.work() as work:
        notify.add_contact(work, night.cast.alice, "voice", "", {"phone": PHONE})
        mail = notify.add_contact(work, night.cast.alice, "email", "", {"address": "a@b.org"})
        notify.remove_rule(work, mail, mail.rules[0])
        notify.add_rule(work, mail, 60)
    night.start()
    key = night.provider.tasks[0].message.key
    Twilio(night.house).post(f"/providers/twilio/status/{key}", CallStatus="no-answer")
    night.run()

    assert night.provider.told == ["voice", "a@b.org"]


def test_a_call_that_is_picked_up_is_answered(night: Night) -> None:
    set_up(night.house)
    with night.house.work() as work:
        notify.add_contact(work, night.cast.alice, "voice", "", {"phone": PHONE})
    night.start()
    key = night.provider.tasks[0].message.key
    Twilio(night.house).post(f"/providers/twilio/voice/{key}")

    assert words(night) == "answered"


def test_what_a_lost_message_carried_is_told_another_way_too(night: Night, twilio: Twilio) -> None:
    for number in (2, 3):
        page_for(night, MEDIUM, number)
    night.run()
    assert len(night.provider.tasks) == 1
    status(twilio, night, "undelivered")

    assert night.provider.told[1:] == [BOB]
    assert "1 more: INC-3" in night.provider.tasks[1].message.body


def test_a_receipt_that_is_faster_than_the_answer_is_kept(night: Night, twilio: Twilio) -> None:
    night.house = wired(night.house, with_receipt(night, twilio, "delivered", ACCEPTED))
    night.start()

    assert first(night) is DeliveryState.DELIVERED


def test_a_failure_after_a_receipt_of_arrival_does_not_undo_it(
    night: Night, twilio: Twilio
) -> None:
    night.house = wired(night.house, with_receipt(night, twilio, "delivered", REFUSED))
    night.start()
    night.pass_minutes(1)

    assert first(night) is DeliveryState.DELIVERED
    assert night.provider.told == ["sms"]


@pytest.mark.parametrize("answer", [ACCEPTED, Outcome(OutcomeState.SENT, "no answer")])
def test_what_a_message_carried_that_was_lost_before_its_answer_is_told_another_way(
    night: Night, twilio: Twilio, answer: Outcome
) -> None:
    night.house = wired(night.house, with_receipt(night, twilio, "undelivered", answer))
    for number in (2, 3):
        page_for(night, MEDIUM, number)
    night.run()

    assert night.provider.told == ["sms", BOB]
    assert "1 more: INC-3" in night.provider.tasks[1].message.body


def with_receipt(
    night: Night, twilio: Twilio, said: str, answer: Outcome
) -> Callable[[Task], Outcome]:
    """Return a provider whose receipt for a text message is faster than its answer."""

    def perform(task: Task) -> Outcome:
        outcome = night.provider(task)
        if task.channel != "sms":
            return outcome
        twilio.post(f"/providers/twilio/status/{task.message.key}", MessageStatus=said)
        return answer

    return perform


def test_a_receipt_after_the_acknowledgement_wakes_nobody(night: Night, twilio: Twilio) -> None:
    night.start()
    night.acknowledge_as("alice")
    status(twilio, night, "undelivered")

    assert night.provider.told == ["sms"]


def test_a_receipt_that_twilio_did_not_sign_is_refused(night: Night, twilio: Twilio) -> None:
    night.start()
    key = night.provider.tasks[0].message.key
    twilio.token = "7" * 32

    answer = twilio.post(f"/providers/twilio/status/{key}", MessageStatus="undelivered")
    assert answer.status_code == 403
    assert first(night) is DeliveryState.ACCEPTED


@pytest.mark.parametrize("key", ["page-1-99", "page-x", "test-99-1", "test-", "page-1-²"])
def test_a_receipt_for_what_there_is_not_changes_nothing(
    night: Night, twilio: Twilio, key: str
) -> None:
    night.start()

    answer = twilio.post(f"/providers/twilio/status/{key}", MessageStatus="failed")
    assert answer.status_code in {200, 403}
    assert first(night) is DeliveryState.ACCEPTED


def test_i_test_all_of_my_contacts_and_see_when_each_last_worked(
    night: Night, twilio: Twilio
) -> None:
    with night.house.work() as work:
        notify.add_contact(work, night.cast.alice, "outbox", "Console", {})
    browser = Browser(night.house, "alice")
    assert browser.post("/oncall/me/test").status_code == 303
    night.run()
    page = browser.get("/oncall/me").text
    assert page.count("Never reached yet") == 1
    assert "Last reached" in page

    sms = next(one for one in contacts(night) if one.channel == "sms")
    twilio.post(f"/providers/twilio/status/test-{sms.id}-1", MessageStatus="delivered")
    assert "Never reached yet" not in browser.get("/oncall/me").text


def contacts(night: Night) -> list[ContactMethod]:
    with night.house.work(writes=False) as work:
        return work.session.query(ContactMethod).all()
