"""How mappings are typed: one field each, lists as lines, words as `word = meaning`."""

from collections.abc import Mapping as Typed

from itsm.kernel.events import Json
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
