"""The hand of somebody on a journey through the product, which counts what it does."""

from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

from tests.browser.site import HEIGHT, check_accessible, check_fits

DESK, PHONE = 1440, 390
THUMB = 48
MOST_TABS = 60
# Whatever can be tapped. A box inside a label is as large as its label.
TARGETS = """() => [...document.querySelectorAll(
    "a[href], button, summary, select, textarea, input:not([type=hidden])")]
  .filter((one) => one.checkVisibility())
  .map((one) => [one, (one.closest("label.check") ?? one).getBoundingClientRect()])
  .map(([one, box]) => [(one.innerText || one.name).trim(), box.width, box.height])"""


@dataclass
class Hand:
    """A mouse, a thumb and a keyboard on one page.

    `presses` counts clicks and taps, `keys` the strokes that move, choose or send, `letters` what
    is typed into fields. To open a list and to pick from it are two presses.
    """

    page: Page
    presses: int = field(default=0)
    keys: int = field(default=0)
    letters: int = field(default=0)

    def tap(self, target: Locator) -> None:
        target.tap()
        self.presses += 1

    def click(self, target: Locator) -> None:
        target.click()
        self.presses += 1

    def pick(self, target: Locator, label: str) -> None:
        """Choose from a list with the mouse."""
        target.select_option(label=label)
        self.presses += 2

    def write(self, target: Locator, text: str) -> None:
        """Click into a field, and type."""
        self.click(target)
        target.fill(text)
        self.letters += len(text)

    def type(self, text: str) -> None:
        """Type where the focus is."""
        self.page.keyboard.type(text)
        self.letters += len(text)

    def press(self, *names: str) -> None:
        for name in names:
            self.page.keyboard.press(name)
            self.keys += 1

    def reach(self, target: Locator) -> None:
        """Go on by the tabulator to something; fail where one does not get there."""
        for _ in range(MOST_TABS):
            if target.evaluate("one => one === document.activeElement"):
                return
            self.press("Tab")
        expect(target).to_be_focused()

    def forget(self) -> None:
        """Count anew from here on."""
        self.presses = self.keys = self.letters = 0


def look_around(page: Page, *widths: int) -> None:
    """Check a page as it stands, in both themes, at a desk and on a phone or at `widths`."""
    before = page.viewport_size
    for width in widths or (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            check_accessible(page)
        check_fits(page)
    page.emulate_media(color_scheme="light")
    assert before
    page.set_viewport_size(before)


def check_thumbs(page: Page) -> None:
    """Fail if anything that can be tapped is smaller than a thumb."""
    targets = page.evaluate(TARGETS)
    small = [one for one in targets if min(one[1:]) < THUMB]
    assert targets
    assert not small, small
