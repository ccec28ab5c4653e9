"""Assets, people and administration: in both themes, on a desk and on a phone, by keyboard."""

import pytest
from playwright.sync_api import expect

from itsm.kernel.access import SYSTEM
from itsm.platform.house import House
from tests.assets.made import ci, runs_on
from tests.browser.site import Windows, check_accessible, check_fits
from tests.cast import Cast

PATHS = (
    "/assets/",
    "/assets/new",
    "/assets/new?class=server",
    "/assets/CI-1001",
    "/assets/CI-1001/edit",
    "/assets/import",
    "/people/",
    "/people/new",
    "/people/alice",
    "/people/alice/edit",
    "/people/teams/",
    "/people/teams/network",
    "/people/places",
    "/people/me/tokens",
    "/admin/",
    "/admin/outbox",
    "/admin/audit?verify=1",
    "/admin/priorities",
)


@pytest.fixture(autouse=True)
def _cis(house: House, cast: Cast) -> None:
    del cast
    with house.work(SYSTEM) as work:
        host = ci(work, "host-1", addresses=["10.0.0.7"], aliases=["old"], owner_team="network")
        runs_on(work, ci(work, "Shop", of="service", criticality="critical"), host)


@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_accessible_and_fits(windows: Windows, path: str) -> None:
    for theme, width in (("light", 1440), ("dark", 390)):
        page = windows.open(path, "dana", theme=theme, width=width)

        check_accessible(page)
        check_fits(page)


def test_a_ci_is_entered_by_keyboard_alone(windows: Windows) -> None:
    page = windows.open("/assets/new?class=server", "dana")

    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("db-01")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="db-01")).to_be_visible()


def test_an_address_is_added_in_place_by_keyboard_alone(windows: Windows) -> None:
    page = windows.open("/assets/CI-1001", "dana")

    page.get_by_label("New address").focus()
    page.keyboard.type("host-1.example.org")
    page.keyboard.press("Enter")

    expect(page.get_by_role("button", name="Remove host-1.example.org")).to_be_visible()


def test_a_person_is_switched_off_by_keyboard_alone(windows: Windows) -> None:
    page = windows.open("/people/alice", "dana")

    page.get_by_role("button", name="Switch off").press("Enter")

    expect(page.get_by_role("button", name="Switch on")).to_be_visible()
