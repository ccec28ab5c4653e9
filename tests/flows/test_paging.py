"""What a page brings about at its ticket, whoever was paged and whatever else they may do there."""

import re

import pytest

from itsm.desk.models import Ticket
from itsm.incidents.major import queries as majors
from itsm.incidents.major import service as major_incidents
from itsm.incidents.major.inputs import Declare
from itsm.incidents.models import Incident
from itsm.incidents.states import State
from itsm.kernel.access import SYSTEM, Permission
from itsm.kernel.errors import Denied
from itsm.monitoring.models import Alert
from itsm.monitoring.signal import Action
from itsm.monitoring.states import State as AlertState
from itsm.notify import service as notify
from itsm.oncall import planning, queries, responders
from itsm.oncall import service as oncall
from itsm.oncall.escalation import State as Stands
from itsm.oncall.inputs import PolicyInput, StepInput
from itsm.oncall.models import Escalation, Page, Policy
from itsm.people.models import Person, Team
from tests.cast import Browser, Cast, actor_of, actor_without
from tests.flows.conftest import Desk

SAID = {"resolution": "The disk was full", "alerts": "silence", "silence_until": "2026-03-03T10:00"}


@pytest.fixture
def charlie(desk: Desk) -> str:
    """The link of Charlie, a requester, whose help was asked for."""
    desk.send()
    return asked(desk, "alice", "charlie")


def asked(desk: Desk, username: str, whom: str) -> str:
    """Have somebody ask for the help of `whom`; return the link that they get."""
    ticket_id = desk.incident().id
    with desk.house.work(SYSTEM) as work:
        person = work.session.query(Person).filter_by(username=whom).one()
        notify.add_contact(work, person.id, "outbox", "", {})
    with desk.house.work(actor_of(desk.house, username)) as work:
        responders.ask_person(work, work.session.get_one(Ticket, ticket_id), person)
    desk.work()
    with desk.house.work(SYSTEM, writes=False) as work:
        page = work.session.query(Page).filter_by(person_id=person.id).one()
        return f"/p/{work.vault.open(page.token or b'')}"


def acknowledge(desk: Desk, username: str) -> None:
    ticket_id = desk.incident().id
    with desk.house.work(actor_of(desk.house, username)) as work:
        oncall.acknowledge(work, ticket_id)
    desk.work()


def stands(desk: Desk) -> set[Stands]:
    with desk.house.work(SYSTEM, writes=False) as work:
        return {row.state for row in work.session.query(Escalation)}


def keep_confidential(desk: Desk) -> None:
    ticket_id = desk.incident().id
    with desk.house.work(SYSTEM) as work:
        work.session.get_one(Ticket, ticket_id).confidential = True


@pytest.mark.parametrize("confidential", [False, True])
def test_whoever_is_paged_may_take_it_whatever_else_they_may_do(
    desk: Desk,
    charlie: str,
    confidential: bool,  # noqa: FBT001 - of the case
) -> None:
    if confidential:
        keep_confidential(desk)
    assert Browser(desk.house).post(f"{charlie}/acknowledge").status_code == 303
    desk.work()

    assert stands(desk) == {Stands.ACKNOWLEDGED}
    assert desk.alert().state is AlertState.ACKNOWLEDGED
    # By the system, since Charlie may not.
    assert desk.incident().state == State.IN_PROGRESS


def test_without_alerts_it_stays_new_when_somebody_takes_it_who_may_not_move_it(
    desk: Desk, charlie: str
) -> None:
    with desk.house.work(SYSTEM) as work:
        work.session.query(Alert).one().incident_id = None
    assert Browser(desk.house).post(f"{charlie}/acknowledge").status_code == 303
    desk.work()

    assert (stands(desk), desk.incident().state) == ({Stands.ACKNOWLEDGED}, State.NEW)


def test_whoever_takes_a_major_incident_that_they_may_not_see_works_on_it(
    desk: Desk, charlie: str
) -> None:
    keep_confidential(desk)
    with desk.house.work(SYSTEM) as work:
        major_incidents.declare(work, work.session.query(Incident).one(), Declare())
    assert Browser(desk.house).post(f"{charlie}/acknowledge").status_code == 303

    with desk.house.work(SYSTEM, writes=False) as work:
        at_work = majors.responders(work, desk.incident().id)
        assert [one.person.username for one in at_work] == ["charlie"]


def test_whoever_may_not_resolve_it_is_told_so_and_keeps_what_they_typed(
    desk: Desk, charlie: str
) -> None:
    phone = Browser(desk.house)
    answer = phone.post(f"{charlie}/resolve", SAID)

    assert answer.status_code == 422
    assert "you may not resolve this: hand it to a team" in answer.text
    assert "The disk was full</textarea>" in answer.text
    assert re.search(r'value="silence"\s+checked', answer.text)
    assert 'value="2026-03-03T10:00"' in answer.text
    assert desk.incident().open


def test_whoever_may_not_quiet_alerts_is_told_so(desk: Desk) -> None:
    desk.send()
    actor = actor_without(desk.house, "alice", Permission.ALERT_ACKNOWLEDGE)
    with desk.house.work(actor) as work:
        page = queries.page(work, work.session.query(Page.id).one()[0])
        with pytest.raises(Denied, match="you may not keep its alerts quiet"):
            oncall.report_resolution(work, page, "The disk was full", work.now)


def test_whoever_may_not_see_it_may_still_hand_it_over(
    desk: Desk, charlie: str, cast: Cast
) -> None:
    keep_confidential(desk)
    with desk.house.work(SYSTEM) as work:
        step = StepInput(delay_min=5, people=[cast.alice])
        wanted = PolicyInput(name="Theirs", steps=[step], fallback_id=cast.bob, team_id=cast.team)
        planning.create_policy(work, wanted)
    answer = Browser(desk.house).post(f"{charlie}/handover", {"team": "network", "reason": ""})

    assert answer.status_code == 303
    assert stands(desk) == {Stands.DONE, Stands.NOTIFIED}


def test_who_takes_it_and_hands_it_over_at_once_does_not_take_it_for_the_team(
    desk: Desk, cast: Cast
) -> None:
    desk.send()
    with desk.house.work(SYSTEM) as work:
        step = StepInput(delay_min=5, people=[cast.bob])
        wanted = PolicyInput(name="Theirs", steps=[step], fallback_id=cast.bob, team_id=cast.team)
        planning.create_policy(work, wanted)
        team = work.session.get_one(Team, cast.team)
    ticket_id = desk.incident().id
    with desk.house.work(actor_of(desk.house, "alice")) as work:
        oncall.acknowledge(work, ticket_id)
    # The worker has not yet heard of the acknowledgement.
    with desk.house.work(actor_of(desk.house, "alice")) as work:
        responders.hand_over(work, work.session.get_one(Ticket, ticket_id), team, "")
    desk.work()

    assert stands(desk) == {Stands.DONE, Stands.NOTIFIED}
    assert desk.alert().state is AlertState.OPEN
    acknowledge(desk, "bob")
    assert desk.alert().state is AlertState.ACKNOWLEDGED


def test_help_that_goes_quiet_does_not_open_alerts_that_somebody_has(desk: Desk) -> None:
    desk.send()
    acknowledge(desk, "alice")
    asked(desk, "alice", "bob")
    desk.wait(minutes=1)
    acknowledge(desk, "bob")
    desk.wait(minutes=29)
    assert desk.alert().state is AlertState.OPEN
    acknowledge(desk, "alice")
    desk.wait(minutes=1)

    assert stands(desk) == {Stands.ACKNOWLEDGED, Stands.NOTIFIED}
    assert desk.alert().state is AlertState.ACKNOWLEDGED


def test_after_the_quiet_alerts_are_theirs_who_had_them_though_help_is_wanted(desk: Desk) -> None:
    desk.say(Action.FIRE)
    acknowledge(desk, "alice")
    asked(desk, "alice", "bob")
    desk.say(Action.SUPPRESS)
    desk.say(Action.RELEASE)

    assert stands(desk) == {Stands.ACKNOWLEDGED, Stands.NOTIFIED}
    assert desk.alert().state is AlertState.ACKNOWLEDGED


def test_after_the_quiet_nobody_has_what_only_help_was_asked_for(desk: Desk) -> None:
    with desk.house.work(SYSTEM) as work:
        work.session.query(Policy).one().standard = None
    desk.say(Action.FIRE)
    asked(desk, "dana", "bob")
    desk.say(Action.SUPPRESS)
    desk.say(Action.RELEASE)

    assert desk.alert().state is AlertState.OPEN


def test_the_record_shows_of_all_paging_what_was_tried_and_who_is_next(desk: Desk) -> None:
    desk.send()
    asked(desk, "alice", "bob")
    record = Browser(desk.house, "dana").get(f"/incidents/{desk.incident().number}").text

    for name in ("Alice Archer", "Bob Baker"):
        assert f"<span>{name}, Outbox in the console: " in record
        assert f"Next: {name} " in record
