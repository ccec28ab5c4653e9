"""The doors of monitoring systems: who is let in, what is answered, what is kept."""

import gzip
import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from itsm.kernel.access import SYSTEM
from itsm.monitoring import integrations
from itsm.monitoring.body import MAX_BYTES
from itsm.monitoring.inputs import EditIntegration, NewIntegration
from itsm.monitoring.models import Alert, Bucket, Integration
from itsm.platform.house import House
from itsm.platform.intake import IntakeRow, IntakeState
from tests.clock import SetClock

FIRE = {"key": "a", "title": "Disk full", "host": "web1", "severity": "high"}


@pytest.fixture
def client(house: House) -> FlaskClient:
    # The database is laid anew for each test, and so is what the process holds of it.
    house.app.extensions.pop("itsm-meter", None)
    return house.app.test_client()


def kept(house: House) -> list[tuple[IntakeState, str]]:
    with house.work(SYSTEM) as work:
        rows = work.session.execute(
            select(IntakeRow.state, IntakeRow.reason).order_by(IntakeRow.id)
        )
        return [(state, reason) for state, reason in rows]


def post(client: FlaskClient, key: str, said: Any, **more: Any) -> TestResponse:  # noqa: ANN401
    raw = said if isinstance(said, bytes) else json.dumps(said).encode()
    headers = {"Content-Type": "application/json"} | more.pop("headers", {})
    return client.post(f"/hooks/generic/{key}", data=raw, headers=headers, **more)


def test_an_alert_is_answered_as_agreed(client: FlaskClient, key: str, house: House) -> None:
    response = post(client, key, FIRE)

    (alert,) = response.get_json()["alerts"]
    assert response.status_code == 202
    assert (response.get_json()["accepted"], response.get_json()["rejected"]) == (1, [])
    assert set(alert) == {"id", "fingerprint", "status", "outcome", "incident"}
    assert (alert["status"], alert["outcome"], alert["incident"]) == ("open", "opened", None)
    assert kept(house) == [(IntakeState.DONE, "")]


def test_the_key_may_stand_in_the_authorization_header(client: FlaskClient, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}"}

    assert client.post("/hooks/generic", json=FIRE, headers=headers).status_code == 202
    assert client.post("/hooks/generic", json=FIRE).status_code == 401


@pytest.mark.parametrize(
    "path", ["/hooks/generic/wrong", "/hooks/alertmanager/{key}", "/hooks/generic/"]
)
def test_a_key_opens_the_door_of_its_own_kind_alone(
    client: FlaskClient, key: str, house: House, path: str
) -> None:
    assert client.post(path.format(key=key), json=FIRE).status_code in {401, 404}
    assert kept(house) == []


def test_an_unknown_kind_is_not_there(client: FlaskClient, key: str) -> None:
    assert client.post(f"/hooks/mystery/{key}", json=FIRE).status_code == 404


def test_a_disabled_integration_is_not_let_in(client: FlaskClient, key: str, house: House) -> None:
    with house.work(SYSTEM) as work:
        probes = work.session.scalars(select(Integration)).one()
        integrations.edit(work, probes, EditIntegration(enabled=False))

    assert post(client, key, FIRE).status_code == 401


def test_a_rotated_key_works_for_another_day(
    client: FlaskClient, key: str, house: House, clock: SetClock
) -> None:
    with house.work(SYSTEM) as work:
        probes = work.session.scalars(select(Integration)).one()
        new = integrations.rotate_key(work, probes)

    assert post(client, new, FIRE).status_code == 202
    assert post(client, key, FIRE).status_code == 202
    clock.advance(hours=25)
    assert post(client, key, FIRE).status_code == 401
    assert post(client, new, FIRE).status_code == 202


def test_one_bad_member_is_listed_and_the_others_count(
    client: FlaskClient, key: str, house: House
) -> None:
    response = post(client, key, [FIRE, {"status": "sideways", "title": "x"}, FIRE | {"key": "b"}])

    assert response.status_code == 202
    assert response.get_json()["accepted"] == 2
    (reject,) = response.get_json()["rejected"]
    assert (reject["index"], "status" in reject["reason"]) == (1, True)
    assert kept(house)[0][0] is IntakeState.PARTLY


BAD: list[tuple[bytes, dict[str, str]]] = [
    (b"", {}),
    (b'{"title": "x"', {}),
    (b"[" * 10_000 + b"]" * 10_000, {}),
    (b'{"title": "\\u0000"}', {}),
    (b'{"title": "\\ud800"}', {}),
    (b'{"title": NaN}', {}),
    (b'{"title": "a", "title": "b"}', {}),
    (b'{"title": ' + b"9" * 5000 + b"}", {}),
    (b"title=disk", {}),
    (b"7", {}),
    (b"[]", {}),
    (b'{"title": "\xff"}', {}),
    (b"{}", {"Content-Type": "application/json; charset=klingon"}),
    (b"{}", {"Content-Encoding": "gzip"}),
    (b"{}", {"Content-Encoding": "br"}),
]


@pytest.mark.parametrize(("raw", "headers"), BAD)
def test_what_cannot_be_understood_is_named_and_kept_for_replay(
    client: FlaskClient, key: str, house: House, raw: bytes, headers: dict[str, str]
) -> None:
    response = post(client, key, raw, headers=headers)

    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    assert response.get_json()["errors"]
    with house.work(SYSTEM) as work:
        row = work.session.get(IntakeRow, response.get_json()["id"])
        assert row is not None
        assert (row.state, row.body) == (IntakeState.REJECTED, raw)


@pytest.mark.parametrize(
    ("raw", "headers"),
    [
        (b" " * (MAX_BYTES + 1), {}),
        (gzip.compress(b" " * 50_000_000, mtime=0), {"Content-Encoding": "gzip"}),
    ],
)
def test_too_large_is_refused_and_its_beginning_kept(
    client: FlaskClient, key: str, house: House, raw: bytes, headers: dict[str, str]
) -> None:
    assert post(client, key, raw, headers=headers).status_code == 413

    with house.work(SYSTEM) as work:
        assert len(work.session.scalars(select(IntakeRow)).one().body) == 4096


def test_over_the_rate_the_sender_is_told_to_wait_and_nothing_is_dropped(
    client: FlaskClient, house: House, clock: SetClock
) -> None:
    with house.work(SYSTEM) as work:
        limited = NewIntegration(kind="generic", name="limited")
        probes, key = integrations.add_integration(work, limited)
        integrations.edit(work, probes, EditIntegration(rate_per_minute=6, burst=2))
        work.session.get_one(Bucket, probes.id).tokens = 2

    codes = [post(client, key, FIRE).status_code for _ in range(4)]
    refused = post(client, key, FIRE)

    assert codes == [202, 202, 429, 429]
    assert int(refused.headers["Retry-After"]) == 10
    assert len(kept(house)) == 5
    clock.advance(seconds=11)
    assert post(client, key, FIRE).status_code == 202


PD = {
    "event_action": "trigger",
    "dedup_key": "web/disk",
    "payload": {"summary": "Disk", "source": "web1", "severity": "critical"},
}


def test_a_pagerduty_event_is_answered_as_pagerduty_does(client: FlaskClient, key: str) -> None:
    event = PD | {"routing_key": key}
    clear = {"routing_key": key, "event_action": "resolve", "dedup_key": "web/disk"}

    assert client.post("/v2/enqueue", json=event).get_json() == {
        "status": "success",
        "message": "Event processed",
        "dedup_key": "web/disk",
    }
    assert client.post("/v2/enqueue", json=clear).status_code == 202


def test_the_routing_key_is_not_kept(client: FlaskClient, key: str, house: House) -> None:
    raw = gzip.compress(json.dumps(PD | {"routing_key": key}).encode())

    answer = client.post("/v2/enqueue", data=raw, headers={"Content-Encoding": "gzip"})

    assert answer.status_code == 202
    with house.work(SYSTEM) as work:
        kept_body = work.session.scalars(select(IntakeRow)).one().body
        assert key.encode() not in kept_body
        assert b"web/disk" in kept_body


def test_pagerduty_senders_without_a_key_of_their_own_get_one(
    client: FlaskClient, key: str, house: House
) -> None:
    event = PD | {"routing_key": key}
    del event["dedup_key"]

    made = {client.post("/v2/enqueue", json=event).get_json()["dedup_key"] for _ in range(2)}

    assert len(made) == 2
    with house.work(SYSTEM) as work:
        assert work.session.scalar(select(func.count(Alert.id))) == 2


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{", "body is not JSON"),
        (b"{}", "'routing_key' is missing or blank"),
        (json.dumps(PD | {"routing_key": "0" * 32}).encode(), "Invalid routing key"),
    ],
)
def test_an_invalid_event_is_refused_as_pagerduty_does(
    client: FlaskClient, body: bytes, said: str
) -> None:
    response = client.post("/v2/enqueue", data=body)

    assert (response.status_code, response.get_json()["status"]) == (400, "invalid event")
    assert response.get_json()["errors"][0].startswith(said)


def test_an_invalid_payload_is_refused_and_kept(
    client: FlaskClient, key: str, house: House
) -> None:
    event = PD | {"routing_key": key, "payload": {"summary": "x", "source": "y"}}

    response = client.post("/v2/enqueue", json=event)

    assert response.get_json()["errors"] == ["'payload.severity' is missing or blank"]
    assert kept(house)[0][0] is IntakeState.REJECTED


def test_a_change_event_is_kept_politely(client: FlaskClient, key: str, house: House) -> None:
    change = {"routing_key": key, "payload": {"summary": "Deployed", "source": "ci"}}

    response = client.post("/v2/change/enqueue", json=change)

    assert (response.status_code, response.get_json()["message"]) == (202, "Change event processed")
    assert kept(house) == [(IntakeState.IGNORED, "")]
