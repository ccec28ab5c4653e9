"""The keys of the frame and of lists, and how to be rid of them."""

from playwright.sync_api import expect

from tests.browser.site import Windows


def test_a_question_mark_shows_every_key(windows: Windows) -> None:
    page = windows.open("/gallery", "dana")
    page.keyboard.press("Shift+?")

    sheet = page.get_by_role("dialog", name="Keyboard")
    expect(sheet).to_contain_text("Next row")
    expect(sheet).to_contain_text("Search")


def test_rows_are_walked_and_marked_without_a_mouse(windows: Windows) -> None:
    page = windows.open("/gallery", "dana")
    for key in "jjkjx":
        page.keyboard.press(key)

    expect(page.get_by_role("link", name="Sales cannot log in to CRM")).to_be_focused()
    expect(page.get_by_label("Mark INC-1040")).to_be_checked()
    expect(page.locator("tr[aria-selected=true]")).to_have_count(1)


def test_o_opens_the_row(windows: Windows) -> None:
    page = windows.open("/gallery", "dana")
    page.keyboard.press("j")
    page.keyboard.press("o")

    expect(page).to_have_url(f"{windows.url}/gallery#INC-1042")


def test_n_starts_an_internal_note(windows: Windows) -> None:
    page = windows.open("/gallery", "dana")
    page.keyboard.press("n")

    expect(page.get_by_role("radio", name="Internal note")).to_be_checked()
    expect(page.get_by_label("Message")).to_be_focused()


def test_a_place_is_two_keys_away(windows: Windows) -> None:
    page = windows.open("/gallery", "dana")
    page.keyboard.press("j")
    page.keyboard.press("g")
    page.keyboard.press("o")

    expect(page).to_have_url(windows.url + "/oncall/")


def test_a_slash_goes_to_the_search(windows: Windows) -> None:
    page = windows.open("/gallery", "dana")
    page.keyboard.press("/")

    expect(page.get_by_role("searchbox", name="Search")).to_be_focused()


def test_keys_stay_out_of_what_is_typed(windows: Windows) -> None:
    page = windows.open("/gallery", "dana")
    box = page.get_by_label("Message")
    box.press_sequentially("jx?/")

    expect(box).to_have_value("jx?/")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_single_keys_can_be_switched_off(windows: Windows) -> None:
    page = windows.open("/gallery", "dana")
    page.keyboard.press("Shift+?")
    page.get_by_label("Switch single keys off").check()
    page.keyboard.press("Escape")
    page.keyboard.press("j")

    expect(page.locator("tr.current")).to_have_count(0)


def test_the_palette_does_what_the_page_offers(windows: Windows) -> None:
    page = windows.open("/gallery", "dana")
    page.keyboard.press("Control+k")
    page.keyboard.type("hand")
    page.keyboard.press("Enter")

    expect(page.get_by_role("dialog", name="Hand over")).to_be_visible()


def test_the_first_tab_skips_to_the_content(windows: Windows) -> None:
    page = windows.open("/gallery", "dana")
    page.get_by_role("link", name="Skip to content").press("Enter")

    expect(page.locator("#main")).to_be_focused()


def test_a_login_starts_at_the_user_name(windows: Windows) -> None:
    page = windows.open("/login")

    expect(page.get_by_label("User name")).to_be_focused()
