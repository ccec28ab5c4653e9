"""From a source's word for how bad it is to one of the five levels."""

from collections.abc import Mapping
from enum import Enum
from typing import Final

from itsm.monitoring.signal import Severity


class Cleared(Enum):
    """What a severity such as "ok" says: that there is no trouble any more."""

    CLEARED = "cleared"


CLEARED: Final = Cleared.CLEARED
CLEAR_WORDS = frozenset({"ok", "normal", "clear", "cleared", "up", "resolved"})
_WORDS_OF = {
    Severity.CRITICAL: "critical crit fatal emergency emerg disaster blocker alert page p1 sev1",
    Severity.HIGH: "high error err major severe serious p2 sev2",
    Severity.MEDIUM: "medium moderate warning warn average p3 sev3",
    Severity.LOW: "low minor notice p4 sev4",
    Severity.INFO: "info informational information debug none p5 sev5",
}
WORDS: Mapping[str, Severity] = {
    word: severity for severity, words in _WORDS_OF.items() for word in words.split()
}


def level(
    word: str, own: Mapping[str, str], kind: Mapping[str, Severity], default: Severity
) -> Severity | Cleared:
    """Return the level that `word` means, whatever its case.

    `own` is the integration's map and goes before `kind`, the words of its kind, and those before
    the words that everybody uses. A word that nobody knows, or none, means `default`.
    """
    plain = word.strip().lower()
    if plain in own:
        return CLEARED if own[plain] in CLEAR_WORDS else Severity(own[plain])
    if plain in kind:
        return kind[plain]
    if plain in CLEAR_WORDS:
        return CLEARED
    return WORDS.get(plain, default)
