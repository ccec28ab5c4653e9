"""A ticket becomes one of the other kind, and loses nothing by it."""

from io import BytesIO

import pytest

from itsm.desk.models import FormerNumber, Kind
from itsm.kernel.errors import Denied, Refused
from itsm.platform.house import House
from itsm.tickets import converting, kinds, queries
from tests.cast import Api, Browser
from tests.requests.conftest import As


def convert(api: Api, place: str, number: str, to: str) -> dict[str, str]:
    answer = api.post(f"/api/v1/{place}/{number}/convert", json={"to": to})
    assert answer.status_code == 200, answer.json
    made: dict[str, str] = answer.json
    return made


@pytest.fixture
def incident(alice: Api) -> str:
    number: str = alice.post(
        "/api/v1/incidents",
        json={
            "title": "No screen",
            "requester": "charlie",
            "tags": ["screen"],
            "assignee": "alice",
        },
    ).json["number"]
    alice.post(f"/api/v1/incidents/{number}/comments", json={"body": "I need one"})
    files = {"file": (BytesIO(b"photo"), "desk.txt")}
    alice.client.post(
        f"/api/v1/incidents/{number}/attachments", data=files, headers=alice.headers
    ).close()
    return number


def test_all_that_hangs_on_it_stays(alice: Api, incident: str) -> None:
    before = alice.get(f"/api/v1/incidents/{incident}").json
    made = convert(alice, "incidents", incident, "request")
    here = f"/api/v1/requests/{made['number']}"

    kept = ("title", "tags", "requester", "assignee", "priority", "created_at")
    assert made["number"] == "REQ-1001"
    assert {name: made[name] for name in kept} == {name: before[name] for name in kept}
    assert [one["body"] for one in alice.get(f"{here}/comments").json["items"]] == ["I need one"]
    assert [one["name"] for one in alice.get(f"{here}/attachments").json["items"]] == ["desk.txt"]


def test_its_history_goes_on_and_tells_of_it(alice: Api, incident: str) -> None:
    made = convert(alice, "incidents", incident, "request")
    told = alice.get(f"/api/v1/requests/{made['number']}/timeline").json["items"]

    assert told[0]["text"] == "Alice Archer reported this by the API"
    assert f"Alice Archer made this incident of {incident}: it is {made['number']} now" in [
        one["text"] for one in told
    ]


def test_the_former_number_leads_to_it(house: House, alice: Api, incident: str) -> None:
    made = convert(alice, "incidents", incident, "request")
    answer = Browser(house, "alice").get(f"/incidents/{incident}")

    assert answer.location == f"/requests/{made['number']}"
    assert Browser(house, "alice").get(f"/search?q={incident}").location == answer.location


def test_turned_back_it_has_its_first_number_again(as_: As, alice: Api, incident: str) -> None:
    made = convert(alice, "incidents", incident, "request")
    again = convert(alice, "requests", made["number"], "incident")
    third = convert(alice, "incidents", incident, "request")

    assert (again["number"], third["number"]) == (incident, made["number"])
    with as_("alice") as work:
        assert work.session.query(FormerNumber).count() == 1


def test_a_number_is_not_given_to_another(alice: Api, incident: str) -> None:
    convert(alice, "incidents", incident, "request")

    assert alice.post("/api/v1/incidents", json={"title": "x"}).json["number"] == "INC-1002"
    assert alice.post("/api/v1/requests", json={"title": "x"}).json["number"] == "REQ-1002"


def test_what_waits_still_waits(alice: Api, incident: str) -> None:
    step = {"to": "pending", "reason": "a spare part"}
    alice.post(f"/api/v1/incidents/{incident}/transitions", json=step)
    made = convert(alice, "incidents", incident, "request")

    assert (made["state"], made["waits_for"]) == ("pending", "a spare part")


def test_it_is_done_on_the_page(house: House, number: str) -> None:
    alice = Browser(house, "alice")
    answer = alice.post(f"/requests/{number}/convert", {"to": "incident"})

    assert answer.location == "/incidents/INC-1001"
    assert alice.get(answer.location).status_code == 200


def test_what_is_over_or_a_major_incident_stays(alice: Api, incident: str) -> None:
    alice.post(f"/api/v1/incidents/{incident}/transitions", json={"to": "resolved"})
    over = alice.post(f"/api/v1/incidents/{incident}/convert", json={"to": "request"})
    same = alice.post(f"/api/v1/incidents/{incident}/convert", json={"to": "incident"})

    assert (over.status_code, same.status_code) == (409, 409)


def test_a_major_incident_stays_one(house: House, alice: Api, incident: str) -> None:
    Api(house, "dana").post(f"/api/v1/incidents/{incident}/major", json={})
    answer = alice.post(f"/api/v1/incidents/{incident}/convert", json={"to": "request"})

    assert answer.status_code == 409
    assert "major" in answer.json["detail"]


def test_what_monitoring_opened_stays(alice: Api) -> None:
    body = {"title": "Disk full", "source": "monitoring"}
    number = alice.post("/api/v1/incidents", json=body).json["number"]
    answer = alice.post(f"/api/v1/incidents/{number}/convert", json={"to": "request"})

    assert answer.status_code == 409
    assert "alerts" in answer.json["detail"]


def test_its_requester_does_not(as_: As, number: str) -> None:
    with as_("charlie") as work:
        ticket = queries.get_to_change(work, number)
        with pytest.raises(Denied):
            converting.convert(work, ticket, kinds.called(Kind.INCIDENT))


def test_it_is_one_of_that_kind_already(as_: As, number: str) -> None:
    with as_("alice") as work:
        ticket = queries.get_to_change(work, number)
        with pytest.raises(Refused, match="a request already"):
            converting.convert(work, ticket, kinds.called(Kind.REQUEST))
