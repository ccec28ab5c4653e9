"""A storm: one integration opens so many incidents that one stands for all that follow."""

import pytest
from sqlalchemy import func, select

from itsm.assets.models import Ci
from itsm.incidents import service as incident_verbs
from itsm.incidents.major.models import Major
from itsm.incidents.models import Incident
from itsm.incidents.states import State
from itsm.kernel.access import SYSTEM
from itsm.monitoring import integrations, service
from itsm.monitoring.correlation.models import AlertStorm
from itsm.monitoring.inputs import EditIntegration, NewIntegration
from itsm.monitoring.models import Alert, Integration
from itsm.monitoring.signal import Action, Severity, Signal
from itsm.oncall.models import Delivery, Page
from tests.assets.made import ci, runs_on
from tests.cast import Browser
from tests.flows.conftest import Desk

AFTER = 20


def fire(desk: Desk, first: int, count: int, *, host: str = "", source: str = "") -> None:
    """Have `count` alerts fire, each of a host of its own unless one is given."""
    say(desk, Action.FIRE, range(first, first + count), host, source)


def say(
    desk: Desk, action: Action, numbers: range, host: str = "", source: str = "Prometheus"
) -> None:
    with desk.house.work(SYSTEM) as work:
        found = work.session.query(Integration).filter_by(name=source or "Prometheus").one()
        signals = [
            Signal(
                action=action,
                source_key=f"k{number}",
                title=f"Host {number} is away",
                severity=Severity.HIGH,
                hosts=(host or f"host-{number}",),
            )
            for number in numbers
        ]
        service.receive(work, found, signals)
    desk.work()


def storm_of(desk: Desk) -> Incident:
    with desk.house.work(SYSTEM, writes=False) as work:
        query = select(Incident).join(AlertStorm, AlertStorm.ticket_id == Incident.id)
        return work.session.scalars(query.order_by(Incident.id.desc())).first() or pytest.fail(
            "there is no storm"
        )


def size(desk: Desk, incident: Incident) -> int:
    with desk.house.work(SYSTEM, writes=False) as work:
        query = select(func.count()).select_from(Alert).where(Alert.incident_id == incident.id)
        return work.session.scalar(query) or 0


def storms(desk: Desk) -> int:
    with desk.house.work(SYSTEM, writes=False) as work:
        return work.session.scalar(select(func.count()).select_from(AlertStorm)) or 0


def test_as_many_incidents_as_are_allowed_are_no_storm(desk: Desk) -> None:
    fire(desk, 0, AFTER)

    assert len(desk.incidents()) == AFTER
    assert storms(desk) == 0


def test_one_more_opens_a_major_incident_to_which_all_that_follows_belongs(desk: Desk) -> None:
    fire(desk, 0, AFTER + 1)
    fire(desk, 100, 30)

    incident = storm_of(desk)
    assert len(desk.incidents()) == AFTER + 1
    assert (incident.title, incident.priority) == ("Alert storm: Prometheus", 1)
    assert size(desk, incident) == 31
    assert {one.parent_id for one in desk.incidents()} == {None, incident.id}
    with desk.house.work(SYSTEM, writes=False) as work:
        assert work.session.get_one(Major, incident.id).active
    assert any("opened 20 incidents within 5 minutes" in text for text in desk.timeline(
        incident.number
    ))  # fmt: skip


def test_incidents_that_come_slowly_are_no_storm(desk: Desk) -> None:
    for place in range(AFTER + 5):
        fire(desk, place, 1)
        desk.clock.advance(seconds=16)

    assert storms(desk) == 0


def test_how_many_are_a_storm_is_the_integrations_to_say(desk: Desk) -> None:
    with desk.house.work(SYSTEM) as work:
        source = work.session.query(Integration).one()
        integrations.edit(work, source, EditIntegration(storm_after=3))
    fire(desk, 0, 4)
    assert storms(desk) == 1


def test_where_none_is_one_there_are_no_storms(desk: Desk) -> None:
    with desk.house.work(SYSTEM) as work:
        source = work.session.query(Integration).one()
        integrations.edit(work, source, EditIntegration(storm_after=None))
    fire(desk, 0, AFTER * 2)

    assert storms(desk) == 0


def test_another_integration_goes_on_opening_incidents(desk: Desk) -> None:
    with desk.house.work(SYSTEM) as work:
        integrations.add_integration(work, NewIntegration(kind="generic", name="Probes"))
    fire(desk, 0, AFTER + 5)
    fire(desk, 900, 1, source="Probes")

    assert len(desk.incidents()) == AFTER + 2


def test_the_storm_is_paged_for_once_and_its_children_no_more(desk: Desk) -> None:
    fire(desk, 0, AFTER + 20)
    desk.wait(minutes=1)
    with desk.house.work(SYSTEM, writes=False) as work:
        before = work.session.query(Page).count()
    fire(desk, 100, 50)
    desk.clock.advance(minutes=2)
    desk.work()

    with desk.house.work(SYSTEM, writes=False) as work:
        assert work.session.query(Page).count() == before == AFTER + 1
        waiting = work.session.query(Delivery).filter(Delivery.due_at > work.now)
        assert {one.page_id for one in waiting} <= {before}


@pytest.fixture
def shop(desk: Desk) -> dict[str, Ci]:
    """Two services, each on machines of its own."""
    with desk.house.work(SYSTEM) as work:
        made = {}
        for name in ("Checkout", "Payroll"):
            made[name] = ci(work, name, of="service")
            for number in range(3):
                machine = ci(work, f"{name.lower()}-{number}")
                runs_on(work, made[name], machine)
        return made


def test_each_service_that_it_reaches_is_paged_for_once(desk: Desk, shop: dict[str, Ci]) -> None:
    assert shop
    fire(desk, 0, AFTER + 1)
    desk.wait(minutes=1)
    incident = storm_of(desk)

    def pages() -> int:
        with desk.house.work(SYSTEM, writes=False) as work:
            query = work.session.query(Page).join(Page.escalation)
            return query.filter_by(ticket_id=incident.id).count()

    before = pages()
    for number in range(3):
        fire(desk, 200 + number, 1, host=f"checkout-{number}")
    assert pages() == before + 1
    fire(desk, 300, 1, host="payroll-1")
    assert pages() == before + 2

    told = desk.timeline(incident.number)
    assert "The storm reaches Checkout, by checkout-0" in told
    assert "The storm reaches Payroll, by payroll-1" in told


def test_its_page_tells_of_its_hosts(desk: Desk) -> None:
    fire(desk, 0, AFTER + 10)

    shown = Browser(desk.house, "alice").get(f"/incidents/{storm_of(desk).number}").text
    assert "10 alerts of 10 hosts" in shown
    assert "host-25" in shown


def test_it_is_over_ten_minutes_after_its_last_new_alert(desk: Desk) -> None:
    fire(desk, 0, AFTER + 1)
    desk.wait(minutes=9)
    fire(desk, 100, 1)
    desk.clock.advance(minutes=9, seconds=59)
    desk.work()
    number = storm_of(desk).number
    assert not any("storm is over" in text for text in desk.timeline(number))

    desk.clock.advance(seconds=1)
    desk.work()
    fire(desk, 200, 1)

    assert "The storm is over: 2 alerts of 2 hosts, and none new for 10 minutes" in desk.timeline(
        number
    )
    assert len(desk.incidents()) == AFTER + 2


def test_children_that_nobody_has_are_paged_for_when_it_is_over(desk: Desk) -> None:
    fire(desk, 0, AFTER + 1)
    say(desk, Action.RESOLVE, range(1, AFTER))
    desk.wait(minutes=30)

    with desk.house.work(SYSTEM, writes=False) as work:
        child = work.session.query(Alert.incident_id).filter_by(source_key="k0").scalar()
        pages = work.session.query(Page).join(Page.escalation)
        assert pages.filter_by(ticket_id=child).count() > 1


def test_when_all_has_recovered_it_resolves_and_no_line_is_said_of_each(desk: Desk) -> None:
    fire(desk, 0, AFTER + 40)
    lines = len(desk.timeline(storm_of(desk).number))
    say(desk, Action.RESOLVE, range(AFTER + 40))
    desk.wait(minutes=6)

    assert {one.state for one in desk.incidents()} == {State.RESOLVED}
    assert len(desk.timeline(storm_of(desk).number)) < lines + 5


def test_once_a_person_resolved_it_what_comes_opens_incidents_again(desk: Desk) -> None:
    fire(desk, 0, AFTER + 1)
    number = storm_of(desk).number
    with desk.house.work(SYSTEM) as work:
        incident = work.session.query(Incident).filter_by(number=number).one()
        incident_verbs.resolve(work, incident, "The core switch was restarted")
    desk.work()
    fire(desk, 100, 1)

    assert len(desk.incidents()) == AFTER + 2
