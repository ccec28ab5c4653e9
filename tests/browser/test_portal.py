"""What an employee does in the portal, with its presses counted."""

import pytest
from playwright.sync_api import expect

from itsm.desk import service as tickets
from itsm.desk.inputs import NewComment
from itsm.incidents import queries, service
from itsm.incidents.inputs import OpenIncident
from itsm.incidents.major import service as majors
from itsm.incidents.major.inputs import Declare
from itsm.kernel.access import SYSTEM
from itsm.platform.house import House
from tests.browser.hand import DESK, PHONE, Hand, look_around
from tests.browser.site import Windows
from tests.cast import Cast, actor_of

pytestmark = pytest.mark.browser
NARROW = 320


@pytest.fixture
def number(house: House, cast: Cast) -> str:
    """The number of a ticket that Charlie reported and Alice has answered."""
    del cast
    with house.work(actor_of(house, "charlie")) as work:
        found = service.open_(work, OpenIncident(title="Printer on fire")).number
    with house.work(actor_of(house, "alice")) as work:
        tickets.comment(work, queries.get(work, found), NewComment(body="We come at noon"))
    return found


def test_a_fault_is_reported_with_two_presses(windows: Windows) -> None:
    page = windows.open("/portal", "charlie", width=PHONE)
    hand = Hand(page)

    hand.click(page.get_by_role("link", name="Report a fault"))
    expect(page.get_by_label("What happened?")).to_be_focused()
    hand.type("No mail since noon")
    assert page.locator(".form .field").count() <= 5
    hand.click(page.get_by_role("button", name="Send"))

    expect(page.get_by_text("Your number is INC-")).to_be_visible()
    expect(page.get_by_text("We have received it")).to_be_visible()
    assert hand.presses == 2
    look_around(page, DESK, PHONE, NARROW)


@pytest.mark.parametrize("scripts", [True, False])
def test_one_sees_how_it_stands_with_one_press_and_replies(
    windows: Windows, number: str, *, scripts: bool
) -> None:
    page = windows.open("/portal", "charlie", width=PHONE, scripts=scripts)
    hand = Hand(page)

    hand.click(page.get_by_role("link", name="Printer on fire"))
    expect(page.get_by_text("We come at noon")).to_be_visible()
    assert hand.presses == 1

    page.get_by_label("Your message").fill("The door is open")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".said.own").last).to_contain_text("The door is open")
    assert number in page.url


def test_what_still_fails_is_reopened_with_one_press(
    windows: Windows, house: House, number: str
) -> None:
    with house.work(actor_of(house, "alice")) as work:
        service.resolve(work, queries.get(work, number), "Put it out")
    page = windows.open(f"/portal/tickets/{number}", "charlie", width=PHONE)
    hand = Hand(page)
    look_around(page, DESK, PHONE, NARROW)

    hand.click(page.get_by_role("button", name="Still broken"))

    expect(page.get_by_text("We have received it")).to_be_visible()
    assert hand.presses == 1


def test_one_says_me_too_with_one_press(windows: Windows, house: House, cast: Cast) -> None:
    del cast
    with house.work(SYSTEM) as work:
        incident = service.open_(work, OpenIncident(title="mail-01"))
        majors.declare(work, incident, Declare(headline="Mails arrive late"))
    page = windows.open("/portal", "charlie", width=PHONE)
    hand = Hand(page)
    look_around(page, DESK, PHONE, NARROW)

    hand.click(page.get_by_role("button", name="I have this too"))

    expect(page.get_by_text("Counted: you have this too")).to_be_visible()
    assert hand.presses == 1
    look_around(page, PHONE)


def test_the_keyboard_is_enough(windows: Windows, number: str) -> None:
    page = windows.open("/portal", "charlie")
    hand = Hand(page)

    hand.reach(page.get_by_role("link", name="Printer on fire"))
    hand.press("Enter")
    expect(page.get_by_text("We come at noon")).to_be_visible()
    hand.reach(page.get_by_label("Your message"))
    hand.type("Thank you")
    hand.reach(page.get_by_role("button", name="Send"))
    hand.press("Enter")

    expect(page.locator(".said.own").last).to_contain_text("Thank you")
    assert hand.presses == 0
    assert number in page.url


def test_a_screenshot_is_pasted(windows: Windows) -> None:
    page = windows.open("/portal/report", "charlie")
    page.get_by_label("What happened?").fill("It looks odd")
    page.evaluate("""() => {
      const data = new DataTransfer();
      data.items.add(new File(["seen"], "screen.txt", { type: "text/plain" }));
      document.querySelector("#field-text").dispatchEvent(
        new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }""")
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_role("link", name="screen.txt")).to_be_visible()
