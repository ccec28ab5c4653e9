"""The way of an employee through the portal, each press counted."""

import pytest
from playwright.sync_api import expect

from itsm.incidents import queries, service
from itsm.platform.house import House
from tests.browser.hand import DESK, PHONE, Hand, look_around
from tests.browser.site import Windows, arrive
from tests.cast import actor_of

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("cast")]
NARROW = 320


def test_an_employee_reports_with_two_presses_and_says_that_it_works_with_one(
    windows: Windows, house: House
) -> None:
    page = windows.open("/", "charlie", width=PHONE)
    look_around(page, DESK, NARROW)
    hand = Hand(page)
    hand.tap(page.get_by_role("link", name="Something is broken"))
    look_around(page, DESK, NARROW)
    # The cursor stands in the text already.
    expect(page.get_by_label("What happens, and since when?")).to_be_focused()
    hand.type("The till does not open")
    hand.tap(page.get_by_role("button", name="Send"))
    expect(page.get_by_role("heading", name="The till does not open")).to_be_visible()
    assert hand.presses == 2
    look_around(page, DESK, NARROW)

    with house.work(actor_of(house, "alice")) as work:
        service.resolve(work, queries.get_to_change(work, "INC-1001"), "Oiled its hinge")
    page.goto("/portal")
    expect(page.get_by_text("Solved: does it work?")).to_be_visible()
    look_around(page, DESK, NARROW)
    page.get_by_role("link", name="The till does not open").tap()
    expect(page.get_by_text("Oiled its hinge")).to_be_visible()
    look_around(page, DESK, NARROW)
    hand.forget()
    hand.tap(page.get_by_role("button", name="It works"))
    expect(page.get_by_text("Done", exact=True)).to_be_visible()
    assert hand.presses == 1


@pytest.mark.parametrize("scripts", [True, False])
def test_the_portal_is_used_by_keys_and_without_scripts(windows: Windows, scripts: bool) -> None:
    page = windows.open("/portal", "charlie", scripts=scripts)
    page.get_by_role("link", name="Something is broken").press("Enter")
    arrive(page, f"{windows.url}/portal/report")
    page.get_by_label("What happens, and since when?").focus()
    page.keyboard.type("The till does not open")
    page.get_by_role("button", name="Send").press("Enter")

    expect(page.get_by_role("heading", name="The till does not open")).to_be_visible()
    expect(page.get_by_text("We have received it")).to_be_visible()


def test_a_picture_that_is_pasted_goes_along(windows: Windows) -> None:
    page = windows.open("/portal/report", "charlie")
    text = page.get_by_label("What happens, and since when?")
    text.fill("See the picture")
    text.evaluate(
        """(area) => {
          const held = new DataTransfer();
          held.items.add(new File(["smoke"], "screen.txt", { type: "text/plain" }));
          area.dispatchEvent(new ClipboardEvent("paste", { clipboardData: held, bubbles: true }));
        }"""
    )
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_text("screen.txt")).to_be_visible()
