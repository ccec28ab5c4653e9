"""What sources send, through the door: one trouble from its begin to its end, and tests of ours."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from itsm.kernel.access import SYSTEM
from itsm.monitoring import integrations, trial
from itsm.monitoring.inputs import NewIntegration
from itsm.monitoring.kinds import KINDS
from itsm.monitoring.models import Alert
from itsm.monitoring.queries import message
from itsm.monitoring.signal import Severity
from itsm.platform.house import House

# What the sample of a kind says once the trouble is over.
OVER: dict[str, dict[str, Any]] = {
    "healthchecks": {"status": "up"},
    "netdata": {"severity": "clear"},
    "pingdom": {"current_state": "UP"},
    "sentry": {"action": "resolved"},
    "site24x7": {"STATUS": "UP"},
    "uptimekuma": {"heartbeat": {"monitorID": 1, "status": 1}},
}


@pytest.fixture
def client(house: House) -> FlaskClient:
    house.app.extensions.pop("itsm-meter", None)
    return house.app.test_client()


def added(house: House, kind: str) -> str:
    with house.work(SYSTEM) as work:
        return integrations.add_integration(work, NewIntegration(kind=kind, name=kind))[1]


@pytest.mark.parametrize("kind", OVER)
def test_a_recovery_ends_what_the_fire_opened(client: FlaskClient, house: House, kind: str) -> None:
    address = f"/hooks/{kind}/{added(house, kind)}"
    fire = dict(KINDS[kind].sample)

    answers = [
        client.post(address, json=body).get_json() for body in (fire, fire, fire | OVER[kind], fire)
    ]

    seen = [answer["alerts"][0] for answer in answers]
    assert [one["outcome"] for one in seen] == ["opened", "updated", "resolved", "reopened"]
    assert len({one["id"] for one in seen}) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_test_is_news_whatever_its_kind(house: House, kind: str) -> None:
    with house.work(SYSTEM) as work:
        integration, _ = integrations.add_integration(work, NewIntegration(kind=kind, name=kind))
        trial.send_test(work, integration)

    with house.work(SYSTEM) as work:
        assert work.session.scalars(select(Alert.severity)).one() is Severity.INFO


def test_what_only_a_header_says_is_kept_with_the_message(
    client: FlaskClient, house: House
) -> None:
    about = {"Sentry-Hook-Resource": "comment", "Sentry-Hook-Timestamp": "1772366400"}
    body = json.dumps({"action": "created", "data": {"text": "On it"}})

    answer = client.post(f"/hooks/sentry/{added(house, 'sentry')}", data=body, headers=about)

    assert answer.get_json() == {"accepted": 0, "alerts": [], "rejected": []}
    with house.work(SYSTEM) as work:
        headers = message(work, 1).headers
        assert isinstance(headers, dict)
        assert about.items() <= headers.items()
