"""Every page there is, filled with the demo: accessible in both themes, and no wider than a phone.

A page that is new belongs in `PAGES`; one that shows a single thing is reached through `RECORDS`.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from itsm import demo
from itsm.platform.house import House
from tests.browser.site import HEIGHT, Windows, check_accessible, check_fits, served
from tests.instances import Instance

PAGES = (
    "/admin/",
    "/admin/audit",
    "/admin/desks/",
    "/admin/desks/new?like=hr",
    "/admin/outbox",
    "/admin/priorities",
    "/admin/providers",
    "/api/v1/docs",
    "/approvals",
    "/assets/",
    "/assets/import",
    "/assets/new",
    "/checklists/",
    "/checklists/new",
    "/desk",
    "/gallery",
    "/incidents/",
    "/incidents/actions",
    "/incidents/bulk/",
    "/incidents/filter",
    "/incidents/new",
    "/login",
    "/monitoring/",
    "/monitoring/correlation/",
    "/monitoring/correlation/new",
    "/monitoring/integrations/",
    "/monitoring/integrations/new",
    "/monitoring/maintenance/",
    "/monitoring/maintenance/new",
    "/monitoring/rejected",
    "/monitoring/traps/",
    "/monitoring/traps/mibs/",
    "/monitoring/traps/rules/",
    "/monitoring/traps/rules/new",
    "/monitoring/traps/sources",
    "/monitoring/traps/users",
    "/monitoring/unmapped",
    "/oncall/",
    "/oncall/calendars",
    "/oncall/me",
    "/oncall/me?channel=webpush",
    "/oncall/outbox",
    "/oncall/pages",
    "/oncall/policies/",
    "/oncall/policies/new",
    "/oncall/schedules/",
    "/oncall/schedules/new",
    "/oncall/shifts/",
    "/people/",
    "/people/me/absences",
    "/people/me/tokens",
    "/people/new",
    "/people/places",
    "/people/teams/",
    "/requests/",
    "/requests/bulk/",
    "/requests/filter",
    "/requests/new",
    "/search",
    "/status",
    "/tasks",
    "/tasks?show=done",
    "/surveys/",
    "/templates/",
    "/templates/new",
    "/notifications",
    "/notifications/preferences",
)
# What an employee sees, in the languages that there are.
OF_EMPLOYEES = ("/portal", "/portal/ask", "/portal/report", "/portal/tickets", "/login")
# A list, and what the address of the first thing in it holds.
RECORDS = (
    ("/assets/", "/assets/CI-"),
    ("/admin/desks/", "/admin/desks/hr"),
    ("/checklists/", "/checklists/"),
    ("/admin/desks/it", "/survey"),
    ("/incidents/", "/incidents/INC-"),
    ("/incidents/?major=yes", "/incidents/INC-"),
    ("/incidents/actions", "/review"),
    ("/incidents/INC-1001", "/story"),
    ("/monitoring/", "/monitoring/alerts/"),
    ("/monitoring/integrations/", "/monitoring/integrations/"),
    ("/oncall/pages", "/oncall/pages/"),
    ("/oncall/schedules/", "/oncall/schedules/"),
    ("/people/", "/people/"),
    ("/people/teams/", "/people/teams/"),
    ("/requests/", "/requests/REQ-"),
    ("/status", "/status/INC-"),
    ("/templates/", "/templates/"),
)
# Answers to programs, and pages that only lead elsewhere.
NO_PAGES = {
    "/",
    "/api/v1/openapi.json",
    "/assets/export.csv",
    "/healthz",
    "/metrics",
    "/places",
    "/readyz",
    "/setup",
    "/sw.js",
}
DESK, PHONE, NARROW = 1440, 390, 320


@pytest.fixture(scope="module")
def shown(instances: Callable[[str], Instance]) -> House:
    house = instances("sqlite").fresh()
    demo.load(house)
    return house


@pytest.fixture(scope="module")
def windows(chromium: Browser, shown: House) -> Iterator[Windows]:
    with served(shown) as url:
        opened = Windows(chromium, shown, url)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def page(windows: Windows) -> Page:
    """One window of the administrator, which wanders from page to page."""
    return windows.open("/admin/", "admin")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_accessible_and_fits(windows: Windows, page: Page, path: str) -> None:
    look_at(windows, page, path)


@pytest.fixture(scope="module")
def employee(windows: Windows) -> Page:
    """One window of an employee, on a small phone too."""
    return windows.open("/portal", "employee")


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("path", [*OF_EMPLOYEES, "ticket"])
def test_a_page_of_the_portal_is_accessible_and_fits(
    windows: Windows, employee: Page, path: str, language: str
) -> None:
    employee.set_extra_http_headers({"Accept-Language": language})
    if path == "ticket":
        employee.goto("/portal/tickets?q=badge")
        path = employee.locator("main .row-link").first.get_attribute("href") or ""
    look_at(windows, employee, path)
    assert employee.locator("html").get_attribute("lang") == language
    employee.set_viewport_size({"width": NARROW, "height": HEIGHT})
    check_fits(employee)


@pytest.mark.parametrize(("path", "part"), RECORDS)
def test_a_record_is_accessible_and_fits(
    windows: Windows, page: Page, path: str, part: str
) -> None:
    page.goto(path)
    link = page.locator(f"main .row-link[href*='{part}']").first.get_attribute("href")

    assert link is not None
    look_at(windows, page, link)


def test_the_form_of_a_task_is_accessible_and_fits(windows: Windows, page: Page) -> None:
    page.goto("/incidents/")
    link = page.locator("main .row-link").first.get_attribute("href") or ""

    look_at(windows, page, f"/desk/tickets/{link.rpartition('/')[2]}/tasks/new")


def look_at(windows: Windows, page: Page, path: str) -> None:
    """Look at a page on a desk in the dark and on a phone in the light."""
    windows.complaints.clear()
    page.set_viewport_size({"width": DESK, "height": HEIGHT})
    page.emulate_media(color_scheme="dark")
    page.goto(path)
    check_accessible(page)
    page.set_viewport_size({"width": PHONE, "height": HEIGHT})
    page.emulate_media(color_scheme="light")
    check_accessible(page)
    check_fits(page)
    assert page.locator("h1").count() == 1
    assert windows.complaints == []


def test_no_page_is_left_out(shown: House) -> None:
    rules = {
        rule.rule
        for rule in shown.app.url_map.iter_rules()
        if "GET" in (rule.methods or set()) and not rule.arguments
    }
    of_the_api = {rule for rule in rules if rule.startswith("/api/v1/") and rule not in PAGES}

    assert rules - of_the_api - NO_PAGES == {
        page.partition("?")[0] for page in (*PAGES, *OF_EMPLOYEES)
    }
