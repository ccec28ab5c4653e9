"""Errors as somebody sees them."""

import pytest
from playwright.sync_api import expect

from tests.browser.site import Windows, check_accessible, check_fits


@pytest.mark.parametrize(("theme", "width"), [("light", 390), ("dark", 1440)])
def test_an_unknown_address_says_so(windows: Windows, theme: str, width: int) -> None:
    page = windows.open("/nowhere", "dana", theme=theme, width=width)

    expect(page.get_by_role("heading")).to_have_text("There is nothing here")
    check_accessible(page)
    check_fits(page)


def test_a_page_that_is_not_for_me_says_so(windows: Windows) -> None:
    page = windows.open("/gallery", "charlie")

    expect(page.get_by_role("heading")).to_have_text("You may not do this")
    expect(page.get_by_role("textbox", name="Request number")).not_to_be_empty()


def test_a_visitor_logs_in_first(windows: Windows) -> None:
    page = windows.open("/gallery")

    expect(page.get_by_role("heading")).to_have_text("Log in")
    expect(page).to_have_url(windows.url + "/login?next=/gallery")
