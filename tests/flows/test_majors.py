"""Whoever took the page of a major incident works on it."""

from itsm.incidents import queries
from itsm.incidents.major import queries as majors
from itsm.incidents.major import roles, service
from itsm.incidents.major.inputs import Declare
from itsm.kernel.access import SYSTEM
from itsm.notify import service as notify
from itsm.oncall import queries as oncall_queries
from itsm.oncall import responders
from itsm.oncall import service as oncall
from itsm.oncall.queries import PageFilter
from itsm.people.models import Person
from tests.cast import Cast, actor_of
from tests.flows.conftest import Desk


def acknowledge(desk: Desk, username: str) -> None:
    ticket_id = desk.incident().id
    with desk.house.work(actor_of(desk.house, username)) as work:
        oncall.acknowledge(work, ticket_id)
    desk.work()


def at_work(desk: Desk) -> list[str]:
    with desk.house.work(SYSTEM, writes=False) as work:
        found = majors.responders(work, desk.incident().id)
        return [one.person.username for one in found if one.left_at is None]


def test_whoever_acknowledges_the_page_joins(desk: Desk) -> None:
    desk.send()
    desk.as_("dana", service.declare, Declare())
    assert at_work(desk) == ["dana"]

    acknowledge(desk, "alice")

    assert set(at_work(desk)) == {"dana", "alice"}


def test_whoever_had_acknowledged_it_before_joins_when_it_is_declared(desk: Desk) -> None:
    desk.send()
    acknowledge(desk, "alice")

    desk.as_("dana", service.declare, Declare())

    assert set(at_work(desk)) == {"alice", "dana"}


def test_whoever_had_it_joins_though_they_have_asked_for_help_since(desk: Desk, cast: Cast) -> None:
    desk.send()
    acknowledge(desk, "alice")
    with desk.house.work(SYSTEM) as work:
        bob = work.session.get_one(Person, cast.bob)
        notify.add_contact(work, cast.bob, "outbox", "", {})
    desk.as_("alice", responders.ask_person, bob)

    desk.as_("dana", service.declare, Declare())
    assert set(at_work(desk)) == {"alice", "dana"}


def test_an_acknowledgement_of_any_other_incident_makes_no_responder(desk: Desk) -> None:
    desk.send()
    acknowledge(desk, "alice")

    assert at_work(desk) == []


def test_declaring_pages_nobody_by_itself(desk: Desk) -> None:
    def paged() -> int:
        with desk.house.work(SYSTEM, writes=False) as work:
            wanted = PageFilter(ticket_id=desk.incident().id)
            return len(oncall_queries.pages(work, wanted).items)

    desk.send(severity="high")
    before = paged()

    desk.as_("dana", service.declare, Declare())

    assert (desk.incident().priority, paged()) == (1, before)


def test_what_monitoring_resolves_is_over_for_employees_and_back_when_it_fires(
    desk: Desk,
) -> None:
    desk.send()
    with desk.house.work(SYSTEM) as work:
        service.declare(work, queries.by_id(work, desk.incident().id), Declare())

    def over() -> bool:
        with desk.house.work(SYSTEM, writes=False) as work:
            major = majors.of(work, desk.incident().id)
            assert major is not None
            return major.ended_at is not None

    desk.send("resolved")
    desk.wait(minutes=6)
    assert over()

    desk.send()
    assert not over()


def test_a_machine_that_declares_commands_nothing(desk: Desk) -> None:
    desk.send()
    with desk.house.work(SYSTEM) as work:
        incident = queries.by_id(work, desk.incident().id)
        service.declare(work, incident, Declare())
        assert majors.holders(work, incident.id) == {}
    desk.as_("dana", roles.join)
    assert at_work(desk) == ["dana"]
