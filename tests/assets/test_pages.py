from collections.abc import Callable
from io import BytesIO

import pytest

from itsm.kernel.access import SYSTEM
from itsm.platform.house import House
from tests.assets.made import ci
from tests.cast import Browser

pytestmark = pytest.mark.usefixtures("cast")
Opens = Callable[..., Browser]
SERVER = {
    "class": "server",
    "name": "host-1",
    "addresses": "10.0.0.7\nhost-1.example.org",
    "attributes.cpus": "8",
}


def test_a_ci_is_entered_and_its_record_tells_it(browser: Opens) -> None:
    dana = browser("dana")

    made = dana.post("/assets/", SERVER)
    page = dana.get("/assets/CI-1001").text

    assert made.headers["Location"] == "/assets/CI-1001"
    assert all(word in page for word in ("host-1.example.org", "10.0.0.7", "entered this as"))


def test_a_form_that_is_wrong_keeps_what_was_typed(browser: Opens) -> None:
    page = browser("dana").post("/assets/", SERVER | {"attributes.cpus": "many", "owner": "zoe"})

    assert page.status_code == 422
    assert 'value="host-1"' in page.text
    assert "there is no person" in page.text


def test_a_change_is_told_with_what_was_and_what_is(browser: Opens) -> None:
    dana = browser("dana")
    dana.post("/assets/", SERVER)

    dana.post("/assets/CI-1001", {"criticality": "high"})

    assert "criticality from medium to high" in dana.get("/assets/CI-1001").text


def test_a_state_that_cannot_follow_is_refused(browser: Opens) -> None:
    dana = browser("dana")
    dana.post("/assets/", SERVER | {"state": "retired"})

    assert dana.post("/assets/CI-1001", {"state": "planned"}).status_code == 422


def test_an_alias_that_another_ci_has_is_refused_beside_its_field(
    house: House, browser: Opens
) -> None:
    with house.work(SYSTEM) as work:
        ci(work, "first", aliases=["billing"])
        ci(work, "second")

    page = browser("dana").post("/assets/CI-1002/aliases", {"alias": "Billing"})

    assert page.status_code == 422
    assert 'id="error-alias"' in page.text


def test_the_list_leaves_out_what_is_retired(house: House, browser: Opens) -> None:
    with house.work(SYSTEM) as work:
        ci(work, "in-use")
        ci(work, "on-the-scrap-heap", state="retired")
    alice = browser("alice")

    assert "on-the-scrap-heap" not in alice.get("/assets/").text
    assert "on-the-scrap-heap" in alice.get("/assets/?state=retired").text


def test_a_table_is_shown_before_it_is_imported(browser: Opens) -> None:
    dana = browser("dana")
    file = (BytesIO(b"name;class\nhost-1;server\n"), "cis.csv")

    there = dana.post("/assets/import", {"file": file}).headers["Location"]
    before = dana.get("/assets/").text
    dana.post(f"{there}/run")

    assert "host-1" not in before
    assert "host-1" in dana.get("/assets/").text


def test_a_table_is_seen_by_nobody_else(browser: Opens) -> None:
    file = (BytesIO(b"name\nsecret\n"), "cis.csv")
    there = browser("dana").post("/assets/import", {"file": file}).headers["Location"]

    assert browser("alice").get(there).status_code == 403
