"""Whether an alert fits a rule, and which of its alerts belong together. Pure.

Fields are `source`, `kind`, `host`, `check`, `title`, `severity`, `ci` and `label.NAME`; patterns
know `*` for any text and heed no case. A field that an alert lacks is empty.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

PLAIN_FIELDS: Final = ("source", "kind", "host", "check", "title", "severity", "ci")
LABEL: Final = "label."
_FIELD: Final = re.compile(r"(?:source|kind|host|check|title|severity|ci|label\.[^\s=!]{1,120})")
_TEST: Final = re.compile(r"(\S+?)\s*(!?=)\s*(.*)")


@dataclass(frozen=True, slots=True)
class Test:
    """One condition: the field fits the pattern, or does not."""

    field: str
    fits: bool
    pattern: str

    def holds(self, fields: Mapping[str, str]) -> bool:
        """Tell whether it holds for an alert of these fields."""
        return fits(self.pattern, fields.get(self.field, "")) is self.fits

    def __str__(self) -> str:
        return f"{self.field} {'=' if self.fits else '!='} {self.pattern}"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule asks of an alert and by which fields it groups."""

    id: int
    tests: tuple[Test, ...]
    group_by: tuple[str, ...]
    window_min: int

    def takes(self, fields: Mapping[str, str]) -> bool:
        """Tell whether every condition holds."""
        return all(test.holds(fields) for test in self.tests)

    def group(self, fields: Mapping[str, str]) -> tuple[str, ...]:
        """Return what the alerts of a group agree in."""
        return tuple(fields.get(name, "") for name in self.group_by)


def digest(group: Sequence[str]) -> str:
    """Return a name of fixed length for a group."""
    return sha256("\x1f".join(part.casefold() for part in group).encode()).hexdigest()


def field(name: str) -> str:
    """Return the name of a field as it is stored. Raises ValueError for one that there is not."""
    wanted = name.strip()
    plain = wanted.lower()
    if plain in PLAIN_FIELDS:
        return plain
    if not _FIELD.fullmatch(wanted):
        message = f"{wanted[:60]!r} is none of {', '.join(PLAIN_FIELDS)} and label.NAME"
        raise ValueError(message)
    return wanted


def read(line: str) -> Test:
    """Return the test that a line such as `label.cluster = prod*` states. Raises ValueError."""
    found = _TEST.fullmatch(line.strip())
    if found is None:
        message = f"{line.strip()[:60]!r} is not FIELD = PATTERN or FIELD != PATTERN"
        raise ValueError(message)
    return Test(field(found[1]), found[2] == "=", found[3].strip())


def fits(pattern: str, text: str) -> bool:
    """Tell whether a text is a pattern's: its parts in their order, and anything for each `*`."""
    first, *rest = pattern.casefold().split("*")
    folded = text.casefold()
    if not rest:
        return folded == first
    if not folded.startswith(first):
        return False
    *middle, last = rest
    at = len(first)
    for part in middle:
        found = folded.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return len(folded) - at >= len(last) and folded.endswith(last)
