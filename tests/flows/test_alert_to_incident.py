"""The table "alert to incident": one test for each of its cells."""

import pytest

from itsm.assets import queries as assets
from itsm.assets import service as cmdb
from itsm.assets.inputs import NewCi
from itsm.assets.models import RelationType
from itsm.desk import service as tickets
from itsm.desk.inputs import NewComment
from itsm.desk.models import Link, LinkType, Visibility
from itsm.incidents import service
from itsm.incidents.states import State
from itsm.kernel.access import SYSTEM, Permission
from itsm.monitoring import hosts
from itsm.monitoring import service as monitoring
from itsm.monitoring.models import Alert, UnmappedHost
from itsm.oncall import service as oncall
from tests.cast import Cast, actor_of, actor_without
from tests.flows.conftest import Desk


def alert_state(desk: Desk) -> str:
    with desk.house.work(SYSTEM, writes=False) as work:
        return work.session.query(Alert).one().state.value


def test_a_new_alert_opens_an_incident_and_pages(desk: Desk) -> None:
    desk.send()

    incident = desk.incident()
    assert (incident.state, incident.priority, incident.source.value) == (
        State.NEW,
        2,
        "monitoring",
    )
    assert desk.pages() == 1


def test_the_incident_hangs_on_the_ci_and_its_criticality_counts(desk: Desk, cast: Cast) -> None:
    with desk.house.work(SYSTEM) as work:
        new = {"class": "server", "name": "db-01", "criticality": "critical"}
        cmdb.create(work, NewCi.model_validate(new | {"owner_team": "network"}))
    desk.send()

    incident = desk.incident()
    assert (incident.priority, incident.team_id) == (1, cast.team)
    with desk.house.work(SYSTEM, writes=False) as work:
        assert [ci.name for ci in assets.of_tickets(work, [incident.id])[incident.id]] == ["db-01"]


def test_the_incident_hangs_on_the_service_too_and_takes_the_worst_criticality(
    desk: Desk, cast: Cast
) -> None:
    del cast
    with desk.house.work(SYSTEM) as work:
        low = {"class": "server", "name": "db-01", "criticality": "low"}
        top = {"class": "service", "name": "Checkout", "criticality": "critical"}
        server, service_ = (cmdb.create(work, NewCi.model_validate(one)) for one in (low, top))
        cmdb.relate_to(work, service_, RelationType.DEPENDS_ON, server)
    desk.send()

    incident = desk.incident()
    with desk.house.work(SYSTEM, writes=False) as work:
        linked = assets.of_tickets(work, [incident.id])[incident.id]
    assert {ci.name for ci in linked} == {"db-01", "Checkout"}
    assert incident.priority == 1


def test_news_opens_nothing(desk: Desk) -> None:
    desk.send(severity="info")

    assert desk.incidents() == []


def test_the_same_again_only_counts(desk: Desk) -> None:
    desk.send()
    answer = desk.send()

    assert answer["alerts"][0]["outcome"] == "updated"
    assert answer["alerts"][0]["incident"] == desk.incident().number
    assert desk.pages() == 1


def test_worse_raises_the_priority_and_pages_anew(desk: Desk) -> None:
    desk.send(severity="low")
    assert desk.incident().priority == 4
    desk.send(severity="critical")

    assert desk.incident().priority == 2
    desk.wait(minutes=1)
    assert desk.pages() == 2


def test_better_never_lowers_the_priority(desk: Desk) -> None:
    desk.send(severity="critical")
    desk.send(severity="low")

    assert desk.incident().priority == 2


def test_the_last_recovery_stops_paging_and_resolves_after_five_minutes(desk: Desk) -> None:
    desk.send()
    desk.send("resolved")
    assert desk.incident().state == State.NEW

    desk.wait(minutes=6)
    incident = desk.incident()
    assert (incident.state, incident.resolved_by_source) == (State.RESOLVED, True)
    assert desk.pages() == 1


def test_one_that_a_person_worked_on_is_theirs_to_resolve(desk: Desk) -> None:
    desk.send()
    note = NewComment(body="I look into it", visibility=Visibility.INTERNAL)
    desk.as_("alice", tickets.comment, note)
    desk.send("resolved")
    desk.wait(minutes=6)

    assert desk.incident().open


def test_back_within_the_quiet_time_stays_one_incident(desk: Desk) -> None:
    desk.send()
    desk.send("resolved")
    desk.wait(minutes=2)
    desk.send()
    desk.wait(minutes=10)

    assert desk.incident().state == State.NEW


def test_back_after_the_source_resolved_it_opens_it_again(desk: Desk) -> None:
    desk.send()
    desk.send("resolved")
    desk.wait(minutes=6)
    desk.send()

    incident = desk.incident()
    assert (incident.state, incident.reopened_count) == (State.NEW, 1)
    assert desk.pages() == 2


@pytest.mark.parametrize("hours", [30, 80])
def test_back_much_later_is_a_new_incident_that_names_the_old(desk: Desk, hours: int) -> None:
    desk.send()
    desk.send("resolved")
    desk.wait(minutes=6)
    desk.clock.advance(hours=hours)
    desk.work()
    desk.send()

    old, new = desk.incidents()
    with desk.house.work(SYSTEM, writes=False) as work:
        link = work.session.query(Link).one()
    assert (link.ticket_id, link.target_id, link.type) == (new.id, old.id, LinkType.RECURRENCE_OF)


def test_resolved_by_a_person_and_still_firing_comes_back_once_after_an_hour(desk: Desk) -> None:
    desk.send()
    desk.as_("alice", service.resolve, "restarted")
    for _ in range(6):
        desk.wait(minutes=9)
        desk.send()
    assert desk.incident().state == State.RESOLVED

    desk.wait(hours=2)
    assert (desk.incident().state, desk.incident().reopened_count) == (State.NEW, 1)


def test_whoever_is_paged_takes_it_everywhere_at_once(desk: Desk, cast: Cast) -> None:
    del cast
    desk.send()
    with desk.house.work(actor_of(desk.house, "alice")) as work:
        oncall.acknowledge(work, desk.incident().id)

    assert desk.incident().state == State.IN_PROGRESS
    assert alert_state(desk) == "acknowledged"
    assert not desk.incident().touched_by_person


def test_taking_the_incident_at_the_desk_stops_the_pages(desk: Desk) -> None:
    desk.send()
    desk.as_("bob", service.acknowledge)
    desk.wait(minutes=20)

    assert desk.pages() == 1
    assert alert_state(desk) == "acknowledged"


def test_what_nothing_came_of_pages_again(desk: Desk) -> None:
    desk.send()
    desk.as_("bob", service.acknowledge)
    desk.wait(minutes=31)

    assert alert_state(desk) == "open"
    assert desk.pages() == 2


def test_two_alerts_are_two_incidents_and_each_recovers_by_itself(desk: Desk) -> None:
    desk.send(name="disk")
    desk.send(name="load")
    desk.send("resolved", name="load")
    desk.wait(minutes=6)

    assert [incident.state for incident in desk.incidents()] == [State.NEW, State.RESOLVED]


def test_acknowledging_the_alert_takes_the_incident_and_stops_the_pages(desk: Desk) -> None:
    desk.send()
    with desk.house.work(actor_of(desk.house, "bob")) as work:
        monitoring.acknowledge(work, work.session.query(Alert).one())
    desk.work()
    desk.wait(minutes=20)

    assert desk.incident().state == State.IN_PROGRESS
    assert desk.pages() == 1


def test_an_acknowledgement_at_the_source_stops_the_pages(desk: Desk) -> None:
    event = {
        "routing_key": desk.key,
        "dedup_key": "srv01/mysql",
        "event_action": "trigger",
        "payload": {"summary": "disk full", "source": "srv01", "severity": "critical"},
    }
    client = desk.house.app.test_client()
    assert client.post("/v2/enqueue", json=event).status_code == 202
    desk.work()
    assert (
        client.post("/v2/enqueue", json=event | {"event_action": "acknowledge"}).status_code == 202
    )
    desk.work()
    desk.wait(minutes=20)

    assert desk.incident().state == State.IN_PROGRESS
    assert desk.pages() == 1


def test_a_name_given_to_a_ci_later_links_the_incident(desk: Desk, cast: Cast) -> None:
    del cast
    desk.send()
    with desk.house.work(SYSTEM) as work:
        ci = cmdb.create(work, NewCi.model_validate({"class": "server", "name": "database one"}))
        hosts.adopt(work, work.session.query(UnmappedHost).one(), ci)
    desk.work()

    incident = desk.incident()
    with desk.house.work(SYSTEM, writes=False) as work:
        assert [one.name for one in assets.of_tickets(work, [incident.id])[incident.id]] == [
            "database one"
        ]


def test_who_may_acknowledge_alerts_but_not_work_on_incidents_stops_the_pages_too(
    desk: Desk,
) -> None:
    desk.send()
    only_alerts = actor_without(desk.house, "bob", Permission.TICKET_TRANSITION)
    with desk.house.work(only_alerts) as work:
        monitoring.acknowledge(work, work.session.query(Alert).one())
    desk.work()
    desk.wait(minutes=20)

    assert alert_state(desk) == "acknowledged"
    assert desk.pages() == 1
