"""The door of Opsgenie's alert API: what its own clients can rely on."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from itsm.kernel.access import SYSTEM
from itsm.monitoring import intake, integrations, queries
from itsm.monitoring.body import MAX_BYTES
from itsm.monitoring.inputs import EditIntegration, NewIntegration
from itsm.monitoring.models import Alert, Bucket, Integration
from itsm.monitoring.signal import Severity
from itsm.platform.house import House
from itsm.platform.intake import IntakeRow, IntakeState

Ask = Callable[..., TestResponse]
DISK = {"message": "Disk full", "alias": "web1/disk", "entity": "web1", "priority": "P2"}


@pytest.fixture
def client(house: House) -> FlaskClient:
    house.app.extensions.pop("itsm-meter", None)
    return house.app.test_client()


@pytest.fixture
def ask(client: FlaskClient, key: str) -> Ask:
    """Send a request below `/v2/alerts`: GET without a body, POST with one."""

    def send(path: str = "", body: Any = None, **more: Any) -> TestResponse:  # noqa: ANN401 - JSON
        headers = {"Authorization": f"GenieKey {more.pop('key', key)}"}
        if body is None:
            return client.get(f"/v2/alerts{path}", headers=headers)
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return client.post(f"/v2/alerts{path}", data=raw, headers=headers, **more)

    return send


@pytest.fixture
def alerts(house: House) -> Callable[[], list[tuple[str, str]]]:
    """Tell the key and the state of each alert."""

    def listed() -> list[tuple[str, str]]:
        with house.work(SYSTEM, writes=False) as work:
            rows = work.session.scalars(select(Alert).where(Alert.count > 0).order_by(Alert.id))
            return [(alert.source_key, alert.state.value) for alert in rows]

    return listed


def outcome(ask: Ask, answer: TestResponse) -> dict[str, Any]:
    found: dict[str, Any] = ask(f"/requests/{answer.get_json()['requestId']}").get_json()["data"]
    return found


def test_a_request_is_answered_as_the_api_does(ask: Ask) -> None:
    answer = ask("", DISK)

    assert answer.status_code == 202
    assert set(answer.get_json()) == {"result", "took", "requestId"}
    assert answer.get_json()["result"] == "Request will be processed"
    assert str(uuid.UUID(answer.get_json()["requestId"])) == answer.get_json()["requestId"]
    assert isinstance(answer.get_json()["took"], float)


def test_one_alias_is_one_alert_from_creation_to_closing(
    ask: Ask, alerts: Callable[[], list[tuple[str, str]]]
) -> None:
    by_alias = "?identifierType=alias"
    seen = []
    for path, body in [
        ("", DISK),
        ("", DISK | {"priority": "P3"}),
        (f"/web1%2Fdisk/acknowledge{by_alias}", {}),
        (f"/web1%2Fdisk/unacknowledge{by_alias}", {"user": "Ann"}),
        (f"/web1/disk/close{by_alias}", {"note": "done"}),
    ]:
        assert ask(path, body).status_code == 202
        seen += alerts()

    states = ["open", "open", "acknowledged", "open", "resolved"]
    assert seen == [("web1/disk", state) for state in states]


def test_priorities_are_severities(ask: Ask, house: House) -> None:
    for priority in ("P1", "P2", "P3", "P4", "P5", None):
        ask("", DISK | {"alias": f"a{priority}", "priority": priority})

    with house.work(SYSTEM) as work:
        found = list(work.session.scalars(select(Alert.severity).order_by(Alert.id)))
    assert found == [*Severity, Severity.MEDIUM]


def test_an_alert_without_an_alias_is_told_its_id_and_alias_and_closed_by_either(
    ask: Ask, alerts: Callable[[], list[tuple[str, str]]]
) -> None:
    first, second, third = (ask("", {"message": "hello"}) for _ in range(3))
    by_id, by_alias = outcome(ask, first), outcome(ask, second)

    assert (by_id["isSuccess"], by_id["action"], by_id["status"]) == (
        True,
        "Create",
        "Created alert",
    )
    assert by_id["alertId"] != by_alias["alertId"]
    assert ask(f"/{by_id['alertId']}/close", {}).status_code == 202
    assert ask(f"/{by_alias['alias']}/close", {}).status_code == 202
    assert ask(f"/{third.get_json()['requestId']}/close?identifierType=id", {}).status_code == 202
    assert [state for _, state in alerts()] == ["resolved"] * 3


@pytest.mark.parametrize("kind", ["id", "tiny", "alias"])
def test_an_alert_is_shown_by_each_type_of_identifier(ask: Ask, kind: str) -> None:
    about = outcome(ask, ask("", DISK | {"tags": ["disk", "prod"], "details": {"free": "1 %"}}))
    identifier = about["alias" if kind == "alias" else "alertId"]

    answer = ask(f"/{identifier}?identifierType={kind}")

    shown = answer.get_json()["data"]
    assert (answer.status_code, shown["id"], shown["alias"]) == (200, about["alertId"], "web1/disk")
    assert (shown["message"], shown["status"], shown["priority"]) == ("Disk full", "open", "P2")
    assert (shown["tags"], shown["entity"]) == (["disk", "prod"], "web1")
    assert (shown["count"], shown["acknowledged"], shown["details"]["free"]) == (1, False, "1 %")
    assert shown["createdAt"].endswith("Z")


def test_an_identifier_is_an_id_unless_it_says_otherwise(
    ask: Ask, alerts: Callable[[], list[tuple[str, str]]]
) -> None:
    ask("", DISK)
    closing = ask("/web1%2Fdisk/close", {})

    assert closing.status_code == 202
    assert outcome(ask, closing)["status"] == "Alert does not exist"
    assert alerts() == [("web1/disk", "open")]


def test_what_is_not_there_is_not_found(ask: Ask) -> None:
    for path in (
        "/7",
        "/web1%2Fdisk?identifierType=alias",
        f"/requests/{uuid.uuid4()}",
        "/requests/7",
    ):
        answer = ask(path)
        assert (answer.status_code, set(answer.get_json())) == (
            404,
            {"message", "took", "requestId"},
        )


def test_another_integration_sees_and_closes_nothing(
    ask: Ask, house: House, alerts: Callable[[], list[tuple[str, str]]]
) -> None:
    with house.work(SYSTEM) as work:
        new = NewIntegration(kind="opsgenie", name="others")
        other = integrations.add_integration(work, new)[1]
    mine = ask("", DISK)
    alert_id = outcome(ask, mine)["alertId"]

    assert ask(f"/{alert_id}", key=other).status_code == 404
    assert ask(f"/requests/{mine.get_json()['requestId']}", key=other).status_code == 404
    for identifier in (alert_id, mine.get_json()["requestId"], "web1%2Fdisk?identifierType=alias"):
        name, _, query = identifier.partition("?")
        ask(f"/{name}/close?{query}", {}, key=other)
    assert alerts() == [("web1/disk", "open")]


@pytest.mark.parametrize("scheme", ["", "Bearer {key}", "GenieKey wrong", "GenieKey"])
@pytest.mark.parametrize("path", ["", "/1", "/1/close", "/requests/1"])
def test_without_the_key_nothing_is_taken(
    client: FlaskClient, key: str, house: House, scheme: str, path: str
) -> None:
    headers = {"Authorization": scheme.format(key=key)}
    reads = path in {"/1", "/requests/1"}

    answer = client.open(
        f"/v2/alerts{path}",
        method="GET" if reads else "POST",
        json=None if reads else DISK,
        headers=headers,
    )

    assert (answer.status_code, answer.get_json()["message"]) == (401, "Could not authenticate")
    with house.work(SYSTEM) as work:
        assert work.session.scalars(select(IntakeRow)).all() == []


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("", {}, "message"),
        ("", b"{", "body"),
        ("", [], "body"),
        ("", DISK | {"priority": "high"}, "priority"),
        ("/1/notes", {}, "note"),
        ("/1/snooze", {"endTime": "x"}, "endTime"),
    ],
)
def test_what_is_wrong_is_named_and_the_message_kept(
    ask: Ask, house: House, path: str, body: object, field: str
) -> None:
    answer = ask(path, body)

    assert answer.status_code == 422
    assert (
        answer.get_json()["message"] == "Request body is not processable. Please check the errors."
    )
    assert list(answer.get_json()["errors"]) == [field]
    assert outcome(ask, answer)["isSuccess"] is False
    with house.work(SYSTEM) as work:
        assert work.session.scalars(select(IntakeRow)).one().state is IntakeState.REJECTED


@pytest.mark.parametrize(
    "path", ["/1/close?identifierType=name", "/a%00b/close?identifierType=alias"]
)
def test_an_address_that_names_no_alert_is_refused(ask: Ask, path: str) -> None:
    assert ask(path, {}).status_code == 422
    assert ask(path.replace("/close", "")).status_code == 422


def test_a_kept_request_is_read_again_with_all_that_its_address_said(
    ask: Ask, house: House
) -> None:
    alias = "ü" * 512
    ask("", DISK | {"alias": alias})
    ask(f"/{alias}/close?identifierType=alias", b"{")
    with house.work(SYSTEM) as work:
        row = queries.message(work, 2)
        row.body = b"{}"
        intake.replay(work, row)

    with house.work(SYSTEM) as work:
        assert work.session.scalars(select(Alert.state)).one().value == "resolved"


def test_too_large_and_too_often_are_refused_in_the_manner_of_the_api(
    ask: Ask, house: House
) -> None:
    assert ask("", b" " * (MAX_BYTES + 1)).status_code == 413
    with house.work(SYSTEM) as work:
        probes = work.session.scalars(select(Integration)).one()
        integrations.edit(work, probes, EditIntegration(rate_per_minute=6, burst=1))
        work.session.get_one(Bucket, probes.id).tokens = 0
    house.app.extensions.pop("itsm-meter", None)

    answers = [ask("", DISK) for _ in range(3)]

    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert answers[-1].get_json()["message"].startswith("over the limit of 6 messages a minute")
