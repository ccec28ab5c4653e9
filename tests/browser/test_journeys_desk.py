"""Journeys of those who set up monitoring and on call, at a desk, with their presses counted."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.hand import Hand, look_around
from tests.browser.site import Windows

pytestmark = pytest.mark.browser


@pytest.mark.usefixtures("cast")
def test_an_administrator_connects_a_system_in_three_steps(windows: Windows) -> None:
    page = windows.open("/monitoring/integrations/new", "dana")
    look_around(page)
    hand = Hand(page)

    hand.click(page.get_by_role("link", name="Prometheus Alertmanager"))
    look_around(page)
    # The cursor stands in the name already.
    hand.type("Prometheus Berlin")
    hand.press("Enter")
    expect(page.locator("#address")).to_have_value(re.compile("/hooks/alertmanager/"))
    look_around(page)
    hand.click(page.get_by_role("button", name="Send a test"))
    expect(page.get_by_role("heading", name="Test from the integration page")).to_be_visible()
    assert (hand.presses, hand.keys) == (2, 1)

    page.goto("/monitoring/integrations/")
    row = page.get_by_role("row").filter(has_text="Prometheus Berlin")
    expect(row.locator("relative-time")).to_be_visible()
    look_around(page)


@pytest.mark.usefixtures("cast")
def test_the_owner_of_a_schedule_sees_who_is_on_call_while_editing(windows: Windows) -> None:
    page = windows.open("/oncall/schedules/new", "dana")
    expect(page.locator("#preview-said")).to_contain_text("gap in the next 14 days")
    hand = Hand(page)

    hand.write(page.get_by_label("Name", exact=True), "Network")
    hand.pick(page.get_by_label("Layer 1, place 1"), "Alice Archer")
    expect(page.locator("#preview-body")).to_contain_text("Alice Archer")
    hand.pick(page.get_by_label("Layer 1, place 2"), "Bob Baker")
    expect(page.locator("#preview-body")).to_contain_text("Bob Baker")
    look_around(page)
    hand.click(page.get_by_role("button", name="Save"))
    expect(page.get_by_role("heading", name="Network", level=1)).to_be_visible()
    assert hand.presses == 6
    look_around(page)


@pytest.mark.usefixtures("cast")
def test_the_owner_of_a_schedule_puts_somebody_in_by_keys_alone(windows: Windows) -> None:
    page = windows.open("/oncall/schedules/new", "dana")
    hand = Hand(page)
    hand.reach(page.get_by_label("Name", exact=True))
    hand.type("Network")
    hand.reach(page.get_by_label("Layer 1, place 1"))
    hand.type("Alice")
    hand.reach(page.get_by_role("button", name="Save"))
    hand.press("Enter")
    expect(page.get_by_role("heading", name="Network", level=1)).to_be_visible()

    hand.reach(page.get_by_label("Who", exact=True))
    hand.type("Bob")
    hand.reach(page.locator("input[name=starts]"))
    hand.type("01102030")
    hand.press("Tab")
    hand.type("0900AM")
    hand.reach(page.locator("input[name=ends]"))
    hand.type("01112030")
    hand.press("Tab")
    hand.type("0900AM")
    hand.press("Enter")
    expect(page.get_by_role("button", name="Take back")).to_be_visible()
    expect(page.get_by_text("Bob Baker").first).to_be_visible()
