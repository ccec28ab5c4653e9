"""Every component, in both themes, on a desk and on a phone."""

import pytest
from playwright.sync_api import expect

from tests.browser.site import Windows, check_accessible, check_fits

DESK = 1440
TABLET = 800
PHONE = 390
SMALL_PHONE = 320


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_components_are_accessible(windows: Windows, theme: str, width: int) -> None:
    page = windows.open("/gallery", "dana", theme=theme, width=width)

    check_accessible(page)


@pytest.mark.parametrize("width", [DESK, TABLET, PHONE, SMALL_PHONE])
def test_components_fit_their_window(windows: Windows, width: int) -> None:
    page = windows.open("/gallery", "dana", width=width)

    check_fits(page)


def test_a_dialog_opens_takes_the_focus_and_gives_it_back(windows: Windows) -> None:
    page = windows.open("/gallery", "dana")
    opener = page.get_by_role("button", name="Hand over").first

    opener.press("Space")
    dialog = page.get_by_role("dialog", name="Hand over")
    expect(dialog).to_be_visible()
    check_accessible(page)
    page.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_dialog_opens_without_scripts(windows: Windows) -> None:
    page = windows.open("/gallery", "dana", scripts=False)

    page.get_by_role("button", name="Hand over").first.click()

    expect(page.get_by_role("heading", name="Hand over")).to_be_visible()


def test_what_stands_beside_a_record_is_a_sheet_on_a_phone(windows: Windows) -> None:
    page = windows.open("/gallery", "dana", width=PHONE)
    promises = page.get_by_role("heading", name="Promises")
    expect(promises).to_be_hidden()
    page.get_by_role("button", name="Details").click()

    expect(promises).to_be_visible()
    page.get_by_role("complementary").get_by_role("button", name="Close").click()
    expect(promises).to_be_hidden()


def test_a_menu_opens_and_closes_by_keyboard(windows: Windows) -> None:
    page = windows.open("/gallery", "dana")
    page.get_by_role("button", name="You: Dana Director").press("Enter")

    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Log out")).to_be_hidden()


def test_what_is_copied_is_said(windows: Windows) -> None:
    page = windows.open("/gallery", "dana")
    page.get_by_role("button", name="Copy Webhook").click()

    expect(page.locator("#toasts")).to_contain_text("cop", ignore_case=True)
