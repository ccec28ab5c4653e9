"""Whole journeys in a real Chromium, each as its user goes it and with its presses counted."""

import pytest
from playwright.sync_api import Response, expect

from itsm.kernel.access import SYSTEM
from itsm.kernel.work import Work
from itsm.monitoring import integrations
from itsm.monitoring.inputs import NewIntegration
from itsm.notify import queries as contacts
from itsm.notify import service as notify
from itsm.oncall import planning
from itsm.oncall.inputs import PolicyInput, StepInput
from itsm.people.models import Team
from itsm.platform.house import House
from itsm.platform.runner import drain, fire
from tests.browser.hand import PHONE, Hand, check_thumbs, look_around
from tests.browser.site import Windows
from tests.cast import Cast, actor_of

pytestmark = pytest.mark.browser
FIRST_LOAD = 50_000


@pytest.fixture
def link(house: House, cast: Cast) -> str:
    """Have monitoring report a failure, and return the path of the link that Alice was sent."""
    with house.work(SYSTEM) as work:
        databases = work.add(Team(key="databases", name="Databases"))
        mine = _policy(work, "Payments", cast.alice, cast.team)
        _policy(work, "Databases", cast.bob, databases.id)
        _, key = integrations.add_integration(
            work, NewIntegration(kind="generic", name="Probes", policy=mine)
        )
        for person in (cast.alice, cast.bob):
            notify.add_contact(work, person, "outbox", "", {})
    trouble = {"key": "pay", "title": "Payments API answers 502", "severity": "critical"}
    house.app.test_client().post(f"/hooks/generic/{key}", json=trouble)
    settle(house)
    with house.work(actor_of(house, "alice"), writes=False) as work:
        (message,) = contacts.kept(work).items
        return "/p/" + work.vault.open(message.link).partition("/p/")[2]


def _policy(work: Work, name: str, person: int, team: int) -> str:
    step = StepInput(delay_min=5, people=[person])
    wanted = PolicyInput(name=name, steps=[step], fallback_id=person, team_id=team)
    return planning.create_policy(work, wanted).name


def settle(house: House) -> None:
    """Have worker and clock do all that is due."""
    while fire(house) + drain(house):
        pass


def test_an_engineer_takes_a_page_with_one_tap_and_hands_it_over_with_two(
    windows: Windows, house: House, link: str
) -> None:
    page = windows.open("about:blank", width=PHONE)
    loaded: list[Response] = []
    page.on("response", lambda one: loaded.append(one))  # noqa: PLW0108 - Playwright wants a function
    page.goto(link)
    expect(page.get_by_role("heading", name="Payments API answers 502")).to_be_visible()
    assert sum(len(one.body()) for one in loaded) <= FIRST_LOAD
    look_around(page, PHONE)
    check_thumbs(page)
    hand = Hand(page)

    hand.tap(page.get_by_role("button", name="Acknowledge"))
    expect(page.get_by_role("status")).to_contain_text("You have taken it")
    assert hand.presses == 1
    look_around(page, PHONE)

    hand.forget()
    hand.tap(page.get_by_text("Hand to a team"))
    check_thumbs(page)
    look_around(page, PHONE)
    hand.tap(page.get_by_role("button", name="Databases"))
    expect(page.get_by_role("status")).to_contain_text("Databases has it now")
    assert hand.presses == 2
    check_thumbs(page)
    look_around(page, PHONE)
    settle(house)
    with house.work(actor_of(house, "bob"), writes=False) as work:
        assert [one.person.username for one in contacts.kept(work).items] == ["bob"]


def test_an_engineer_writes_what_was_found_and_what_fixed_it(windows: Windows, link: str) -> None:
    page = windows.open(link, width=PHONE)
    hand = Hand(page)
    hand.tap(page.get_by_text("Write a note"))
    check_thumbs(page)
    hand.write(page.get_by_label("For colleagues"), "Its certificate has run out")
    hand.tap(page.get_by_role("button", name="Keep the note"))
    expect(page.get_by_text("Your note is on the ticket")).to_be_visible()
    assert hand.presses == 3

    hand.forget()
    hand.tap(page.get_by_text("Resolve"))
    check_thumbs(page)
    look_around(page, PHONE)
    hand.write(page.get_by_label("What fixed it"), "A new certificate")
    hand.tap(page.get_by_role("button", name="It is fixed"))
    expect(page.get_by_text("This is over")).to_be_visible()
    assert hand.presses == 3
    look_around(page, PHONE)
    told = windows.open("/incidents/INC-1001", "alice")
    expect(told.get_by_text("Its certificate has run out")).to_be_visible()
    expect(told.get_by_text("resolved this: A new certificate")).to_be_visible()
