"""Field mappings as data: where in a foreign JSON body the parts of an alert stand.

A place is a JSON Pointer (RFC 6901) such as `/stream/id`, seen from one alert, or a constant
written `=critical`. A mapping is edited by pointing at a received sample.
"""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from itsm.monitoring import fields
from itsm.monitoring.body import Json, Unreadable
from itsm.monitoring.signal import Action, Signal

Place = Annotated[str, StringConstraints(max_length=300, pattern=r"^(/.*|=.+)$")]
Places = Annotated[tuple[Place, ...], Field(max_length=20)]
Word = Annotated[str, StringConstraints(max_length=80, to_lower=True, strip_whitespace=True)]

_STATUS_OF = {
    Action.FIRE: "firing fire fired alerting alert alarm triggered trigger open opened problem "
    "down active critical crit error warning warn failed failure new created bad true 1",
    Action.RESOLVE: "resolved resolve ok closed close recovery recovered recover up cleared clear "
    "normal inactive healthy good false 0",
    Action.ACKNOWLEDGE: "acknowledged acknowledge ack",
}
STATUS_WORDS = {word: action for action, words in _STATUS_OF.items() for word in words.split()}
_ID_NAMES = (
    "dedup_key",
    "dedupKey",
    "fingerprint",
    "key",
    "alert_key",
    "alert_id",
    "alertId",
    "incident_key",
    "alias",
    "unique_id",
    "id",
)


class Mapping(BaseModel):
    """Where the parts of an alert stand. Of several places the first that holds something wins."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    members: Annotated[str, StringConstraints(max_length=300, pattern=r"^(/.*)?$")] = ""
    """The list of alerts within the body; empty where the body is one alert, or a list of them."""
    key: Places = ()
    """What tells one trouble from another, all joined; empty: an id, else host and check."""
    title: Places = ()
    body: Places = ()
    host: Places = ()
    check: Places = ()
    severity: Places = ()
    status: Places = ()
    """Firing, resolved or acknowledged; a message without one fires."""
    status_words: Annotated[dict[Word, Action], Field(max_length=60)] = {}
    """The source's own words for these, before those that everybody uses."""
    starts_at: Places = ()
    ended_at: Places = ()
    url: Places = ()
    labels: Annotated[str, StringConstraints(max_length=300, pattern=r"^(/.*)?$")] = ""
    """An object whose members are kept as labels."""
    types: Annotated[dict[Word, Action | None], Field(max_length=60)] = {}
    """CloudEvents alone: type pattern to action; None leaves it to the status in the data."""


def _places(names: str) -> tuple[str, ...]:
    return tuple(f"/{name}" for name in names.split())


# The names that most senders use; what an integration starts with.
OBVIOUS = Mapping(
    title=_places("title summary subject alertname name message description text reason"),
    body=_places("body description details message text"),
    host=_places("host hostname host_name node instance device server source entity resource ip"),
    check=_places("check service service_name check_name alertname rule metric component"),
    severity=_places("severity level priority urgency"),
    status=_places("status state alert_status event_action action event_type"),
    starts_at=_places("starts_at startsAt started_at start_time timestamp time date"),
    ended_at=_places("ended_at endsAt ends_at resolved_at end_time"),
    url=_places("url link href generatorURL"),
    labels="/labels",
)


def lookup(root: Json, place: str) -> Json:
    """Return what stands at a place, None where nothing does."""
    if place.startswith("="):
        return place[1:]
    found = root
    for step in place.split("/")[1:]:
        if isinstance(found, dict):
            found = found.get(step.replace("~1", "/").replace("~0", "~"))
        elif isinstance(found, list) and step.isdecimal() and int(step) < len(found):
            found = found[int(step)]
        else:
            return None
    return found


def places(root: Json, limit: int = 300) -> list[tuple[str, str]]:
    """Return the pointers of a sample's scalars, in its order, each with the text found there."""
    listed: list[tuple[str, str]] = []
    todo: list[tuple[str, Json]] = [("", root)]
    while todo and len(listed) < limit:
        pointer, value = todo.pop()
        inner: list[tuple[str, Json]] = []
        if isinstance(value, dict):
            inner = [
                (key.replace("~", "~0").replace("/", "~1"), item) for key, item in value.items()
            ]
        elif isinstance(value, list):
            inner = [(str(place), item) for place, item in enumerate(value)]
        else:
            listed.append((pointer, fields.text(value)[:120]))
        todo += [(f"{pointer}/{step}", item) for step, item in reversed(inner)]
    return listed


def signal(mapping: Mapping, member: Json, index: int, status: Action | None = None) -> Signal:
    """Return what one alert says. `status` overrides what stands in it.

    Raises Unreadable, naming the part of the mapping, where no identity can be found or the status
    is a word that nobody knows.
    """
    title = _first(member, mapping.title)
    host = _first(member, mapping.host)
    check = _first(member, mapping.check)
    action = status or _action(mapping, member)
    return Signal(
        action=action,
        index=index,
        source_key=_key(mapping, member) or _identity(host, check, title),
        title=title or " ".join(filter(None, (host, check))) or "Alert without a title",
        body=_first(member, mapping.body),
        severity_word=_first(member, mapping.severity),
        hosts=(host,) if host else (),
        check=check,
        labels=fields.labels(lookup(member, mapping.labels)) if mapping.labels else {},
        starts_at=fields.instant(_value(member, mapping.starts_at)),
        ended_at=_ended(mapping, member, action),
        url=_first(member, mapping.url),
    )


def _value(member: Json, where: tuple[str, ...]) -> Json:
    return next((found for place in where if (found := lookup(member, place)) is not None), None)


def _first(member: Json, where: tuple[str, ...]) -> str:
    for place in where:
        found = lookup(member, place)
        if found is not None and (written := fields.text(found)):
            return written
    return ""


def _action(mapping: Mapping, member: Json) -> Action:
    word = _first(member, mapping.status).lower()
    if not word:
        return Action.FIRE
    action = mapping.status_words.get(word) or STATUS_WORDS.get(word)
    if action is None:
        raise Unreadable("status", f"'{word[:40]}' is not mapped to fire, resolve or acknowledge")
    return action


def _key(mapping: Mapping, member: Json) -> str:
    if not mapping.key:
        return fields.first(member, *_ID_NAMES) if isinstance(member, dict) else ""
    parts = [fields.text(lookup(member, place)) for place in mapping.key]
    if not any(parts):
        raise Unreadable("key", f"nothing stands at {' or '.join(mapping.key)}")
    return " ".join(parts)


def _identity(host: str, check: str, title: str) -> str:
    if host or check:
        return fields.identity({"host": host, "check": check or title})
    if title:
        return fields.identity({"title": title})
    raise Unreadable("title", "no title, host, check or id was found by the mapping")


def _ended(mapping: Mapping, member: Json, action: Action) -> datetime | None:
    if action is not Action.RESOLVE:
        return None
    ended = _value(member, mapping.ended_at)
    # A sender with one time only means by it when the state changed.
    return fields.instant(ended if ended is not None else _value(member, mapping.starts_at))
