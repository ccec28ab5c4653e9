"""How the events of incidents read on the timeline."""

from collections.abc import Callable, Mapping

from itsm.desk.sentences import Data, Sentence, in_words
from itsm.incidents.properties import IMPACTS, PRIORITIES, URGENCIES

_FROM = {"monitoring": "Monitoring", "email": "mail", "api": "the API"}
_LEVELS = {"impact": IMPACTS, "priority": PRIORITIES, "urgency": URGENCIES}
# These hold more than fits a line, or what the reader may not be allowed to know.
_NOT_TOLD = frozenset({"description", "parent"})


def _opened(data: Data) -> str:
    source = str(data["source"])
    if source == "monitoring":
        return "Monitoring opened this"
    return f"{{actor}} reported this by {_FROM.get(source, source)}"


def _assigned(data: Data) -> str:
    if data.get("taken"):
        return "{actor} took this"
    if data["assignee"] and data["team"]:
        return "{actor} gave this to {assignee} of {team}"
    if data["assignee"]:
        return "{actor} gave this to {assignee}"
    return "{actor} gave this to {team}" if data["team"] else "{actor} took its owner away"


def _changed(data: Data) -> str:
    field = str(data["field"])
    if field in _NOT_TOLD:
        return f"{{actor}} changed the {field}"
    names = _LEVELS.get(field, {})
    before, after = (
        _brace(names.get(value, in_words(value)) if isinstance(value, int) else in_words(value))
        for value in (data["before"], data["after"])
    )
    return f"{{actor}} changed the {field} from {before} to {after}"


def _brace(text: str) -> str:
    """Keep what people wrote from being read as a field."""
    return text.replace("{", "{{").replace("}", "}}")


def _with_reason(text: str) -> Callable[[Data], str]:
    def tell(data: Data) -> str:
        return f"{text}: {{reason}}" if data.get("reason") else text

    return tell


def _resolved(data: Data) -> str:
    who = "Its source reports that it is over" if data["by_source"] else "{actor} resolved this"
    return f"{who}: {{resolution}}" if data["resolution"] else who


def _graver(data: Data) -> str:
    after = PRIORITIES[int(str(data["after"]))]
    return f"Monitoring reports {{severity}}: the priority rose to {after}"


SENTENCES: Mapping[str, Sentence] = {
    "incident.opened": Sentence("flag", _opened),
    "incident.started": Sentence("player-play", "{actor} began to work on this"),
    "incident.acknowledged": Sentence("check", "{actor} acknowledged this", tone="ok"),
    "incident.paused": Sentence("player-pause", _with_reason("{actor} put this off"), tone="warn"),
    "incident.resumed": Sentence("player-play", "{actor} goes on with this"),
    "incident.resolved": Sentence("circle-check", _resolved, tone="ok"),
    "incident.reopened": Sentence(
        "rotate-clockwise", _with_reason("{actor} reopened this"), tone="danger"
    ),
    "incident.thanked": Sentence("check", "{actor} said thanks: this stays resolved", tone="ok"),
    "incident.closed": Sentence("folder", "{actor} closed this"),
    "incident.cancelled": Sentence("ban", _with_reason("{actor} cancelled this")),
    "incident.assigned": Sentence("user", _assigned),
    "incident.changed": Sentence("edit", _changed),
    "incident.restored": Sentence(
        "rotate-clockwise",
        lambda data: (
            "{actor} took a step back: it is " + str(data["state"]).replace("_", " ") + " again"
        ),
    ),
    "incident.graver": Sentence("alert-triangle", _graver, tone="danger", internal=True),
}
