"""Absences: entered by the person, or by who may edit people."""

from collections.abc import Callable
from datetime import date

import pytest

from itsm.kernel.errors import Denied, Refused
from itsm.people import absences, queries
from itsm.people.absences import AbsenceInput
from itsm.platform.house import House
from tests.cast import Api, Browser, Cast, actor_of

DAYS = AbsenceInput(first_day=date(2026, 3, 9), last_day=date(2026, 3, 13))
FORM = {"first_day": "2026-03-09", "last_day": "2026-03-13"}


@pytest.mark.usefixtures("cast")
def test_people_enter_their_own(house: House) -> None:
    charlie = Browser(house, "charlie")
    assert charlie.post("/people/me/absences", FORM).status_code == 303

    page = charlie.get("/people/me/absences").text
    assert "Mon 09 Mar 2026 to Fri 13 Mar 2026" in page
    charlie.post("/people/me/absences/1/remove")
    assert "None from today on" in charlie.get("/people/me/absences").text


@pytest.mark.usefixtures("cast")
def test_nobody_enters_anothers_without_the_right(house: House) -> None:
    with house.work(actor_of(house, "alice")) as work, pytest.raises(Denied):
        absences.enter(work, queries.person(work, "bob"), DAYS)


@pytest.mark.usefixtures("cast")
def test_nobody_removes_anothers(house: House) -> None:
    with house.work() as work:
        absences.enter(work, queries.person(work, "bob"), DAYS)

    assert Browser(house, "alice").post("/people/me/absences/1/remove").status_code == 404
    assert Browser(house, "alice").post("/people/bob/absences/1/remove").status_code == 403


@pytest.mark.usefixtures("cast")
def test_who_edits_people_enters_for_them(house: House) -> None:
    dana = Browser(house, "dana")
    dana.post("/people/bob/absences", FORM)

    assert "Mon 09 Mar 2026" in dana.get("/people/bob/absences").text
    assert "Absences of Bob Baker" in dana.get("/people/bob/absences").text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"last_day": "2026-03-01"}, "last_day"),
        ({"first_day": "soon"}, "first_day"),
        ({"last_day": "2028-03-01"}, "last_day"),
    ],
)
@pytest.mark.usefixtures("cast")
def test_days_that_are_not_right_are_named(
    house: House, changes: dict[str, str], field: str
) -> None:
    answer = Browser(house, "charlie").post("/people/me/absences", FORM | changes)

    assert answer.status_code == 422
    assert f'id="error-{field}"' in answer.text


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2026, 2, 1), date(2026, 3, 1)), (date(2026, 3, 13), date(2026, 3, 14))],
)
def test_what_is_over_or_entered_already_is_refused(
    house: House, cast: Cast, first: date, last: date
) -> None:
    del cast
    with house.work() as work:
        bob = queries.person(work, "bob")
        absences.enter(work, bob, DAYS)
        with pytest.raises(Refused):
            absences.enter(work, bob, AbsenceInput(first_day=first, last_day=last))


@pytest.mark.usefixtures("cast")
def test_absences_by_the_api(api: Callable[[str], Api]) -> None:
    alice = api("alice")
    made = alice.post("/api/v1/people/alice/absences", FORM)
    assert made.status_code == 201
    assert alice.post("/api/v1/people/bob/absences", FORM).status_code == 403
    listed = alice.get("/api/v1/people/alice/absences").json["items"]
    assert [one["last_day"] for one in listed] == ["2026-03-13"]
    assert alice.delete(f"/api/v1/people/alice/absences/{made.json['id']}").status_code == 204
    assert alice.get("/api/v1/people/alice/absences").json["items"] == []
