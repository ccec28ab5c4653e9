"""The employees' portal: what a person reports, reads, answers and confirms there."""

import io
import re
from collections.abc import Callable

import pytest

from itsm.assets import service as assets
from itsm.assets.inputs import NewCi
from itsm.desk import service as tickets
from itsm.desk.inputs import NewComment
from itsm.desk.models import Visibility
from itsm.incidents import queries, service
from itsm.incidents.inputs import OpenIncident
from itsm.incidents.major import affected
from itsm.incidents.models import Incident
from itsm.platform.house import House
from tests.cast import Api, Browser, Cast, actor_of

SECRET = "canary-in-a-note"


@pytest.fixture
def charlie(browser: Callable[[str], Browser], cast: Cast) -> Browser:
    del cast
    return browser("charlie")


@pytest.fixture
def number(house: House, charlie: Browser) -> str:
    """An incident of Charlie's on which Alice wrote a reply and a note."""
    del charlie
    with house.work(actor_of(house, "charlie")) as work:
        made = service.open_(work, OpenIncident(title="Printer on fire")).number
    with house.work(actor_of(house, "alice")) as work:
        incident = queries.get_to_change(work, made)
        tickets.comment(work, incident, NewComment(body="Keep away from it"))
        secret = NewComment(body=SECRET, visibility=Visibility.INTERNAL)
        tickets.comment(work, incident, secret)
    return made


def resolve(house: House, number: str) -> None:
    with house.work(actor_of(house, "alice")) as work:
        service.resolve(work, queries.get_to_change(work, number), "Put it out")


def incident(house: House, number: str) -> Incident:
    with house.work(writes=False) as work:
        return queries.get(work, number)


def test_an_employee_is_led_to_the_portal_and_an_agent_to_work(
    charlie: Browser, browser: Callable[[str], Browser]
) -> None:
    assert charlie.get("/").location == "/portal"
    assert browser("alice").get("/").location == "/desk"
    assert "What do you need, Charlie?" in charlie.get("/portal").text


def test_a_report_is_a_ticket_with_a_title_a_picture_and_a_number(
    charlie: Browser, house: House
) -> None:
    form = {
        "text": "The printer burns.\nSince this morning.",
        "hinders": "stop",
        "files": (io.BytesIO(b"smoke"), "smoke.txt"),
    }
    answer = charlie.post("/portal/report", form)

    assert answer.location == "/portal/tickets/INC-1001"
    made = incident(house, "INC-1001")
    assert (made.title, made.impact, made.urgency) == ("The printer burns.", 3, 1)
    page = charlie.get(answer.location).text
    assert "smoke.txt" in page
    assert "We have received it" in page


def test_a_report_without_words_is_shown_again(charlie: Browser) -> None:
    answer = charlie.post("/portal/report", {"text": " ", "hinders": "stop"})

    assert answer.status_code == 422
    assert "say what is wrong" in answer.text
    assert re.search(r'value="stop"\s+checked', answer.text)


def test_a_report_names_a_device_of_ones_own_and_no_other(
    charlie: Browser, house: House, cast: Cast
) -> None:
    numbers = []
    for name, who in (("laptop-7", cast.charlie), ("laptop-8", cast.bob)):
        with house.work() as work:
            ci = assets.create(work, NewCi.model_validate({"name": name, "class": "server"}))
            ci.used_by_id = who
            numbers.append(ci.number)

    page = charlie.get("/portal").text
    assert "laptop-7" in page
    assert "laptop-8" not in page
    report = {"text": "It is dark", "hinders": "slow"}
    assert charlie.post("/portal/report", {**report, "device": numbers[0]}).status_code == 303
    assert charlie.post("/portal/report", {**report, "device": numbers[1]}).status_code == 422


def test_the_page_of_a_ticket_has_its_talk_and_no_note(charlie: Browser, number: str) -> None:
    for path in ("/portal", "/portal/tickets", f"/portal/tickets/{number}"):
        page = charlie.get(path).text
        assert "Printer on fire" in page
        assert SECRET not in page
    assert "Keep away from it" in charlie.get(f"/portal/tickets/{number}").text
    assert "Printer on fire" not in charlie.get(f"/portal/tickets?q={SECRET}").text


def test_nobody_elses_ticket_is_there(number: str, browser: Callable[[str], Browser]) -> None:
    # Bob works at the desk; in the portal he is an employee like any other.
    bob = browser("bob")
    assert bob.get(f"/portal/tickets/{number}").status_code == 404
    for verb in ("replies", "works", "broken", "again"):
        assert bob.post(f"/portal/tickets/{number}/{verb}", {"body": "x"}).status_code == 404
    assert "Printer on fire" not in bob.get("/portal/tickets").text


def test_what_is_solved_is_confirmed_by_a_click(
    charlie: Browser, house: House, number: str
) -> None:
    resolve(house, number)
    page = charlie.get(f"/portal/tickets/{number}").text
    assert "Put it out" in page
    assert incident(house, number).state == "resolved"

    assert charlie.post(f"/portal/tickets/{number}/works").status_code == 303
    assert incident(house, number).state == "closed"


def test_what_is_still_broken_is_open_again_with_what_was_said(
    charlie: Browser, house: House, number: str
) -> None:
    resolve(house, number)
    charlie.post(f"/portal/tickets/{number}/broken", {"reason": "There is smoke"})

    assert incident(house, number).reopened_count == 1
    assert "There is smoke" in charlie.get(f"/portal/tickets/{number}").text
    late = charlie.post(f"/portal/tickets/{number}/works")
    assert late.status_code == 422


def test_what_was_closed_is_reported_again_with_its_history(
    charlie: Browser, house: House, number: str
) -> None:
    resolve(house, number)
    charlie.post(f"/portal/tickets/{number}/works")
    assert "Report it again" in charlie.get(f"/portal/tickets/{number}").text
    made = charlie.post(f"/portal/tickets/{number}/again", {"reason": "It burns"}).location

    again = Api(house, "alice").get(f"/api/v1/incidents/{made.rpartition('/')[2]}/links")
    assert [(one["type"], one["number"]) for one in again.json["items"]] == [
        ("recurrence_of", number)
    ]


def test_a_reply_reaches_those_who_work_on_it(charlie: Browser, house: House, number: str) -> None:
    assert charlie.post(f"/portal/tickets/{number}/replies", {"body": "OK"}).status_code == 303
    assert charlie.post(f"/portal/tickets/{number}/replies", {"body": " "}).status_code == 422

    talk = Api(house, "alice").get(f"/api/v1/incidents/{number}/comments").json["items"]
    assert [one["body"] for one in talk][-1] == "OK"


def test_me_too_is_counted_once_and_while_it_lasts(
    charlie: Browser, house: House, browser: Callable[[str], Browser]
) -> None:
    with house.work() as work:
        made = service.open_(work, OpenIncident(title="No till works", major=True))
        number, ticket_id = made.number, made.id
    assert "I have this too" in charlie.get("/portal").text
    for person in (charlie, charlie, browser("bob")):
        assert person.post(f"/portal/disturbances/{number}/me-too").status_code == 303

    assert "You have this too" in charlie.get("/portal").text
    with house.work(writes=False) as work:
        assert affected.count(work, ticket_id) == 2
    assert "2 say that it hits them" in browser("alice").get(f"/incidents/{number}").text
    resolve(house, number)
    assert charlie.post(f"/portal/disturbances/{number}/me-too").status_code == 409
