"""Netdata Cloud: webhook notifications of alerts and of the reachability of nodes.

The documented list of fields of an alert names no node: it stands in the message alone.
"""

import re

from itsm.monitoring import fields
from itsm.monitoring.body import Json, Message, Unreadable
from itsm.monitoring.kinds.kind import Kind
from itsm.monitoring.signal import Action, Reading, Signal

Body = dict[str, Json]
_ACTIONS = {
    "warning": Action.FIRE,
    "critical": Action.FIRE,
    "clear": Action.RESOLVE,
    # It is not known whether all is well: nothing was measured, or the alert's own rule went away.
    "undefined": None,
    "uninitialized": None,
    "removed": None,
}
_NODE = re.compile(
    r"\bon (?:node |host )?[\"'`]?(?P<on>[\w.:-]*\w)"
    r"|^[\"'`]?(?P<first>[\w.:-]*\w)[\"'`]?,? (?:needs attention|is critical|recovered)",
    re.ASCII,
)
_TIMES = re.compile(r"[?#].*$")


def read(message: Message, mapping: Json) -> Reading:
    """Return the one signal of a notification; a test, which bears a token, becomes a note."""
    del mapping
    document = message.document()
    document.must_be_flawless()
    body = fields.obj(document.root, "body")
    if "status" in body and "alert" not in body and "host" in body:
        return Reading((_reachability(body),))
    if "alert" not in body:
        return _test(body)
    word = fields.first(body, "severity", "status").lower()
    if word not in _ACTIONS:
        raise Unreadable("severity", f"'{word[:40]}' is none of {', '.join(_ACTIONS)}")
    action = _ACTIONS[word]
    if action is None:
        return Reading(notes=(f"{word}: nothing follows from it",))
    return Reading((_alert(body, word, action),))


def _test(body: Body) -> Reading:
    token = fields.first(body, "token", "verification_token")
    said = fields.first(body, "message")
    if token:
        return Reading(notes=(f"a test; the token that Netdata asks for is {token[:200]}",))
    if "test" in said.lower():
        return Reading(notes=(f"a test: {said[:200]}",))
    raise Unreadable("alert", "is missing, and this is no notification of reachability")


def _alert(body: Body, word: str, action: Action) -> Signal:
    name = fields.first(body, "alert")
    if not name:
        raise Unreadable("alert", "is empty")
    said = fields.first(body, "message")
    host = fields.first(body, "host", "node", "hostname") or _node(said)
    at = fields.instant(body.get("date"))
    shown = ("chart", "context", "family", "class", "space")
    return Signal(
        action=action,
        source_key=_key(body, name, host),
        title=said or name,
        body=fields.first(body, "info"),
        severity_word=word,
        hosts=(host,) if host else (),
        check=name,
        labels=fields.labels({label: body[label] for label in shown if body.get(label)}),
        starts_at=at,
        ended_at=at if action is Action.RESOLVE else None,
        url=fields.first(body, "alert_url"),
    )


def _key(body: Body, name: str, host: str) -> str:
    """Return the address of the alert, without what differs from one opening to the next."""
    address = _TIMES.sub("", fields.first(body, "alert_url"))
    parts = {"space": fields.first(body, "space"), "chart": fields.first(body, "chart")}
    return address or fields.identity(parts | {"alert": name, "host": host})


def _node(said: str) -> str:
    found = _NODE.search(said)
    return (found["on"] or found["first"]) if found else ""


def _reachability(body: Body) -> Signal:
    host = fields.first(body, "host")
    if not host:
        raise Unreadable("host", "is empty")
    reachable = _reachable(body["status"])
    return Signal(
        action=Action.RESOLVE if reachable else Action.FIRE,
        source_key=fields.identity({"reachability": host}),
        title=fields.first(body, "message") or f"{host} is unreachable",
        severity_word="" if reachable else fields.first(body, "severity") or "critical",
        hosts=(host,),
        check="reachability",
        url=fields.first(body, "url"),
    )


def _reachable(status: Json) -> bool:
    said = status if isinstance(status, dict) else {"text": status}
    if isinstance(said.get("reachable"), bool):
        return bool(said["reachable"])
    word = fields.text(said.get("text")).lower()
    if word not in {"reachable", "unreachable"}:
        raise Unreadable("status.reachable", "is neither true nor false")
    return word == "reachable"


KIND = Kind(
    name="netdata",
    label="Netdata",
    read=read,
    sample={
        "message": "test on test.example.com is warning",
        "alert": "test",
        "info": "Test from the integration page",
        "chart": "test",
        "space": "test",
        "severity": "warning",
    },
    snippet=(
        "Space settings > Alerts & Notifications > Add configuration > Webhook\n"
        "  Webhook URL:     {url}\n"
        "  Authentication:  none needed, the key is in the address\n"
        "  Notifications:   all alerts and unreachable nodes\n"
    ),
)
