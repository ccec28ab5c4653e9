"""What an escalation does in rows and timers, on both databases."""

import pytest

from itsm.kernel.errors import Denied, Refused
from itsm.notify import service as notify
from itsm.oncall import queries, service
from itsm.oncall.escalation import State
from itsm.oncall.models import Escalation
from itsm.platform import timers
from tests.cast import actor_of
from tests.oncall.conftest import Night

ALICE, BOB, DANA = (f"{name}@example.org" for name in ("alice", "bob", "dana"))


def escalation(night: Night) -> Escalation:
    with night.house.work() as work:
        found = queries.escalation_of(work, night.ticket, night.policy)
        assert found
        return found


def test_the_first_person_is_told_at_once(night: Night) -> None:
    night.start()

    assert night.provider.told == [ALICE]


def test_the_message_says_what_and_how_to_answer(night: Night) -> None:
    night.start()
    message = night.provider.tasks[0].message

    assert message.title == "Critical: Payments API answers 502 at checkout"
    assert message.body == "INC-1 · since 13:00 CET"
    assert message.link.startswith("http://desk.test/p/pg_")


def test_the_next_person_is_told_when_nobody_answers(night: Night) -> None:
    night.start()
    night.pass_minutes(4.9)
    assert night.provider.told == [ALICE]

    night.pass_minutes(0.1)
    assert night.provider.told == [ALICE, BOB]


def test_after_the_last_loop_the_fallback_is_told_once(night: Night) -> None:
    night.start()
    for _ in range(60):
        night.pass_minutes(1)

    assert night.provider.told == [ALICE, BOB, ALICE, BOB, DANA]
    assert escalation(night).state is State.EXHAUSTED


def test_a_fallback_is_not_told_while_it_is_held_and_all_begins_anew_after_that(
    night: Night,
) -> None:
    with night.house.work() as work:
        ntfy = notify.add_contact(work, night.cast.dana, "ntfy", "", {"topic": "dana"})
        notify.remove_rule(work, ntfy, ntfy.rules[0])
        notify.add_rule(work, ntfy, 5)
    night.start()
    for _ in range(31):
        night.pass_minutes(1)
    assert escalation(night).state is State.EXHAUSTED
    with night.house.work() as work:
        service.hold(work, night.ticket)
    night.pass_minutes(60)
    assert night.provider.told == [ALICE, BOB, ALICE, BOB]

    with night.house.work() as work:
        service.resume(work, night.ticket)
    night.run()
    assert night.provider.told[4:] == [ALICE]


def test_paging_that_has_told_everybody_is_not_held(night: Night) -> None:
    night.start()
    for _ in range(60):
        night.pass_minutes(1)
    with night.house.work() as work:
        service.hold(work, night.ticket)

    assert escalation(night).held_at is None


def test_whoever_is_told_last_can_still_take_it(night: Night) -> None:
    night.start()
    for _ in range(60):
        night.pass_minutes(1)
    night.acknowledge_as("dana")

    assert escalation(night).state is State.ACKNOWLEDGED


def test_an_acknowledgement_stops_the_paging(night: Night) -> None:
    night.start()
    night.acknowledge_as("alice")
    night.pass_minutes(29)

    assert night.provider.told == [ALICE]
    assert escalation(night).acknowledged_by_id == night.cast.alice


def test_an_acknowledgement_withdraws_what_was_not_sent_yet(night: Night) -> None:
    with night.house.work() as work:
        service.start(work, night.ticket, night.policy)
    night.acknowledge_as("alice")
    night.run()

    assert night.provider.told == []


def test_a_forgotten_acknowledgement_begins_anew(night: Night) -> None:
    night.start()
    night.acknowledge_as("alice")
    night.pass_minutes(30)

    assert night.provider.told == [ALICE, ALICE]


def test_acknowledging_twice_announces_it_once(night: Night) -> None:
    night.start()
    night.acknowledge_as("alice")
    with night.house.work(actor_of(night.house, "bob")) as work:
        service.acknowledge(work, night.ticket)

        assert work.events == []


def test_whoever_was_not_paged_and_may_not_acknowledge_is_refused(night: Night) -> None:
    night.start()

    with pytest.raises(Denied):
        night.acknowledge_as("charlie")


def test_a_machine_cannot_take_it(night: Night) -> None:
    night.start()

    with night.house.work() as work, pytest.raises(Refused):
        service.acknowledge(work, night.ticket)


def test_nothing_can_be_acknowledged_where_nobody_is_paged(night: Night) -> None:
    with pytest.raises(Refused):
        night.acknowledge_as("alice")


def test_a_ticket_that_needs_nobody_pages_nobody(night: Night) -> None:
    night.start()
    night.finish()
    night.pass_minutes(60)

    _, news = night.provider.tasks
    assert (news.message.title, night.provider.told) == ("INC-1: it is over", [ALICE, ALICE])
    assert escalation(night).state is State.DONE


def test_starting_what_is_under_way_changes_nothing(night: Night) -> None:
    night.start()
    night.start()

    assert night.provider.told == [ALICE]


def test_starting_what_had_ended_begins_anew(night: Night) -> None:
    night.start()
    night.finish()
    night.start()

    assert night.provider.told == [ALICE, ALICE]


def test_becoming_worse_takes_the_acknowledgement_back(night: Night) -> None:
    night.start()
    night.acknowledge_as("alice")
    with night.house.work() as work:
        service.restart(work, night.ticket)
    night.run()

    assert night.provider.told == [ALICE, ALICE]
    assert escalation(night).acknowledged_by_id is None


def test_a_pause_of_the_engine_runs_one_step_and_says_how_late_it_was(night: Night) -> None:
    night.start()
    night.clock.advance(hours=3)
    with night.house.work() as work:
        service.advance(work, escalation(night).id)

        (paged,) = [event for event in work.events if event.name == "page.triggered"]
        assert getattr(paged, "late_s") == 175 * 60  # noqa: B009 - a field of one kind of event


def test_a_clock_that_jumps_back_pages_nobody_twice(night: Night) -> None:
    night.start()
    night.clock.advance(hours=-1)
    night.run()
    night.pass_minutes(60)

    assert night.provider.told == [ALICE]


def test_the_timer_stands_where_the_row_says(night: Night) -> None:
    night.start()
    row = escalation(night)
    with night.house.work(writes=False) as work:
        assert timers.due_at(work, service.TIMER, str(row.id)) == row.due_at
