"""The pages, as a browser without scripts uses them."""

import io
import re
from collections.abc import Callable

import pytest

from itsm.assets import service as cmdb
from itsm.assets.inputs import NewCi
from itsm.incidents import queries
from itsm.kernel.access import SYSTEM
from itsm.platform.house import House
from tests.cast import Api, Browser, Cast

CANARY = "canary-7f3a"


@pytest.fixture
def alice(browser: Callable[..., Browser], cast: Cast) -> Browser:
    del cast
    return browser("alice")


@pytest.fixture
def charlie(browser: Callable[..., Browser], cast: Cast) -> Browser:
    del cast
    return browser("charlie")


def report(by: Browser, **fields: object) -> str:
    answer = by.post(
        "/incidents/", {"title": "Printer on fire", "impact": "3", "urgency": "3"} | fields
    )
    assert answer.status_code == 303
    return str(answer.headers["Location"].rpartition("/")[2])


def test_an_incident_is_reported_and_shown(charlie: Browser) -> None:
    number = report(charlie, description="Smoke <b>everywhere</b>")

    page = charlie.get(f"/incidents/{number}").text

    assert "Printer on fire" in page
    assert "Smoke &lt;b&gt;everywhere&lt;/b&gt;" in page
    assert "Charlie Clerk</b> reported this by portal" in page


def test_what_is_missing_is_said_beside_what_was_typed(charlie: Browser) -> None:
    answer = charlie.post("/incidents/", {"title": " ", "description": "kept text"})

    assert answer.status_code == 422
    assert "kept text" in answer.text
    assert "error-title" in answer.text


def test_the_list_shows_what_is_open_until_asked_otherwise(alice: Browser) -> None:
    number = report(alice)
    alice.post(f"/incidents/{number}/step", {"to": "resolved", "resolution": "Put it out"})
    # That it can be undone stands above the first page after it.
    assert "state changed" in alice.get("/incidents/").text

    assert number not in alice.get("/incidents/").text
    assert number in alice.get("/incidents/?sort=-created_at").text
    assert number in alice.get("/incidents/?state=resolved").text
    assert number not in alice.get("/incidents/?state=closed").text


def test_a_filter_that_there_is_not_is_refused(alice: Browser) -> None:
    assert alice.get("/incidents/?state=lost").status_code == 422
    assert alice.get("/incidents/?unknown=1").status_code == 200


def test_tabs_count_what_their_lists_hold(alice: Browser) -> None:
    report(alice, assignee="me")
    report(alice, team="network")

    page = alice.get("/incidents/").text

    counts = re.findall(r">([A-Z][a-z ]+)\s*<span class=\"count\">(\d+)", page)
    assert dict(counts) == {
        "Mine": "1",
        "My teams": "1",
        "Unowned": "1",
        "Untouched": "0",
        "Open": "2",
    }


def test_a_view_is_saved_as_a_tab(alice: Browser) -> None:
    report(alice, impact="1", urgency="1")
    alice.post(
        "/incidents/views", {"name": "Burning", "query": "priority=1&columns=title,owner&x=1"}
    )

    page = alice.get("/incidents/").text

    assert "Burning" in page
    assert 'href="?priority=1&amp;columns=title%2Cowner"' in page


def test_columns_are_chosen_in_the_address(alice: Browser) -> None:
    report(alice)

    page = alice.get("/incidents/?sort=-created_at&columns=state&columns=requester").text

    heads = re.findall(r"<th scope=\"col\">\s*(\w+)", page)
    assert heads == ["Title", "State", "Requester"]


def test_a_long_list_goes_on_with_the_next_page(alice: Browser, api: Callable[[str], Api]) -> None:
    caller = api("alice")
    for at in range(3):
        caller.post("/api/v1/incidents", {"title": f"No {at}"})

    first = alice.get("/incidents/?limit=2").text
    onward = re.search(r'href="(\?[^"]*cursor=[^"]+)"[^>]*rel="next"', first)
    assert onward is not None
    second = alice.get("/incidents/" + onward[1].replace("&amp;", "&")).text

    assert re.findall(r"row-(INC-\d+)", first) == ["INC-1003", "INC-1002"]
    assert re.findall(r"row-(INC-\d+)", second) == ["INC-1001"]


def test_a_property_is_saved_by_itself(alice: Browser) -> None:
    number = report(alice)
    form = alice.get(f"/incidents/{number}?edit=team").text
    assert re.search(r'name="seen"\s+value=""', form)

    saved = alice.post(f"/incidents/{number}/fields/team", {"team": "network", "seen": ""})

    assert saved.status_code == 303
    assert "gave this to <b>Network</b>" in alice.get(f"/incidents/{number}").text


def test_a_conflict_shows_both_and_keeps_what_was_typed(alice: Browser) -> None:
    number = report(alice)
    alice.post(f"/incidents/{number}/fields/category", {"category": "Theirs", "seen": ""})

    answer = alice.post(f"/incidents/{number}/fields/category", {"category": "Mine", "seen": ""})

    assert answer.status_code == 409
    assert "somebody else has set the category to Theirs meanwhile" in answer.text
    assert 'value="Mine"' in answer.text


@pytest.mark.parametrize("field", ["state", "number", "created_at", "version", "requester_id"])
def test_no_other_property_is_changed_by_a_form(alice: Browser, field: str) -> None:
    number = report(alice)

    assert alice.post(f"/incidents/{number}/fields/{field}", {field: "1"}).status_code == 404


def test_a_description_of_many_lines_is_saved_without_conflict(alice: Browser) -> None:
    number = report(alice, description="one\r\ntwo")
    form = {"description": "one\r\nthree", "seen": "one\r\ntwo"}

    assert alice.post(f"/incidents/{number}/fields/description", form).status_code == 303


def test_a_reply_carries_its_files(alice: Browser) -> None:
    number = report(alice)
    upload = (io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(32)), "photo.png")
    alice.post(
        f"/incidents/{number}/comments",
        {"body": "Look", "visibility": "public", "files": upload},
        content_type="multipart/form-data",
    )

    page = alice.get(f"/incidents/{number}").text
    address = re.search(r'src="(/incidents/[^"]+\?show)"', page)
    assert address is not None
    with alice.get(address[1]) as answer:
        assert (answer.mimetype, answer.headers["Content-Disposition"][:6]) == (
            "image/png",
            "inline",
        )


def test_a_refused_file_takes_its_comment_back(alice: Browser) -> None:
    number = report(alice)
    answer = alice.post(
        f"/incidents/{number}/comments",
        {"body": "Look at this", "visibility": "public", "files": (io.BytesIO(b""), "empty.txt")},
        content_type="multipart/form-data",
    )

    assert answer.status_code == 422
    assert answer.text.count("Look at this") == 1
    assert "Look at this" not in alice.get(f"/incidents/{number}").text


def test_internal_notes_never_reach_the_requester_s_pages(alice: Browser, charlie: Browser) -> None:
    number = report(charlie)
    alice.post(f"/incidents/{number}/comments", {"body": f"x {CANARY}", "visibility": "internal"})
    assert CANARY in alice.get(f"/incidents/{number}").text

    for path in (f"/incidents/{number}", "/incidents/", f"/incidents/?q={CANARY[:6]}", "/desk"):
        assert CANARY not in charlie.get(path).text
    assert "Nothing found" in charlie.get(f"/search?q={CANARY}").text


def test_an_illegal_step_says_so_on_the_page(alice: Browser) -> None:
    number = report(alice)

    answer = alice.post(f"/incidents/{number}/step", {"to": "closed"})

    assert answer.status_code == 409
    assert "cannot go from new to closed" in answer.text


def test_a_number_leads_straight_to_its_record(alice: Browser) -> None:
    number = report(alice)

    assert alice.get(f"/search?q={number.lower()}").headers["Location"] == f"/incidents/{number}"
    assert alice.get("/search?q=INC-9999").status_code == 200


def test_my_work_holds_what_waits_for_me(alice: Browser) -> None:
    report(alice, title="Mine to mend", assignee="me")
    report(alice, title="Nobody has it", team="network")

    page = alice.get("/desk").text

    assert page.index("Mine to mend") < page.index("Unowned in my teams")
    assert "Nobody has it" in page


def test_home_is_where_one_works(alice: Browser, charlie: Browser) -> None:
    assert alice.get("/").headers["Location"] == "/desk"
    assert charlie.get("/").headers["Location"] == "/portal"


def test_of_many_services_the_list_names_the_most_critical(
    house: House, charlie: Browser, alice: Browser
) -> None:
    report(charlie)
    with house.work(SYSTEM) as work:
        incident = queries.get(work, "INC-1001")
        for name, how in (("Chat", "low"), ("Web shop", "critical"), ("Mail", "high")):
            fields = {"class": "service", "name": name, "criticality": how}
            service = NewCi.model_validate(fields)
            cmdb.link(work, incident, cmdb.create(work, service).id)

    row = alice.get("/incidents/").text.partition('id="row-INC-1001"')[2].partition("</tr>")[0]

    assert 'title="Web shop, Mail, Chat"' in row
    assert "Web shop<" in row
    assert "and 2 more" in row
