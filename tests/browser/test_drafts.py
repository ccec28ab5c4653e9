"""What is typed is never lost: twelve faults, and the text stands there after each of them."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from itsm.desk import service as tickets
from itsm.desk.inputs import NewComment, NewLink
from itsm.desk.models import LinkType, Visibility
from itsm.incidents import queries, service
from itsm.incidents.inputs import OpenIncident
from itsm.incidents.states import State
from itsm.platform.house import House
from itsm.tickets import editing
from itsm.tickets.composer import service as composer
from itsm.tickets.composer.inputs import Changes, SaveTemplate
from itsm.tickets.inputs import EditTicket
from tests.browser.site import Windows
from tests.cast import actor_of

pytestmark = pytest.mark.browser
TEXT = "Please try it again, with the cable in"


@pytest.fixture
def number(house: House, site: str) -> str:
    """An incident that Charlie reported."""
    del site
    with house.work(actor_of(house, "charlie")) as work:
        return service.open_(work, OpenIncident(title="Printer on fire")).number


def box(page: Page) -> Locator:
    return page.locator("#composer-body")


def written(windows: Windows, number: str) -> Page:
    """Return a page in which the text was typed."""
    page = windows.open(f"/incidents/{number}", "alice")
    page.keyboard.press("r")
    page.keyboard.type(TEXT)
    expect(page.locator("[data-draft-status]")).to_have_text(re.compile("Draft saved"))
    return page


def reload(page: Page, house: House, number: str) -> None:
    del house, number
    page.reload()


def another_owner(page: Page, house: House, number: str) -> None:
    with house.work(actor_of(house, "bob")) as work:
        editing.take(work, queries.get_to_change(work, number))
    expect(page.get_by_text("took this")).to_be_visible(timeout=8_000)


def another_field(page: Page, house: House, number: str) -> None:
    with house.work(actor_of(house, "bob")) as work:
        change = EditTicket(category="printing")
        editing.edit(work, queries.get_to_change(work, number), change)
    expect(page.get_by_text("changed the category")).to_be_visible(timeout=8_000)


def merged(page: Page, house: House, number: str) -> None:
    with house.work(actor_of(house, "bob")) as work:
        other = service.open_(work, OpenIncident(title="The same"))
        incident = queries.get_to_change(work, number)
        tickets.link(work, incident, NewLink(type=LinkType.DUPLICATE_OF, target=other.number))
        service.cancel(work, incident, "a duplicate")
    page.reload()


def deleted_elsewhere(page: Page, house: House, number: str) -> None:
    with house.work(actor_of(house, "alice")) as work:
        composer.forget_draft(work, queries.get(work, number), Visibility.PUBLIC)
    page.reload()


def went_back(page: Page, house: House, number: str) -> None:
    del house, number
    page.goto("/incidents/")
    page.go_back()


def second_tab(page: Page, house: House, number: str) -> None:
    del house
    other = page.context.new_page()
    other.goto(f"/incidents/{number}")
    expect(box(other)).to_have_value(TEXT)
    other.close()


def failed_send(page: Page, house: House, number: str) -> None:
    del house, number
    page.route("**/comments", lambda route: route.fulfill(status=500, body="broken"))
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-draft-status]")).to_have_text(re.compile("Not sent"))
    page.unroute("**/comments")


def offline(page: Page, house: House, number: str) -> None:
    del house, number
    page.context.set_offline(offline=True)
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-draft-status]")).to_have_text(re.compile("Not sent"))
    page.context.set_offline(offline=False)


def server_down(page: Page, house: House, number: str) -> None:
    del house, number
    page.route("**/*", lambda route: route.abort())
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-draft-status]")).to_have_text(re.compile("Not sent"))
    page.unroute("**/*")
    page.reload()


def session_over(page: Page, house: House, number: str) -> None:
    del house, number
    page.context.clear_cookies()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("dialog", name="Log in again")).to_be_visible()
    page.keyboard.press("Escape")


Fault = Callable[[Page, House, str], None]


@pytest.mark.parametrize(
    "fault",
    [
        reload, another_owner, another_field, merged, deleted_elsewhere, went_back,
        second_tab, failed_send, offline, server_down, session_over,
    ],
)  # fmt: skip
def test_the_text_stands_after(windows: Windows, house: House, number: str, fault: Fault) -> None:
    page = written(windows, number)

    fault(page, house, number)

    expect(box(page)).to_have_value(TEXT)


def test_the_text_stands_in_another_browser_after_a_log_out(windows: Windows, number: str) -> None:
    written(windows, number).context.clear_cookies()

    page = windows.open(f"/incidents/{number}", "alice")

    expect(box(page)).to_have_value(TEXT)
    expect(page.get_by_text("Restored draft")).to_be_visible()
    page.get_by_role("button", name="Discard").click()
    expect(box(page)).to_have_value("")


def test_a_ticket_is_closed_by_three_keystrokes(
    windows: Windows, house: House, number: str
) -> None:
    with house.work(actor_of(house, "alice")) as work:
        macro = Changes(state=State.RESOLVED)
        composer.save_template(work, SaveTemplate(name="Done", body="All done", changes=macro))
    page = windows.open(f"/incidents/{number}", "alice")
    page.keyboard.press("r")

    page.keyboard.press(";")
    page.keyboard.press("Enter")
    expect(box(page)).to_have_value("All done")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_text("resolved this")).to_be_visible()
    expect(box(page)).to_have_value("")


def test_an_overtaken_reply_is_stopped_with_its_text(
    windows: Windows, house: House, number: str
) -> None:
    page = written(windows, number)
    with house.work(actor_of(house, "charlie")) as work:
        tickets.comment(work, queries.get_to_change(work, number), NewComment(body="It smokes"))

    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("button", name="Send anyway")).to_be_visible()
    expect(box(page)).to_have_value(TEXT)


def test_another_sees_who_replies(windows: Windows, number: str) -> None:
    written(windows, number)

    page = windows.open(f"/incidents/{number}", "bob")

    expect(page.locator("#viewers")).to_contain_text("is replying")
