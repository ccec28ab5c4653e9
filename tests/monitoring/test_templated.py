"""Sources whose users write the body: through the door and back, and mapped by hand."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from itsm.kernel.access import SYSTEM
from itsm.monitoring import integrations, queries, trial
from itsm.monitoring.inputs import NewIntegration
from itsm.platform.house import House

FORM = "application/x-www-form-urlencoded"
Tell = Callable[[str], list[tuple[str, str]]]
PAIRS = {
    "checkmk": (
        "NOTIFY_NOTIFICATIONTYPE=PROBLEM&NOTIFY_HOSTNAME=a&NOTIFY_HOSTSTATE=DOWN",
        "NOTIFY_NOTIFICATIONTYPE=RECOVERY&NOTIFY_HOSTNAME=a&NOTIFY_HOSTSTATE=UP",
    ),
    "icinga": (
        "NOTIFICATIONTYPE=PROBLEM&HOSTNAME=a&SERVICENAME=b&SERVICESTATE=CRITICAL",
        "NOTIFICATIONTYPE=RECOVERY&HOSTNAME=a&SERVICENAME=b&SERVICESTATE=OK",
    ),
    "librenms": (
        '{"device_id": 1, "rule_id": 2, "state": 1, "severity": "ok", "name": "Up"}',
        '{"device_id": "1", "rule_id": "2", "state": "0", "severity": "ok", "name": "Up"}',
    ),
    "nagios": (
        "NOTIFICATIONTYPE=PROBLEM&HOSTNAME=a&SERVICEDESC=b&SERVICESTATE=UNKNOWN",
        "NOTIFICATIONTYPE=RECOVERY&HOSTNAME=a&SERVICEDESC=b&SERVICESTATE=OK",
    ),
    "prtg": ("sensorid=7&status=Down&sensor=Ping", "sensorid=7&status=Up&sensor=Ping"),
    "zabbix": (
        '{"event_id": "1", "event_value": "1", "event_name": "x", "event_severity": "Disaster"}',
        '{"event_id": "1", "event_value": "0", "event_name": "x", "event_severity": "Disaster"}',
    ),
}


@pytest.fixture
def door(house: House) -> Callable[[str], Tell]:
    """Return who posts to a new integration of a kind, and is told state and outcome."""
    house.app.extensions.pop("itsm-meter", None)
    client: FlaskClient = house.app.test_client()

    def of(kind: str) -> Tell:
        with house.work(SYSTEM) as work:
            _, key = integrations.add_integration(work, NewIntegration(kind=kind, name="probes"))

        def tell(raw: str) -> list[tuple[str, str]]:
            answer = client.post(f"/hooks/{kind}/{key}", data=raw, content_type=FORM)
            return [(one["status"], one["outcome"]) for one in answer.get_json().get("alerts", [])]

        return tell

    return of


@pytest.mark.parametrize("kind", PAIRS)
def test_a_trouble_opens_and_its_recovery_resolves_it(
    door: Callable[[str], Tell], kind: str
) -> None:
    tell = door(kind)
    fire, over = PAIRS[kind]

    assert [tell(fire), tell(over)] == [[("open", "opened")], [("resolved", "resolved")]]


def test_a_form_that_was_rejected_can_be_mapped_by_its_fields(
    door: Callable[[str], Tell], house: House
) -> None:
    assert door("prtg")("Sensor+No=7&status=Fehler&sensor=Ping") == []

    with house.work(SYSTEM) as work:
        sample = trial.sample_of(work, queries.integration(work, 1), None)
        assert sample is not None
        assert dict(sample.places)["/Sensor No"] == "7"
        typed = {"key": "/Sensor No", "status_words": "fehler = fire"}
        (signal,) = trial.read_sample(sample, typed).signals
    assert (signal.source_key, signal.check) == ("7", "Ping")
