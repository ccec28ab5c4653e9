"""On call in a real browser: every page in both themes and narrow, its main task by keyboard."""

import json

import pytest
from playwright.sync_api import expect

from itsm.desk.models import Source
from itsm.incidents.models import Incident
from itsm.notify import queries as contacts
from itsm.notify import service as notify
from itsm.oncall import planning, service
from itsm.oncall.inputs import PolicyInput, StepInput
from itsm.people import queries
from itsm.people import service as people
from itsm.platform.house import House
from itsm.platform.runner import drain
from tests.browser.site import Windows, check_accessible, check_fits
from tests.cast import Cast
from tests.notify.push_service import Subscriber

PATHS = (
    "/oncall/",
    "/oncall/schedules/",
    "/oncall/schedules/1",
    "/oncall/schedules/1/edit",
    "/oncall/policies/",
    "/oncall/policies/1/edit",
    "/oncall/pages",
    "/oncall/pages/1",
    "/oncall/me",
    "/oncall/outbox",
)
SHIFT_PATHS = (
    "/oncall/schedules/1/fairness",
    "/oncall/schedules/1/import",
    "/oncall/schedules/1/temporary/new",
    "/oncall/shifts/",
    "/oncall/shifts/ask/1",
    "/oncall/calendars",
    "/people/me/absences",
)
THUMB = 48


@pytest.fixture
def link(house: House, cast: Cast) -> str:
    """Page Dana, who is on call, and return the path of the link that she got."""
    with house.work() as work:
        schedule = planning.always_on_call(
            work, "Payments", [cast.dana, cast.bob], zone="Europe/Berlin", since=work.now
        )
        step = StepInput(delay_min=5, schedules=[schedule.id])
        wanted = PolicyInput(name="Payments", steps=[step], fallback_id=cast.bob)
        policy = planning.create_policy(work, wanted)
        notify.add_contact(work, cast.dana, "outbox", "", {})
        ticket = work.add(
            Incident(
                number="INC-1042",
                title="Payments API answers 502 at checkout",
                state="new",
                impact=1,
                urgency=1,
                priority=1,
                desk_id=cast.desk,
                source=Source.MONITORING,
                created_at=work.now,
                updated_at=work.now,
            )
        )
        service.start(work, ticket.id, policy.id)
    drain(house)
    with house.work(writes=False) as work:
        (message,) = contacts.kept(work).items
        return work.vault.open(message.link).partition("/p/")[2]


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("paths", [PATHS, SHIFT_PATHS])
@pytest.mark.usefixtures("link")
def test_every_page_is_accessible_and_fits_a_phone(
    windows: Windows, theme: str, paths: tuple[str, ...]
) -> None:
    for path in paths:
        page = windows.open(path, "dana", theme=theme, width=390)
        check_accessible(page)
        check_fits(page)


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_phone_page_is_accessible_and_its_buttons_fit_a_thumb(
    windows: Windows, link: str, theme: str
) -> None:
    page = windows.open(f"/p/{link}", theme=theme, width=320)
    check_accessible(page)
    check_fits(page)
    boxes = [button.bounding_box() for button in page.locator(".button:visible").all()]

    assert boxes
    assert all(box and box["height"] >= THUMB for box in boxes)


@pytest.mark.browser
def test_a_page_is_acknowledged_on_a_phone_without_scripts(windows: Windows, link: str) -> None:
    page = windows.open(f"/p/{link}", width=390, scripts=False)
    page.get_by_role("button", name="Acknowledge").click()

    expect(page.get_by_role("status")).to_contain_text("You have taken it")


@pytest.mark.browser
@pytest.mark.usefixtures("link")
def test_a_schedule_is_made_with_the_keyboard_alone(windows: Windows) -> None:
    page = windows.open("/oncall/schedules/new", "dana")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("Network")
    page.get_by_label("Layer 1, place 1").focus()
    page.keyboard.type("Alice")
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Network", level=1)).to_be_visible()
    expect(page.locator(".definitions")).to_contain_text("Alice Archer")


@pytest.mark.browser
@pytest.mark.usefixtures("link")
def test_the_preview_follows_each_change_and_the_focus_stays(windows: Windows) -> None:
    page = windows.open("/oncall/schedules/new", "dana")
    said = page.get_by_role("status").and_(page.locator("#preview-said"))
    expect(said).to_contain_text("1 gap in the next 14 days")
    member = page.get_by_label("Layer 1, place 1")
    member.focus()
    page.keyboard.type("Alice")

    expect(page.locator("#preview-body")).to_contain_text("Alice Archer")
    expect(member).to_be_focused()
    page.goto("/oncall/schedules/")
    expect(page.locator("tbody tr")).to_have_count(1)


@pytest.mark.browser
@pytest.mark.usefixtures("link")
def test_the_preview_works_by_its_button_without_scripts(windows: Windows) -> None:
    page = windows.open("/oncall/schedules/new", "dana", scripts=False)
    page.get_by_label("Name", exact=True).fill("Network")
    page.get_by_label("Layer 1, place 1").select_option(label="Alice Archer")
    page.locator("button[value=preview]:visible").last.click()

    expect(page.locator("#preview-body")).to_contain_text("Alice Archer")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Network")


@pytest.mark.browser
@pytest.mark.usefixtures("link")
def test_a_shift_is_swapped_in_three_clicks(windows: Windows, house: House, cast: Cast) -> None:
    with house.work() as work:
        people.grant_role(work, queries.person(work, "bob"), "oncall", desk_id=cast.desk)
    page = windows.open("/oncall/shifts/", "dana")
    page.get_by_role("link", name="Swap or ask for cover").last.click()
    page.get_by_label("For a swap, in return for").select_option(index=1)
    page.get_by_role("button", name="Ask").click()

    expect(page.get_by_text("Dana Director asks Bob Baker to swap")).to_be_visible()


@pytest.mark.browser
@pytest.mark.usefixtures("link")
def test_a_contact_is_added_with_the_keyboard_alone(windows: Windows) -> None:
    page = windows.open("/oncall/me?channel=ntfy", "dana")
    page.get_by_label("Topic on ntfy.sh").focus()
    page.keyboard.type("dana-at-night")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Push by ntfy · dana-at-night")).to_be_visible()


STUB = """
  Notification.requestPermission = async () => "granted";
  PushManager.prototype.subscribe = async (how) => {
    window.applicationKey = how.applicationServerKey.length;
    return { toJSON: () => (SETTINGS) };
  };
"""


@pytest.mark.browser
@pytest.mark.usefixtures("link")
def test_a_browser_is_set_up_for_notifications_with_the_keyboard_alone(windows: Windows) -> None:
    page = windows.open("/oncall/me", "dana")
    hook = Subscriber().settings()
    said = {"endpoint": hook.pop("endpoint"), "keys": hook}
    page.add_init_script(STUB.replace("SETTINGS", json.dumps(said)))
    page.goto("/oncall/me?channel=webpush")
    page.get_by_label("Name it").focus()
    page.keyboard.type("Night desk")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Web push · push.example.org")).to_be_visible()
    expect(page.get_by_role("heading", name="Night desk")).to_be_visible()


@pytest.mark.browser
@pytest.mark.usefixtures("link")
def test_a_browser_that_is_refused_leave_says_what_to_do(windows: Windows) -> None:
    page = windows.open("/oncall/me", "dana")
    page.add_init_script('Notification.requestPermission = async () => "denied";')
    page.goto("/oncall/me?channel=webpush")
    page.get_by_role("button", name="Notify me in this browser").click()

    expect(page.get_by_text("Notifications are blocked for this site")).to_be_visible()
