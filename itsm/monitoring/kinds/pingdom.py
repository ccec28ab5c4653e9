"""Pingdom: webhooks of uptime and of transaction checks, and BeepManager's older ones."""

from itsm.monitoring import fields, templated
from itsm.monitoring.body import Json, Message, Unreadable
from itsm.monitoring.kinds.kind import Kind
from itsm.monitoring.signal import Action, Reading, Signal

Body = dict[str, Json]
_ACTIONS = {
    "down": Action.FIRE,
    "failing": Action.FIRE,
    "up": Action.RESOLVE,
    "success": Action.RESOLVE,
}
# Pingdom looks again from another place first, or does not look at all.
_UNDECIDED = ("unconfirmed", "unknown", "paused")


def read(message: Message, mapping: Json) -> Reading:
    """Return the one signal of a change; what is not confirmed yet becomes a note."""
    del mapping
    document = templated.document(message)
    document.must_be_flawless()
    body = fields.obj(document.root, "body")
    body = _of_beepmanager(body) if "check_id" not in body and "check" in body else body
    state = fields.text(body.get("current_state")).lower()
    if state.startswith(_UNDECIDED):
        return Reading(notes=(f"{state}: nothing follows from it yet",))
    if state not in _ACTIONS:
        raise Unreadable("current_state", f"'{state[:40]}' is none of {', '.join(_ACTIONS)}")
    return Reading((_signal(body, state),))


def _of_beepmanager(body: Body) -> Body:
    """Return one of BeepManager's messages in the names of the state change webhook."""
    return {
        "check_id": body["check"],
        "check_name": body.get("checkname"),
        "check_params": {"hostname": body.get("host")},
        "current_state": body.get("description"),
    }


def _signal(body: Body, state: str) -> Signal:
    check = fields.first(body, "check_id")
    if not check:
        raise Unreadable("check_id", "is missing")
    params = body["check_params"] if isinstance(body.get("check_params"), dict) else {}
    kind = fields.first(body, "check_type")
    name = fields.first(body, "check_name") or f"Check {check}"
    address = fields.first(params, "full_url", "url")
    host = fields.first(params, "hostname") or fields.host_of(address)
    action = _ACTIONS[state]
    at = fields.instant(body.get("state_changed_timestamp"))
    at = at or fields.instant(body.get("state_changed_utc_time"))
    return Signal(
        action=action,
        # Uptime and transaction checks are numbered apart.
        source_key=f"transaction {check}" if kind.upper() == "TRANSACTION" else check,
        title=f"{name} is {state}",
        body=fields.first(body, "long_description", "description"),
        severity_word=fields.first(body, "importance_level"),
        hosts=(host,) if host else (),
        check=name,
        labels=fields.labels({"check_type": kind, **_where(body), "tags": _tags(body.get("tags"))}),
        starts_at=at,
        ended_at=at if action is Action.RESOLVE else None,
        url=address,
    )


def _where(body: Body) -> Body:
    """Return from where Pingdom looked."""
    probes = {name: body.get(name) for name in ("first_probe", "second_probe")}
    return {
        name: probe["location"]
        for name, probe in probes.items()
        if isinstance(probe, dict) and probe.get("location")
    }


def _tags(tags: Json) -> str:
    listed = tags if isinstance(tags, list) else []
    return ", ".join(
        fields.first(tag, "name") if isinstance(tag, dict) else fields.text(tag) for tag in listed
    )


KIND = Kind(
    name="pingdom",
    label="Pingdom",
    read=read,
    sample={
        "check_id": 1,
        "check_name": "Test from the integration page",
        "check_type": "HTTP",
        "check_params": {"hostname": "test.example.com"},
        "previous_state": "UP",
        "current_state": "DOWN",
        "importance_level": "LOW",
        "description": "Test",
    },
    snippet=(
        "Integrations > Add integration\n"
        "  Type:   Webhook\n"
        "  URL:    {url}\n"
        "then tick the integration in each check that is to report here\n"
    ),
)
