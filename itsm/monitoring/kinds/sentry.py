"""Sentry: webhooks of an internal integration, of the older plugin, and service hooks.

Issues, their alerts and single errors share one key, the id of the issue. A hook that ends an issue
has no time of its own, so the time at which it was sent stands for it.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from itsm.monitoring import fields
from itsm.monitoring.body import Json, Message, Unreadable
from itsm.monitoring.kinds.kind import Kind
from itsm.monitoring.signal import Action, Reading, Severity, Signal

Body = dict[str, Json]
_ISSUE_ACTIONS = {
    "created": Action.FIRE,
    "unresolved": Action.FIRE,
    "resolved": Action.RESOLVE,
    # Somebody decided that it needs nobody; once it escalates, it is unresolved again.
    "archived": Action.RESOLVE,
    "ignored": Action.RESOLVE,
    "assigned": Action.ACKNOWLEDGE,
}
_ISSUE_STATES = {
    "unresolved": Action.FIRE,
    "resolved": Action.RESOLVE,
    "archived": Action.RESOLVE,
    "ignored": Action.RESOLVE,
}
_EVENT_ACTIONS = {"triggered": Action.FIRE, "created": Action.FIRE}
_METRIC_ACTIONS = {
    "critical": Action.FIRE,
    "warning": Action.FIRE,
    "resolved": Action.RESOLVE,
}
# Where a hook without its header shows what it is about.
_MEMBERS = {
    "metric_alert": "metric_alert",
    "issue": "issue",
    "event": "event_alert",
    "error": "error",
    "comment": "comment",
    "installation": "installation",
}


def read(message: Message, mapping: Json) -> Reading:
    """Return the one signal of a hook; what is no alert, such as a comment, becomes a note."""
    del mapping
    document = message.document()
    document.must_be_flawless()
    body = fields.obj(document.root, "body")
    data = body.get("data")
    if not isinstance(data, dict):
        return Reading((_plugin(body),))
    resource = message.headers.get("sentry-hook-resource", "").strip().lower() or _resource(data)
    if resource not in _READERS:
        return Reading(notes=(f"a hook about '{resource[:40]}': nothing follows from it",))
    found = _READERS[resource](
        body, data, fields.instant(message.headers.get("sentry-hook-timestamp"))
    )
    return Reading((found,)) if isinstance(found, Signal) else Reading(notes=(found,))


def _resource(data: Body) -> str:
    for member, resource in _MEMBERS.items():
        if member in data:
            return resource
    raise Unreadable("data", "holds no issue, event, error or metric_alert")


def _issue(body: Body, data: Body, sent_at: datetime | None) -> Signal | str:
    issue = fields.obj(data.get("issue"), "data.issue")
    word = fields.text(body.get("action")).lower()
    action = _known(word, _ISSUE_ACTIONS, "action")
    if action is Action.ACKNOWLEDGE and not _by_person(body):
        # Rules of ownership assign an issue as it appears; nobody has looked at it yet.
        return "assigned by a rule: nothing follows from it"
    first_seen = fields.instant(issue.get("firstSeen"))
    return _of_issue(issue, action, first_seen if word == "created" else sent_at)


def _activity(body: Body, data: Body, sent_at: datetime | None) -> Signal:
    """Return what the state of an issue says whose activity triggered an alert."""
    del body
    issue = fields.obj(data.get("issue"), "data.issue")
    status = fields.text(issue.get("status")).lower()
    return _of_issue(issue, _known(status, _ISSUE_STATES, "data.issue.status"), sent_at)


def _of_issue(issue: Body, action: Action, at: datetime | None) -> Signal:
    project = _inner(issue, "project")
    details = _inner(issue, "metadata")
    shown = ("shortId", "platform", "substatus", "issueCategory")
    return Signal(
        action=action,
        source_key=_must(issue, "id", "data.issue.id"),
        title=fields.first(issue, "title") or _summary(details),
        body=_lines(fields.first(details, "value"), fields.first(issue, "culprit")),
        severity_word=fields.first(issue, "level"),
        check=fields.first(project, "slug", "name"),
        labels=fields.labels({name: issue[name] for name in shown if issue.get(name)}),
        starts_at=at if action is Action.FIRE else None,
        ended_at=at if action is Action.RESOLVE else None,
        url=fields.first(issue, "web_url", "permalink"),
    )


def _alert(body: Body, data: Body, sent_at: datetime | None) -> Signal:
    """Return the signal of an issue alert, or of a single error."""
    del sent_at
    member = "error" if "error" in data else "event"
    event = fields.obj(data.get(member), f"data.{member}")
    action = _known(fields.text(body.get("action")).lower(), _EVENT_ACTIONS, "action")
    issue_id = fields.first(event, "issue_id", "group_id") or _last_step(event.get("issue_url"))
    if not issue_id:
        raise Unreadable(f"data.{member}.issue_id", "is missing")
    rule = fields.first(data, "triggered_rule") or fields.first(
        _inner(data, "issue_alert"), "title"
    )
    return _of_event(event, action, issue_id, rule)


def _of_event(event: Body, action: Action, issue_id: str, rule: str) -> Signal:
    tags = _tags(event.get("tags"))
    details = _inner(event, "metadata")
    server = tags.get("server_name", "")
    return Signal(
        action=action,
        source_key=issue_id,
        title=fields.first(event, "title", "message") or _summary(details),
        body=_lines(fields.first(details, "value"), fields.first(event, "culprit")),
        severity_word=fields.first(event, "level") or tags.get("level", ""),
        hosts=(server,) if server else (),
        check=rule,
        labels=tags,
        starts_at=_time(event, "datetime", "timestamp", "received"),
        url=fields.first(event, "web_url"),
    )


def _metric(body: Body, data: Body, sent_at: datetime | None) -> Signal:
    alert = fields.obj(data.get("metric_alert"), "data.metric_alert")
    word = fields.text(body.get("action")).lower()
    action = _known(word, _METRIC_ACTIONS, "action")
    rule = _inner(alert, "alert_rule")
    organization = fields.first(alert, "organization_id")
    named = {name: rule[name] for name in ("aggregate", "query", "environment") if rule.get(name)}
    over = action is Action.RESOLVE
    return Signal(
        action=action,
        source_key=f"metric_alert {organization} {_must(alert, 'id', 'data.metric_alert.id')}",
        title=fields.first(rule, "name") or fields.first(data, "description_title"),
        # The line breaks in this text arrive escaped twice.
        body=fields.first(data, "description_text").replace("\\n", "\n"),
        severity_word="" if over else word,
        check=fields.first(rule, "name"),
        labels=fields.labels(named | {"projects": _listed(alert.get("projects"))}),
        starts_at=_time(alert, "date_started", "date_detected", "date_created"),
        ended_at=(fields.instant(alert.get("date_closed")) or sent_at) if over else None,
        url=fields.first(data, "web_url"),
    )


def _plugin(body: Body) -> Signal:
    """Return the signal of the older webhook plugin, or of a service hook; both only fire."""
    event = _inner(body, "event")
    group = _inner(body, "group")
    issue_id = (
        fields.first(body, "id") or fields.first(group, "id") or fields.first(event, "group_id")
    )
    if not issue_id or not (event or "message" in body or "culprit" in body):
        raise Unreadable("data", "is missing, and so is the id of an issue")
    project = _inner(body, "project")
    tags = _tags(event.get("tags"))
    named = fields.first(body, "project_slug", "project", "project_name")
    server = tags.get("server_name", "")
    return Signal(
        action=Action.FIRE,
        source_key=issue_id,
        title=fields.first(body, "message")
        or fields.first(event, "title", "message")
        or fields.first(body, "culprit"),
        body=fields.first(body, "culprit"),
        severity_word=fields.first(body, "level") or fields.first(event, "level"),
        hosts=(server,) if server else (),
        check=named or fields.first(project, "slug", "name"),
        labels=tags,
        starts_at=_time(event, "datetime", "timestamp", "received"),
        url=fields.first(body, "url") or fields.first(group, "url"),
    )


def _known(word: str, actions: Mapping[str, Action], field: str) -> Action:
    if word not in actions:
        raise Unreadable(field, f"'{word[:40]}' is none of {', '.join(actions)}")
    return actions[word]


def _must(source: Body, name: str, field: str) -> str:
    found = fields.first(source, name)
    if not found:
        raise Unreadable(field, "is missing")
    return found


def _inner(source: Body, name: str) -> Body:
    found = source.get(name)
    return found if isinstance(found, dict) else {}


def _by_person(body: Body) -> bool:
    return fields.first(_inner(body, "actor"), "type").lower() == "user"


def _summary(details: Body) -> str:
    return fields.first(details, "title", "type", "value") or "Sentry issue without a title"


def _lines(*texts: str) -> str:
    return "\n".join(text for text in texts if text)


def _listed(names: Json) -> str:
    return ", ".join(fields.text(name) for name in names) if isinstance(names, list) else ""


def _last_step(url: Json) -> str:
    return fields.text(url).rstrip("/").rpartition("/")[2] if isinstance(url, str) else ""


def _time(source: Body, *names: str) -> datetime | None:
    return next((at for name in names if (at := fields.instant(source.get(name)))), None)


def _tags(tags: Json) -> dict[str, str]:
    """Return tags, which are pairs, objects with a key and a value, or one object."""
    if not isinstance(tags, list):
        return fields.labels(tags)
    found: Body = {}
    for tag in tags:
        match tag:
            case [str(name), value] | {"key": str(name), "value": value}:
                found[name] = value
    return fields.labels(found)


_READERS: Mapping[str, Callable[[Body, Body, datetime | None], Signal | str]] = {
    "activity_alert": _activity,
    "error": _alert,
    "event_alert": _alert,
    "issue": _issue,
    "metric_alert": _metric,
}

KIND = Kind(
    name="sentry",
    label="Sentry",
    read=read,
    severities={"sample": Severity.INFO},
    sample={
        "action": "created",
        "actor": {"id": "sentry", "name": "Sentry", "type": "application"},
        "data": {
            "issue": {
                "id": "1",
                "title": "Test from the integration page",
                "level": "info",
                "status": "unresolved",
                "project": {"slug": "test"},
            }
        },
    },
    snippet=(
        "Settings > Developer Settings > Create New Integration > Internal Integration\n"
        "  Webhook URL:        {url}\n"
        "  Alert Rule Action:  on\n"
        "  Permissions:        Issue & Event: Read\n"
        "  Webhooks:           issue\n"
    ),
)
