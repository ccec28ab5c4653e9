"""Incidents in a real Chromium: readable by all, done with the keyboard alone, fresh by itself."""

import pytest
from playwright.sync_api import expect

from itsm.incidents import queries, service
from itsm.incidents.inputs import OpenIncident
from itsm.platform.house import House
from tests.browser.site import Windows, arrive, check_accessible, check_fits
from tests.cast import actor_of

pytestmark = pytest.mark.browser
PATHS = ("/incidents/", "/incidents/new", "/incidents/filter", "/incidents/INC-1001", "/desk",
         "/search?q=printer", "/api/v1/docs")  # fmt: skip


@pytest.fixture
def number(house: House, site: str) -> str:
    """An incident that Charlie reported."""
    del site
    with house.work(actor_of(house, "charlie")) as work:
        return service.open_(
            work, OpenIncident(title="Printer on fire", description="Smoke")
        ).number


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_is_readable_by_all(
    windows: Windows, number: str, theme: str, width: int
) -> None:
    assert number == "INC-1001"
    for path in PATHS:
        page = windows.open(path, "alice", theme=theme, width=width)
        check_accessible(page)
        check_fits(page)


def test_an_incident_is_taken_answered_and_resolved_by_keys_alone(
    windows: Windows, house: House, number: str
) -> None:
    page = windows.open("/incidents/", "alice")
    page.keyboard.press("j")
    page.keyboard.press("o")
    arrive(page, f"{windows.url}/incidents/{number}")

    page.keyboard.press("a")
    expect(page.get_by_text("took this")).to_be_visible()

    page.keyboard.press("r")
    page.keyboard.type("On my way")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message-text").filter(has_text="On my way")).to_be_visible()

    page.locator("body").press("e")
    page.keyboard.press("Tab")
    page.keyboard.type("Put it out")
    page.get_by_role("button", name="Resolve", exact=True).last.press("Enter")
    expect(page.get_by_text("resolved this: Put it out")).to_be_visible()
    with house.work(writes=False) as work:
        assert queries.get(work, number).state == "resolved"


def test_a_new_incident_appears_without_a_reload(
    windows: Windows, house: House, number: str
) -> None:
    page = windows.open("/incidents/", "alice")
    expect(page.locator(f"#row-{number}")).to_be_visible()

    with house.work(actor_of(house, "charlie")) as work:
        service.open_(work, OpenIncident(title="Stairs on fire"))

    expect(page.get_by_text("Stairs on fire")).to_be_visible(timeout=8_000)


def test_a_filter_is_set_in_a_dialog(windows: Windows, number: str) -> None:
    page = windows.open("/incidents/", "alice")
    page.keyboard.press("f")
    page.get_by_label("Words").fill("nothing like it")
    page.get_by_label("Words").press("Enter")

    expect(page.get_by_text("Nothing matches")).to_be_visible()
    expect(page.locator(f"#row-{number}")).to_have_count(0)


def test_a_record_is_answered_without_scripts(windows: Windows, number: str) -> None:
    page = windows.open(f"/incidents/{number}", "alice", scripts=False)
    page.get_by_label("Message").fill("Plain and simple")
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_text("Plain and simple")).to_be_visible()
