"""Important pages wake people by rules of their own; others wait for the end of quiet hours."""

from datetime import UTC, datetime

import pytest

from itsm.desk.models import Ticket
from itsm.kernel.errors import Denied
from itsm.notify import queries as contacts
from itsm.notify import service as notify
from itsm.oncall import outlook, planning, queries, responder_queries
from itsm.oncall.delivery import DeliveryState
from itsm.oncall.inputs import PolicyInput, StepInput
from tests.cast import Browser, actor_of
from tests.oncall.conftest import Night

AT_NIGHT = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
MORNING = datetime(2026, 3, 3, 6, 0, tzinfo=UTC)  # 07:00 in Berlin
CRITICAL, HIGH, MEDIUM = 1, 2, 3


@pytest.fixture
def night(night: Night) -> Night:
    """Alice: ntfy at once for other pages, and for important ones mail at once."""
    with night.house.work() as work:
        ntfy = notify.add_contact(work, night.cast.alice, "ntfy", "", {"topic": "alice"})
        mail = notify.add_contact(work, night.cast.alice, "email", "", {"address": "a@b.org"})
        notify.remove_rule(work, mail, mail.rules[0])
        notify.add_rule(work, mail, 0, important=True)
        assert [rule.important for rule in ntfy.rules] == [False]
    return night


def priority(night: Night, priority: int) -> None:
    with night.house.work() as work:
        work.session.get_one(Ticket, night.ticket).priority = priority


def be_quiet(night: Night) -> None:
    with night.house.work(actor_of(night.house, "alice")) as work:
        notify.set_quiet_hours(work, night.cast.alice, "22:00", "07:00")
    night.clock.now = AT_NIGHT


def lines(night: Night) -> list[outlook.Tried]:
    with night.house.work(writes=False) as work:
        (row,) = responder_queries.escalations_of(work, night.ticket)
        return outlook.tried(queries.deliveries_of(work, row.id))


@pytest.mark.parametrize(
    ("grave", "told"), [(CRITICAL, "a@b.org"), (HIGH, "a@b.org"), (MEDIUM, "ntfy")]
)
def test_critical_and_high_tickets_use_the_rules_for_important_pages(
    night: Night, grave: int, told: str
) -> None:
    priority(night, grave)
    night.start()

    assert night.provider.told == [told]


def test_a_step_that_is_marked_uses_them_too(night: Night) -> None:
    with night.house.work() as work:
        step = StepInput(delay_min=5, people=[night.cast.alice], important=True)
        wanted = PolicyInput(name="Grave", steps=[step], fallback_id=night.cast.dana)
        night.policy = planning.create_policy(work, wanted).id
    priority(night, MEDIUM)
    night.start()

    assert night.provider.told == ["a@b.org"]


def test_whoever_has_no_rules_of_a_kind_is_reached_by_the_others(night: Night) -> None:
    with night.house.work() as work:
        (ntfy, _) = contacts.contacts_of(work, night.cast.alice)
        notify.remove_rule(work, ntfy, ntfy.rules[0])
    priority(night, MEDIUM)
    night.start()

    assert night.provider.told == ["a@b.org"]


def test_in_quiet_hours_a_page_is_held_and_shown_as_held(night: Night) -> None:
    priority(night, MEDIUM)
    be_quiet(night)
    night.start()

    assert night.provider.told == []
    assert [(one.state, one.at) for one in lines(night)] == [(DeliveryState.HELD, MORNING)]
    assert lines(night)[0].words == "held by quiet hours until then"


def test_what_was_held_goes_when_they_end(night: Night) -> None:
    priority(night, MEDIUM)
    be_quiet(night)
    with night.house.work() as work:
        step = StepInput(delay_min=1440, people=[night.cast.alice])
        wanted = PolicyInput(name="Patient", steps=[step], fallback_id=night.cast.dana)
        night.policy = planning.create_policy(work, wanted).id
    night.start()
    night.clock.now = MORNING
    night.run()

    assert night.provider.told == ["ntfy"]


def test_the_next_person_is_told_while_a_page_is_held(night: Night) -> None:
    priority(night, MEDIUM)
    be_quiet(night)
    night.start()
    night.pass_minutes(5)

    assert night.provider.told == ["bob@example.org"]


def test_an_acknowledgement_cancels_what_is_held(night: Night) -> None:
    priority(night, MEDIUM)
    be_quiet(night)
    night.start()
    night.acknowledge_as("dana")
    night.pass_minutes(20)

    assert lines(night) == []
    assert "ntfy" not in night.provider.told


def test_important_pages_come_in_quiet_hours(night: Night) -> None:
    priority(night, HIGH)
    be_quiet(night)
    night.start()

    assert night.provider.told == ["a@b.org"]


def test_whoever_is_told_last_is_told_in_quiet_hours_too(night: Night) -> None:
    with night.house.work(actor_of(night.house, "dana")) as work:
        notify.set_quiet_hours(work, night.cast.dana, "22:00", "07:00")
    priority(night, MEDIUM)
    night.clock.now = AT_NIGHT
    night.start()
    for _ in range(40):
        night.pass_minutes(1)

    assert "dana@example.org" in night.provider.told


def test_i_set_and_clear_my_quiet_hours_on_my_page(night: Night) -> None:
    browser = Browser(night.house, "alice")
    assert browser.post("/oncall/me/quiet", {"starts": "22:00", "ends": "07:00"}).status_code == 303
    assert 'value="22:00"' in browser.get("/oncall/me").text

    assert browser.post("/oncall/me/quiet", {"starts": "", "ends": ""}).status_code == 303
    assert 'value="22:00"' not in browser.get("/oncall/me").text


@pytest.mark.parametrize(("starts", "ends"), [("22:00", ""), ("25:00", "07:00"), ("7:00", "7:00")])
def test_quiet_hours_have_two_different_ends(night: Night, starts: str, ends: str) -> None:
    answer = Browser(night.house, "alice").post(
        "/oncall/me/quiet", {"starts": starts, "ends": ends}
    )

    assert answer.status_code == 422


def test_i_add_a_rule_for_important_pages_on_my_page(night: Night) -> None:
    with night.house.work(writes=False) as work:
        ntfy, _ = contacts.contacts_of(work, night.cast.alice)
    browser = Browser(night.house, "alice")
    browser.post(f"/oncall/me/contacts/{ntfy.id}/rules", {"delay_min": "3", "important": "1"})

    assert f"Important pages: do not use {ntfy.label} after 3 min" in browser.get("/oncall/me").text


def test_nobody_sets_the_quiet_hours_of_somebody_else(night: Night) -> None:
    with night.house.work(actor_of(night.house, "bob")) as work, pytest.raises(Denied):
        notify.set_quiet_hours(work, night.cast.alice, "22:00", "07:00")
