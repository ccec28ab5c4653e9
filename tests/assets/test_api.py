from collections.abc import Callable

import pytest

from itsm.kernel.access import SYSTEM
from itsm.platform.house import House
from tests.assets.made import ci, runs_on
from tests.cast import Api

Caller = Callable[..., Api]
pytestmark = pytest.mark.usefixtures("cast")
HOST = {"class": "server", "name": "host-1", "addresses": ["10.0.0.7"], "owner_team": "network"}


def test_a_ci_is_entered_and_read(api: Caller) -> None:
    dana = api("dana")

    made = dana.post("/api/v1/cis", HOST)
    read = dana.get("/api/v1/cis/CI-1001")

    assert (made.status_code, made.headers["Location"]) == (201, "/api/v1/cis/CI-1001")
    assert read.json == made.json
    assert read.json["class"] == "server"
    assert read.json["addresses"] == ["10.0.0.7"]
    assert read.json["sources"] == ["api"]


def test_a_stale_change_is_refused(api: Caller) -> None:
    dana = api("dana")
    etag = dana.post("/api/v1/cis", HOST).headers["ETag"]

    first = dana.patch("/api/v1/cis/CI-1001", {"name": "a"}, headers={"If-Match": etag})
    second = dana.patch("/api/v1/cis/CI-1001", {"name": "b"}, headers={"If-Match": etag})

    assert (first.status_code, second.status_code) == (200, 412)


def test_what_is_wrong_is_named(api: Caller) -> None:
    wrong = api("dana").post("/api/v1/cis", HOST | {"owner_team": "nobody"})

    assert wrong.status_code == 422
    assert wrong.json["errors"] == {"owner_team": "there is no team 'nobody'"}


def test_an_attribute_keeps_its_type(api: Caller) -> None:
    dana = api("dana")
    dana.post("/api/v1/cis", HOST)

    good = dana.patch("/api/v1/cis/CI-1001", {"attributes": {"cpus": "8"}})
    bad = dana.patch("/api/v1/cis/CI-1001", {"attributes": {"cpus": "many"}})

    assert good.json["attributes"] == {"cpus": 8}
    assert bad.json["errors"] == {"attributes.cpus": "Processors: is not a number"}


def test_the_impact_names_the_services_and_the_way(house: House, api: Caller) -> None:
    with house.work(SYSTEM) as work:
        host, shop = ci(work, "host-1"), ci(work, "Shop", of="service")
        runs_on(work, shop, host)

    impact = api("alice").get("/api/v1/cis/CI-1001/impact").json

    assert [one["number"] for one in impact["services"]] == ["CI-1002"]
    assert [step["name"] for step in impact["services"][0]["path"]] == ["host-1", "Shop"]
    assert impact["downstream"] == []


def test_a_relation_is_made_and_forgotten(house: House, api: Caller) -> None:
    with house.work(SYSTEM) as work:
        ci(work, "host-1")
        ci(work, "host-2")
    dana, there = api("dana"), "/api/v1/cis/CI-1001/relations"

    made = dana.post(there, {"type": "depends_on", "target": "CI-1002"})
    gone = dana.delete(f"{there}/{made.json['id']}")

    assert (made.json["source"], made.json["target"]) == ("CI-1001", "CI-1002")
    assert gone.status_code == 204
    assert dana.get(there).json["items"] == []


def test_a_ci_cannot_need_itself(api: Caller) -> None:
    dana = api("dana")
    dana.post("/api/v1/cis", HOST)

    refused = dana.post("/api/v1/cis/CI-1001/relations", {"type": "runs_on", "target": "CI-1001"})

    assert refused.status_code == 422


def test_a_list_goes_on_where_it_ended(house: House, api: Caller) -> None:
    with house.work(SYSTEM) as work:
        for name in "cab":
            ci(work, name)
    alice = api("alice")

    first = alice.get("/api/v1/cis?limit=2").json
    second = alice.get(f"/api/v1/cis?limit=2&cursor={first['next']}").json

    assert [one["name"] for one in first["items"] + second["items"]] == ["a", "b", "c"]
    assert second["next"] is None


def test_a_list_finds_what_monitoring_calls_it(api: Caller) -> None:
    dana = api("dana")
    dana.post("/api/v1/cis", HOST)

    found = [
        dana.get(f"/api/v1/cis?{query}").json["items"]
        for query in ("name=10.0.0.7:9100", "q=host", "q=nothing")
    ]

    assert [len(items) for items in found] == [1, 1, 0]


def test_a_requester_sees_no_ci(house: House, api: Caller) -> None:
    with house.work(SYSTEM) as work:
        ci(work, "host-1")

    assert api("charlie").get("/api/v1/cis").status_code == 403
    assert api("charlie").get("/api/v1/cis/CI-1001").status_code == 403


def test_an_agent_reads_and_does_not_write(api: Caller) -> None:
    alice = api("alice")

    assert alice.get("/api/v1/cis").status_code == 200
    assert alice.post("/api/v1/cis", HOST).status_code == 403
