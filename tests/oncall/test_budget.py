"""A person is not flooded: what is over the budget goes with the next message, and none is lost."""

import pytest

from itsm.desk.models import Ticket
from itsm.notify import service as notify
from itsm.notify.channel import Outcome, OutcomeState
from itsm.notify.service import Task
from itsm.oncall import planning, service
from itsm.oncall.delivery import DeliveryState
from itsm.oncall.inputs import PolicyInput, StepInput
from itsm.oncall.models import Delivery
from tests.oncall.conftest import REFUSED, Night, new_ticket, wired

TWILIO = {
    "phone": "+4930123456",
    "account_sid": "AC" + "0" * 32,
    "auth_token": "0" * 32,
    "sender": "+14155550100",
}
CRITICAL, HIGH, MEDIUM = 1, 2, 3


@pytest.fixture
def storm(night: Night) -> list[int]:
    """Six incidents of medium priority, for all of which Alice is paged at the same instant."""
    return [page_for(night, MEDIUM, number) for number in range(2, 8)]


def page_for(night: Night, priority: int, number: int) -> int:
    with night.house.work() as work:
        ticket_id = new_ticket(work, night.cast, number)
        work.session.get_one(Ticket, ticket_id).priority = priority
        service.start(work, ticket_id, night.policy)
        return ticket_id


def deliveries(night: Night) -> list[Delivery]:
    with night.house.work(writes=False) as work:
        return work.session.query(Delivery).order_by(Delivery.id).all()


def bodies(night: Night) -> list[str]:
    return [task.message.body for task in night.provider.tasks]


def test_one_message_a_minute_and_the_next_bears_what_waited(
    night: Night, storm: list[int]
) -> None:
    del storm
    night.run()
    assert len(bodies(night)) == 1
    more = bodies(night)[0].splitlines()[1]
    assert more == "5 more: INC-3, INC-4, INC-5, INC-6, INC-7"


def test_what_comes_within_the_minute_waits_for_the_next_message(night: Night) -> None:
    night.policy = patient_policy(night)
    page_for(night, MEDIUM, 2)
    night.run()
    for number in (3, 4, 5, 6):
        page_for(night, HIGH, number)
    night.pass_minutes(0.9)
    assert len(bodies(night)) == 1

    night.pass_minutes(0.1)
    assert len(bodies(night)) == 2
    assert "3 more: INC-4, INC-5, INC-6" in bodies(night)[1]
    night.pass_minutes(10)
    assert len(bodies(night)) == 2


def test_whatever_was_carried_counts_as_told(night: Night, storm: list[int]) -> None:
    del storm
    night.run()

    assert {one.state for one in deliveries(night)} == {DeliveryState.ACCEPTED}


def test_a_new_critical_incident_goes_at_once_whatever_went_before(
    night: Night, storm: list[int]
) -> None:
    del storm
    night.run()
    page_for(night, CRITICAL, 20)
    page_for(night, CRITICAL, 21)
    night.run()

    assert [task.message.title.split(":")[0] for task in night.provider.tasks[1:]] == [
        "Critical",
        "Critical",
    ]


def test_a_critical_incident_takes_along_what_waits(night: Night) -> None:
    page_for(night, MEDIUM, 2)
    night.run()
    page_for(night, MEDIUM, 3)
    night.run()
    page_for(night, CRITICAL, 4)
    night.run()

    assert "1 more: INC-3" in bodies(night)[1]


def test_a_new_critical_incident_is_never_a_footnote(night: Night) -> None:
    page_for(night, MEDIUM, 2)
    page_for(night, CRITICAL, 3)
    night.run()

    assert len(bodies(night)) == 2
    assert "more" not in "".join(bodies(night))


def test_what_was_acknowledged_while_it_waited_is_not_told(night: Night) -> None:
    page_for(night, MEDIUM, 2)
    night.run()
    gone, left = page_for(night, MEDIUM, 3), page_for(night, MEDIUM, 4)
    night.run()
    with night.house.work() as work:
        service.finish(work, gone)
    night.pass_minutes(1)

    assert left
    assert bodies(night)[1].startswith("INC-4")
    assert "INC-3" not in bodies(night)[1]


def test_what_a_failed_message_carried_looks_for_another_way(
    night: Night, storm: list[int]
) -> None:
    night.provider.answers["email"] = REFUSED
    night.run()
    for seconds in (5, 20):
        night.pass_minutes(seconds / 60)

    alices, bobs = (
        [one for one in deliveries(night) if one.person_id == who]
        for who in (night.cast.alice, night.cast.bob)
    )
    assert {one.state for one in alices} == {DeliveryState.FAILED}
    assert len(alices) == len(bobs) == len(storm)


def test_a_try_without_an_answer_is_repeated_as_the_same_message(
    night: Night, storm: list[int]
) -> None:
    del storm
    night.provider.answers["email"] = Outcome(OutcomeState.SENT, "no answer")
    night.run()
    page_for(night, MEDIUM, 30)
    night.pass_minutes(5 / 60)

    first, second = night.provider.tasks[:2]
    assert first.message == second.message


def test_a_message_that_never_ends_does_not_keep_what_it_carries(
    night: Night, storm: list[int]
) -> None:
    with night.house.work() as work:
        lead, *others = work.session.query(Delivery).order_by(Delivery.id)
        for other in others:
            other.carried_by_id = lead.id
        lead.state, lead.sent_at = DeliveryState.SENT, work.now
        service.finish(work, storm[0])
    night.run()
    assert bodies(night) == []

    night.pass_minutes(2)
    night.pass_minutes(1)
    assert "3 more" in bodies(night)[1]


def test_what_was_to_go_with_a_page_that_was_taken_does_not_wait_for_it(
    night: Night, storm: list[int]
) -> None:
    night.provider.answers["email"] = REFUSED
    night.run()
    night.provider.answers.clear()
    with night.house.work() as work:
        service.finish(work, storm[0])
    night.pass_minutes(1)

    assert [body.splitlines()[0][:5] for body in bodies(night)] == ["INC-2", "INC-3"]
    assert "4 more: INC-4, INC-5, INC-6, INC-7" in bodies(night)[1]


@pytest.mark.parametrize("answer", [REFUSED, Outcome(OutcomeState.SENT, "no answer")])
def test_what_was_to_go_with_a_page_that_was_taken_while_it_failed_goes_by_itself(
    night: Night, storm: list[int], answer: Outcome
) -> None:
    def fail_once(task: Task) -> Outcome:
        outcome = night.provider(task)
        if len(night.provider.tasks) > 1:
            return outcome
        with night.house.work() as work:
            service.finish(work, storm[0])
        return answer

    night.house = wired(night.house, fail_once)
    night.run()
    night.pass_minutes(1)

    assert bodies(night)[1].startswith("INC-3")
    assert "5 more: INC-4, INC-5, INC-6, INC-7, INC-2 (over)" in bodies(night)[1]
    assert {one.person_id for one in deliveries(night)} == {night.cast.alice}


@pytest.mark.parametrize(("method", "most"), [("sms", 5), ("call", 3)])
def test_text_messages_and_calls_are_few_within_a_quarter_of_an_hour(
    night: Night, method: str, most: int
) -> None:
    night.policy = patient_policy(night)
    with night.house.work() as work:
        notify.add_contact(work, night.cast.alice, "twilio", "", TWILIO | {"method": method})
    for number in range(2, 16):
        page_for(night, MEDIUM, number)
        night.run()
        night.pass_minutes(1)
    assert len(bodies(night)) == most

    night.pass_minutes(1)
    assert len(bodies(night)) == most + 1
    assert "more: " in bodies(night)[-1]
    told = [one for one in deliveries(night) if one.state is DeliveryState.ACCEPTED]
    assert len(told) == 14


def test_people_and_channels_have_budgets_of_their_own(night: Night) -> None:
    with night.house.work() as work:
        for channel, settings in (("ntfy", {"topic": "alice"}), ("email", {"address": "a@b.org"})):
            notify.add_contact(work, night.cast.alice, channel, "", settings)
    page_for(night, MEDIUM, 2)
    night.run()

    assert sorted(night.provider.told) == ["a@b.org", "ntfy"]


def patient_policy(night: Night) -> int:
    """Return a policy that pages Alice alone and waits for hours."""
    with night.house.work() as work:
        step = StepInput(delay_min=600, people=[night.cast.alice])
        wanted = PolicyInput(name="Patient", steps=[step], fallback_id=night.cast.dana)
        return planning.create_policy(work, wanted).id
