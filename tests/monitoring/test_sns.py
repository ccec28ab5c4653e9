"""Amazon SNS at the wire: handshakes that are completed, and signatures that are asked for."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from itsm.flows.table import table
from itsm.kernel.access import SYSTEM
from itsm.kernel.errors import Refused
from itsm.monitoring import intake, integrations, queries
from itsm.monitoring.inputs import EditIntegration, NewIntegration
from itsm.monitoring.models import Alert, Integration
from itsm.monitoring.signatures import Certificates
from itsm.notify.channel import Outside
from itsm.platform.house import House
from itsm.platform.intake import IntakeRow, IntakeState
from itsm.platform.outbox import JobState, OutboxRow
from itsm.platform.runner import drain
from itsm.platform.storage import Folder
from tests.cast import Browser, Cast
from tests.clock import SetClock
from tests.monitoring.amazon import ALARM, CERTIFICATE, CONFIRM, HOST, Amazon, serving

Post = Callable[..., TestResponse]


@pytest.fixture
def amazon(tmp_path: Path) -> Iterator[Amazon]:
    with serving(tmp_path) as amazon:
        yield amazon


@pytest.fixture
def client(house: House, amazon: Amazon) -> Iterator[FlaskClient]:
    house.app.extensions.pop("itsm-meter", None)
    house.app.extensions["itsm-certificates"] = Certificates(amazon.client)
    yield house.app.test_client()
    house.app.extensions.pop("itsm-certificates")


@pytest.fixture
def key(house: House) -> str:
    with house.work(SYSTEM) as work:
        new = NewIntegration(kind="cloudwatch", name="AWS")
        return integrations.add_integration(work, new)[1]


@pytest.fixture
def post(client: FlaskClient, key: str) -> Post:
    """Have SNS post a body; it says that it is text, as SNS does."""

    def send(body: object) -> TestResponse:
        headers = {"Content-Type": "text/plain; charset=UTF-8"}
        return client.post(f"/hooks/cloudwatch/{key}", data=json.dumps(body), headers=headers)

    return send


@pytest.fixture
def strict(house: House, key: str) -> None:
    """Have the integration take signed messages only."""
    del key
    set_strict(house, wanted=True)


def set_strict(house: House, *, wanted: bool) -> None:
    with house.work(SYSTEM) as work:
        aws = work.session.scalars(select(Integration)).one()
        integrations.edit(work, aws, EditIntegration(verify_signature=wanted))


def work_off(house: House, amazon: Amazon) -> None:
    """Do what the outbox holds, with Amazon in reach."""
    wired = replace(
        house, table=table(Outside(amazon.client, "http://desk"), Folder(house.settings.home))
    )
    while drain(wired):
        pass


def kept(house: House) -> list[tuple[IntakeState, str, Any]]:
    with house.work(SYSTEM) as work:
        rows = work.session.scalars(select(IntakeRow).order_by(IntakeRow.id))
        return [(row.state, row.reason, row.notes) for row in rows]


def alerts(house: House) -> int:
    with house.work(SYSTEM) as work:
        return len(work.session.scalars(select(Alert)).all())


def test_a_subscription_is_confirmed_after_the_commit(
    house: House, post: Post, amazon: Amazon
) -> None:
    answer = post(amazon.confirmation())

    assert (answer.status_code, answer.get_json()["accepted"]) == (202, 0)
    assert amazon.asked == []
    work_off(house, amazon)
    assert amazon.asked == [CONFIRM.removeprefix(f"https://{HOST}")]
    assert amazon.looked_up == [(HOST, 443)]
    (row,) = kept(house)
    assert row[0] is IntakeState.IGNORED
    assert row[2]["said"][-1] == "and was confirmed"


BAD_ADDRESSES = [
    "http://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription",
    "https://evil.example/?Action=ConfirmSubscription",
    "https://sns.eu-west-1.amazonaws.com.evil.example/",
    "https://sns.eu-west-1.amazonaws.com@evil.example/",
    "https://evil.example#sns.eu-west-1.amazonaws.com/",
    "https://evil.example/sns.eu-west-1.amazonaws.com/",
    "https://user:password@sns.eu-west-1.amazonaws.com/",
    "https://sns.eu-west-1.amazonaws.com:8443/",
    "https://sns.eu-west-1.amazonaws.com:443/",
    "https://sns.eu-west-1.amazonaws.com\\@evil.example/",
    "https://sns.eu-west-1.amazonaws.com\t/",
    "https://sns.eu-west-1.amazonaws.com/ evil",
    "https://sns.eu-west-1.amazonaws.com",
    "https://sns.s3.amazonaws.com/",
    "https://sns.s3-us-west-2.amazonaws.com/",
    "https://sns.eu-west-1.amazonaws.co/",
    "https://sns.eu-west-1.amazonaws.com.cn.evil.example/",
    "https://sns.eu-west-1xamazonaws.com/",
    "https://xsns.eu-west-1.amazonaws.com/",
    "https://a.sns.eu-west-1.amazonaws.com/",
    "https://sns..amazonaws.com/",
    "https://sns.amazonaws.com/",
    "https://sns.eu-west-1.amazonaws.com./",
    "https://SNS.eu-west-1.amazonaws.com/",
    "https://sns.eu-wеst-1.amazonaws.com/",  # noqa: RUF001 - a look-alike is what this is
    "https://169.254.169.254/latest/meta-data/",
    "//sns.eu-west-1.amazonaws.com/",
    "file:///etc/passwd",
    "",
    7,
    None,
    ["https://sns.eu-west-1.amazonaws.com/"],
]


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_an_address_that_is_not_amazons_is_noted_and_not_fetched(
    house: House, post: Post, amazon: Amazon, address: object
) -> None:
    answer = post(amazon.confirmation() | {"SubscribeURL": address})

    assert (answer.status_code, answer.get_json()["accepted"]) == (202, 0)
    work_off(house, amazon)
    assert amazon.looked_up == []
    assert "not Amazon SNS's" in kept(house)[0][2]["said"][0]


def test_a_redirect_is_not_followed(house: House, post: Post, amazon: Amazon) -> None:
    amazon.away = "https://evil.example/"

    post(amazon.confirmation())
    work_off(house, amazon)

    assert amazon.looked_up == [(HOST, 443)]
    assert kept(house)[0][2]["said"][-1] == "and refused the confirmation with 302"


def test_a_confirmation_that_does_not_come_through_is_tried_again(
    house: House, post: Post, amazon: Amazon, clock: SetClock
) -> None:
    amazon.status = 503
    post(amazon.confirmation())
    work_off(house, amazon)
    with house.work(SYSTEM) as work:
        waiting = work.session.scalars(select(OutboxRow)).one()
        assert (waiting.state, waiting.attempts) == (JobState.PENDING, 1)

    amazon.status = 200
    clock.advance(seconds=2)
    work_off(house, amazon)

    assert kept(house)[0][2]["said"][-1] == "and was confirmed"
    assert len(amazon.asked) == 2


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.usefixtures("strict")
def test_what_amazon_signed_is_taken_and_its_certificate_fetched_once(
    house: House, post: Post, amazon: Amazon, version: str
) -> None:
    answers = [
        post(amazon.notification(version=version)),
        post(amazon.notification(version=version, Subject=None)),
        post(amazon.confirmation(version=version)),
    ]

    assert [answer.status_code for answer in answers] == [202, 202, 202]
    assert [answer.get_json()["accepted"] for answer in answers] == [1, 1, 0]
    assert amazon.asked == [CERTIFICATE.removeprefix(f"https://{HOST}")]
    assert alerts(house) == 1


def spoiled(amazon: Amazon) -> list[tuple[Any, str]]:
    sound = amazon.notification()
    lowered = json.dumps(ALARM | {"NewStateValue": "OK"})
    return [
        (sound | {"Message": lowered}, "Signature"),
        (sound | {"Subject": "another"}, "Signature"),
        ({name: sound[name] for name in sound if name != "Subject"}, "Signature"),
        (sound | {"TopicArn": "arn:aws:sns:eu-west-1:666:alarms"}, "Signature"),
        (sound | {"SignatureVersion": "2"}, "Signature"),
        (sound | {"SignatureVersion": "3"}, "SignatureVersion"),
        (sound | {"Signature": "EXAMPLE"}, "Signature"),
        (sound | {"Signature": "%%%"}, "Signature"),
        (sound | {"Signature": ""}, "Signature"),
        (sound | {"Timestamp": 7}, "Timestamp"),
        (sound | {"SigningCertURL": "https://evil.example/cert.pem"}, "SigningCertURL"),
        (sound | {"SigningCertURL": f"https://{HOST}/?a=.pem"}, "SigningCertURL"),
        (sound | {"SigningCertURL": "https://sns.s3.amazonaws.com/a.pem"}, "SigningCertURL"),
        ({name: sound[name] for name in sound if name != "SigningCertURL"}, "SigningCertURL"),
        (ALARM, "Signature"),
        ([sound], "Signature"),
        ({"Records": [{"Sns": sound}]}, "Signature"),
        (amazon.confirmation() | {"Token": "another"}, "Signature"),
    ]


@pytest.mark.usefixtures("strict")
def test_what_is_not_signed_is_kept_as_rejected_and_does_nothing(
    house: House, post: Post, amazon: Amazon
) -> None:
    for body, field in spoiled(amazon):
        answer = post(body)

        assert (answer.status_code, list(answer.get_json()["errors"])) == (400, [field]), body
        state, reason, _ = kept(house)[-1]
        assert (state, reason.startswith(field)) == (IntakeState.REJECTED, True)
    work_off(house, amazon)
    assert alerts(house) == 0
    assert set(amazon.asked) == {CERTIFICATE.removeprefix(f"https://{HOST}")}
    assert {host for host, _ in amazon.looked_up} == {HOST}


@pytest.mark.usefixtures("strict")
def test_another_door_does_not_get_past_the_signature(
    house: House, client: FlaskClient, key: str
) -> None:
    event = {
        "routing_key": key,
        "event_action": "trigger",
        "payload": {"summary": "x", "source": "y", "severity": "critical"},
    }

    assert client.post("/v2/enqueue", json=event).status_code == 400
    assert alerts(house) == 0


@pytest.mark.usefixtures("strict")
def test_while_the_certificate_cannot_be_had_amazon_is_asked_to_send_again(
    house: House, post: Post, amazon: Amazon
) -> None:
    amazon.status = 500
    refused = post(amazon.notification())
    amazon.status = 200
    taken = post(amazon.notification())

    assert (refused.status_code, "Retry-After" in refused.headers) == (503, True)
    assert taken.status_code == 202
    assert [state for state, _, _ in kept(house)] == [IntakeState.REJECTED, IntakeState.DONE]


@pytest.mark.usefixtures("strict")
def test_what_lies_at_the_address_must_be_a_certificate(post: Post, amazon: Amazon) -> None:
    amazon.certificate = b"-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n"

    assert list(post(amazon.notification()).get_json()["errors"]) == ["SigningCertURL"]


@pytest.mark.usefixtures("strict")
def test_an_unsigned_message_cannot_be_read_again_while_signatures_are_asked_for(
    house: House, post: Post, amazon: Amazon
) -> None:
    rejected = post(ALARM).get_json()["id"]
    with house.work(SYSTEM) as work, pytest.raises(Refused):
        intake.replay(work, queries.message(work, rejected))

    set_strict(house, wanted=False)
    with house.work(SYSTEM) as work:
        receipt = intake.replay(work, queries.message(work, rejected))

    assert [result.outcome for result in receipt.results] == ["opened"]
    assert amazon.asked == []


def test_by_default_the_key_is_enough(house: House, post: Post, amazon: Amazon) -> None:
    sound = amazon.notification()

    assert post(sound | {"Signature": "EXAMPLE"}).status_code == 202
    assert (alerts(house), amazon.asked) == (1, [])


def test_an_administrator_asks_for_signatures_on_the_page(
    house: House, key: str, cast: Cast, browser: Callable[..., Browser]
) -> None:
    del key, cast
    dana = browser("dana")
    typed = {"name": "AWS", "default_severity": "high", "rate_per_minute": "600", "burst": "60"}

    dana.post("/monitoring/integrations/1", typed | {"enabled": "1", "verify_signature": "1"})

    assert "verified" in dana.get("/monitoring/integrations/1").text
    with house.work(SYSTEM) as work:
        assert work.session.scalars(select(Integration)).one().verify_signature
