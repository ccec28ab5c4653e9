from collections.abc import Callable

import pytest
from sqlalchemy import update

from itsm.kernel.access import SYSTEM
from itsm.platform import outbox
from itsm.platform.house import House
from itsm.platform.outbox import JobState, OutboxRow
from tests.cast import Browser

pytestmark = pytest.mark.usefixtures("cast")
Opens = Callable[..., Browser]
MATRIX = {"p11": 1, "p12": 2, "p13": 3, "p21": 2, "p22": 3, "p23": 4, "p31": 3, "p32": 4, "p33": 4}


def park(house: House) -> int:
    """Return the id of a job that failed for good."""
    with house.work(SYSTEM) as work:
        outbox.put(work, "oncall.deliver", {"page": 7}, key="it")
        parked = update(OutboxRow).values(state=JobState.PARKED, error="no route to host")
        return work.session.scalars(parked.returning(OutboxRow.id)).one()


def test_a_parked_job_is_shown_and_done_again(house: House, browser: Opens) -> None:
    job_id, dana = park(house), browser("dana")

    assert "no route to host" in dana.get("/admin/outbox?state=parked").text
    dana.post(f"/admin/outbox/{job_id}/replay")

    with house.work(SYSTEM) as work:
        assert work.session.get_one(OutboxRow, job_id).state is JobState.PENDING
    assert "outbox.replayed" in dana.get("/admin/audit").text


def test_a_job_that_is_not_parked_cannot_be_done_again(browser: Opens) -> None:
    assert browser("dana").post("/admin/outbox/4711/replay").status_code == 404


def test_the_journal_is_narrowed_and_verified(browser: Opens) -> None:
    page = browser("dana").get("/admin/audit?name=person.created&subject=person:1&verify=1").text

    assert "Verified." in page
    assert "person:1" in page
    assert "person:2" not in page


@pytest.mark.parametrize("query", ["since=yesterday", "subject=ticket", "cursor=x"])
def test_a_filter_that_is_not_understood_says_so(browser: Opens, query: str) -> None:
    assert browser("dana").get(f"/admin/audit?{query}").status_code == 422


def test_the_matrix_is_changed(browser: Opens) -> None:
    dana = browser("dana")

    saved = dana.post("/admin/priorities", MATRIX | {"p12": 1})
    page = dana.get("/admin/priorities").text

    assert saved.status_code == 303
    assert page.count('<option value="1" selected>') == 2
    assert "config.priorities_changed" in dana.get("/admin/audit").text


@pytest.mark.parametrize("cell", [{"p11": 4}, {"p33": 9}, {"p33": ""}])
def test_a_matrix_that_makes_no_sense_is_refused(browser: Opens, cell: dict[str, object]) -> None:
    assert browser("dana").post("/admin/priorities", MATRIX | cell).status_code == 422


@pytest.mark.parametrize("path", ["", "outbox", "audit", "priorities"])
def test_administration_is_not_for_agents(browser: Opens, path: str) -> None:
    assert browser("alice").get(f"/admin/{path}").status_code == 403
