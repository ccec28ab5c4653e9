"""What Azure's activity log tells: operations, service health, resource health, security.

A piece of news has an id of its own. The trouble is the service's incident, the resource, or the
operation on a resource; the news says how it stands.
"""

from itsm.monitoring import fields
from itsm.monitoring.body import Json
from itsm.monitoring.mapping import lookup
from itsm.monitoring.signal import Action, Signal

_OVER = {"resolved", "complete", "completed", "canceled", "cancelled"}
# Levels are numbers where the news came by another way.
_LEVELS = {"1": "critical", "2": "error", "3": "warning", "4": "informational", "5": "verbose"}


def read(
    entry: dict[str, Json], essentials: dict[str, Json], action: Action = Action.FIRE
) -> Signal | str:
    """Return the signal of an entry, without a key where the alert's own is as good.

    A review of what was resolved before is a note.
    """
    about = entry["properties"] if isinstance(entry.get("properties"), dict) else {}
    if fields.first(about, "stage").lower() == "rca":
        return f"the review of an incident that is over: {fields.first(about, 'trackingId')[:80]}"
    resource = fields.first(entry, "resourceId") or fields.text(
        lookup(essentials, "/alertTargetIDs/0")
    )
    operation = fields.first(entry, "operationName")
    at = fields.instant(entry.get("eventTimestamp"))
    over = action is Action.RESOLVE or _is_over(entry, about)
    return Signal(
        action=Action.RESOLVE if over else action,
        source_key=_key(about, operation, resource, known=bool(essentials)),
        title=fields.first(about, "title", "message")
        or fields.first(essentials, "alertRule")
        or operation
        or "Entry of the activity log",
        body=fields.first(about, "communication", "details")
        or fields.first(entry, "description")
        or fields.first(essentials, "description"),
        severity_word=_severity(entry, essentials),
        hosts=_hosts(about, essentials, resource),
        check=fields.first(essentials, "alertRule") or operation,
        labels=named(entry, ("operationName", "caller", "status", "resourceGroupName"))
        | named(about, ("service", "region", "incidentType", "trackingId", "cause")),
        starts_at=None if over else at,
        ended_at=at if over else None,
    )


def _key(about: dict[str, Json], operation: str, resource: str, *, known: bool) -> str:
    if fields.first(about, "trackingId"):
        return f"servicehealth {fields.first(about, 'trackingId')}"
    if fields.first(about, "currentHealthStatus") and resource:
        return f"resourcehealth {resource.lower()}"
    return "" if known else fields.identity({"operation": operation, "resource": resource.lower()})


def _is_over(entry: dict[str, Json], about: dict[str, Json]) -> bool:
    health = fields.first(about, "currentHealthStatus").lower()
    if health:
        return health == "available"
    if not fields.first(about, "trackingId"):
        return False
    said = (fields.first(about, "stage").lower(), fields.first(entry, "status").lower())
    return bool(_OVER & set(said))


def _severity(entry: dict[str, Json], essentials: dict[str, Json]) -> str:
    """Return the level of the news; that of the rule is always Sev4 here and says nothing."""
    level = fields.first(entry, "level").lower()
    return _LEVELS.get(level, level) or fields.first(essentials, "severity")


def _hosts(about: dict[str, Json], essentials: dict[str, Json], resource: str) -> tuple[str, ...]:
    items = essentials.get("configurationItems")
    listed = [last(item) for item in items] if isinstance(items, list) else []
    # Service health is about a subscription, and that is no thing that anybody runs.
    owned = last(resource) if resource.count("/") > len(("", "subscriptions", "id")) else ""
    found = (*listed, fields.first(about, "compromisedEntity"), owned)
    return tuple(dict.fromkeys(filter(None, found)))


def last(resource: Json) -> str:
    """Return the name at the end of a resource's id, or a name that stands alone."""
    return fields.text(resource).rstrip("/").rpartition("/")[2]


def named(holder: dict[str, Json], names: tuple[str, ...]) -> dict[str, str]:
    """Return those of these members that hold a text or number, as labels."""
    return {name: fields.first(holder, name) for name in names if fields.first(holder, name)}
