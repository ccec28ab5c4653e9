"""The journal in words: one plain sentence for each event about a ticket.

Each room has a `sentences.py` with its own; `itsm/app.py` hands them to `add`. A text holds
`{field}` for a field of the event's data, `{actor}` for who did it, and `{when:field}` for an
instant; `internal` ones are shown to those who may read internal notes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from string import Formatter

from markupsafe import Markup

from itsm.kernel.events import Json

Data = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Sentence:
    """How one event reads. `text` may choose by the event's data; an empty text is not shown."""

    icon: str
    text: str | Callable[[Data], str]
    tone: str = ""
    internal: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence about one event that did happen, as plain text and as HTML."""

    icon: str
    tone: str
    text: str
    html: Markup


_known: dict[str, Sentence] = {}


def add(sentences: Mapping[str, Sentence]) -> None:
    """Take in how a room's events read, by event name."""
    _known.update(sentences)


def say(name: str, data: Data, actor: str, *, internal: bool) -> Said | None:
    """Return how an event reads, None where it is not shown to this reader.

    `internal` tells whether the reader may see internal ones. An event without a sentence of its
    own reads as its name, to those readers alone.
    """
    sentence = _known.get(name) or Sentence("info-circle", _plainly(name), internal=True)
    if sentence.internal and not internal:
        return None
    text = sentence.text(data) if callable(sentence.text) else sentence.text
    if not text:
        return None
    values = {"actor": actor, **data}
    return Said(sentence.icon, sentence.tone, *_fill(text, values))


def _plainly(name: str) -> str:
    return "{actor}: " + name.replace(".", " ").replace("_", " ")


def _fill(text: str, values: Data) -> tuple[str, Markup]:
    plain, html = "", Markup("")
    for literal, field, of, _conversion in Formatter().parse(text):
        plain += literal
        html += literal
        if field is not None:
            words = _when(values.get(of or "")) if field == "when" else in_words(values.get(field))
            plain += words
            html += Markup("<b>{}</b>").format(words)
    return plain, html


def _when(value: Json) -> str:
    at = datetime.fromisoformat(str(value)).astimezone(UTC)
    return f"{at:%a %d %b %Y, %H:%M} UTC"


def in_words(value: Json) -> str:
    """Return a value as people say it."""
    match value:
        case None | "" | []:
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(in_words(item) for item in value)
        case _:
            return str(value)


SENTENCES: Mapping[str, Sentence] = {
    # The comment itself stands on the timeline.
    "ticket.commented": Sentence("message", ""),
    "ticket.attached": Sentence(
        "paperclip",
        lambda data: "{actor} attached {file}" if data["visibility"] == "public" else "",
    ),
    # The other ticket is not named: who reads this may not be allowed to know of it.
    "ticket.linked": Sentence(
        "link", lambda data: f"{{actor}} marked this as {_link(data)} another ticket", internal=True
    ),
    "ticket.unlinked": Sentence(
        "link",
        lambda data: f"{{actor}} took back that this is {_link(data)} another ticket",
        internal=True,
    ),
    "ticket.watched": Sentence(
        "eye",
        lambda data: "{actor} follows this" if data["own"] else "{actor} lets {person} follow this",
        internal=True,
    ),
    # Whoever reads these may not be allowed to know of the other ticket.
    "ticket.merged": Sentence(
        "arrows-exchange", "{actor} merged this into {target}", internal=True
    ),
    "ticket.took_in": Sentence(
        "arrows-exchange", "{actor} merged {source} into this", internal=True
    ),
    "ticket.unmerged": Sentence(
        "arrows-exchange", "{actor} took the merge with {other} back", internal=True
    ),
    "ticket.split": Sentence(
        "arrows-exchange", "{actor} made {number} of a message of this", internal=True
    ),
    "ticket.echoed": Sentence("message", ""),
    "ticket.unwatched": Sentence("eye-off", "{person} no longer follows this", internal=True),
}


def _link(data: Data) -> str:
    return {
        "duplicate_of": "a duplicate of",
        "caused_by": "caused by",
        "related_to": "related to",
        "recurrence_of": "a recurrence of",
    }[str(data["type"])]
