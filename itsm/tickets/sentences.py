"""How the events of tickets of every kind read on the timeline."""

from collections.abc import Callable, Mapping

from itsm.desk.sentences import Data, Sentence, in_words
from itsm.tickets.properties import IMPACTS, PRIORITIES, URGENCIES

_LEVELS = {"impact": IMPACTS, "priority": PRIORITIES, "urgency": URGENCIES}
# These hold more than fits a line, or what the reader may not be allowed to know.
_NOT_TOLD = frozenset({"description", "parent"})


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
    if field == "expected_at":
        return _expected(data)
    names = _LEVELS.get(field, {})
    before, after = (
        _brace(names.get(value, in_words(value)) if isinstance(value, int) else in_words(value))
        for value in (data["before"], data["after"])
    )
    return f"{{actor}} changed the {field} from {before} to {after}"


def _expected(data: Data) -> str:
    if not data["after"]:
        return "{actor} no longer says by when this should be done"
    return "{actor} expects this to be done by {when:after}"


def _brace(text: str) -> str:
    """Keep what people wrote from being read as a field."""
    return text.replace("{", "{{").replace("}", "}}")


def with_reason(text: str) -> Callable[[Data], str]:
    """Return a text that tells the reason of its event, where there is one."""

    def tell(data: Data) -> str:
        return f"{text}: {{reason}}" if data.get("reason") else text

    return tell


def _restored(data: Data) -> str:
    state = str(data["state"]).replace("_", " ")
    return f"{{actor}} took a step back: it is {state} again"


_SHARED: Mapping[str, Sentence] = {
    "assigned": Sentence("user", _assigned),
    "changed": Sentence("edit", _changed),
    "thanked": Sentence("check", "{actor} said thanks: this stays as it is", tone="ok"),
    "restored": Sentence("rotate-clockwise", _restored),
}
SENTENCES: Mapping[str, Sentence] = {
    **{f"ticket.{name}": sentence for name, sentence in _SHARED.items()},
    # As they were called while there were incidents alone.
    **{f"incident.{name}": sentence for name, sentence in _SHARED.items()},
    "ticket.closes_soon": Sentence("bell", "The requester was told that this closes in a day"),
    "ticket.answer_awaited": Sentence(
        "bell", "The requester was reminded that we wait for an answer ({reminder} of {of})"
    ),
    "ticket.converted": Sentence(
        "arrows-exchange", "{actor} made this {kind} of {before}: it is {after} now"
    ),
}
