"""Queries hide what their reader may not read, whatever the route in front of them asks for."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from itsm.assets import imports, listing
from itsm.assets import queries as assets
from itsm.assets import service as cmdb
from itsm.assets.filters import Filters as CiFilters
from itsm.assets.import_plan import Action
from itsm.assets.models import Ci
from itsm.desk import queries as desk
from itsm.desk import service as tickets
from itsm.desk.models import Kind, LinkType, Ticket
from itsm.flows import frame
from itsm.kernel.access import SYSTEM, Permission
from itsm.kernel.errors import NotFound
from itsm.kernel.work import Work
from itsm.monitoring import listing as alerts
from itsm.monitoring import queries as monitoring
from itsm.monitoring.correlation import queries as correlation
from itsm.monitoring.correlation.matching import Rule
from itsm.monitoring.listing import Filters as AlertFilters
from itsm.monitoring.maintenance import queries as windows
from itsm.monitoring.maintenance import service as maintenance
from itsm.monitoring.maintenance.inputs import WindowInput
from itsm.oncall import queries as oncall
from itsm.oncall.queries import PageFilter
from itsm.people.models import Site
from itsm.platform.house import House
from itsm.tickets import queries as incidents
from itsm.tickets.filters import Filters
from tests.access import duty, world
from tests.access.world import World
from tests.cast import actor_of, actor_without

Blind = Callable[[Permission], AbstractContextManager[Work]]


@pytest.fixture
def made(house: House) -> World:
    return world.make(house)


def id_of(house: House, number: str) -> int:
    with house.work(SYSTEM, writes=False) as work:
        return desk.get(work, number).id


@pytest.fixture
def blind(house: House, made: World) -> Blind:
    """Look as the administrator of the desk with every right of theirs but one."""
    del made

    def look(permission: Permission) -> AbstractContextManager[Work]:
        return house.work(actor_without(house, "dana", permission))

    return look


CI_LOOKS: list[Callable[[Work, Ci], object]] = [
    lambda work, _: list(listing.everything(work, CiFilters())),
    lambda work, ci: assets.upstream(work, ci.id),
    lambda work, ci: assets.downstream(work, ci.id),
]


@pytest.mark.parametrize("look", CI_LOOKS)
def test_cis_are_not_listed_for_who_may_read_none(
    house: House, made: World, blind: Blind, look: Callable[..., object]
) -> None:
    with house.work(SYSTEM, writes=False) as work:
        ci = assets.get(work, made.ci)
        assert look(work, ci)

    with blind(Permission.CI_READ) as work:
        assert not look(work, ci)


def test_a_ci_that_one_may_not_read_does_not_exist(house: House, made: World, blind: Blind) -> None:
    with house.work(SYSTEM, writes=False) as work:
        ci_id = assets.get(work, made.ci).id

    with blind(Permission.CI_READ) as work:
        with pytest.raises(NotFound):
            assets.get(work, made.ci)
        with pytest.raises(NotFound):
            assets.by_id(work, ci_id)
        with pytest.raises(NotFound):
            cmdb.add_alias(work, ci_id, "elsewhere")


def test_an_import_does_not_tell_of_cis_that_one_may_not_read(made: World, blind: Blind) -> None:
    with blind(Permission.CI_READ) as work:
        steps = imports.run_text(work, f"number,name\n{made.ci},db-02\n".encode(), dry_run=True)

    assert steps[0].action is Action.REJECT


def test_a_ci_shows_the_tickets_of_its_readers_desk_alone(house: House, made: World) -> None:
    with house.work(SYSTEM) as work:
        ci = assets.get(work, made.ci)
        for case in ("plain", "hr"):
            cmdb.link(work, incidents.get(work, made.numbers[case]), ci.id)
        ci_id = ci.id

    with house.work(actor_of(house, "alice"), writes=False) as work:
        found = assets.open_tickets(work, ci_id)
        assert [ticket.number for ticket in found] == [made.numbers["plain"]]


def test_numbers_and_relations_of_hidden_tickets_are_hidden(house: House, made: World) -> None:
    with house.work(SYSTEM) as work:
        ours, theirs = (desk.get(work, made.numbers[case]) for case in ("plain", "hr"))
        tickets.relate(work, ours, theirs, LinkType.RELATED_TO)
        ids = [ours.id, theirs.id]

    with house.work(actor_of(house, "alice"), writes=False) as work:
        ours = desk.get(work, made.numbers["plain"])
        assert list(desk.numbers(work, ids).values()) == [ours.number]
        assert desk.related(work, ours) == []


def test_counts_hold_what_their_reader_may_read(house: House, made: World) -> None:
    del made
    for name, most in (("charlie", 2), ("erin", 4), ("hana", 3), ("alice", 3)):
        with house.work(actor_of(house, name), writes=False) as work:
            assert incidents.counts(work, [Filters()], 99, Kind.INCIDENT) == [most], name
            assert frame.counts(work)["incidents"] == most, name


def test_an_incident_that_one_may_not_read_cannot_be_had_by_its_id(
    house: House, made: World
) -> None:
    hidden = id_of(house, made.numbers["hr"])

    with house.work(actor_of(house, "alice")) as work, pytest.raises(NotFound):
        incidents.by_id(work, Ticket, hidden)


def test_the_children_of_a_hidden_parent_are_not_found_by_it(house: House, made: World) -> None:
    parent = made.numbers["hr"]
    with house.work(SYSTEM) as work:
        desk.get(work, made.numbers["plain"]).parent_id = desk.get(work, parent).id

    with house.work(actor_of(house, "alice"), writes=False) as work:
        assert incidents.page(work, Filters(parent=parent), Kind.INCIDENT).items == []


ALERT_LOOKS: list[Callable[[Work], object]] = [
    lambda work: alerts.page(work, AlertFilters()).items,
    monitoring.active_count,
]


@pytest.mark.parametrize("look", ALERT_LOOKS)
def test_alerts_are_for_who_may_read_them(
    house: House, blind: Blind, look: Callable[[Work], object]
) -> None:
    alert_id = duty.fire(house)
    with house.work(SYSTEM, writes=False) as work:
        assert look(work)

    with blind(Permission.ALERT_READ) as work:
        assert not look(work)
        with pytest.raises(NotFound):
            monitoring.alert(work, alert_id)


def test_a_rule_is_tried_on_alerts_that_one_may_read(house: House, blind: Blind) -> None:
    duty.fire(house)
    rule = Rule(id=0, tests=(), group_by=("source",), window_min=60)
    with house.work(SYSTEM, writes=False) as work:
        assert correlation.tried(work, rule).of == 1

    with blind(Permission.ALERT_READ) as work:
        assert correlation.tried(work, rule).of == 0


def test_a_window_names_the_cis_of_its_site_that_one_may_read(
    house: House, made: World, blind: Blind
) -> None:
    with house.work(SYSTEM) as work:
        site = work.add(Site(key="berlin", name="Berlin", zone="Europe/Berlin"))
        assets.get(work, made.ci).site_id = site.id
        here = work.now.replace(tzinfo=None)
        wanted = WindowInput(
            title="Cooling",
            zone="Europe/Berlin",
            starts=here,
            ends=here + timedelta(hours=9),
            sites=("berlin",),
        )
        window_id = maintenance.save(work, wanted).id
        assert windows.cover(work, windows.window(work, window_id)).cis

    with blind(Permission.CI_READ) as work:
        assert not windows.cover(work, windows.window(work, window_id)).cis


def test_pages_of_hidden_tickets_are_for_who_was_paged(house: House, made: World) -> None:
    duty.page(house, "hana", made.numbers["hr"])

    for name, found in (("hana", 1), ("alice", 0)):
        with house.work(actor_of(house, name), writes=False) as work:
            assert len(oncall.pages(work, PageFilter()).items) == found, name
