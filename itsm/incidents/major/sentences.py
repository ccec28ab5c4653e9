"""How the events of major incidents read on the timeline."""

from collections.abc import Mapping

from itsm.desk.sentences import Data, Sentence


def _role_given(data: Data) -> str:
    instead = " from {before}" if data["before"] else ""
    if data["taken"]:
        return "{actor} took the role {role}" + instead
    return "{actor} gave the role {role} to {person}" + instead.replace(" from", ", after")


def _joined(data: Data) -> str:
    if data["paged"]:
        return "{person} took the page and works on this"
    return "{actor} works on this" if data["own"] else "{actor} brought {person} in"


def _left(data: Data) -> str:
    return "{actor} works on this no longer" if data["own"] else "{actor} let {person} go"


def _missed(data: Data) -> str:
    if data["person"]:
        return "An update is due: {person} has the role {role} and is to write it"
    return "An update is due, and nobody has the role to write it"


def _action_changed(data: Data) -> str:
    return "{actor} did: {title}" if data["done"] else "{actor} changed the action item: {title}"


SENTENCES: Mapping[str, Sentence] = {
    "major.declared": Sentence(
        "alert-octagon", "{actor} declared this a major incident", tone="danger"
    ),
    "major.demoted": Sentence(
        "arrow-down", "{actor} demoted this from major incident: {reason}", internal=True
    ),
    "major.changed": Sentence(
        "edit",
        "{actor} set what employees read to “{headline}”, and an update every {interval_min} min",
        internal=True,
    ),
    "major.role_given": Sentence("user-check", _role_given, internal=True),
    "major.role_given_up": Sentence(
        "user", "{person} has the role {role} no longer, and nobody has it", "warn", internal=True
    ),
    "major.responder_joined": Sentence("user-plus", _joined, internal=True),
    "major.responder_left": Sentence("user", _left, internal=True),
    "major.affected_counted": Sentence("user", "{actor} is affected as well", internal=True),
    # The update itself stands on the timeline.
    "major.update_written": Sentence("message", ""),
    "major.update_missed": Sentence("clock", _missed, "warn", internal=True),
    "major.review_drafted": Sentence("file-text", "{actor} drafted the review", internal=True),
    "major.review_edited": Sentence("file-text", "{actor} changed the review", internal=True),
    "major.action_added": Sentence("list-check", "{actor} added: {title}", internal=True),
    "major.action_changed": Sentence("list-check", _action_changed, internal=True),
}
