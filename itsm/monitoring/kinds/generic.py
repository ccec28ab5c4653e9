"""Anything that posts JSON: the fields are found by a mapping, which is data.

An integration without a mapping of its own takes the obvious names, and a few known bodies whose
senders cannot change what they post.
"""

from itsm.monitoring import fields
from itsm.monitoring.body import Document, Json, Message, Unreadable, spelled
from itsm.monitoring.kinds.kind import Kind
from itsm.monitoring.mapping import OBVIOUS, Mapping, lookup, signal
from itsm.monitoring.signal import Reading, Reject, Signal
from itsm.monitoring.templated import over

MAX_MEMBERS = 10_000
_LISTS = ("alerts", "events")
# Bodies known by a place that only they have.
KNOWN = {
    "/check_result/triggered_condition/id": Mapping(  # Graylog up to 2, HTTP alarm callback
        key=("/stream/id", "/check_result/triggered_condition/id"),
        title=("/check_result/result_description", "/stream/title"),
        body=("/check_result/matching_messages/0/message",),
        host=("/check_result/matching_messages/0/source",),
        check=("/stream/title",),
        severity=("=critical",),
        status=("/check_result/triggered",),
        starts_at=("/check_result/triggered_at",),
    ),
}


def read(message: Message, mapping: Json) -> Reading:
    """Return a signal for each alert that the mapping finds."""
    document = message.document()
    chosen = own(mapping) or _known(document.root)
    at, listed = _members(document, chosen)
    signals: list[Signal] = []
    rejects: list[Reject] = []
    for index, member in enumerate(listed):
        flaw = document.flaw_in((*at, index)) if document.flaws else None
        if flaw:
            rejects.append(Reject(index, spelled(flaw.path), flaw.reason))
            continue
        try:
            signals.append(signal(chosen, fields.obj(member, f"[{index}]"), index))
        except Unreadable as error:
            rejects.append(Reject(index, error.field, error.reason))
    return Reading(tuple(signals), tuple(rejects))


def own(mapping: Json) -> Mapping | None:
    """Return an integration's stored mapping over the obvious names, None where it has none."""
    return over(mapping, OBVIOUS) if mapping else None


def _known(root: Json) -> Mapping:
    if isinstance(root, dict):
        for place, mapping in KNOWN.items():
            if lookup(root, place) is not None:
                return mapping
    return OBVIOUS


def _members(document: Document, mapping: Mapping) -> tuple[tuple[str, ...], list[Json]]:
    """Return the path of the list of alerts, and the list; one alert alone is a list of one."""
    at = _list_at(document.root, mapping)
    if at is None:
        document.must_be_flawless()
        return (), [document.root]
    document.must_be_flawless_outside(at)
    listed = lookup(document.root, "".join(f"/{step}" for step in at))
    if not isinstance(listed, list) or not listed:
        raise Unreadable(spelled(at), "holds no alerts")
    if len(listed) > MAX_MEMBERS:
        raise Unreadable(spelled(at), f"holds more than {MAX_MEMBERS} alerts")
    return at, listed


def _list_at(root: Json, mapping: Mapping) -> tuple[str, ...] | None:
    if mapping.members:
        return tuple(mapping.members.split("/")[1:])
    if isinstance(root, list):
        return ()
    if mapping is OBVIOUS and isinstance(root, dict):
        return next(((name,) for name in _LISTS if isinstance(root.get(name), list)), None)
    return None


KIND = Kind(
    name="generic",
    label="Any system that posts JSON",
    read=read,
    mapped=True,
    sample={
        "key": "test",
        "title": "Test from the integration page",
        "host": "test.example.com",
        "severity": "info",
        "status": "firing",
    },
    snippet=(
        "curl -X POST {url} \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        '  -d \'{{"key": "web01-disk", "title": "Disk full", "host": "web01",\n'
        '       "severity": "high", "status": "firing"}}\'\n'
    ),
)
