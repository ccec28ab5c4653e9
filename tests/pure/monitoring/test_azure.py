"""Azure Monitor: the common schema for all kinds of alerts, and the schemas before it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from itsm.monitoring.body import Json, Message, Unreadable
from itsm.monitoring.kinds.azure import KIND
from itsm.monitoring.severity import level
from itsm.monitoring.signal import Action, Reading, Severity, Signal

VM = "/subscriptions/s1/resourcegroups/shop/providers/microsoft.compute/virtualmachines/web-1"
ALERT = "/subscriptions/s1/providers/Microsoft.AlertsManagement/alerts/a1"
FIRED, RESOLVED = "2026-03-01T12:00:00.1234567Z", "2026-03-01T12:05:00.7654321Z"


def common(context: Json = None, **essentials: Json) -> dict[str, Json]:
    return {
        "schemaId": "azureMonitorCommonAlertSchema",
        "data": {
            "essentials": {
                "alertId": ALERT,
                "alertRule": "High CPU",
                "severity": "Sev2",
                "signalType": "Metric",
                "monitorCondition": "Fired",
                "monitoringService": "Platform",
                "alertTargetIDs": [VM],
                "configurationItems": ["web-1"],
                "originAlertId": "origin",
                "firedDateTime": FIRED,
                "description": "Look at the queue",
            }
            | essentials,
            "alertContext": context,
        },
    }


def metric() -> dict[str, Json]:
    criterion = {
        "metricName": "Percentage CPU",
        "operator": "GreaterThan",
        "threshold": "90",
        "metricValue": 97.5,
        "dimensions": [{"name": "Pool", "value": "blue"}],
    }
    return {"condition": {"windowSize": "PT5M", "allOf": [criterion]}}


def activity(**fields: Json) -> dict[str, Json]:
    return {
        "eventSource": "Administrative",
        "eventTimestamp": "2026-03-01T12:00:00.1234567+00:00",
        "eventDataId": "e1",
        "correlationId": "c1",
        "level": "Error",
        "operationName": "Microsoft.Compute/virtualMachines/restart/action",
        "resourceId": VM,
        "status": "Failed",
    } | fields


def health(
    stage: str, status: str = "Active", event: str = "e1", **fields: Json
) -> dict[str, Json]:
    told = {"title": "Disks", "trackingId": "VN11-JD8", "stage": stage, "region": "West Europe"}
    return activity(
        eventSource="ServiceHealth",
        level=3,
        operationName="Microsoft.ServiceHealth/incident/action",
        resourceId="/subscriptions/s1",
        status=status,
        eventDataId=event,
        properties=told | fields,
    )


def resource(now: str, status: str = "Active") -> dict[str, Json]:
    told = {"title": "Unavailable", "currentHealthStatus": now, "cause": "PlatformInitiated"}
    return activity(eventSource="ResourceHealth", status=status, properties=told)


def old_activity(entry: Json) -> dict[str, Json]:
    data = {"status": "Activated", "context": {"activityLog": entry}, "properties": {}}
    return {"schemaId": "Microsoft.Insights/activityLogs", "data": data}


def classic(status: str = "Activated", **context: Json) -> dict[str, Json]:
    return {
        "status": status,
        "context": {
            "timestamp": FIRED,
            "id": "/subscriptions/s1/providers/microsoft.insights/alertrules/r1",
            "name": "r1",
            "resourceName": "site1",
            "resourceId": "/subscriptions/s1/providers/microsoft.web/sites/site1",
            "portalLink": "https://portal.azure.com/#resource/site1",
        }
        | context,
        "properties": {"team": "shop"},
    }


def read(body: Json) -> Reading:
    return KIND.read(Message(json.dumps(body).encode()), None)


def one(body: Json) -> Signal:
    (signal,) = read(body).signals
    return signal


def rank(signal: Signal) -> Severity:
    found = level(signal.severity_word, {}, KIND.severities, Severity.HIGH)
    assert isinstance(found, Severity)
    return found


def test_a_metric_alert_yields_all_that_it_says() -> None:
    signal = one(common(metric()))

    assert (signal.action, signal.source_key) == (Action.FIRE, ALERT)
    assert (signal.title, signal.check, signal.hosts) == ("High CPU", "High CPU", ("web-1",))
    assert signal.body == "Look at the queue\nPercentage CPU GreaterThan 90: 97.5"
    assert signal.starts_at == datetime(2026, 3, 1, 12, 0, 0, 123456, UTC)
    assert signal.labels["Pool"] == "blue"


def test_its_end_has_the_same_key_and_a_time_of_its_own() -> None:
    over = one(common(metric(), monitorCondition="Resolved", resolvedDateTime=RESOLVED))

    assert (over.action, over.source_key) == (Action.RESOLVE, ALERT)
    assert over.ended_at == datetime(2026, 3, 1, 12, 5, 0, 765432, UTC)


def test_without_an_id_of_its_own_that_of_the_origin_counts() -> None:
    assert one(common(alertId=None)).source_key == "origin"


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("Sev0", Severity.CRITICAL),
        ("Sev1", Severity.HIGH),
        ("Sev2", Severity.MEDIUM),
        ("Sev3", Severity.LOW),
        ("Sev4", Severity.INFO),
        (None, Severity.HIGH),
    ],
)
def test_severities_are_azures_own(word: str | None, found: Severity) -> None:
    assert rank(one(common(severity=word))) is found


def test_a_log_alert_is_about_the_computer_that_its_dimensions_name() -> None:
    computer = {"name": "Computer", "value": "db-1"}
    link = "https://portal.azure.com/#logs"
    condition = {"allOf": [{"dimensions": [computer], "linkToSearchResultsUI": link}]}
    told = common({"condition": condition}, signalType="Log", configurationItems=["workspace-1"])

    assert (one(told).hosts[0], one(told).url) == ("db-1", link)


def test_a_log_alert_of_the_first_version_in_the_common_schema() -> None:
    told = {
        "SearchQuery": "Heartbeat",
        "Dimensions": [{"name": "Computer", "value": "db-2"}],
        "LinkToSearchResults": "https://portal.azure.com/#search",
    }
    signal = one(common(told, signalType="Log", monitoringService="Log Analytics"))

    assert (signal.hosts[0], signal.url) == ("db-2", "https://portal.azure.com/#search")


def test_a_log_alert_from_before_the_common_schema() -> None:
    told = {
        "SubscriptionId": "s1",
        "AlertRuleName": "No heartbeat",
        "SearchQuery": "Heartbeat",
        "ResultCount": 2,
        "Severity": "1",
        "WorkspaceId": "w1",
        "Dimensions": [{"name": "Computer", "value": "db-3"}],
    }
    flat, wrapped = one(told), one({"schemaId": "Microsoft.Insights/LogAlert", "data": told})

    assert (flat.title, flat.hosts, rank(flat)) == ("No heartbeat", ("db-3",), Severity.HIGH)
    assert flat.source_key == wrapped.source_key == one(told | {"ResultCount": 9}).source_key


@pytest.mark.parametrize("dress", [lambda entry: common(entry, severity="Sev4"), old_activity])
def test_service_health_is_followed_by_its_tracking_id(dress: Callable[..., Json]) -> None:
    begun = one(dress(health("Active")))
    news = one(dress(health("Active", event="e2")))
    over = one(dress(health("Resolved", "Resolved", event="e3")))

    assert [begun.action, news.action, over.action] == [Action.FIRE, Action.FIRE, Action.RESOLVE]
    assert begun.source_key == news.source_key == over.source_key
    assert (begun.title, begun.labels["region"]) == ("Disks", "West Europe")


@pytest.mark.parametrize("stage", ["Complete", "Canceled", "Resolved"])
def test_planned_maintenance_ends_with_its_last_stage(stage: str) -> None:
    assert one(common(health(stage), alertId="x")).action is Action.RESOLVE


def test_the_review_of_what_is_over_opens_nothing_anew() -> None:
    reading = read(common(health("RCA", "Resolved")))

    assert (reading.signals, len(reading.notes)) == ((), 1)


@pytest.mark.parametrize("dress", [common, old_activity])
def test_resource_health_is_followed_by_the_resource(dress: Callable[..., Json]) -> None:
    gone, weak, back = (
        one(dress(resource(now))) for now in ("Unavailable", "Degraded", "Available")
    )

    assert [gone.action, weak.action, back.action] == [Action.FIRE, Action.FIRE, Action.RESOLVE]
    assert gone.source_key == weak.source_key == back.source_key
    assert "web-1" in gone.hosts


def test_an_operation_is_called_by_itself_and_its_resource() -> None:
    first, again = one(old_activity(activity())), one(old_activity(activity(correlationId="c2")))

    assert first.source_key == again.source_key
    assert (first.action, first.hosts, rank(first)) == (Action.FIRE, ("web-1",), Severity.HIGH)
    assert one(common(activity())).source_key == ALERT


def test_smart_detection_comes_in_the_common_schema() -> None:
    told = {"DetectionSummary": "Requests became slower"}
    signal = one(common(told, monitoringService="SmartDetector", signalType="Log"))

    assert signal.body.endswith("Requests became slower")


def test_a_prometheus_rule_names_its_instance() -> None:
    told = {"labels": {"instance": "node-7", "alertname": "Down"}, "expression": "up == 0"}

    assert one(common(told, monitoringService="Prometheus")).action is Action.FIRE
    assert one(common(told, signalType="Prometheus", configurationItems=None)).hosts[0] == "node-7"


def test_a_budget_has_no_condition_and_no_thing() -> None:
    told = {"AlertCategory": "budgets", "AlertData": {"BudgetName": "Shop", "SpentAmount": "$9"}}
    signal = one(
        common(
            told,
            monitoringService="CostAlerts",
            alertRule=None,
            severity=None,
            monitorCondition=None,
            configurationItems=["budgets"],
            alertTargetIDs=None,
        )
    )

    assert (signal.action, signal.title, signal.hosts) == (Action.FIRE, "Shop", ())


def test_a_budget_from_before_the_common_schema() -> None:
    told = {"BudgetName": "Shop", "SubscriptionId": "s1", "SpendingAmount": "9", "Unit": "EUR"}
    body = {"schemaId": "AIP Budget Notification", "data": told}
    more = {"schemaId": "AIP Budget Notification", "data": told | {"SpendingAmount": "10"}}

    assert one(body).title == "Budget Shop"
    assert one(body).source_key == one(more).source_key


def test_a_classic_alert_is_called_by_its_rule() -> None:
    fired, over = one(classic()), one(classic("Resolved", timestamp=RESOLVED))

    assert (fired.action, over.action) == (Action.FIRE, Action.RESOLVE)
    assert fired.source_key == over.source_key == classic()["context"]["id"]
    assert (fired.hosts[0], fired.title) == ("site1", "r1 on site1")
    assert over.ended_at == datetime(2026, 3, 1, 12, 5, 0, 765432, UTC)


def test_a_rule_of_version_2_watches_several_resources() -> None:
    def of(name: str, status: str = "Activated") -> Signal:
        context = {"resourceId": name, "resourceName": name, "severity": "3"}
        data = classic(status, **context) | {"version": "2.0"}
        return one({"schemaId": "AzureMonitorMetricAlert", "data": data})

    assert of("a").source_key == of("a", "Deactivated").source_key != of("b").source_key
    assert rank(of("a")) is Severity.LOW


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "data.essentials"),
        ([], "body"),
        ({"data": {}}, "data.essentials"),
        (common(monitorCondition="Sideways"), "monitorCondition"),
        (common(alertId=None, originAlertId=None), "data.essentials.alertId"),
        (classic("Sideways"), "status"),
        (classic(id=None), "context.id"),
    ],
)
def test_what_cannot_be_understood_is_named(body: Json, field: str) -> None:
    with pytest.raises(Unreadable) as raised:
        read(body)

    assert raised.value.field == field
