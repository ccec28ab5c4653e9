"""Monitoring in a real browser: every page in both themes, its main tasks by keyboard."""

import re

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect

from itsm.kernel.access import SYSTEM
from itsm.monitoring import hosts, integrations
from itsm.monitoring.inputs import NewIntegration
from itsm.platform.house import House
from tests.browser.site import Windows, check_accessible, check_fits

PATHS = (
    "/monitoring/",
    "/monitoring/alerts/1",
    "/monitoring/rejected",
    "/monitoring/messages/2",
    "/monitoring/unmapped",
    "/monitoring/integrations/",
    "/monitoring/integrations/new",
    "/monitoring/integrations/new?kind=generic",
    "/monitoring/integrations/1",
    "/monitoring/integrations/1/mapping?message=2",
)


@pytest.fixture
def source(house: House) -> tuple[FlaskClient, str]:
    """A source that fired once and once was not understood: who posts, and where to."""
    with house.work(SYSTEM) as work:
        _, key = integrations.add_integration(work, NewIntegration(kind="generic", name="Probes"))
    client, path = house.app.test_client(), f"/hooks/generic/{key}"
    client.post(path, json={"key": "a", "title": "Disk full", "host": "web1", "severity": "high"})
    client.post(path, json={"headline": "Mail is stuck", "state": "KAPUTT"})
    with house.work(SYSTEM) as work:
        hosts.map_hosts(work, [1])
    return client, path


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.usefixtures("source")
def test_every_page_is_accessible_and_fits_a_phone(windows: Windows, theme: str) -> None:
    for path in PATHS:
        page = windows.open(path, "dana", theme=theme, width=390)
        check_accessible(page)
        check_fits(page)


@pytest.mark.browser
def test_a_system_is_connected_and_tested_with_the_keyboard_alone(windows: Windows) -> None:
    page = windows.open("/monitoring/integrations/new", "dana")
    page.get_by_role("link", name="Any system that posts JSON").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Name").focus()
    page.keyboard.type("Probes in Berlin")
    page.keyboard.press("Enter")
    expect(page.locator("#address")).to_have_value(re.compile(r"/hooks/generic/[0-9a-f]{32}$"))
    page.get_by_role("button", name="Send a test").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Test from the integration page")).to_be_visible()


@pytest.mark.browser
def test_an_alert_appears_by_itself_and_is_acknowledged_with_the_keyboard(
    windows: Windows, source: tuple[FlaskClient, str]
) -> None:
    client, path = source
    page = windows.open("/monitoring/", "dana")
    client.post(path, json={"key": "b", "title": "Queue is stuck", "severity": "critical"})
    expect(page.get_by_role("link", name="Queue is stuck")).to_be_visible(timeout=10_000)

    page.get_by_role("link", name="Queue is stuck").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Acknowledge").focus()
    page.keyboard.press("Enter")

    expect(page.locator("#alert").get_by_text("Acknowledged").first).to_be_visible()


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False])
def test_signatures_are_asked_for_with_the_keyboard_alone(
    windows: Windows, house: House, *, scripts: bool
) -> None:
    with house.work(SYSTEM) as work:
        integrations.add_integration(work, NewIntegration(kind="cloudwatch", name="AWS"))
    page = windows.open("/monitoring/integrations/1", "dana", width=390, scripts=scripts)
    signed = page.get_by_label("Takes only what Amazon SNS has signed")
    signed.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")

    expect(page.get_by_text("verified", exact=True)).to_be_visible()
    expect(signed).to_be_checked()
