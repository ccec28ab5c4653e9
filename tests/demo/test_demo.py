"""The demo as it stands after it was loaded, on both databases; these tests change nothing."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from itsm import demo
from itsm.assets import queries as assets
from itsm.demo import people
from itsm.demo.integrations import remembered
from itsm.desk import queries as desk
from itsm.desk.models import Desk, Kind, Ticket
from itsm.incidents.states import State
from itsm.kernel.access import SYSTEM
from itsm.kernel.errors import Refused
from itsm.monitoring.models import Alert
from itsm.monitoring.states import State as Stands
from itsm.oncall import board, rota
from itsm.oncall import queries as oncall
from itsm.oncall.queries import PageFilter
from itsm.people.service import DEMO_LOGINS, DEMO_PASSWORD
from itsm.platform import runner, seals
from itsm.platform.house import House
from itsm.platform.intake import IntakeRow
from tests.cast import Browser, actor_of
from tests.instances import Instance

# The demo is filled within the first test of each database, whatever else the machine does.
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shown(request: pytest.FixtureRequest, instances: Callable[[str], Instance]) -> House:
    house = instances(request.param).fresh()
    demo.load(house)
    return house


def numbers_seen_by(house: House, username: str, desk_key: str) -> set[str]:
    with house.work(actor_of(house, username), writes=False) as work:
        query = select(Ticket.number).join(Desk).where(desk.visible_to(work), Desk.key == desk_key)
        return set(work.session.scalars(query))


@pytest.mark.parametrize("login", DEMO_LOGINS)
def test_every_demo_login_works(shown: House, login: str) -> None:
    form = {"username": login, "password": DEMO_PASSWORD}

    assert Browser(shown).post("/login", form).status_code == 303


@pytest.mark.parametrize("login", ["admin", "agent", "supervisor", "manager", "oncall", "auditor"])
def test_nobody_of_it_sees_anything_of_hr(shown: House, login: str) -> None:
    assert numbers_seen_by(shown, login, "hr") == set()


def test_hr_sees_its_own_desk_and_agents_see_theirs(shown: House) -> None:
    assert len(numbers_seen_by(shown, "hr", "hr")) == 3
    assert numbers_seen_by(shown, "hr", "it") == set()
    assert len(numbers_seen_by(shown, "agent", "it")) >= 50


def test_an_employee_sees_what_they_reported(shown: House) -> None:
    assert len(numbers_seen_by(shown, "employee", "it")) == 6
    assert len(numbers_seen_by(shown, "employee", "hr")) == 1


def test_otto_is_on_call_now(shown: House) -> None:
    with shown.work(SYSTEM, writes=False) as work:
        (duty,) = board.matching(work, "Primary")

        assert [person.username for person in duty.people] == ["oncall"]


def test_somebody_is_on_call_at_every_hour_for_two_weeks(shown: House) -> None:
    with shown.work(SYSTEM, writes=False) as work:
        end = work.now + timedelta(days=14)
        schedules = oncall.schedules(work)

        assert len(schedules) == 3
        assert [rota.gaps(oncall.rota(one), work.now, end) for one in schedules] == [[], [], []]


def test_incidents_stand_in_every_state(shown: House) -> None:
    with shown.work(SYSTEM, writes=False) as work:
        found = set(work.session.execute(select(Ticket.kind, Ticket.state).distinct()))

    assert {state for kind, state in found if kind is Kind.INCIDENT} == set(State)
    asked_for = {state for kind, state in found if kind is Kind.REQUEST}
    assert asked_for >= {"new", "awaiting_approval", "pending", "rejected", "closed"}


def test_alerts_were_taken_in_and_paged_for(shown: House) -> None:
    with shown.work(SYSTEM, writes=False) as work:
        kept = work.session.scalar(select(func.count()).select_from(IntakeRow)) or 0
        waiting = oncall.pages(work, PageFilter(state="triggered")).items
        taken = oncall.pages(work, PageFilter(state="acknowledged")).items

        assert kept >= 25
        assert "oncall" in {page.person.username for page in waiting}
        assert taken


def test_alerts_flap_are_silenced_and_a_source_fell_silent(shown: House) -> None:
    with shown.work(SYSTEM, writes=False) as work:
        alerts = work.session.scalars(select(Alert)).all()

        assert [alert.source_key for alert in alerts if alert.flapping_since] == ["40117"]
        assert "40102" in {one.source_key for one in alerts if one.state is Stands.SUPPRESSED}
        assert "No news from Backup server" in " ".join(one.title for one in alerts)


def test_this_machine_is_a_configuration_item(shown: House) -> None:
    with shown.work(SYSTEM, writes=False) as work:
        found = assets.cis_by_names(work, ["localhost:9090", "127.0.0.1"])
        path = assets.service_path(work, found["127.0.0.1"].ci_id or 0)

        assert len({match.ci_id for match in found.values()}) == 1
        assert "Checkout" in [ci.name for ci in path]


def test_the_journal_holds_once_it_is_sealed(shown: House) -> None:
    for _ in range(2):
        with shown.work(SYSTEM) as work:
            seals.seal(work)
    with shown.work(SYSTEM, writes=False) as work:
        verdict = seals.verify(work)

    assert verdict.broken == ""
    assert verdict.rows > 500


def test_a_second_load_does_nothing_and_the_addresses_are_told_again(shown: House) -> None:
    told = demo.welcome(shown, [])

    assert demo.load(shown) == []
    assert "/hooks/alertmanager/" in told
    assert "/v2/enqueue" in told


def test_an_alert_opens_an_incident_on_its_ci_and_pages_otto(shown: House) -> None:
    (address,) = (place for kind, place in remembered(shown) if kind == "generic")
    alert = {
        "key": "first",
        "title": "Checkout fails",
        "host": "pay-api-01",
        "severity": "critical",
    }

    response = shown.app.test_client().post(urlsplit(address).path, json=alert)
    runner.drain(shown)

    assert response.status_code == 202
    with shown.work(SYSTEM, writes=False) as work:
        newest = oncall.pages(work, PageFilter()).items[0]
        ticket_id = newest.escalation.ticket_id
        cis = [ci.name for ci in assets.of_tickets(work, [ticket_id])[ticket_id]]

        assert newest.escalation.ticket.title == "Checkout fails"
        assert newest.person.username == "oncall"
        assert {"pay-api-01", "Checkout"} <= set(cis)


def test_a_demo_that_was_interrupted_says_so(house: House) -> None:
    with house.work(SYSTEM) as work:
        people.enter(work)

    with pytest.raises(Refused, match="interrupted"):
        demo.load(house)
