"""Sources whose users write the body themselves, so that the same facts have many names.

A macro may be called `NOTIFICATIONTYPE`, `$NOTIFICATIONTYPE$`, `notification_type` or
`Notification Type`, and stand in JSON or in a form. Each name is therefore also read in its plain
form, `notificationtype`, of small letters and digits alone. What the source left blank, or never
filled in, is absent. A kind says by a `Mapping` of plain names where things stand; the
integration's own mapping goes over it, and may use the names as they were sent.
"""

import json
import re
from collections.abc import Callable
from collections.abc import Mapping as Names
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from pydantic import ValidationError

from itsm.monitoring import fields
from itsm.monitoring.body import Document, Json, Message, Unreadable, decoded, parse, spelled
from itsm.monitoring.mapping import Mapping, lookup, signal
from itsm.monitoring.signal import Action, Reading, Reject, Signal

MAX_MEMBERS = 10_000
MAX_FORM_FIELDS = 500
_FORM = "application/x-www-form-urlencoded"
# $HOSTNAME$, $host.name$, $NAME, ${NAME}, {HOST.NAME}, {$MACRO}, {{ name }}, %sensorid, and what
# Zabbix writes where it knows no value.
_UNFILLED = re.compile(
    r"\$[A-Za-z][\w.:-]*\$?|\$?\{+\s*[$?#]?[A-Za-z][^{}\"]*\}+|%[A-Za-z]\w*|\*UNKNOWN\*"
)

Facts = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Note:
    """Why nothing follows from a member that was understood."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """How the bodies of one kind are read."""

    places: Mapping
    """Where things stand, by plain names; the names of the host at all places are kept."""
    action: Callable[[Facts], Action | Note]
    """What a member says, if it asks for anything. May raise Unreadable."""
    key: Callable[[Facts, str, str], str]
    """The key of the alert from the facts, its host and its check; empty: nothing identifies it."""
    identity: str
    """The field that is named where nothing identifies the alert."""
    prefixes: tuple[str, ...] = ()
    """What may stand before a name, such as `NOTIFY_`."""
    derive: Callable[[Facts], Facts] = lambda _: {}
    """What is worked out from several facts at once; it stands at `/derived`."""


def read(message: Message, stored: Json, template: Template) -> Reading:
    """Return a signal for each member of a body; one member alone is the body itself."""
    own = over(stored, template.places)
    page = document(message)
    at, listed = _members(page, own.members)
    signals: list[Signal] = []
    rejects: list[Reject] = []
    notes: list[str] = []
    for index, member in enumerate(listed):
        flaw = page.flaw_in((*at, index)) if page.flaws else None
        if flaw:
            rejects.append(Reject(index, spelled(flaw.path), flaw.reason))
            continue
        try:
            facts = plain(fields.obj(member, f"[{index}]" if len(listed) > 1 else "body"), template)
            said = _said(facts, index, own, template)
        except Unreadable as error:
            rejects.append(Reject(index, error.field, error.reason))
            continue
        if isinstance(said, Signal):
            signals.append(said)
        else:
            notes.append(f"[{index}]: {said.text}")
    return Reading(tuple(signals), tuple(rejects), tuple(notes))


def over(stored: Json, base: Mapping) -> Mapping:
    """Return an integration's stored mapping over that of its kind."""
    if not stored:
        return base
    try:
        own = Mapping.model_validate(stored)
        return base.model_copy(update={name: getattr(own, name) for name in stored})
    except ValidationError as error:
        raise Unreadable("mapping", "the stored mapping is not valid any more") from error


def document(message: Message) -> Document:
    """Return a body of JSON or of a form's fields; JSON is taken under the type of a form too."""
    text = decoded(message.body, message.headers.get("content-type", ""))
    if message.media_type != _FORM or text.lstrip().startswith(("{", "[")):
        return parse(text)
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FORM_FIELDS)
    except ValueError as error:
        raise Unreadable("body", f"has more than {MAX_FORM_FIELDS} fields") from error
    if len(pairs) == 1 and pairs[0][1].lstrip().startswith("{"):
        return parse(pairs[0][1])
    if not pairs:
        raise Unreadable("body", "is no form")
    return parse(json.dumps(dict(pairs)))


def plain(member: Facts, template: Template | None = None) -> Facts:
    """Return an object with each name in its plain form as well, without what was not filled in."""
    prefixes = template.prefixes if template else ()
    kept = {name: _filled(value, prefixes) for name, value in member.items()}
    kept = {name: value for name, value in kept.items() if value is not None}
    return {_plain(name, prefixes): value for name, value in kept.items()} | kept


def at(facts: Facts, *places: str) -> str:
    """Return the first text or number that stands at one of the places, else an empty text."""
    for place in places:
        found = lookup(facts, place)
        if not isinstance(found, dict | list) and (written := fields.text(found)):
            return written
    return ""


def choice(words: Names[str, Action | Note], word: str, name: str) -> Action | Note:
    """Return what a source's word means, however it is spelled; none at all fires.

    Raises Unreadable for a word that is not known.
    """
    if not word:
        return Action.FIRE
    found = words.get(_plain(word, ()))
    if found is None:
        raise Unreadable(name, f"'{word[:40]}' is not known")
    return found


def _said(facts: Facts, index: int, own: Mapping, template: Template) -> Signal | Note:
    facts = facts | {"derived": template.derive(facts)}
    host, check = at(facts, *own.host), at(facts, *own.check)
    if not own.key:
        key = template.key(facts, host, check)
        if not key:
            raise Unreadable(template.identity, "is missing, and nothing else tells what it is")
        facts = facts | {"dedup_key": key}
    action = _action(facts, own, template)
    if isinstance(action, Note):
        return action
    said = signal(own, facts, index, action)
    hosts = tuple(dict.fromkeys(filter(None, (at(facts, place) for place in own.host))))
    return replace(said, hosts=hosts, check=check)


def _action(facts: Facts, own: Mapping, template: Template) -> Action | Note | None:
    """Return what is said; None leaves it to the places that the integration itself chose."""
    mapped = own.status_words.get(at(facts, *own.status).lower())
    if mapped or own.status is not template.places.status:
        return mapped
    return template.action(facts)


def _members(page: Document, pointer: str) -> tuple[tuple[str, ...], list[Json]]:
    """Return the path of the list of members, and the list; one alone is a list of one."""
    at_path = tuple(pointer.split("/")[1:])
    if not at_path and not isinstance(page.root, list):
        page.must_be_flawless()
        return (), [page.root]
    page.must_be_flawless_outside(at_path)
    listed = lookup(page.root, pointer)
    if not isinstance(listed, list) or not listed:
        raise Unreadable(spelled(at_path), "holds no alerts")
    if len(listed) > MAX_MEMBERS:
        raise Unreadable(spelled(at_path), f"holds more than {MAX_MEMBERS} alerts")
    return at_path, listed


def _plain(name: str, prefixes: tuple[str, ...]) -> str:
    lower = name.strip("${}%[] ").lower()
    for prefix in prefixes:
        lower = lower.removeprefix(prefix)
    return "".join(filter(str.isalnum, lower))


def _filled(value: Json, prefixes: tuple[str, ...]) -> Json:
    """Return a value without what was not filled in, None where nothing is left."""
    if isinstance(value, str):
        text = value.strip()
        return None if not text or _UNFILLED.fullmatch(text) else text
    if isinstance(value, list):
        return [_filled(item, prefixes) for item in value]
    if isinstance(value, dict):
        kept = {name: _filled(item, prefixes) for name, item in value.items()}
        kept = {name: item for name, item in kept.items() if item is not None}
        return {_plain(name, prefixes): item for name, item in kept.items()} | kept
    return value
