"""Who is hit by a disturbance says so, and is counted once."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from itsm.incidents import queries, service
from itsm.incidents.inputs import OpenIncident
from itsm.incidents.major import bulletins
from itsm.incidents.major import service as majors
from itsm.incidents.major.inputs import Declare
from itsm.incidents.major.models import Affected
from itsm.kernel.access import SYSTEM
from itsm.kernel.work import Work
from itsm.platform.house import House
from itsm.platform.journal import JournalRow
from tests.cast import Api, Browser, Cast

SECRET = "canary-major-5d1"


@pytest.fixture
def outage(house: House, cast: Cast) -> str:
    """The number of a major incident whose own texts are nobody's business."""
    del cast
    with house.work(SYSTEM) as work:
        incident = service.open_(work, OpenIncident(title=SECRET, description=SECRET))
        majors.declare(work, incident, Declare(headline="Mails arrive late"))
        return incident.number


def counted(work: Work) -> int:
    return len(work.session.scalars(select(Affected.person_id)).all())


def test_it_counts_once_and_is_shown_as_done(
    browser: Callable[..., Browser], house: House, outage: str
) -> None:
    charlie = browser("charlie")
    before = charlie.get("/portal").text
    for _ in range(2):
        assert charlie.post(f"/portal/outages/{outage}/me-too").status_code == 303
    after = charlie.get("/portal").text

    assert "Mails arrive late" in before
    assert "I have this too" in before
    assert "I have this too" not in after
    assert "Counted" in after
    with house.work(SYSTEM, writes=False) as work:
        assert counted(work) == 1
        assert bulletins.one(work, outage).affected == 1
        names = work.session.scalars(select(JournalRow.name)).all()
        assert list(names).count("major.affected_counted") == 1


def test_whom_it_hits_learns_no_more_of_it(browser: Callable[..., Browser], outage: str) -> None:
    charlie = browser("charlie")
    charlie.post(f"/portal/outages/{outage}/me-too")

    assert SECRET not in charlie.get("/portal").text
    assert charlie.get(f"/portal/tickets/{outage}").status_code == 404
    assert charlie.get(f"/incidents/{outage}").status_code == 404


def test_what_is_over_or_no_disturbance_counts_nobody(
    browser: Callable[..., Browser], house: House, outage: str
) -> None:
    charlie = browser("charlie")
    with house.work(SYSTEM) as work:
        plain = service.open_(work, OpenIncident(title="Printer on fire")).number
        service.resolve(work, queries.get(work, outage), "Done")

    assert charlie.post(f"/portal/outages/{outage}/me-too").status_code == 404
    assert charlie.post(f"/portal/outages/{plain}/me-too").status_code == 404
    with house.work(SYSTEM, writes=False) as work:
        assert counted(work) == 0


def test_a_program_says_so_for_its_owner(api: Callable[..., Api], outage: str) -> None:
    answer = api("charlie").post(f"/api/v1/status/{outage}/affected", {})

    assert answer.status_code == 200
    assert (answer.json["affected"], answer.json["hits_me"]) == (1, True)


def test_a_requesters_own_tickets_stand_in_the_api(api: Callable[..., Api], outage: str) -> None:
    mine = api("charlie").post("/api/v1/incidents", {"title": "No mail"})
    listed = api("charlie").get("/api/v1/incidents").json["items"]

    assert mine.status_code == 201
    assert [one["number"] for one in listed] == [mine.json["number"]]
    assert api("charlie").get(f"/api/v1/incidents/{outage}").status_code == 404
