"""The report of a schedule: as it was recorded, as planned, with pages, as page, CSV and API."""

import csv
from collections.abc import Callable

import pytest

from itsm.oncall import planning, queries, service, shift_report
from itsm.oncall.inputs import LayerInput, PolicyInput, ScheduleInput, StepInput
from itsm.platform.house import House
from itsm.platform.runner import drain, fire
from tests.cast import Api, Browser, Cast, actor_of
from tests.clock import SetClock
from tests.oncall.conftest import new_ticket

WEEK = "?first=2026-03-02&last=2026-03-08"


@pytest.fixture
def schedule_id(house: House, cast: Cast) -> int:
    """Alice alone, from 1 March 09:00 UTC on."""
    with house.work() as work:
        return planning.always_on_call(work, "Network", [cast.alice], zone="UTC", since=work.now).id


@pytest.fixture
def page(schedule_id: int) -> str:
    return f"/oncall/schedules/{schedule_id}/fairness"


def settle(house: House) -> None:
    while drain(house) + fire(house):
        pass


def rows(house: House, path: str) -> list[dict[str, str]]:
    text = Browser(house, "alice").get(path).data.decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def test_days_to_come_are_told_by_the_rules(house: House, page: str) -> None:
    (row,) = rows(house, f"{page}.csv{WEEK}")

    assert (row["person"], row["hours"]) == ("alice", "168.00")
    assert (row["work"], row["night"], row["weekend"]) == ("50.00", "70.00", "48.00")


def test_what_was_is_told_as_recorded(
    house: House, schedule_id: int, page: str, cast: Cast, clock: SetClock
) -> None:
    settle(house)
    clock.advance(hours=36)
    settle(house)
    with house.work() as work:
        alone = {"members": [cast.bob], "first_handoff": "2026-03-01T09:00"}
        wanted = ScheduleInput(
            name="Network", zone="UTC", layers=[LayerInput.model_validate(alone)]
        )
        planning.edit_schedule(work, queries.schedule(work, schedule_id), wanted)
    clock.advance(hours=12)
    settle(house)
    found = {row["person"]: row["hours"] for row in rows(house, f"{page}.csv{WEEK}")}

    # Alice had 36 hours on record; what was before that is reckoned by today's rules.
    assert found == {"alice": "36.00", "bob": "132.00"}


def test_pages_and_the_time_to_acknowledge_are_told(
    house: House, schedule_id: int, cast: Cast, clock: SetClock
) -> None:
    with house.work() as work:
        step = StepInput(delay_min=5, schedules=[schedule_id])
        wanted = PolicyInput(name="Network", steps=[step], repeat=0, fallback_id=cast.dana)
        policy = planning.create_policy(work, wanted)
        ticket = new_ticket(work, cast, 1)
        service.start(work, ticket, policy.id)
    clock.advance(minutes=3)
    with house.work(actor_of(house, "alice")) as work:
        service.acknowledge(work, ticket)
    with house.work(writes=False) as work:
        found = shift_report.report(work, schedule_id)

    (alice,) = found.burdens
    assert (alice.pages, alice.disturbing, alice.median_s) == (1, 0, 180)
    assert found.shifts[0].tickets == (("INC-1", True),)


def test_tickets_that_the_reader_may_not_see_are_not_named(
    house: House, schedule_id: int, cast: Cast
) -> None:
    with house.work() as work:
        step = StepInput(delay_min=5, schedules=[schedule_id])
        wanted = PolicyInput(name="Network", steps=[step], repeat=0, fallback_id=cast.dana)
        service.start(work, new_ticket(work, cast, 1), planning.create_policy(work, wanted).id)
    with house.work(actor_of(house, "charlie"), writes=False) as work:
        found = shift_report.report(work, schedule_id)

    assert (found.shifts[0].pages, found.shifts[0].tickets) == (1, ())


def test_the_page_names_people_hours_and_what_the_words_mean(house: House, page: str) -> None:
    text = Browser(house, "alice").get(page + WEEK).text

    assert "Alice Archer" in text
    assert "168.0" in text
    assert "Public holidays count as the weekdays that they fall on" in text


@pytest.mark.parametrize(
    "query",
    [
        "?first=2026-03-09&last=2026-03-02",
        "?first=rubbish",
        "?first=9999-12-31",
        "?last=0001-01-01",
    ],
)
def test_days_that_cannot_be_are_named_and_the_page_is_shown(
    house: House, page: str, query: str
) -> None:
    answer = Browser(house, "alice").get(page + query)

    assert answer.status_code == 422
    assert "field-error" in answer.text


BAVARIA = "?first=2026-05-25&last=2026-05-31"


@pytest.fixture
def bavarian(house: House, schedule_id: int) -> None:
    """Give the schedule the calendar of Bavaria; Pentecost Monday is 25 May."""
    with house.work() as work:
        queries.schedule(work, schedule_id).holidays = "DE-BY"


@pytest.mark.usefixtures("bavarian")
def test_holidays_have_a_column_and_their_names_stand_with_them(house: House, page: str) -> None:
    text = Browser(house, "alice").get(page + BAVARIA).text
    (row,) = rows(house, f"{page}.csv{BAVARIA}")

    assert (row["hours"], row["work"], row["public holiday"]) == ("168.00", "40.00", "24.00")
    assert text.count("Pentecost Monday") == 2
    assert "Public holidays are those of DE-BY" in text


@pytest.mark.usefixtures("bavarian")
def test_the_api_tells_holidays(api: Callable[[str], Api], schedule_id: int) -> None:
    found = api("alice").get(f"/api/v1/schedules/{schedule_id}/fairness{BAVARIA}").json

    assert found["holidays"] == [{"on": "2026-05-25", "name": "Pentecost Monday"}]
    assert found["items"][0]["holiday_hours"] == 24
    assert api("alice").get(f"/api/v1/schedules/{schedule_id}").json["holidays"] == "DE-BY"


def test_a_calendar_that_there_is_not_is_named_in_the_form(house: House, schedule_id: int) -> None:
    dana = Browser(house, "dana")
    path = f"/oncall/schedules/{schedule_id}/edit"
    form = {"name": "Network", "zone": "UTC", "holidays": "DE-XX", "layers": "0", "version": "1"}
    wrong = dana.post(path, form | {"do": "save"})
    right = dana.post(path, form | {"do": "save", "holidays": "de-by"})

    assert wrong.status_code == 422
    assert "DE has no region XX" in wrong.text
    assert right.status_code == 303
    with house.work(writes=False) as work:
        assert queries.schedule(work, schedule_id).holidays == "DE-BY"


def test_who_may_not_read_pages_gets_no_report(house: House, page: str) -> None:
    assert Browser(house, "charlie").get(page).status_code == 403


def test_the_report_by_the_api(api: Callable[[str], Api], schedule_id: int) -> None:
    alice = api("alice")
    found = alice.get(f"/api/v1/schedules/{schedule_id}/fairness{WEEK}").json

    assert [(one["person"], one["weekend_hours"]) for one in found["items"]] == [("alice", 48)]
    assert alice.get("/api/v1/schedules/99/fairness").status_code == 404
    assert (
        alice.get(f"/api/v1/schedules/{schedule_id}/fairness?first=9999-12-31").status_code == 422
    )


def test_a_range_is_at_most_400_days(house: House, page: str) -> None:
    assert (
        Browser(house, "alice").get(f"{page}?first=2024-01-01&last=2026-01-01").status_code == 422
    )
