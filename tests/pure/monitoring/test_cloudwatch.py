"""CloudWatch: the same alarm by every way that it may come, and what is no alarm."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from itsm.monitoring.body import Json, Message, Unreadable
from itsm.monitoring.kinds.cloudwatch import KIND
from itsm.monitoring.severity import level
from itsm.monitoring.signal import Action, Reading, Severity

ARN = "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:queue-depth"
TOPIC = "arn:aws:sns:eu-central-1:123456789012:alarms"
CHANGED = datetime(2026, 3, 1, 8, 30, 15, 250000, UTC)


def alarm(**fields: Json) -> dict[str, Json]:
    return {
        "AlarmName": "queue-depth",
        "AlarmDescription": "Orders wait",
        "AWSAccountId": "123456789012",
        "NewStateValue": "ALARM",
        "NewStateReason": "Threshold Crossed",
        "StateChangeTime": "2026-03-01T08:30:15.250+0000",
        "Region": "EU (Frankfurt)",
        "AlarmArn": ARN,
        "OldStateValue": "OK",
        "Trigger": {
            "MetricName": "CPUUtilization",
            "Namespace": "AWS/EC2",
            "Dimensions": [
                {"value": "eu-central-1a", "name": "AvailabilityZone"},
                {"value": "i-0abc", "name": "InstanceId"},
            ],
        },
    } | fields


def envelope(message: Json, **fields: Json) -> dict[str, Json]:
    return {
        "Type": "Notification",
        "MessageId": "m",
        "TopicArn": TOPIC,
        "Message": message if isinstance(message, str) else json.dumps(message),
        "Timestamp": "2026-03-01T08:30:16.000Z",
    } | fields


def event(value: str = "ALARM", **fields: Json) -> dict[str, Json]:
    metric = {"namespace": "AWS/EC2", "name": "CPU", "dimensions": {"InstanceId": "i-0abc"}}
    return {
        "version": "0",
        "detail-type": "CloudWatch Alarm State Change",
        "source": "aws.cloudwatch",
        "account": "123456789012",
        "time": "2026-03-01T08:30:16Z",
        "region": "eu-central-1",
        "resources": [ARN],
        "detail": {
            "alarmName": "queue-depth",
            "state": {"value": value, "timestamp": "2026-03-01T08:30:15.250+0000"},
            "configuration": {"description": "Orders wait", "metrics": [metric_of(metric)]},
        },
    } | fields


def metric_of(metric: Json) -> Json:
    return {"id": "m1", "metricStat": {"metric": metric, "period": 60, "stat": "Average"}}


def lambda_direct(value: str = "ALARM") -> dict[str, Json]:
    """Return what an alarm hands to a Lambda that it calls itself."""
    worded = event(value)
    return {
        "source": "aws.cloudwatch",
        "alarmArn": ARN,
        "accountId": "123456789012",
        "region": "eu-central-1",
        "alarmData": worded["detail"],
    }


def read(body: Json) -> Reading:
    return KIND.read(Message(json.dumps(body).encode()), None)


WAYS: list[Callable[..., Json]] = [
    alarm,
    lambda **fields: envelope(alarm(**fields)),
    lambda **fields: {"Records": [{"EventSource": "aws:sns", "Sns": envelope(alarm(**fields))}]},
    lambda **fields: {"Records": [{"body": json.dumps(envelope(alarm(**fields)))}]},
    lambda **fields: event(str(fields.get("NewStateValue", "ALARM"))),
    lambda **fields: envelope(event(str(fields.get("NewStateValue", "ALARM")))),
    lambda **fields: lambda_direct(str(fields.get("NewStateValue", "ALARM"))),
]


@pytest.mark.parametrize("way", WAYS)
def test_an_alarm_is_the_same_whatever_way_it_comes(way: Callable[..., Json]) -> None:
    (fired,) = read(way()).signals
    (over,) = read(way(NewStateValue="OK")).signals

    assert (fired.action, over.action) == (Action.FIRE, Action.RESOLVE)
    assert fired.source_key == over.source_key == ARN
    assert (fired.title, fired.hosts, fired.check) == ("queue-depth", ("i-0abc",), "queue-depth")
    assert (fired.starts_at, fired.ended_at) == (CHANGED, None)
    assert over.ended_at == CHANGED
    assert fired.severity_word == ""


def test_an_alarm_without_an_arn_is_known_by_account_region_and_name() -> None:
    (signal,) = read(alarm(AlarmArn=None)).signals

    assert signal.source_key == "123456789012 EU (Frankfurt) queue-depth"


def test_missing_data_is_news_and_no_recovery() -> None:
    (signal,) = read(envelope(alarm(NewStateValue="INSUFFICIENT_DATA"))).signals

    assert signal.action is Action.FIRE
    assert signal.source_key == ARN
    found = level(signal.severity_word, {}, KIND.severities, Severity.HIGH)
    assert found is Severity.INFO


def test_a_composite_alarm_has_a_rule_and_no_metric() -> None:
    composite = alarm(AlarmRule="ALARM(cpu) AND ALARM(disk)", Trigger=None)

    (signal,) = read(envelope(composite)).signals

    assert (signal.action, signal.hosts) == (Action.FIRE, ())
    assert signal.labels["AlarmRule"] == "ALARM(cpu) AND ALARM(disk)"


def test_an_alarm_on_a_formula_names_the_things_of_its_metrics() -> None:
    metric = {"Dimensions": [{"name": "DBInstanceIdentifier", "value": "orders"}]}
    formula = {"Metrics": [{"Expression": "m1*2"}, {"MetricStat": {"Metric": metric}}]}

    assert read(alarm(Trigger=formula)).signals[0].hosts == ("orders",)


def test_the_thing_goes_before_its_parts() -> None:
    dimensions = [{"name": "StorageType", "value": "S"}, {"name": "BucketName", "value": "photos"}]

    assert read(alarm(Trigger={"Dimensions": dimensions})).signals[0].hosts == ("photos",)


def test_a_bad_record_loses_none_of_the_others() -> None:
    records = [
        {"Sns": envelope(alarm())},
        {"Sns": envelope("{")},
        {"Sns": "none"},
        {"Sns": envelope(alarm(AlarmArn="other"))},
        "no record",
    ]

    reading = read({"Records": records})

    assert [signal.index for signal in reading.signals] == [0, 3]
    assert [(reject.index, reject.field) for reject in reading.rejects] == [
        (1, "Message"),
        (2, "Records[2]"),
        (4, "body"),
    ]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "AlarmName"),
        ([], "body"),
        (alarm(NewStateValue="PURPLE"), "NewStateValue"),
        (alarm(NewStateValue=None), "NewStateValue"),
        (alarm(AlarmName=None, AlarmArn=None), "AlarmName"),
        (envelope("The disk is full"), "Message"),
        (envelope("[]"), "Message"),
        (envelope('{"AlarmName": NaN}'), "Message.AlarmName"),
        (envelope(7) | {"Message": 7}, "Message"),
        ({"Type": "Notification", "TopicArn": TOPIC}, "Message"),
        (event() | {"detail": "none"}, "detail"),
        (event() | {"detail": {"alarmName": "a"}}, "detail.state"),
        (event("PURPLE"), "detail.state.value"),
    ],
)
def test_what_is_no_alarm_is_named_by_its_field(body: Json, field: str) -> None:
    assert wrong(body) == field


def wrong(body: Json) -> str:
    """Return the field that is named, whether it was the whole that failed or its one member."""
    try:
        (reject,) = read(body).rejects
    except Unreadable as error:
        return error.field
    return reject.field


@pytest.mark.parametrize("body", [{"Records": []}, {"Records": "none"}])
def test_records_must_be_there(body: Json) -> None:
    with pytest.raises(Unreadable):
        read(body)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (envelope("x", Type="UnsubscribeConfirmation"), "sends nothing here any more"),
        (event() | {"detail-type": "CloudWatch Alarm Configuration Change"}, "no change"),
        (envelope({"Service": "Amazon S3", "Event": "s3:TestEvent"}), "a test of the topic"),
        (envelope({"Event": "autoscaling:TEST_NOTIFICATION"}), "a test of the topic"),
    ],
)
def test_what_asks_for_nothing_is_a_note(body: Json, said: str) -> None:
    reading = read(body)

    assert (reading.signals, reading.rejects, reading.handshake) == ((), (), "")
    assert said in reading.notes[0]


def test_an_alarm_that_is_held_back_by_another_is_a_note() -> None:
    held = event()
    held["detail"]["state"]["actionsSuppressedBy"] = "Alarm"

    assert read(held).notes == ("the alarm is held back by Alarm",)


def test_only_the_envelope_itself_can_ask_for_a_confirmation() -> None:
    address = "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription"
    asking = envelope("x", Type="SubscriptionConfirmation", SubscribeURL=address)

    assert read(asking).handshake == address
    assert read(envelope(asking)).handshake == ""
    assert read({"Records": [{"Sns": asking}]}).handshake == ""
