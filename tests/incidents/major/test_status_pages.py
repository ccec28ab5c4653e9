"""What employees read of major incidents, and that nothing internal is among it."""

from collections.abc import Callable

import pytest

from itsm.desk import service as tickets
from itsm.desk.inputs import NewComment
from itsm.desk.models import Visibility
from itsm.incidents import service
from itsm.incidents.inputs import OpenIncident
from itsm.incidents.major import actions, bulletins, roles, updates
from itsm.incidents.major import service as life
from itsm.incidents.major.inputs import Declare, Demote, NewAction, NewUpdate
from itsm.incidents.major.states import Role, Status
from itsm.kernel.access import SYSTEM
from itsm.kernel.errors import Denied
from itsm.people import service as accounts
from itsm.people.inputs import NewPerson
from itsm.platform.house import House
from tests.cast import Api, Browser
from tests.clock import SetClock
from tests.incidents.conftest import As
from tests.incidents.major.conftest import Do

CANARY = "XQ"
PUBLIC, INTERNAL = Visibility.PUBLIC, Visibility.INTERNAL


@pytest.fixture
def erin(house: House, browser: Callable[..., Browser], major: str) -> Browser:
    """An employee who may not read the incident."""
    with house.work(SYSTEM) as work:
        person = accounts.create(work, NewPerson(username="erin", name="Erin Employee"))
        accounts.grant_role(work, person, "requester")
    browsing = browser("erin")
    assert browsing.get(f"/incidents/{major}").status_code == 404
    return browsing


def publish(body: str, status: Status = Status.INVESTIGATING) -> NewUpdate:
    return NewUpdate(body=body, visibility=PUBLIC, status=status)


@pytest.fixture
def whispered(as_: As) -> str:
    """A major incident whose every internal text, and everything that is not for all, is marked."""
    with as_("dana") as work:
        incident = service.open_(
            work,
            OpenIncident(
                title=f"Title {CANARY}",
                description=f"Description {CANARY}",
                category=f"Category {CANARY}",
                tags=(f"tag{CANARY}",),
                requester="charlie",
                assignee="alice",
                team="network",
            ),
        )
        life.declare(work, incident, Declare(headline="Shop is down"))
        for visibility in (PUBLIC, INTERNAL):
            said = NewComment(body=f"Said {visibility} {CANARY}", visibility=visibility)
            tickets.comment(work, incident, said)
        noted = NewUpdate(body=f"Internal update {CANARY}", visibility=INTERNAL)
        updates.write(work, incident, noted)
        updates.write(work, incident, publish("We look into it"))
        roles.give(work, incident, Role.SCRIBE, "bob")
        actions.add(work, incident, NewAction(title=f"Action {CANARY}", owner="bob"))
        service.wait(work, incident, f"Waits for {CANARY}")
        return incident.number


def test_all_services_work_until_one_does_not(
    erin: Browser, do: Do, major: str, hit: Callable[[str], None]
) -> None:
    hit(major)
    shown = erin.get("/status").text
    assert "Checkout fails for many" in shown
    assert "All services work" not in shown

    do("dana", service.resolve, "Replaced the disk")
    over = erin.get("/status").text
    assert "All services work" in over
    assert over.index("All services work") < over.index("Checkout fails for many")


def test_a_page_tells_what_is_hit_since_when_and_the_updates_newest_first(
    erin: Browser, do: Do, major: str, hit: Callable[[str], None], clock: SetClock
) -> None:
    hit(major)
    do("dana", updates.write, publish("We look into it"))
    clock.advance(minutes=5)
    do("dana", updates.write, publish("A disk filled up", Status.IDENTIFIED))

    shown = erin.get(f"/status/{major}").text

    assert shown.index("A disk filled up") < shown.index("We look into it")
    assert "<span>Checkout</span>" in shown
    assert "pay-db-07" not in shown
    assert 'since <time datetime="2026-03-02T12:00:00+00:00">' in shown
    assert 'Next update <relative-time datetime="2026-03-02T12:35:00+00:00"' in shown
    clock.advance(minutes=31)
    assert "The next update is being written" in erin.get(f"/status/{major}").text


def test_without_a_headline_the_services_are_named(
    erin: Browser, as_: As, hit: Callable[[str], None]
) -> None:
    with as_("dana") as work:
        new = OpenIncident(title="db-01 lost its array", major=True)
        number = service.open_(work, new).number
    assert "<h1>Disruption of service</h1>" in erin.get(f"/status/{number}").text

    hit(number)
    shown = erin.get(f"/status/{number}").text
    assert "<h1>Disruption of Checkout</h1>" in shown
    assert "array" not in shown


def test_nothing_internal_is_on_any_of_these_pages(
    house: House, erin: Browser, whispered: str
) -> None:
    token = switch_links_on(house, whispered)
    pages = [
        erin.get("/status"),
        erin.get(f"/status/{whispered}"),
        Browser(house).get(f"/status/shared/{token}"),
        Api(house, "erin").get("/api/v1/status"),
        Api(house, "erin").get(f"/api/v1/status/{whispered}"),
    ]

    for page in pages:
        assert page.status_code == 200
        assert "Shop is down" in page.text
        assert "We look into it" in page.text
        for internal in (CANARY, "Dana", "Bob Baker", "Network", "commander", "waits"):
            assert internal not in page.text, internal


def test_an_employee_is_not_led_to_what_they_may_not_read(
    erin: Browser, browser: Callable[..., Browser], major: str
) -> None:
    link = f'href="/incidents/{major}"'

    assert link not in erin.get(f"/status/{major}").text
    assert link in browser("alice").get(f"/status/{major}").text


@pytest.mark.parametrize("number", ["INC-1001", "INC-9999", "nonsense"])
def test_what_is_no_major_incident_has_no_page(
    browser: Callable[..., Browser], api: Callable[[str], Api], number: str, as_: As
) -> None:
    with as_("charlie") as work:
        service.open_(work, OpenIncident(title="Printer on fire"))

    assert browser("alice").get(f"/status/{number}").status_code == 404
    assert api("alice").get(f"/api/v1/status/{number}").status_code == 404


def test_one_that_was_demoted_or_is_confidential_is_on_no_page(
    house: House, browser: Callable[..., Browser], as_: As, do: Do, major: str
) -> None:
    with as_("dana") as work:
        new = OpenIncident(title="Theft", confidential=True, major=True)
        secret = service.open_(work, new).number
    do("dana", life.demote, Demote(reason="a drill"))

    for number in (major, secret):
        token = switch_links_on(house, number)
        assert browser("dana").get(f"/status/{number}").status_code == 404
        assert browser().get(f"/status/shared/{token}").status_code == 404
    shown = browser("dana").get("/status").text
    assert "All services work" in shown
    assert "Checkout fails for many" not in shown
    assert "/status/INC" not in browser("dana").get(f"/incidents/{secret}").text


def test_only_those_who_are_logged_in_read_them(
    browser: Callable[..., Browser], major: str
) -> None:
    stranger = browser()

    for path in ("/status", f"/status/{major}"):
        assert stranger.get(path).headers["Location"].startswith("/login")


def test_a_link_is_good_while_an_administrator_wants_that(
    house: House, browser: Callable[..., Browser], major: str
) -> None:
    with house.work(writes=False) as work:
        token = bulletins.link_token(work, major)
    stranger, address = browser(), f"/status/shared/{token}"
    dana = browser("dana")
    assert stranger.get(address).status_code == 404
    assert token not in dana.get(f"/status/{major}").text

    dana.post("/status/links", {"on": "yes"})
    assert "Checkout fails for many" in stranger.get(address).text
    assert token in browser("alice").get(f"/status/{major}").text
    assert token not in browser("charlie").get(f"/status/{major}").text

    dana.post("/status/links", {"on": "no"})
    assert stranger.get(address).status_code == 404


def test_a_link_that_was_guessed_or_is_for_something_else_is_not_good(
    house: House, browser: Callable[..., Browser], major: str
) -> None:
    token = switch_links_on(house, major)
    with house.work(writes=False) as work:
        foreign = work.vault.sign(major, "another purpose")

    for guess in (
        major,
        f"{major}.",
        f"{major}.AAAA",
        token[:-2],
        token.replace("1", "2"),
        foreign,
    ):
        assert browser().get(f"/status/shared/{guess}").status_code == 404


def test_only_an_administrator_switches_the_links(as_: As, browser: Callable[..., Browser]) -> None:
    with as_("alice") as work, pytest.raises(Denied, match="config:edit"):
        life.share_links(work, on=True)

    assert browser("alice").post("/status/links", {"on": "yes"}).status_code == 403
    assert "with a link" not in browser("alice").get("/status").text
    assert "with a link" in browser("dana").get("/status").text


def test_a_page_of_the_past_tells_when_it_was(
    erin: Browser, do: Do, clock: SetClock, major: str
) -> None:
    clock.advance(minutes=72)
    do("dana", service.resolve, "Replaced the disk")

    shown = erin.get(f"/status/{major}").text

    assert "02 Mar 2026 12:00 UTC" in shown
    assert "02 Mar 2026 13:12 UTC" in shown
    assert "Next update" not in shown
    assert "Replaced the disk" not in shown


def switch_links_on(house: House, number: str) -> str:
    with house.work(SYSTEM) as work:
        life.share_links(work, on=True)
        return bulletins.link_token(work, number)
