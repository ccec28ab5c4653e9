"""The portal as a browser without scripts uses it."""

import io
from collections.abc import Callable

import pytest

from itsm.assets import service as cmdb
from itsm.assets.inputs import NewCi
from itsm.desk import queries as desk
from itsm.desk import service as tickets
from itsm.desk.inputs import NewComment
from itsm.desk.models import Kind, Visibility
from itsm.desk.setup import service as setup
from itsm.desk.setup.inputs import NewDesk
from itsm.incidents import queries, service
from itsm.incidents.states import State
from itsm.kernel.access import SYSTEM
from itsm.people import queries as people
from itsm.platform.house import House
from itsm.tickets import queries as all_tickets
from itsm.tickets.filters import Filters
from itsm.tickets.wording import LONGEST_TITLE, title_of
from tests.cast import Browser, Cast
from tests.portal.conftest import As

NOTE = "canary-note-71c2"


def resolve(as_: As, number: str) -> None:
    with as_("alice") as work:
        service.resolve(work, queries.get(work, number), "Put it out")


def state(as_: As, number: str) -> State:
    with as_("alice") as work:
        return State(queries.get(work, number).state)


def test_the_first_page_leads_each_where_they_work(
    browser: Callable[..., Browser], charlie: Browser
) -> None:
    assert charlie.get("/").headers["Location"] == "/portal"
    assert browser("alice").get("/").headers["Location"] == "/desk"


def test_a_fault_is_reported_and_shown_with_its_number(charlie: Browser) -> None:
    answer = charlie.post(
        "/portal/report",
        {
            "text": "Smoke <b>everywhere</b>\nSince noon",
            "hurt": "stopped",
            "files": (io.BytesIO(b"log"), "a.txt"),
        },
    )
    page = charlie.get(answer.headers["Location"]).text

    assert answer.status_code == 303
    assert "/portal/tickets/INC-" in answer.headers["Location"]
    assert "Smoke &lt;b&gt;everywhere&lt;/b&gt;" in page
    assert "We have received it" in page
    assert "a.txt" in page


def test_what_is_reported_has_the_gravity_that_was_told(charlie: Browser, as_: As) -> None:
    answer = charlie.post("/portal/report", {"text": "No mail", "hurt": "many"})

    with as_("alice") as work:
        found = queries.get(work, answer.headers["Location"].split("/")[-1].partition("?")[0])
        assert (found.title, found.impact, found.urgency) == ("No mail", 2, 1)


def test_nothing_said_is_no_report(charlie: Browser) -> None:
    answer = charlie.post("/portal/report", {"text": "  ", "subject": "kept"})

    assert answer.status_code == 422
    assert "Say in a few words what happened." in answer.text
    assert "kept" in answer.text


def test_a_device_of_ones_own_is_named_and_no_other(
    charlie: Browser, as_: As, house: House
) -> None:
    with house.work(SYSTEM) as work:
        mine = cmdb.create(
            work, NewCi.model_validate({"class": "server", "name": "LT-7", "used_by": "charlie"})
        )
        other = cmdb.create(work, NewCi.model_validate({"class": "server", "name": "DB-SECRET"}))
        numbers = mine.number, other.number
    form = charlie.get("/portal/report").text
    answer = charlie.post("/portal/report", {"text": "No mail", "device": numbers[0]})
    foreign = charlie.post("/portal/report", {"text": "No mail", "device": numbers[1]})

    assert f'value="{numbers[0]}" selected' in form
    assert "DB-SECRET" not in form
    assert answer.status_code == 303
    assert foreign.status_code == 422
    with as_("alice") as work:
        assert len(all_tickets.page(work, Filters(ci=numbers[0]), Kind.INCIDENT).items) == 1


def test_internal_notes_never_appear(charlie: Browser, as_: As, number: str) -> None:
    with as_("alice") as work:
        found = queries.get(work, number)
        tickets.comment(work, found, NewComment(body=NOTE, visibility=Visibility.INTERNAL))
        tickets.comment(work, found, NewComment(body="We come at noon"))
    page = charlie.get(f"/portal/tickets/{number}").text

    assert "We come at noon" in page
    assert NOTE not in page


def test_an_agent_reads_no_notes_there_either(
    browser: Callable[..., Browser], as_: As, number: str
) -> None:
    with as_("alice") as work:
        found = queries.get(work, number)
        tickets.watch(work, found, people.person(work, "alice"))
        tickets.comment(work, found, NewComment(body=NOTE, visibility=Visibility.INTERNAL))
    answer = browser("alice").get(f"/portal/tickets/{number}")

    assert answer.status_code == 200
    assert NOTE not in answer.text


@pytest.mark.parametrize("name", ["bob", "dana"])
def test_what_is_not_ones_own_does_not_exist(
    browser: Callable[..., Browser], charlie: Browser, number: str, name: str
) -> None:
    del charlie
    other = browser(name)

    assert other.get(f"/portal/tickets/{number}").status_code == 404
    assert other.post(f"/portal/tickets/{number}/replies", {"body": "x"}).status_code == 404
    assert other.post(f"/portal/tickets/{number}/works").status_code == 404
    assert number not in other.get("/portal/tickets").text


def test_a_watcher_reads_and_does_not_judge(
    browser: Callable[..., Browser], as_: As, number: str
) -> None:
    with as_("alice") as work:
        tickets.watch(work, queries.get(work, number), people.person(work, "bob"))
    resolve(as_, number)
    bob = browser("bob")

    assert "It works" not in bob.get(f"/portal/tickets/{number}").text
    assert bob.post(f"/portal/tickets/{number}/works").status_code == 403
    assert bob.post(f"/portal/tickets/{number}/broken").status_code == 403


def test_one_replies_with_a_file(charlie: Browser, number: str) -> None:
    answer = charlie.post(
        f"/portal/tickets/{number}/replies",
        {"body": "Still smoking", "files": (io.BytesIO(b"seen"), "seen.txt")},
    )
    page = charlie.get(f"/portal/tickets/{number}").text

    assert answer.status_code == 303
    assert "Still smoking" in page
    assert "seen.txt" in page
    assert charlie.post(f"/portal/tickets/{number}/replies", {"body": ""}).status_code == 422


def test_who_reported_it_says_that_it_works(charlie: Browser, as_: As, number: str) -> None:
    assert charlie.post(f"/portal/tickets/{number}/works").status_code == 409
    resolve(as_, number)
    assert "Put it out" in charlie.get(f"/portal/tickets/{number}").text
    assert charlie.post(f"/portal/tickets/{number}/works").status_code == 303

    assert state(as_, number) is State.CLOSED
    assert number in charlie.get("/portal/tickets").text
    assert number not in charlie.get("/portal").text


def test_who_reported_it_says_that_it_is_still_broken(
    charlie: Browser, as_: As, number: str
) -> None:
    resolve(as_, number)
    answer = charlie.post(f"/portal/tickets/{number}/broken", {"reason": "It burns again"})

    assert answer.status_code == 303
    assert state(as_, number) is State.NEW
    assert "It burns again" in charlie.get(f"/portal/tickets/{number}").text


def test_a_look_changes_nothing(charlie: Browser, as_: As, number: str) -> None:
    resolve(as_, number)
    for verb in ("works", "broken", "replies"):
        assert charlie.get(f"/portal/tickets/{number}/{verb}").status_code == 405

    assert state(as_, number) is State.RESOLVED


@pytest.mark.parametrize(
    ("reason", "words"), [("an answer from Charlie", "Waiting for you"), ("the vendor", "On hold")]
)
def test_one_is_told_whom_it_waits_for(
    charlie: Browser, as_: As, number: str, reason: str, words: str
) -> None:
    with as_("alice") as work:
        service.wait(work, queries.get(work, number), reason)

    assert words in charlie.get(f"/portal/tickets/{number}").text


def test_ones_tickets_are_searched_and_paged(charlie: Browser) -> None:
    for at in range(26):
        charlie.post("/portal/report", {"text": f"Fault number{at}"})
    first = charlie.get("/portal/tickets").text
    rest = first.partition("cursor=")[2].partition('"')[0]

    assert "number25" in first
    assert "number0<" not in first
    assert "number0<" in charlie.get(f"/portal/tickets?cursor={rest}").text
    assert "number1<" not in charlie.get("/portal/tickets?q=number7").text
    assert charlie.get("/portal/tickets?cursor=x").status_code == 422


def test_a_title_is_the_first_line_cut_between_words() -> None:
    assert title_of("No  mail\nsince noon") == "No mail"
    assert title_of("word " * 60).endswith("word…")
    assert len(title_of("x" * 500)) == LONGEST_TITLE


def test_a_file_of_another_ticket_is_not_found(charlie: Browser, cast: Cast, number: str) -> None:
    del cast
    assert charlie.get(f"/portal/tickets/{number}/files/9").status_code == 404


def test_another_desk_is_asked_by_its_own_tile(charlie: Browser, as_: As, house: House) -> None:
    with house.work() as work:
        setup.make(work, NewDesk(key="hr", name="Human resources", prefix="HR", confidential=True))
        setup.make(work, NewDesk(key="board", name="Board office", internal=True))
    page = charlie.get("/portal").text
    assert "Human resources" in page
    assert "Board office" not in page
    assert "Ask Human resources" in charlie.get("/portal/report?desk=hr").text

    made = charlie.post("/portal/report", {"text": "My payslip", "desk": "hr"})
    assert made.headers["Location"].startswith("/portal/tickets/HR-1001")
    with as_("alice") as work:
        assert desk.numbers(work, [1]) == {}
    assert charlie.post("/portal/report", {"text": "A seat", "desk": "board"}).status_code == 422
