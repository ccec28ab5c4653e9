"""CloudEvents 1.0 over HTTP: structured, batched and binary mode.

Event types are mapped to actions; an event of any other type is kept and opens nothing. The parts
of an alert are looked for in the event's data, by the same mapping that `generic` uses.
"""

import base64
import binascii
from collections.abc import Mapping as Names
from fnmatch import fnmatchcase
from urllib.parse import unquote

from itsm.monitoring import fields
from itsm.monitoring.body import Document, Json, Message, Unreadable, parse, spelled
from itsm.monitoring.kinds import generic
from itsm.monitoring.kinds.kind import Kind
from itsm.monitoring.mapping import OBVIOUS, Mapping, signal
from itsm.monitoring.signal import Action, Reading, Reject, Signal

BATCH = "application/cloudevents-batch"
STRUCTURED = "application/cloudevents"
MAX_EVENTS = 10_000
_REQUIRED = ("specversion", "id", "source", "type")
# What senders of alerts commonly end their types with; the integration's own types go first.
TYPES: Names[str, Action | None] = {
    "*.alert.fired": Action.FIRE,
    "*.alert.firing": Action.FIRE,
    "*.alert.opened": Action.FIRE,
    "*.alert.triggered": Action.FIRE,
    "*.alert.resolved": Action.RESOLVE,
    "*.alert.closed": Action.RESOLVE,
    "*.alert.acknowledged": Action.ACKNOWLEDGE,
    "*.alert": None,
    "*.alert.v[0-9]": None,
}


def read(message: Message, mapping: Json) -> Reading:
    """Return a signal for each event of a mapped type; each other one becomes a note."""
    chosen = generic.own(mapping) or OBVIOUS
    signals: list[Signal] = []
    rejects: list[Reject] = []
    notes: list[str] = []
    document, events = _events(message)
    for index, event in enumerate(events):
        try:
            _must_be_sound(document, index)
            found = _signal(index, event, chosen)
        except Unreadable as error:
            rejects.append(Reject(index, error.field, error.reason))
            continue
        if found:
            signals.append(found)
        else:
            notes.append(f"[{index}]: the type {fields.text(event['type'])[:200]} is not mapped")
    return Reading(tuple(signals), tuple(rejects), tuple(notes))


def _events(message: Message) -> tuple[Document, list[Json]]:
    """Return the events of a message, whatever its mode, and the document that they stand in."""
    if "ce-specversion" in message.headers and not message.media_type.startswith(STRUCTURED):
        return Document([]), [_binary(message)]
    document = message.document()
    batched = isinstance(document.root, list)
    if batched is not message.media_type.startswith(BATCH) and STRUCTURED in message.media_type:
        expected = "a list of events" if not batched else "one event, not a list"
        raise Unreadable("body", f"is not {expected}, as its content type says")
    if not batched:
        document.must_be_flawless()
        return Document([]), [document.root]
    document.must_be_flawless_outside(())
    if len(document.root) > MAX_EVENTS:
        raise Unreadable("body", f"holds more than {MAX_EVENTS} events")
    return document, document.root


def _must_be_sound(document: Document, index: int) -> None:
    flaw = document.flaw_in((index,)) if document.flaws else None
    if flaw:
        raise Unreadable(spelled(flaw.path), flaw.reason)


def _binary(message: Message) -> dict[str, Json]:
    """Return the event whose attributes are headers and whose data is the body."""
    event: dict[str, Json] = {
        name[3:]: unquote(value) for name, value in message.headers.items() if name[:3] == "ce-"
    }
    if message.media_type.endswith("json"):
        document = message.document()
        document.must_be_flawless()
        event["data"] = document.root
    elif message.body:
        event["data_base64"] = base64.b64encode(message.body).decode()
    return event


def _signal(index: int, event: Json, mapping: Mapping) -> Signal | None:
    where = f"[{index}]"
    attributes = fields.obj(event, where)
    for name in _REQUIRED:
        if not isinstance(attributes.get(name), str) or not attributes[name]:
            raise Unreadable(f"{where}.{name}", "is required and must be a text")
    if not attributes["specversion"].startswith("1."):
        raise Unreadable(f"{where}.specversion", "is not 1.0")
    data = _data(attributes, where)
    mapped, action = _action(attributes["type"], mapping)
    return signal(mapping, _member(attributes, data, mapping), index, action) if mapped else None


def _data(event: dict[str, Json], where: str) -> Json:
    if "data_base64" not in event:
        return event.get("data")
    if "data" in event:
        raise Unreadable(f"{where}.data_base64", "stands beside data; only one of them may")
    try:
        packed = base64.b64decode(fields.text(event["data_base64"]), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unreadable(f"{where}.data_base64", "is not valid base64") from error
    kind = fields.text(event.get("datacontenttype") or "application/json").lower()
    if not kind.partition(";")[0].strip().endswith("json"):
        return None
    try:
        document = parse(packed.decode())
    except UnicodeDecodeError as error:
        raise Unreadable(f"{where}.data_base64", "holds no UTF-8 text") from error
    document.must_be_flawless()
    return document.root


def _action(name: str, mapping: Mapping) -> tuple[bool, Action | None]:
    """Tell whether a type is mapped, and to what; None leaves it to the status in the data."""
    for pattern, action in {**mapping.types, **TYPES}.items():
        if fnmatchcase(name.lower(), pattern):
            return True, action
    return False, None


def _member(event: dict[str, Json], data: Json, mapping: Mapping) -> dict[str, Json]:
    """Return the data as an alert, with what it lacks taken from the event's own attributes."""
    member = dict(data) if isinstance(data, dict) else {"message": fields.text(data)}
    if not mapping.key and not fields.first(member, "dedup_key", "fingerprint", "key", "alert_id"):
        member["dedup_key"] = _source_key(event)
    member.setdefault("title", fields.first(member, "summary", "message") or event["type"])
    member.setdefault("starts_at", event.get("time"))
    member.setdefault("host", fields.first(event, "subject"))
    return member


def _source_key(event: dict[str, Json]) -> str:
    # The id is new with every event, so only a subject can tie a recovery to its alert.
    return f"{event['source']} {fields.first(event, 'subject') or event['id']}"


KIND = Kind(
    name="cloudevents",
    label="CloudEvents 1.0",
    read=read,
    mapped=True,
    sample={
        "specversion": "1.0",
        "type": "com.example.alert.fired",
        "source": "/test",
        "id": "1",
        "subject": "test.example.com",
        "data": {"title": "Test from the integration page", "severity": "info"},
    },
    snippet=(
        "Address:       {url}\n"
        "Content mode:  structured, batched or binary\n"
        "Types:         .alert.fired, .alert.resolved and .alert.acknowledged, or your own\n"
    ),
)
