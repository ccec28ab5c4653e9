"""What stays from page to page: the look, drafts, and the present."""

from playwright.sync_api import expect

from tests.browser.site import Windows
from tests.clock import SetClock


def test_the_theme_is_kept_and_drawn_by_the_server(windows: Windows) -> None:
    page = windows.open("/gallery", "dana")
    page.get_by_role("button", name="Look").click()
    with page.expect_response("**/look"):
        page.get_by_role("button", name="Dark").click()
    page.reload()

    assert 'data-theme="dark"' in page.request.get("/gallery").text()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_theme_turns_without_scripts(windows: Windows) -> None:
    page = windows.open("/gallery", "dana", scripts=False)
    page.get_by_role("button", name="Look").click()
    page.get_by_role("button", name="Dark").click()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page).to_have_url(windows.url + "/gallery")


def test_the_rail_stays_narrow(windows: Windows) -> None:
    page = windows.open("/gallery", "dana")
    with page.expect_response("**/look"):
        page.get_by_role("button", name="Narrow the menu").click()
    page.reload()

    expect(page.get_by_role("button", name="Widen the menu")).to_be_visible()


def test_a_draft_survives_a_reload(windows: Windows) -> None:
    page = windows.open("/gallery", "dana")
    page.get_by_role("radio", name="Internal note").check()
    page.get_by_label("Message").fill("Rolling back now")
    expect(page.get_by_text("Draft kept")).to_be_visible()
    page.reload()

    expect(page.get_by_label("Message")).to_have_value("Rolling back now")
    expect(page.get_by_role("radio", name="Internal note")).to_be_checked()


def test_a_live_part_shows_the_present_and_keeps_what_is_typed(
    windows: Windows, clock: SetClock
) -> None:
    page = windows.open("/gallery", "dana")
    expect(page.locator("[data-as-of]")).to_have_text("02 Mar 2026 11:57 UTC")
    page.get_by_label("What is typed here stays").fill("half a thought")
    clock.advance(minutes=10)

    expect(page.locator("[data-as-of]")).to_have_text("02 Mar 2026 12:07 UTC", timeout=5000)
    expect(page.get_by_label("What is typed here stays")).to_have_value("half a thought")
    expect(page.get_by_label("What is typed here stays")).to_be_focused()
