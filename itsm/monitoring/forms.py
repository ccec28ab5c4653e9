"""How mappings and silences are typed.

Of a mapping each field is one of its own, lists are lines, words are `word = meaning`.
"""

from collections.abc import Mapping as Typed
from datetime import datetime, timedelta

from itsm.kernel.clock import wall_time
from itsm.kernel.errors import Invalid
from itsm.kernel.events import Json
from itsm.monitoring.inputs import Silence
from itsm.monitoring.mapping import Mapping

PLACES = (
    "key",
    "title",
    "body",
    "host",
    "check",
    "severity",
    "status",
    "starts_at",
    "ended_at",
    "url",
)
SINGLE = ("members", "labels")
WORDS = ("status_words", "types")


def mapping_of(typed: Typed[str, str]) -> Mapping:
    """Return the mapping that a form describes. Raises ValidationError."""
    values: dict[str, object] = {name: _lines(typed.get(name, "")) for name in PLACES}
    values |= {name: typed.get(name, "").strip() for name in SINGLE}
    values |= {name: _words(typed.get(name, "")) for name in WORDS}
    return Mapping.model_validate(values)


def mapping_text(stored: Json) -> dict[str, str]:
    """Return a stored mapping as the form shows it."""
    mapping = Mapping.model_validate(stored or {})
    shown = {name: "\n".join(getattr(mapping, name)) for name in PLACES}
    shown |= {name: getattr(mapping, name) for name in SINGLE}
    for name in WORDS:
        words = getattr(mapping, name)
        shown[name] = "\n".join(
            f"{word} = {meaning or 'status'}" for word, meaning in words.items()
        )
    return shown


def silence_of(form: Typed[str, str], now: datetime, zone: str) -> Silence:
    """Return what a form says of a silence. Raises Invalid, ValidationError.

    An end that is typed, as wall time in `zone`, goes before one chosen as a length.
    """
    try:
        if form.get("until"):
            until = wall_time(form["until"], zone)
        else:
            until = now + timedelta(hours=int(form["hours"]))
    except (KeyError, ValueError, OverflowError) as error:
        raise Invalid("say when the silence ends", {"until": "is not a time"}) from error
    return Silence(
        until=until, reason=form.get("reason", ""), until_recovery="until_recovery" in form
    )


def severity_map_of(text: str) -> dict[str, str]:
    """Return the words of a severity map, typed one in each line."""
    return {word: meaning or "" for word, meaning in _words(text).items()}


def severity_text(stored: Json) -> str:
    """Return a severity map as the form shows it."""
    words = stored if isinstance(stored, dict) else {}
    return "\n".join(f"{word} = {meaning}" for word, meaning in words.items())


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _words(text: str) -> dict[str, str | None]:
    pairs = (line.partition("=") for line in _lines(text))
    meanings = {word.strip(): meaning.strip().lower() for word, _, meaning in pairs}
    return {word: None if meaning == "status" else meaning for word, meaning in meanings.items()}
