"""Bringing others in: asking for help and handing over, and what those who were paged are told."""

import re
from collections.abc import Callable

import pytest

from itsm.desk.models import Ticket
from itsm.incidents.models import Incident
from itsm.kernel.errors import Denied, Invalid, Refused
from itsm.oncall import outlook, planning, queries, responder_queries, responders, service
from itsm.oncall.escalation import State
from itsm.oncall.inputs import PolicyInput, StepInput
from itsm.oncall.models import Delivery, Escalation, Page, PolicyVersion
from itsm.people.models import Person, Team
from tests.cast import Api, Browser, actor_of
from tests.oncall.conftest import Night, new_ticket

ALICE, BOB, DANA = (f"{name}@example.org" for name in ("alice", "bob", "dana"))
TWILIO = {
    "phone": "+4930123456",
    "account_sid": "AC" + "0" * 32,
    "auth_token": "0" * 32,
    "sender": "+14155550100",
    "method": "call",
}


@pytest.fixture
def team(night: Night) -> int:
    """The team `network`, whose policy pages Dana."""
    with night.house.work() as work:
        step = StepInput(delay_min=5, people=[night.cast.dana])
        planning.create_policy(
            work,
            PolicyInput(
                name="Databases", steps=[step], fallback_id=night.cast.bob, team_id=night.cast.team
            ),
        )
    return night.cast.team


def rows(night: Night) -> dict[str, Escalation]:
    with night.house.work() as work:
        found = work.session.query(Escalation).order_by(Escalation.id).all()
        return {queries.policy(work, row.policy_id)[0].name: row for row in found}


def ask(night: Night, username: str, whom: str) -> None:
    with night.house.work(actor_of(night.house, username)) as work:
        ticket = work.session.get_one(Ticket, night.ticket)
        person = work.session.query(Person).filter_by(username=whom).one()
        responders.ask_person(work, ticket, person)
    night.run()


def hand_over(night: Night, username: str, team_id: int, reason: str = "") -> None:
    with night.house.work(actor_of(night.house, username)) as work:
        ticket = work.session.get_one(Ticket, night.ticket)
        responders.hand_over(work, ticket, work.session.get_one(Team, team_id), reason)
    night.run()


def ask_team(night: Night, username: str, team_id: int) -> None:
    with night.house.work(actor_of(night.house, username)) as work:
        ticket = work.session.get_one(Ticket, night.ticket)
        responders.ask_team(work, ticket, work.session.get_one(Team, team_id))
    night.run()


def titles(night: Night, address: str) -> list[str]:
    told = zip(night.provider.told, night.provider.tasks, strict=True)
    return [task.message.title for to, task in told if to == address]


def phone_of(night: Night) -> tuple[Browser, str]:
    return Browser(night.house), night.provider.tasks[0].message.link.removeprefix(
        "http://desk.test"
    )


def test_whoever_has_taken_it_may_still_ask_somebody_in(night: Night) -> None:
    night.start()
    night.acknowledge_as("alice")
    ask(night, "alice", "bob")

    assert night.provider.told == [ALICE, BOB]
    assert titles(night, BOB) == ["Critical: Payments API answers 502 at checkout"]


def test_my_acknowledgement_does_not_silence_the_help_that_i_asked_for(night: Night) -> None:
    night.start()
    night.acknowledge_as("alice")
    ask(night, "alice", "bob")
    night.acknowledge_as("alice")
    assert rows(night)["Directly: bob"].state is State.NOTIFIED

    night.acknowledge_as("bob")
    assert rows(night)["Directly: bob"].state is State.ACKNOWLEDGED


def test_if_they_do_not_answer_whoever_asked_is_told(night: Night) -> None:
    night.start()
    night.acknowledge_as("alice")
    ask(night, "alice", "bob")
    for _ in range(12):
        night.pass_minutes(1)

    assert night.provider.told == [ALICE, BOB, BOB, ALICE]


def test_whoever_asked_is_told_of_their_own_ticket_alone(night: Night) -> None:
    night.start()
    ask(night, "alice", "bob")
    first = night.ticket
    with night.house.work() as work:
        night.ticket = new_ticket(work, night.cast, 2)
    ask(night, "dana", "bob")
    for _ in range(6):
        night.pass_minutes(1)
    with night.house.work() as work:
        (_, helping) = responder_queries.escalations_of(work, first)
        coming = outlook.coming_next(work, helping)
        assert coming
        assert coming.people == ("Alice Archer",)
    for _ in range(6):
        night.pass_minutes(1)

    with night.house.work() as work:
        last = work.session.query(Page).filter(Page.step == 1).join(Page.escalation)
        direct = last.filter(Escalation.asked_by_id.is_not(None)).order_by(Escalation.ticket_id)
        assert [page.person_id for page in direct] == [night.cast.alice, night.cast.dana]


def test_asking_that_is_refused_changes_nothing(night: Night) -> None:
    night.start()
    ask(night, "alice", "bob")
    Browser(night.house, "dana").post("/oncall/tickets/INC-1/responders", {"who": "p:bob"})

    with night.house.work() as work:
        policy = responder_queries.direct_policy(work, night.cast.bob)
        assert policy
        assert policy.current == 1
        assert work.session.query(PolicyVersion).filter_by(policy_id=policy.id).count() == 1


def test_somebody_who_did_not_answer_may_be_asked_anew_and_is_told_no_news_of_it(
    night: Night,
) -> None:
    night.start()
    ask(night, "alice", "bob")
    for _ in range(12):
        night.pass_minutes(1)
    assert rows(night)["Directly: bob"].state is State.EXHAUSTED
    night.provider.tasks.clear()
    ask(night, "dana", "bob")

    assert night.provider.told[-1] == BOB
    row = rows(night)["Directly: bob"]
    assert (row.state, row.asked_by_id) == (State.NOTIFIED, night.cast.dana)
    with night.house.work() as work:
        assert work.session.query(Delivery).filter(Delivery.said != "").count() == 0


def test_an_acknowledgement_at_the_source_leaves_help_wanted(night: Night) -> None:
    night.start()
    ask(night, "alice", "bob")
    with night.house.work() as work:
        service.acknowledge_for(work, night.ticket, "Zabbix")
    night.run()

    assert rows(night)["Network"].state is State.ACKNOWLEDGED
    assert rows(night)["Directly: bob"].state is State.NOTIFIED


def test_somebody_who_is_paged_for_it_already_is_not_asked_twice(night: Night) -> None:
    night.start()
    ask(night, "alice", "bob")

    with pytest.raises(Refused, match="already"):
        ask(night, "alice", "bob")


def test_somebody_without_a_way_to_reach_them_is_refused(night: Night) -> None:
    with night.house.work() as work:
        work.session.get_one(Person, night.cast.bob).email = ""
    night.start()

    with pytest.raises(Refused, match="cannot be reached"):
        ask(night, "alice", "bob")


def test_a_requester_pages_nobody(night: Night) -> None:
    night.start()

    with pytest.raises(Denied):
        ask(night, "charlie", "bob")


def test_what_is_over_needs_nobody(night: Night) -> None:
    with night.house.work() as work:
        ticket = work.session.get_one(Incident, night.ticket)
        ticket.state, ticket.open, ticket.resolved_at = "resolved", False, work.now

    with pytest.raises(Refused, match="over"):
        ask(night, "dana", "bob")


def test_handing_over_starts_the_teams_policy_and_ends_the_other(night: Night, team: int) -> None:
    night.start()
    hand_over(night, "alice", team, "it is the database")

    assert rows(night)["Network"].state is State.DONE
    assert rows(night)["Databases"].state is State.NOTIFIED
    assert night.provider.told == [ALICE, DANA]
    night.pass_minutes(4)
    assert night.provider.told == [ALICE, DANA]


def test_those_who_were_paged_are_told_of_the_hand_over_and_why(night: Night, team: int) -> None:
    night.start()
    night.pass_minutes(5)
    hand_over(night, "alice", team, "it is the database")
    night.pass_minutes(1)

    assert titles(night, BOB)[1:] == [
        "INC-1: handed over to Network by Alice Archer: it is the database"
    ]
    assert len(titles(night, ALICE)) == 1


def test_handing_over_again_to_who_has_it_is_refused(night: Night, team: int) -> None:
    night.start()
    hand_over(night, "alice", team)

    with pytest.raises(Refused, match="already"):
        hand_over(night, "alice", team)


def test_a_team_that_was_asked_to_help_may_take_over(night: Night, team: int) -> None:
    night.start()
    ask_team(night, "alice", team)
    hand_over(night, "alice", team)

    assert rows(night)["Network"].state is State.DONE
    row = rows(night)["Databases"]
    assert (row.state, row.asked_by_id) == (State.NOTIFIED, None)
    assert night.provider.told == [ALICE, DANA]
    with pytest.raises(Refused, match="already"):
        hand_over(night, "alice", team)


def test_a_team_that_helps_already_keeps_it_when_it_takes_over(night: Night, team: int) -> None:
    night.start()
    ask_team(night, "alice", team)
    night.acknowledge_as("dana")
    hand_over(night, "alice", team)

    row = rows(night)["Databases"]
    assert (row.state, row.acknowledged_by_id) == (State.ACKNOWLEDGED, night.cast.dana)


def test_a_team_that_no_policy_pages_cannot_take_over(night: Night) -> None:
    night.start()

    with pytest.raises(Refused, match="no escalation policy pages Network"):
        hand_over(night, "alice", night.cast.team)
    assert rows(night)["Network"].state is State.NOTIFIED


def test_one_policy_pages_a_team(night: Night, team: int) -> None:
    step = StepInput(delay_min=5, people=[night.cast.bob])
    wanted = PolicyInput(name="Other", steps=[step], fallback_id=night.cast.bob, team_id=team)

    with night.house.work() as work, pytest.raises(Invalid, match="Databases pages this team"):
        planning.create_policy(work, wanted)


def test_on_the_phone_help_is_two_taps_away(night: Night, team: int) -> None:
    assert team
    night.start()
    browser, link = phone_of(night)
    page = browser.get(link).text
    assert 'value="t:network"' in page
    assert "Hand to a team" in page

    answer = browser.post(f"{link}/responders", {"who": "t:network"})
    night.run()
    assert (answer.status_code, answer.location) == (303, link)
    assert "Databases: no answer yet" in " ".join(browser.get(link).text.split())
    assert night.provider.told == [ALICE, DANA]


def test_on_the_phone_it_is_handed_over_without_a_login(night: Night, team: int) -> None:
    assert team
    night.start()
    browser, link = phone_of(night)
    browser.post(f"{link}/handover", {"team": "network", "reason": ""})

    assert rows(night)["Network"].state is State.DONE
    assert rows(night)["Databases"].state is State.NOTIFIED


def test_on_the_phone_i_pass_it_on_once_however_often_i_tap(night: Night) -> None:
    night.start()
    browser, link = phone_of(night)
    for _ in range(3):
        assert browser.post(f"{link}/escalate").status_code == 303
    night.run()

    assert night.provider.told == [ALICE, BOB]


def test_a_wrong_name_is_said_and_nothing_is_sent(night: Night) -> None:
    night.start()
    browser, link = phone_of(night)
    browser.post(f"{link}/responders", {"who": "nobody-of-that-name"})

    assert 'class="banner"' in browser.get(link).text
    assert night.provider.told == [ALICE]


def test_an_agent_asks_and_hands_over_from_the_incident(night: Night, team: int) -> None:
    assert team
    night.start()
    browser = Browser(night.house, "bob")
    record = browser.get("/incidents/INC-1").text
    assert re.search(r'action="/oncall/tickets/INC-1/responders"', record)

    browser.post("/oncall/tickets/INC-1/responders", {"who": "p:dana"})
    browser.post("/oncall/tickets/INC-1/handover", {"team": "network", "reason": "theirs"})
    assert set(rows(night)) == {"Network", "Directly: dana", "Databases"}
    assert rows(night)["Directly: dana"].state is State.DONE


def test_a_program_asks_and_hands_over(night: Night, team: int, api: Callable[..., Api]) -> None:
    assert team
    night.start()
    desk = api("bob")
    asked = desk.post("/api/v1/incidents/INC-1/responders", {"person": "dana"})
    assert (asked.status_code, asked.json["policy"]) == (201, "Directly: dana")
    handed = desk.post("/api/v1/incidents/INC-1/handover", {"team": "network", "reason": "x"})
    assert (handed.status_code, handed.json["state"]) == (201, "notified")


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 422), ({"person": "bob", "team": "network"}, 422), ({"team": "none"}, 422)],
)
def test_a_program_is_told_what_is_wrong(
    night: Night, api: Callable[..., Api], body: dict[str, str], status: int
) -> None:
    assert night.ticket

    assert api("bob").post("/api/v1/incidents/INC-1/responders", body).status_code == status


def test_a_ticket_that_one_may_not_see_does_not_exist(night: Night) -> None:
    with night.house.work() as work:
        work.session.get_one(Ticket, night.ticket).confidential = True

    answer = Browser(night.house, "bob").post("/oncall/tickets/INC-1/responders", {"who": "p:dana"})
    assert answer.status_code == 404
