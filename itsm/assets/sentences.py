"""How events about CIs read on a timeline."""

from collections.abc import Mapping

from itsm.desk.sentences import Data, Said, Sentence, in_words, say
from itsm.kernel.events import Json
from itsm.people.history import Row

LABELS: Mapping[str, str] = {
    "class": "class",
    "owner_team": "owner team",
    "used_by": "user",
}


NAMES: Mapping[str, str] = {
    "fqdn": "host name",
    "ip": "IP address",
    "mac": "hardware address",
    "alias": "alias",
}


def _kind(data: Data) -> str:
    return NAMES.get(str(data["kind"]), "name")


def _needs(data: Data) -> str:
    return str(data["type"]).replace("_", " ")


SENTENCES: Mapping[str, Sentence] = {
    "ci.created": Sentence("plus", "{actor} entered this as {title}"),
    "ci.changed": Sentence("edit", "{actor} changed {changes}"),
    "ci.name_added": Sentence("tag", lambda data: f"{{actor}} added the {_kind(data)} {{value}}"),
    "ci.name_removed": Sentence(
        "tag", lambda data: f"{{actor}} removed the {_kind(data)} {{value}}"
    ),
    "ci.related": Sentence("link", lambda data: f"{{actor}}: this {_needs(data)} {{target}}"),
    "ci.unrelated": Sentence(
        "unlink", lambda data: f"{{actor}}: this no longer {_needs(data)} {{target}}"
    ),
    "ticket.ci_linked": Sentence("server", "{actor} linked {ci} {title}", internal=True),
    "ticket.ci_unlinked": Sentence("server", "{actor} unlinked {ci} {title}", internal=True),
}


def told(row: Row) -> Said | None:
    """Return how a row of a CI's journal reads."""
    return say(row.name, {**row.data, "changes": _changes(row.data)}, row.actor, internal=True)


def _changes(data: Mapping[str, Json]) -> str:
    before, after = data.get("before"), data.get("after")
    if not isinstance(before, dict) or not isinstance(after, dict):
        return ""
    return "; ".join(_change(name, before.get(name), value) for name, value in after.items())


def _change(name: str, before: Json, after: Json) -> str:
    if name in {"description", "attributes"}:
        return "the " + name
    label = LABELS.get(name, name)
    return f"{label} from {_plain(before)} to {_plain(after)}"


def _plain(value: Json) -> str:
    return in_words(value).replace("_", " ")
