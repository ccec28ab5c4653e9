"""Amazon CloudWatch alarms: by SNS, raw or in its envelope, by Lambda, and by EventBridge.

An alarm is called by its ARN whatever way it came, so that ways may be mixed.
"""

from collections.abc import Iterator

from itsm.monitoring import fields, sns
from itsm.monitoring.body import Json, Message, Unreadable, parse, spelled
from itsm.monitoring.kinds.kind import Kind
from itsm.monitoring.mapping import lookup
from itsm.monitoring.signal import Action, Reading, Reject, Severity, Signal

_ACTIONS = {
    "ALARM": Action.FIRE,
    "INSUFFICIENT_DATA": Action.FIRE,
    "OK": Action.RESOLVE,
}
# Dimensions that name the thing itself, best first; others only say which part of it is meant.
_THINGS = (
    "InstanceId", "host", "Host", "HostName", "hostname", "InstanceName", "DBInstanceIdentifier",
    "DBClusterIdentifier", "CacheClusterId", "FunctionName", "BucketName", "QueueName", "TableName",
    "LoadBalancer", "LoadBalancerName", "ServiceName", "ClusterName", "AutoScalingGroupName",
    "DomainName", "StreamName", "ApiName", "ApiId", "DistributionId", "FileSystemId",
    "NatGatewayId", "TunnelIpAddress", "VpnId", "VolumeId", "Broker", "StateMachineArn",
    "TopicName", "HealthCheckId",
)  # fmt: skip


def read(message: Message, mapping: Json) -> Reading:
    """Return a signal for each alarm; handshakes of SNS and what is no alarm become notes."""
    del mapping
    document = message.document()
    if isinstance(document.root, dict) and "Records" in document.root:
        sound, rejects = fields.members(document, "Records")
        if not sound and not rejects:
            raise Unreadable("Records", "holds no records")
    else:
        document.must_be_flawless()
        sound, rejects = [(0, document.root)], []
    signals: list[Signal] = []
    notes: list[str] = []
    handshake = ""
    for index, member in sound:
        try:
            said = _said(index, member)
        except Unreadable as error:
            rejects.append(Reject(index, error.field, error.reason))
            continue
        if isinstance(said, Signal):
            signals.append(said)
        else:
            notes.append(said)
            handshake = handshake or _handshake(member)
    return Reading(tuple(signals), tuple(rejects), tuple(notes), handshake)


def _said(index: int, member: Json) -> Signal | str:
    """Return the signal of a body, or a note of what it is instead."""
    body = fields.obj(member, "body")
    record = body.get("Sns", body.get("body"))
    if record is not None:
        return _said(index, _unpacked(record, f"Records[{index}]"))
    if fields.first(body, "Type") in {sns.SUBSCRIPTION, sns.UNSUBSCRIPTION}:
        return _handshake_note(body)
    if "Message" in body or body.get("Type") == sns.NOTIFICATION:
        return _said(index, _unpacked(body.get("Message"), "Message"))
    if "detail" in body or "alarmData" in body:
        return _event(index, body)
    if "AlarmName" in body or "NewStateValue" in body:
        return _alarm(index, body)
    if "test" in fields.first(body, "Event", "event").lower():
        return f"a test of the topic: {fields.first(body, 'Event', 'event')[:200]}"
    raise Unreadable("AlarmName", "is missing, so this is no alarm of CloudWatch")


def _unpacked(value: Json, where: str) -> Json:
    """Return the object that a member holds, as it is or written as JSON once more."""
    if isinstance(value, dict):
        return value
    if not isinstance(value, str):
        raise Unreadable(where, "is neither an object nor JSON in a text")
    try:
        document = parse(value)
    except Unreadable as error:
        raise Unreadable(where, error.reason) from error
    if document.flaws:
        flaw = document.flaws[0]
        raise Unreadable(f"{where}.{spelled(flaw.path)}", flaw.reason)
    return fields.obj(document.root, where)


def _handshake(member: Json) -> str:
    """Return where a subscription is confirmed, empty where that is not an address of SNS."""
    address = member.get("SubscribeURL") if sns.is_envelope(member) else None
    asked = member.get("Type") == sns.SUBSCRIPTION
    return str(address) if asked and sns.is_own(address) else ""


def _handshake_note(body: dict[str, Json]) -> str:
    topic = fields.first(body, "TopicArn")[:300] or "without a name"
    if body["Type"] == sns.UNSUBSCRIPTION:
        return f"the topic {topic} sends nothing here any more"
    if not _handshake(body):
        return f"the topic {topic} asks to be confirmed at an address that is not Amazon SNS's"
    return f"the topic {topic} asks to be confirmed"


def _alarm(index: int, alarm: dict[str, Json]) -> Signal:
    """Read what an alarm sends to a topic."""
    place = (fields.first(alarm, "AWSAccountId"), fields.first(alarm, "Region"))
    trigger = alarm.get("Trigger")
    metrics = [trigger, *(lookup(metric, "/MetricStat/Metric") for metric in _metrics(trigger))]
    return _signal(
        index,
        name=fields.first(alarm, "AlarmName"),
        state=fields.first(alarm, "NewStateValue"),
        state_at="NewStateValue",
        arn=fields.first(alarm, "AlarmArn"),
        place=place,
        reason=fields.first(alarm, "NewStateReason"),
        description=fields.first(alarm, "AlarmDescription"),
        changed=alarm.get("StateChangeTime"),
        dimensions=dict(_dimensions(metrics)),
        labels=_labels(trigger, ("Namespace", "MetricName", "Threshold"))
        | _labels(alarm, ("AlarmRule", "AWSAccountId", "Region")),
    )


def _event(index: int, event: dict[str, Json]) -> Signal | str:
    """Read a state change as EventBridge, or an alarm that calls a Lambda itself, words it."""
    kind = fields.first(event, "detail-type")
    detail = fields.obj(event.get("detail", event.get("alarmData")), "detail")
    if kind and kind != "CloudWatch Alarm State Change":
        return f"an event that is no change of an alarm's state: {kind[:200]}"
    state = fields.obj(detail.get("state"), "detail.state")
    if state.get("actionsSuppressedBy"):
        return f"the alarm is held back by {fields.text(state['actionsSuppressedBy'])[:80]}"
    configured = detail.get("configuration")
    metrics = [lookup(metric, "/metricStat/metric") for metric in _metrics(configured)]
    place = (fields.first(event, "account", "accountId"), fields.first(event, "region"))
    first = next(filter(None, metrics), None)
    return _signal(
        index,
        name=fields.first(detail, "alarmName"),
        state=fields.first(state, "value"),
        state_at="detail.state.value",
        arn=fields.text(lookup(event, "/resources/0")) or fields.first(event, "alarmArn"),
        place=place,
        reason=fields.first(state, "reason"),
        description=fields.text(lookup(configured, "/description")),
        changed=state.get("timestamp") or event.get("time"),
        dimensions=dict(_dimensions(metrics)),
        labels=_labels(first, ("namespace", "name")) | _labels(event, ("account", "region")),
    )


def _signal(  # noqa: PLR0913 - the parts of an alarm, each by its name
    index: int,
    *,
    name: str,
    state: str,
    state_at: str,
    arn: str,
    place: tuple[str, str],
    reason: str,
    description: str,
    changed: Json,
    dimensions: dict[str, str],
    labels: dict[str, str],
) -> Signal:
    action = _ACTIONS.get(state.upper())
    if action is None:
        raise Unreadable(state_at, "is neither ALARM, OK nor INSUFFICIENT_DATA")
    if not name and not arn:
        raise Unreadable("AlarmName", "is missing, and there is no AlarmArn either")
    at = fields.instant(changed)
    return Signal(
        action=action,
        index=index,
        source_key=arn or " ".join((*place, name)),
        title=name or arn,
        body="\n".join(filter(None, (description, reason))),
        severity_word="" if state.upper() == "ALARM" else state,
        hosts=tuple(dimensions[known] for known in _THINGS if dimensions.get(known)),
        check=name,
        labels=labels | dimensions,
        starts_at=None if action is Action.RESOLVE else at,
        ended_at=at if action is Action.RESOLVE else None,
    )


def _metrics(holder: Json) -> list[Json]:
    """Return the metrics that an alarm on a formula is worked out from."""
    found = lookup(holder, "/Metrics") or lookup(holder, "/metrics")
    return found if isinstance(found, list) else []


def _dimensions(metrics: list[Json]) -> Iterator[tuple[str, str]]:
    """Yield name and value of each dimension, which is an object here and a list there."""
    for metric in metrics:
        listed = lookup(metric, "/Dimensions") or lookup(metric, "/dimensions")
        if isinstance(listed, dict):
            yield from ((name, fields.text(value)) for name, value in listed.items())
        for dimension in listed if isinstance(listed, list) else []:
            if isinstance(dimension, dict):
                name = fields.first(dimension, "name", "Name")
                yield name, fields.first(dimension, "value", "Value")


def _labels(holder: Json, names: tuple[str, ...]) -> dict[str, str]:
    if not isinstance(holder, dict):
        return {}
    return {name: fields.text(holder[name]) for name in names if fields.text(holder.get(name))}


KIND = Kind(
    name="cloudwatch",
    label="Amazon CloudWatch",
    read=read,
    signed=True,
    # Data that stopped coming is news by itself, and keeps an alarm that fires from being over.
    severities={"insufficient_data": Severity.INFO},
    sample={
        "AlarmName": "TestAlarm",
        "AlarmDescription": "Test from the integration page",
        "AWSAccountId": "000000000000",
        "NewStateValue": "INSUFFICIENT_DATA",
        "Region": "EU (Ireland)",
        "Trigger": {"Dimensions": [{"name": "InstanceId", "value": "i-00000000000000000"}]},
    },
    snippet=(
        "aws sns subscribe --protocol https \\\n"
        "  --topic-arn arn:aws:sns:REGION:ACCOUNT:TOPIC \\\n"
        "  --notification-endpoint {url}\n"
        "\n"
        "# The subscription is confirmed by itself. Have each alarm tell the topic both ways:\n"
        "aws cloudwatch put-metric-alarm … \\\n"
        "  --alarm-actions arn:aws:sns:REGION:ACCOUNT:TOPIC \\\n"
        "  --ok-actions arn:aws:sns:REGION:ACCOUNT:TOPIC\n"
    ),
)
