"""A major incident in a real Chromium: declared, told of and read, also without scripts."""

import pytest
from playwright.sync_api import expect

from itsm.incidents import queries, service
from itsm.incidents.inputs import OpenIncident
from itsm.incidents.major import bulletins
from itsm.incidents.major import service as majors
from itsm.incidents.major.inputs import Declare
from itsm.kernel.access import SYSTEM
from itsm.platform.house import House
from tests.browser.site import Windows, check_accessible, check_fits
from tests.cast import actor_of

pytestmark = pytest.mark.browser


@pytest.fixture
def number(house: House, site: str) -> str:
    """An incident that Charlie reported."""
    del site
    with house.work(actor_of(house, "charlie")) as work:
        return service.open_(work, OpenIncident(title="Checkout answers 502")).number


def test_it_is_declared_told_of_and_read_without_a_reload(windows: Windows, number: str) -> None:
    reader = windows.open("/status", "charlie")
    expect(reader.get_by_text("All services work")).to_be_visible()

    page = windows.open(f"/incidents/{number}", "dana")
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Declare a major incident").click()
    page.get_by_label("What employees read").fill("Nobody can pay")
    page.get_by_role("button", name="Declare", exact=True).press("Enter")
    expect(page.locator("#major-banner")).to_contain_text("next update due in 30 min")
    check_accessible(page)

    page.get_by_role("button", name="Write update").click()
    page.get_by_label("How does it stand?").fill("A disk filled up")
    page.get_by_label("Status", exact=False).last.select_option("identified")
    page.get_by_role("button", name="Write", exact=True).press("Enter")
    expect(page.locator("#major-banner")).to_contain_text("Identified")

    reader.goto("/status")
    reader.get_by_role("link", name="Nobody can pay").click()
    expect(reader.get_by_text("A disk filled up")).to_be_visible()
    expect(reader.get_by_text("502")).to_have_count(0)


def test_the_banner_appears_by_itself(windows: Windows, number: str) -> None:
    page = windows.open(f"/incidents/{number}", "alice")
    expect(page.locator("#major-banner")).to_have_count(0)

    dana = windows.open(f"/incidents/{number}", "dana", scripts=False)
    dana.goto(f"/incidents/{number}#declare")
    dana.get_by_role("button", name="Declare", exact=True).click()

    expect(page.locator("#major-banner")).to_be_visible(timeout=8_000)


def test_the_review_is_drafted_and_ticked_without_scripts(
    windows: Windows, house: House, number: str
) -> None:
    with house.work(actor_of(house, "dana")) as work:
        incident = service.open_(work, OpenIncident(title="Shop is down", major=True))
        service.resolve(work, incident, "Restarted")
        shop = incident.number
    assert shop != number
    page = windows.open(f"/incidents/{shop}/review", "alice", scripts=False)
    page.get_by_role("button", name="Draft the review").click()
    expect(page.get_by_label("Review, as Markdown")).to_contain_text(f"Review of {shop}")

    page.get_by_label("What is to be done?").fill("Watch the disks")
    page.get_by_role("button", name="Add").click()
    page.get_by_role("link", name="All action items").click()
    page.get_by_role("button", name="Done: Watch the disks").click()
    expect(page.get_by_text("Nothing is to be done")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_behind_a_link_is_for_everybody(
    windows: Windows, house: House, number: str, theme: str
) -> None:
    with house.work(SYSTEM) as work:
        majors.declare(
            work, queries.get_to_change(work, number), Declare(headline="Nobody can pay")
        )
        majors.share_links(work, on=True)
        token = bulletins.link_token(work, number)

    page = windows.open(f"/status/shared/{token}", theme=theme, width=390)

    expect(page.get_by_role("heading", name="Nobody can pay")).to_be_visible()
    check_accessible(page)
    check_fits(page)
