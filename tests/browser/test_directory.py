"""The main tasks of assets and people, done with the keyboard alone."""

import pytest
from playwright.sync_api import expect

from itsm.kernel.access import SYSTEM
from itsm.platform.house import House
from tests.assets.made import ci, runs_on
from tests.browser.site import Windows
from tests.cast import Cast


@pytest.fixture(autouse=True)
def _cis(house: House, cast: Cast) -> None:
    del cast
    with house.work(SYSTEM) as work:
        host = ci(work, "host-1", addresses=["10.0.0.7"], aliases=["old"], owner_team="network")
        runs_on(work, ci(work, "Shop", of="service", criticality="critical"), host)


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
