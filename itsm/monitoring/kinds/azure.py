"""Azure Monitor: the common alert schema, and what alerts sent before there was one.

Metric and log alerts tell their end under the id of their beginning. What comes out of the activity
log fires again for each news of a thing, with another id, so service health is followed by its
tracking id and resource health by the resource.
"""

from itsm.monitoring import fields
from itsm.monitoring.body import Json, Message, Unreadable
from itsm.monitoring.kinds import azure_activity
from itsm.monitoring.kinds.kind import Kind
from itsm.monitoring.mapping import lookup
from itsm.monitoring.signal import Action, Reading, Severity, Signal

_ACTIONS = {
    "fired": Action.FIRE,
    "activated": Action.FIRE,
    "resolved": Action.RESOLVE,
    "deactivated": Action.RESOLVE,
    # Budgets have no condition that could end.
    "": Action.FIRE,
}
_COMPUTERS = ("Computer", "computer", "HostName", "host", "instance", "_ResourceId", "node")
_LINKS = (
    "/condition/allOf/0/linkToFilteredSearchResultsUI",
    "/condition/allOf/0/linkToSearchResultsUI",
    "/LinkToFilteredSearchResultsUI",
    "/LinkToSearchResults",
)


def read(message: Message, mapping: Json) -> Reading:
    """Return the one signal of an alert, or a note of what asks for nothing."""
    del mapping
    document = message.document()
    document.must_be_flawless()
    said = _said(fields.obj(document.root, "body"))
    return Reading((said,)) if isinstance(said, Signal) else Reading(notes=(said,))


def _said(body: dict[str, Json]) -> Signal | str:
    data = body["data"] if isinstance(body.get("data"), dict) else body
    activity = lookup(data, "/context/activityLog")
    if isinstance(data.get("essentials"), dict):
        return _common(data)
    if isinstance(activity, dict):
        return azure_activity.read(activity, {})
    if isinstance(data.get("context"), dict):
        return _classic(data)
    if fields.first(data, "BudgetName"):
        return _budget(data)
    if fields.first(data, "AlertRuleName"):
        return _log_search(data)
    raise Unreadable("data.essentials", "is missing, and no older schema fits either")


def _common(data: dict[str, Json]) -> Signal | str:
    essentials = data["essentials"]
    context = data["alertContext"] if isinstance(data.get("alertContext"), dict) else {}
    action = _action(fields.first(essentials, "monitorCondition"), "monitorCondition")
    if "eventSource" in context and "operationName" in context:
        followed = azure_activity.read(context, essentials, action)
        if not isinstance(followed, Signal) or followed.source_key:
            return followed
    key = fields.first(essentials, "alertId", "originAlertId")
    if not key:
        raise Unreadable("data.essentials.alertId", "is missing")
    rule = fields.first(essentials, "alertRule").rpartition("/")[2]
    description = fields.first(essentials, "description")
    return Signal(
        action=action,
        source_key=key,
        title=rule or fields.text(lookup(context, "/AlertData/BudgetName")) or description or key,
        body="\n".join(filter(None, (description, _reason(context)))),
        severity_word=_severity(essentials.get("severity")),
        hosts=_hosts(essentials, context),
        check=rule,
        labels=_labels(essentials, context, data),
        starts_at=fields.instant(essentials.get("firedDateTime")),
        ended_at=_ended(action, essentials.get("resolvedDateTime")),
        url=_link(context),
    )


def _classic(data: dict[str, Json]) -> Signal:
    """Read an alert from before the common schema; those of version 2.0 watch many resources."""
    context = data["context"]
    action = _action(fields.first(data, "status"), "status")
    key = fields.first(context, "id")
    if not key:
        raise Unreadable("context.id", "is missing")
    if fields.first(data, "version"):
        key = f"{key} {fields.first(context, 'resourceId')}".strip()
    name = fields.first(context, "name") or key
    resource = fields.first(context, "resourceName")
    return Signal(
        action=action,
        source_key=key,
        title=f"{name} on {resource}" if resource else name,
        body=fields.first(context, "description"),
        severity_word=_severity(context.get("severity")),
        hosts=tuple(filter(None, (resource, azure_activity.last(context.get("resourceId"))))),
        check=name,
        labels=fields.labels(data.get("properties"))
        | azure_activity.named(context, ("subscriptionId", "resourceGroupName", "resourceType")),
        starts_at=fields.instant(context.get("timestamp")),
        ended_at=_ended(action, context.get("timestamp")),
        url=fields.first(context, "portalLink"),
    )


def _budget(data: dict[str, Json]) -> Signal:
    budget = fields.first(data, "BudgetName")
    spent, unit = fields.first(data, "SpendingAmount"), fields.first(data, "Unit")
    return Signal(
        action=Action.FIRE,
        source_key=" ".join(("budget", fields.first(data, "SubscriptionId"), budget)),
        title=f"Budget {budget}",
        body=f"{spent} {unit} spent of {fields.first(data, 'Budget')} {unit}" if spent else "",
        check=budget,
        labels=azure_activity.named(data, ("SubscriptionName", "ResourceGroup", "BudgetType")),
    )


def _log_search(data: dict[str, Json]) -> Signal:
    """Read a log search alert of the first version, which never says that it is over."""
    rule = fields.first(data, "AlertRuleName")
    dimensions = dict(_dimensions(data.get("Dimensions")))
    scope = {name: fields.first(data, name) for name in ("SubscriptionId", "WorkspaceId")}
    return Signal(
        action=Action.FIRE,
        source_key=fields.identity({"rule": rule, **scope, **dimensions}),
        title=rule,
        body=fields.first(data, "Description") or fields.first(data, "SearchQuery"),
        severity_word=_severity(data.get("Severity")),
        hosts=tuple(dimensions[name] for name in _COMPUTERS if dimensions.get(name)),
        check=rule,
        labels=dimensions,
        url=_link(data),
    )


def _action(word: str, name: str) -> Action:
    action = _ACTIONS.get(word.lower())
    if action is None:
        raise Unreadable(name, f"'{word[:40]}' is neither fired nor resolved")
    return action


def _ended(action: Action, at: Json) -> Json:
    return fields.instant(at) if action is Action.RESOLVE else None


def _severity(said: Json) -> str:
    """Return `Sev3`, which older alerts write as `3`."""
    word = fields.text(said)
    return f"sev{word}" if word.isdecimal() else word


def _hosts(essentials: dict[str, Json], context: dict[str, Json]) -> tuple[str, ...]:
    """Return what an alert is about: a log alert by its dimensions, the rest by its target."""
    if fields.first(essentials, "monitoringService") == "CostAlerts":
        return ()
    dimensions = dict(_dimensions(lookup(context, "/condition/allOf/0/dimensions")))
    dimensions |= dict(_dimensions(context.get("Dimensions")))
    dimensions |= fields.labels(context.get("labels"))
    found = [azure_activity.last(dimensions.get(name)) for name in _COMPUTERS]
    if fields.first(essentials, "signalType").lower() == "metric":
        found = []
    for name in ("configurationItems", "alertTargetIDs"):
        listed = essentials.get(name)
        if isinstance(listed, list):
            found += [azure_activity.last(item) for item in listed]
    return tuple(dict.fromkeys(filter(None, found)))


def _dimensions(listed: Json) -> list[tuple[str, str]]:
    members = (
        [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    )
    return [(fields.first(item, "name"), fields.first(item, "value")) for item in members]


def _reason(context: dict[str, Json]) -> str:
    """Return the first condition in words, such as `Percentage CPU GreaterThan 25: 31.1`."""
    condition = lookup(context, "/condition/allOf/0")
    if not isinstance(condition, dict):
        summary = fields.text(lookup(context, "/annotations/summary"))
        return summary or fields.first(context, "DetectionSummary", "expression", "SearchQuery")
    named = fields.first(condition, "metricName", "searchQuery")
    limit = f"{fields.first(condition, 'operator')} {fields.first(condition, 'threshold')}"
    return f"{named} {limit}: {fields.first(condition, 'metricValue')}"


def _labels(
    essentials: dict[str, Json], context: dict[str, Json], data: dict[str, Json]
) -> dict[str, str]:
    return (
        fields.labels(context.get("labels"))
        | fields.labels(data.get("customProperties"))
        | dict(_dimensions(lookup(context, "/condition/allOf/0/dimensions")))
        | azure_activity.named(essentials, ("monitoringService", "signalType", "alertRule"))
    )


def _link(context: dict[str, Json]) -> str:
    return next((url for at in _LINKS if (url := fields.text(lookup(context, at)))), "")


KIND = Kind(
    name="azure",
    label="Azure Monitor",
    read=read,
    severities={
        "sev0": Severity.CRITICAL,
        "sev1": Severity.HIGH,
        "sev2": Severity.MEDIUM,
        "sev3": Severity.LOW,
        "sev4": Severity.INFO,
        "informational": Severity.INFO,
        "verbose": Severity.INFO,
    },
    sample={
        "schemaId": "azureMonitorCommonAlertSchema",
        "data": {
            "essentials": {
                "alertId": "/subscriptions/test/providers/Microsoft.AlertsManagement/alerts/test",
                "alertRule": "Test from the integration page",
                "severity": "Sev4",
                "signalType": "Metric",
                "monitorCondition": "Fired",
                "configurationItems": ["test.example.com"],
            }
        },
    },
    snippet=(
        "Monitor, Alerts, Action groups, Create, Actions\n"
        "Action type:                     Webhook\n"
        "URI:                             {url}\n"
        "Enable the common alert schema:  Yes\n"
    ),
)
