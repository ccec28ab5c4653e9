"""Many incidents at once by few presses: counted, undone, readable by all, without scripts too."""

import pytest
from playwright.sync_api import expect

from itsm.incidents import queries, service
from itsm.incidents.inputs import OpenIncident
from itsm.incidents.states import State
from itsm.platform.house import House
from tests.browser.hand import Hand, look_around
from tests.browser.site import Windows
from tests.cast import actor_of

pytestmark = pytest.mark.browser


def opened(house: House, many: int) -> list[str]:
    with house.work(actor_of(house, "charlie")) as work:
        new = OpenIncident(title="Website is down")
        return [service.open_(work, new).number for _ in range(many)]


def test_five_duplicates_are_given_a_master_in_four_presses(windows: Windows, house: House) -> None:
    numbers = opened(house, 6)
    page = windows.open("/incidents/", "alice")
    hand = Hand(page)

    hand.click(page.get_by_label(f"Mark {numbers[0]}"))
    page.get_by_label(f"Mark {numbers[-1]}").click(modifiers=["Shift"])
    hand.presses += 1
    hand.press("m")
    expect(page.get_by_role("button", name="Mark 5 as duplicates")).to_be_focused()
    hand.press("Enter")

    expect(page.get_by_text("5 changed: duplicate of INC-1001")).to_be_visible()
    assert hand.presses + hand.keys == 4
    expect(page.locator("table[data-list] tbody tr")).to_have_count(1)
    with house.work(writes=False) as work:
        assert queries.get(work, numbers[-1]).state == State.PENDING


def test_priority_and_team_of_twenty_are_changed_in_four_presses(
    windows: Windows, house: House
) -> None:
    numbers = opened(house, 20)
    with house.work(actor_of(house, "alice")) as work:
        assert queries.get(work, numbers[0]).priority == 4
    page = windows.open("/incidents/", "alice")
    hand = Hand(page)

    hand.press("Shift+X")
    expect(page.get_by_text("20 marked")).to_be_visible()
    hand.press("b")
    expect(page.get_by_label("Team")).to_be_focused()
    # What fills in a form counts as typing.
    page.get_by_label("Owner").focus()
    page.get_by_label("Team").select_option("network")
    page.get_by_label("Impact").select_option("1")
    page.get_by_label("Urgency").select_option("1")
    hand.press("Enter")
    expect(page.get_by_role("button", name="Change 20")).to_be_focused()
    hand.press("Enter")

    expect(page.get_by_text("20 changed:")).to_be_visible()
    assert hand.presses + hand.keys == 4
    with house.work(writes=False) as work:
        one = queries.get(work, numbers[-1])
        assert (one.priority, one.team.key if one.team else "") == (1, "network")


def test_a_range_is_marked_by_keys(windows: Windows, house: House) -> None:
    opened(house, 4)
    page = windows.open("/incidents/", "alice")

    for key in ("j", "Shift+J", "Shift+J"):
        page.keyboard.press(key)
    expect(page.locator("tr[aria-selected=true]")).to_have_count(3)
    page.keyboard.press("x")
    expect(page.get_by_text("2 marked")).to_be_visible()


def test_a_step_is_undone_by_the_toast(windows: Windows, house: House) -> None:
    (number,) = opened(house, 1)
    page = windows.open(f"/incidents/{number}", "alice")
    page.keyboard.press("a")
    toast = page.locator(".toast")
    expect(toast.get_by_role("button", name="Undo")).to_be_visible()

    page.keyboard.press("z")

    expect(page.get_by_text("Undone")).to_be_visible()
    with house.work(writes=False) as work:
        assert queries.get(work, number).assignee_id is None


def test_without_scripts_the_same_is_done_and_undone(windows: Windows, house: House) -> None:
    numbers = opened(house, 2)
    page = windows.open("/incidents/", "alice", scripts=False)
    for number in numbers:
        page.get_by_label(f"Mark {number}").check()
    page.get_by_role("button", name="Change …").click()
    page.get_by_label("Team").select_option("network")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Change 2").click()
    expect(page.get_by_text("2 changed: team → network")).to_be_visible()

    page.get_by_role("button", name="Undo").click()

    with house.work(writes=False) as work:
        assert queries.get(work, numbers[0]).team_id is None


def test_every_page_of_a_change_is_readable_by_all(windows: Windows, house: House) -> None:
    opened(house, 3)
    page = windows.open("/incidents/", "alice")
    look_around(page)
    page.get_by_label("Mark INC-1001").check()
    page.get_by_label("All that match").check()
    look_around(page)
    page.get_by_role("button", name="Merge …").click()
    look_around(page)
    page.get_by_role("link", name="Cancel").click()
    page.get_by_label("Mark INC-1001").check()
    page.get_by_label("All that match").check()
    page.get_by_role("button", name="Change …").click()
    look_around(page)
    page.get_by_label("State").select_option("pending")
    page.get_by_role("button", name="Preview").click()
    look_around(page)
    page.get_by_role("button", name="Change 3").click()
    expect(page.get_by_text("3 changed")).to_be_visible()
    look_around(page)
    page.get_by_role("link", name="My changes").click()
    look_around(page)
    page.get_by_role("link", name="state → pending").click()
    look_around(page)
