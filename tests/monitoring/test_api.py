"""`/api/v1/alerts`."""

from collections.abc import Callable

import pytest

from itsm.platform.house import House
from tests.cast import Api, Cast

FIELDS = {
    "fingerprint", "status", "severity", "title", "ci", "source", "count", "first_seen",
    "last_seen", "incident",
}  # fmt: skip


@pytest.fixture
def alice(api: Callable[..., Api], cast: Cast) -> Api:
    del cast
    return api("alice")


@pytest.fixture
def fingerprint(house: House, key: str) -> str:
    """A firing alert, by what the intake answered."""
    said = {"key": "disk", "title": "Disk full", "host": "web1", "severity": "high"}
    answer = house.app.test_client().post(f"/hooks/generic/{key}", json=said).get_json()
    return str(answer["alerts"][0]["fingerprint"])


def test_an_alert_bears_what_others_rely_on(alice: Api, fingerprint: str) -> None:
    (alert,) = alice.get(f"/api/v1/alerts?fingerprint={fingerprint}").get_json()["items"]

    assert set(alert) >= FIELDS
    assert (alert["status"], alert["severity"], alert["source"]) == ("open", "high", "probes")
    assert (alert["count"], alert["ci"], alert["incident"]) == (1, None, None)
    assert alert["first_seen"] == "2026-03-02T12:00:00Z"


def test_alerts_are_paged_by_a_cursor(house: House, alice: Api, key: str) -> None:
    said = [{"key": f"k{place}", "title": "x"} for place in range(5)]
    house.app.test_client().post(f"/hooks/generic/{key}", json=said)

    first = alice.get("/api/v1/alerts?limit=3").get_json()
    second = alice.get(f"/api/v1/alerts?limit=3&cursor={first['next']}").get_json()

    ids = [alert["id"] for alert in first["items"] + second["items"]]
    assert ids == sorted(ids, reverse=True)
    assert (len(ids), second["next"]) == (5, None)


def test_an_alert_is_acknowledged_once(alice: Api, fingerprint: str) -> None:
    del fingerprint

    answer = alice.post("/api/v1/alerts/1/acknowledge")

    assert (answer.status_code, answer.get_json()["status"]) == (200, "acknowledged")
    assert alice.post("/api/v1/alerts/1/acknowledge").status_code == 409


@pytest.mark.parametrize("query", ["status=purple", "cursor=nonsense", "limit=500", "colour=red"])
def test_a_filter_that_is_not_understood_is_refused(alice: Api, query: str) -> None:
    assert alice.get(f"/api/v1/alerts?{query}").status_code == 422


def test_an_alert_that_is_not_there_is_not_found(alice: Api) -> None:
    assert alice.get("/api/v1/alerts/7").status_code == 404


def test_who_may_not_read_alerts_gets_none(
    api: Callable[..., Api], cast: Cast, fingerprint: str
) -> None:
    del cast, fingerprint

    assert api("charlie").get("/api/v1/alerts").status_code == 403
