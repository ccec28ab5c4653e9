"""Checks within a verb or a page, met by somebody who holds every other right.

A route asks for one permission; what is done behind it may ask for another, or ask again of the
thing at hand. Here stands each such check for which no other test has the one right person.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy import select

from itsm.assets import imports
from itsm.assets import queries as assets
from itsm.assets import service as cmdb
from itsm.desk import queries as desk
from itsm.desk import service as tickets
from itsm.desk.inputs import NewView
from itsm.flows import paging, panels
from itsm.incidents import queries, service
from itsm.incidents.events import IncidentStarted
from itsm.incidents.inputs import OpenIncident
from itsm.incidents.major import standing
from itsm.kernel.access import SYSTEM, Permission
from itsm.kernel.errors import Denied, NotFound
from itsm.kernel.work import Work
from itsm.monitoring.models import Alert
from itsm.notify import service as notify
from itsm.oncall import planning
from itsm.oncall import queries as oncall
from itsm.oncall import service as escalations
from itsm.oncall.escalation import State as Stands
from itsm.oncall.inputs import OverrideInput
from itsm.oncall.models import Escalation, Page
from itsm.oncall.rota import Change
from itsm.people import queries as people
from itsm.people import service as accounts
from itsm.people.models import TokenScope
from itsm.platform.house import House
from itsm.tickets import record
from tests.access import duty, world
from tests.access.world import World
from tests.cast import Api, actor_without

Lacking = Callable[..., AbstractContextManager[Work]]


@pytest.fixture
def made(house: House) -> World:
    return world.make(house)


@pytest.fixture
def lacking(house: House, made: World) -> Lacking:
    """Act as somebody with all of their rights but these."""
    del made

    def act(username: str, *permissions: Permission) -> AbstractContextManager[Work]:
        return house.work(actor_without(house, username, *permissions))

    return act


def test_a_dry_run_of_an_import_is_an_import(lacking: Lacking) -> None:
    with lacking("dana", Permission.CI_IMPORT) as work, pytest.raises(Denied, match="ci:import"):
        imports.run_text(work, b"name\ndb-09\n", dry_run=True)


def test_an_alias_is_an_edit_of_the_ci(lacking: Lacking, made: World) -> None:
    with lacking("dana", Permission.CI_EDIT) as work:
        ci = assets.get(work, made.ci)
        with pytest.raises(Denied, match="ci:edit"):
            cmdb.add_alias(work, ci.id, "database")


def test_following_a_ticket_needs_reading_it(house: House, made: World, lacking: Lacking) -> None:
    with house.work(SYSTEM, writes=False) as work:
        hidden = desk.get(work, made.numbers["hr"])
    with lacking("alice") as work, pytest.raises(Denied, match="ticket:watch"):
        tickets.watch(work, hidden, people.person(work, "alice"))


def test_a_view_for_all_is_for_agents_to_share(lacking: Lacking) -> None:
    with lacking("charlie") as work, pytest.raises(Denied, match="ticket:update"):
        tickets.save_view(work, "incidents", NewView(name="Mine", query="", shared=True), {})


def test_a_reader_is_not_told_who_else_follows(house: House, made: World) -> None:
    hana = Api(house, "hana")

    assert hana.get(f"/api/v1/incidents/{made.numbers['watched']}").status_code == 200
    answer = hana.get(f"/api/v1/incidents/{made.numbers['watched']}/watchers")
    assert answer.status_code == 403


def test_a_reader_is_offered_no_steps(lacking: Lacking, made: World) -> None:
    with lacking("hana") as work:
        assert record.show(work, made.numbers["watched"]).steps == frozenset()
    with lacking("alice") as work:
        assert record.show(work, made.numbers["watched"]).steps


def test_who_may_not_run_a_major_incident_is_not_offered_to(lacking: Lacking, made: World) -> None:
    for permissions, runs in (((), True), ((Permission.INCIDENT_MAJOR,), False)):
        with lacking("otto", *permissions) as work:
            now = standing.of(work, queries.get(work, made.numbers["plain"]))
            assert now is None or now.runs is runs


NEW: list[tuple[Permission, dict[str, object]]] = [
    (Permission.TICKET_CREATE, {}),
    (Permission.TICKET_ASSIGN, {"assignee": "alice"}),
    (Permission.TICKET_ASSIGN, {"team": "network"}),
]


@pytest.mark.parametrize(("permission", "more"), NEW)
def test_opening_asks_for_all_that_it_does(
    lacking: Lacking, permission: Permission, more: dict[str, object]
) -> None:
    new = OpenIncident.model_validate({"title": "Printer on fire"} | more)
    with lacking("alice", permission) as work, pytest.raises(Denied, match=permission):
        service.open_(work, new)


def test_opening_under_a_parent_is_a_link(lacking: Lacking, made: World) -> None:
    new = OpenIncident(title="Printer on fire", parent=made.numbers["plain"])
    with lacking("alice", Permission.TICKET_LINK) as work, pytest.raises(Denied, match="link"):
        service.open_(work, new)


def test_keeping_alerts_quiet_on_resolving_needs_the_right_to(
    lacking: Lacking, made: World
) -> None:
    with lacking("alice", Permission.ALERT_ACKNOWLEDGE) as work:
        incident = queries.get_to_change(work, made.numbers["plain"])
        with pytest.raises(Denied, match="alert:acknowledge"):
            service.resolve(work, incident, "", silence_until=work.now + timedelta(days=1))


def test_quiet_hours_are_ones_own(lacking: Lacking) -> None:
    with lacking("alice") as work, pytest.raises(Denied, match="contact:edit"):
        notify.set_quiet_hours(work, people.person(work, "otto").id, "22:00", "07:00")


def test_others_shifts_need_the_right_to_edit(house: House, lacking: Lacking) -> None:
    with house.work(SYSTEM) as work:
        alice, susan = (people.person(work, name).id for name in ("alice", "susan"))
        row = planning.always_on_call(work, "Network", [alice, susan], zone="UTC", since=work.now)
        day = work.now.replace(tzinfo=None)
        wanted = OverrideInput(
            change=Change.REPLACE,
            starts=day,
            ends=day + timedelta(hours=4),
            zone="UTC",
            person_id=susan,
            replaces_id=alice,
        )
        schedule_id = row.id
    with lacking("otto") as work:
        schedule = oncall.schedule(work, schedule_id)
        with pytest.raises(Denied, match="oncall:edit"):
            planning.override(work, schedule, wanted)
    with house.work(SYSTEM) as work:
        planning.override(work, oncall.schedule(work, schedule_id), wanted)
    with lacking("otto") as work:
        change = oncall.schedule(work, schedule_id).overrides[0]
        with pytest.raises(Denied, match="oncall:edit"):
            planning.remove_override(work, change)


@pytest.fixture
def paged(house: House, made: World) -> int:
    """Have otto paged for the ticket `plain`, behind which an alert is; return its id."""
    alert_id = duty.fire(house)
    with house.work(SYSTEM) as work:
        ticket_id = desk.get(work, made.numbers["plain"]).id
        work.session.get_one(Alert, alert_id).incident_id = ticket_id
    return duty.page(house, "otto", made.numbers["plain"])


CARDS = [
    (panels.alerts, Permission.ALERT_READ),
    (panels.paging, Permission.PAGE_READ),
]


@pytest.mark.parametrize(("card", "permission"), CARDS)
def test_cards_of_a_ticket_are_for_who_may_read_them(
    lacking: Lacking, made: World, paged: int, card: Callable[..., object], permission: Permission
) -> None:
    assert paged
    for permissions, shown in (((), True), ((permission,), False)):
        with lacking("alice", *permissions) as work:
            assert (card(work, desk.get(work, made.numbers["plain"])) is not None) is shown


def test_the_card_of_pages_offers_to_page_to_who_may(lacking: Lacking, made: World) -> None:
    for permissions, shown in (((), True), ((Permission.PAGE_SEND,), False)):
        with lacking("alice", *permissions) as work:
            card = panels.paging(work, desk.get(work, made.numbers["plain"]))
            assert (card is not None) is shown


def test_starting_work_acknowledges_the_page_of_who_may(
    lacking: Lacking, house: House, paged: int
) -> None:
    for permissions, acknowledged in (((Permission.PAGE_ACKNOWLEDGE,), False), ((), True)):
        with lacking("alice", *permissions) as work:
            paging.begun(work, IncidentStarted(ticket_id=paged))
        with house.work(SYSTEM, writes=False) as work:
            running = work.session.query(Escalation).one()
            assert (running.state is Stands.ACKNOWLEDGED) is acknowledged


REPORTS = [
    (Permission.TICKET_TRANSITION, None, "may not resolve"),
    (Permission.ALERT_ACKNOWLEDGE, timedelta(days=1), "may not keep its alerts quiet"),
]


@pytest.mark.parametrize(("permission", "silence", "told"), REPORTS)
def test_resolving_from_the_phone_needs_what_it_does(
    lacking: Lacking, paged: int, permission: Permission, silence: timedelta | None, told: str
) -> None:
    assert paged
    with lacking("otto", permission) as work:
        page = oncall.page(work, work.session.scalars(select(Page.id)).one())
        until = None if silence is None else work.now + silence
        with pytest.raises(Denied, match=told):
            escalations.report_resolution(work, page, "Fixed", until)


def test_accounts_of_others_need_the_right_to_edit_people(house: House, lacking: Lacking) -> None:
    with house.work(SYSTEM) as work:
        hers, _ = accounts.issue_token(work, people.person(work, "erin"), "hers", TokenScope.READ)
        token_id = hers.id

    with lacking("dana", Permission.PERSON_EDIT) as work:
        erin = people.person(work, "erin")
        with pytest.raises(Denied, match="person:edit"):
            accounts.set_password(work, erin, "correct horse battery")
        with pytest.raises(Denied, match="person:edit"):
            accounts.issue_token(work, erin, "mine now", TokenScope.ALL)
        with pytest.raises(NotFound):
            accounts.revoke_token(work, token_id)
