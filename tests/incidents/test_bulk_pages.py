"""Bulk changes by page and by API: previewed, done, refused, undone."""

import re
from collections.abc import Callable

from itsm.incidents import queries, service
from itsm.incidents.inputs import OpenIncident
from itsm.platform.house import House
from itsm.platform.runner import drain
from itsm.tickets.bulk.inputs import AT_ONCE
from tests.cast import Api, Browser
from tests.incidents.conftest import As

PLACE = "/api/v1/incidents/bulk"


def opened(as_: As, many: int) -> list[str]:
    with as_("charlie") as work:
        new = OpenIncident(title="Website is down")
        return [service.open_(work, new).number for _ in range(many)]


def test_the_list_lets_agents_mark_and_nobody_else(
    browser: Callable[..., Browser], number: str
) -> None:
    assert f'aria-label="Mark {number}"' in browser("alice").get("/incidents/").text
    assert "Mark INC" not in browser("charlie").get("/incidents/").text


def test_a_change_is_previewed_done_and_undone(browser: Callable[..., Browser], as_: As) -> None:
    numbers = opened(as_, 2)
    alice = browser("alice")
    form = {"number": numbers, "next": "/incidents/?state=new"}
    assert "Change 2 incidents" in alice.post("/incidents/bulk/choose", form).text
    change = {"numbers": " ".join([*numbers, "INC-9999"]), "team": "network", "impact": "1"}
    page = alice.post("/incidents/bulk/preview", change).text
    assert "there is no ticket INC-9999" in page
    assert "Change 2" in page

    done = alice.post("/incidents/bulk/apply", change | {"numbers": " ".join(numbers)})
    assert (done.status_code, done.location) == (303, "/incidents/")
    page = alice.get("/incidents/").text
    assert "2 changed: team → network, impact → 1" in page
    undo = re.findall(r'action="(/incidents/bulk/\d+/undo)"', page)[0]
    assert browser("bob").post(undo).status_code == 404
    assert alice.post(undo).status_code == 303
    with as_("alice") as work:
        assert queries.get(work, numbers[0]).team_id is None


def test_all_that_match_the_filters_are_taken(browser: Callable[..., Browser], as_: As) -> None:
    numbers = opened(as_, 3)
    form = {"all": "1", "query": "state=open&sort=-created_at"}

    page = browser("alice").post("/incidents/bulk/choose", form).text

    assert "Change 3 incidents" in page
    assert " ".join(numbers) in page


def test_the_marked_are_merged_into_the_first(browser: Callable[..., Browser], as_: As) -> None:
    numbers = opened(as_, 3)
    alice = browser("alice")
    page = alice.post("/incidents/bulk/duplicates", {"number": numbers}).text
    assert "Mark 2 as duplicates" in page
    assert f'name="duplicate_of" value="{numbers[0]}"' in re.sub(r"\s+", " ", page)

    form = {"numbers": " ".join(numbers[1:]), "merge_into": numbers[0]}
    alice.post("/incidents/bulk/apply", form)

    assert f"This goes on in {numbers[0]}" in alice.get(f"/incidents/{numbers[1]}").text


def test_one_step_on_the_record_can_be_undone(
    browser: Callable[..., Browser], as_: As, number: str
) -> None:
    alice = browser("alice")
    alice.post(f"/incidents/{number}/step", {"to": "resolved", "resolution": "Restarted"})
    page = alice.get(f"/incidents/{number}").text
    assert f"{number}: state changed" in page
    alice.post(re.findall(r'action="(/incidents/bulk/\d+/undo)"', page)[0])

    with as_("alice") as work:
        assert queries.get(work, number).state == "new"


def test_a_message_is_split_out_by_page_and_by_api(
    browser: Callable[..., Browser], api: Callable[..., Api], number: str
) -> None:
    api("charlie").post(f"/api/v1/incidents/{number}/comments", {"body": "And my phone"})
    page = browser("alice").get(f"/incidents/{number}").text
    (action,) = re.findall(r'action="(/incidents/bulk/[^"]+/split/\d+)"', page)

    moved = browser("alice").post(action)
    assert "And my phone" in browser("alice").get(moved.location).text
    place = f"/api/v1/incidents/{number}/comments/{action.rpartition('/')[2]}/split"
    assert api("alice").post(place, {"title": "Phone"}).status_code == 201
    assert api("charlie").post(place, {}).status_code == 403


def test_the_api_tells_of_each_incident(api: Callable[..., Api], as_: As) -> None:
    numbers = [*opened(as_, 1), "INC-9999"]
    body = {"numbers": numbers, "change": {"team": "network"}}
    tried = api("alice").post(PLACE, body | {"dry_run": True}).json
    assert [one["outcome"] for one in tried["items"]] == ["changed", "refused"]

    done = api("alice").post(PLACE, body)
    assert (done.status_code, done.json["counts"]["changed"]) == (200, 1)
    assert api("bob").get(done.json["job"]).status_code == 404
    undone = api("alice").post(f"{done.json['job']}/undo")
    assert undone.json["progress"] == "undone"
    assert api("alice").post(f"{done.json['job']}/undo").status_code == 409
    assert api("alice").post(PLACE, {"numbers": numbers, "change": {}}).status_code == 422


def test_many_are_accepted_as_a_job(api: Callable[..., Api], as_: As, house: House) -> None:
    body = {"numbers": opened(as_, AT_ONCE + 1), "change": {"team": "network"}}
    accepted = api("alice").post(PLACE, body)
    assert (accepted.status_code, accepted.json["progress"]) == (202, "running")
    while drain(house):
        pass

    found = api("alice").get(accepted.json["job"]).json
    assert (found["progress"], found["counts"]["changed"]) == ("done", AT_ONCE + 1)
