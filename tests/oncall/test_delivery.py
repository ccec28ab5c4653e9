"""What becomes of a page when providers fail: the next way or the next person, never silence."""

import pytest

from itsm.notify import queries as contacts
from itsm.notify import service as notify
from itsm.notify.channel import Outcome, OutcomeState
from itsm.notify.models import ContactMethod
from itsm.notify.service import Task
from itsm.oncall import planning, queries, service
from itsm.oncall.delivery import DeliveryState
from itsm.oncall.inputs import PolicyInput, StepInput
from itsm.platform.outbox import LEASE
from itsm.platform.runner import drain
from tests.notify.push_service import Subscriber
from tests.oncall.conftest import REFUSED, Night, wired

ALICE, BOB, DANA = (f"{name}@example.org" for name in ("alice", "bob", "dana"))
PUSH = {"topic": "alice-at-night"}
TIMED_OUT = Outcome(OutcomeState.SENT, "no answer")


def states(night: Night) -> list[DeliveryState]:
    with night.house.work() as work:
        (row,) = queries.running(work, night.ticket)
        return [one.state for one in queries.deliveries_of(work, row.id)]


def add_contact(night: Night, channel: str, settings: dict[str, str]) -> int:
    with night.house.work() as work:
        contact = notify.add_contact(work, night.cast.alice, channel, "", settings)
        return contact.id


def use_after(night: Night, contact_id: int, delay_min: int) -> None:
    with night.house.work() as work:
        notify.add_rule(work, contacts.contact(work, contact_id), delay_min)


def not_at_once(night: Night, contact_id: int) -> None:
    with night.house.work() as work:
        contact = contacts.contact(work, contact_id)
        notify.remove_rule(work, contact, contact.rules[0])


def test_a_person_without_rules_is_reached_by_mail(night: Night) -> None:
    night.start()

    assert night.provider.told == [ALICE]
    assert states(night) == [DeliveryState.ACCEPTED]


def test_every_contact_with_a_rule_at_once_is_used_at_once(night: Night) -> None:
    add_contact(night, "ntfy", PUSH)
    add_contact(night, "email", {"address": "alice@phone.example"})
    night.start()

    assert night.provider.told == ["ntfy", "alice@phone.example"]


def test_a_later_rule_is_used_later(night: Night) -> None:
    contact_id = add_contact(night, "ntfy", PUSH)
    use_after(night, contact_id, 3)
    night.start()
    assert night.provider.told == ["ntfy"]

    night.pass_minutes(3)
    assert night.provider.told == ["ntfy", "ntfy"]


def test_an_acknowledgement_cancels_later_rules(night: Night) -> None:
    contact_id = add_contact(night, "ntfy", PUSH)
    use_after(night, contact_id, 3)
    night.start()
    night.acknowledge_as("alice")
    night.pass_minutes(10)

    assert night.provider.told == ["ntfy"]
    assert states(night) == [DeliveryState.ACCEPTED, DeliveryState.CANCELLED]


def test_a_refused_delivery_is_tried_three_times_with_growing_waits(night: Night) -> None:
    night.provider.answers["email"] = REFUSED
    night.start()
    start = night.clock.now
    night.pass_minutes(5 / 60)
    night.pass_minutes(20 / 60)

    tries = [(at - start).total_seconds() for key, at in night.provider.asked if "-1-" in key]
    assert tries == [0, 5, 25]


def test_every_try_bears_the_same_key(night: Night) -> None:
    night.provider.answers["email"] = TIMED_OUT
    night.start()
    night.pass_minutes(5 / 60)
    keys = [key for key, _ in night.provider.asked]

    assert len(keys) == 2
    assert len(set(keys)) == 1


def test_when_the_last_way_fails_the_next_person_is_told_within_a_minute(night: Night) -> None:
    night.provider.answers["email"] = REFUSED
    night.start()
    for _ in range(6):
        night.pass_minutes(10 / 60)

    assert BOB in night.provider.told
    assert states(night)[0] is DeliveryState.FAILED


def test_a_browser_that_has_ended_is_tried_once_and_the_next_person_told(night: Night) -> None:
    add_contact(night, "webpush", Subscriber().settings())
    night.provider.answers["webpush"] = Outcome(OutcomeState.FAILED, "ended", gone=True)
    night.start()
    night.pass_minutes(1)
    channels = [task.channel for task in night.provider.tasks]

    assert channels.count("webpush") == 1
    assert BOB in night.provider.told


def test_an_ended_browser_is_passed_over_by_the_next_page(night: Night) -> None:
    contact_id = add_contact(night, "webpush", Subscriber().settings())
    with night.house.work() as work:
        work.session.get_one(ContactMethod, contact_id).gone_at = work.now
    night.start()

    assert night.provider.told == [ALICE]


def together(night: Night) -> None:
    """Have Alice and Bob told in one step, Bob by ntfy, and Dana after both."""
    with night.house.work() as work:
        notify.add_contact(work, night.cast.bob, "ntfy", "", {"topic": "bob"})
        steps = [
            StepInput(delay_min=30, people=[night.cast.alice, night.cast.bob]),
            StepInput(delay_min=30, people=[night.cast.dana]),
        ]
        wanted = PolicyInput(name="Together", steps=steps, fallback_id=night.cast.dana)
        night.policy = planning.create_policy(work, wanted).id


def test_whoever_was_told_has_their_time_though_a_colleague_cannot_be_reached(
    night: Night,
) -> None:
    together(night)
    night.provider.answers["email"] = REFUSED
    night.start()
    for _ in range(6):
        night.pass_minutes(10 / 60)
    assert night.provider.told.count(ALICE) == 3
    assert DANA not in night.provider.told

    night.pass_minutes(29)
    assert DANA in night.provider.told


def test_where_nobody_of_a_step_can_be_reached_the_next_is_told_at_once(night: Night) -> None:
    together(night)
    night.provider.answers = {"email": REFUSED, "ntfy": REFUSED}
    night.start()
    for _ in range(6):
        night.pass_minutes(10 / 60)

    assert DANA in night.provider.told


def test_a_later_way_is_used_at_once_when_an_earlier_one_fails(night: Night) -> None:
    night.provider.answers["ntfy"] = REFUSED
    add_contact(night, "ntfy", PUSH)
    mail = add_contact(night, "email", {"address": "alice@phone.example"})
    not_at_once(night, mail)
    use_after(night, mail, 60)
    night.start()
    for _ in range(6):
        night.pass_minutes(10 / 60)

    assert night.provider.told == ["ntfy", "ntfy", "ntfy", "alice@phone.example"]


def test_where_every_provider_fails_it_ends_all_the_same(night: Night) -> None:
    night.provider.answers = {"email": REFUSED}
    night.start()
    for _ in range(120):
        night.pass_minutes(1)
    told = len(night.provider.told)
    night.pass_minutes(24 * 60)

    assert len(night.provider.told) == told == 3 * 5
    assert DANA in night.provider.told


def test_a_worker_that_dies_while_it_sends_is_followed_by_one_that_sends_again(
    night: Night,
) -> None:
    with night.house.work() as work:
        service.start(work, night.ticket, night.policy)
    with pytest.raises(Killed):
        drain(wired(night.house, die_while_sending))
    night.clock.now += LEASE
    night.run()

    assert night.provider.told == [ALICE]
    assert states(night) == [DeliveryState.ACCEPTED]


class Killed(BaseException):
    """Stands for the end of a process: nothing in the product catches it."""


def die_while_sending(_: Task) -> Outcome:
    raise Killed
