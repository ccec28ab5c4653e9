"""Values by the display hints of MIBs (RFC 2579, 3.1): `1x:` for a MAC address, `d-2` for 12.34."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, repeat
from typing import NamedTuple

DATE = "2d-1d-1d,1d:1d:1d.1d,1a1d:1d"
BITS = "BITS"
"""Not a hint of the RFC: stands for a set of named bits."""
MAX_OCTETS = 1000
_PART = re.compile(r"(\*?)([0-9]{1,4})([xdoat])([^0-9*]?)")
_BASES = {"x": "x", "o": "o", "b": "b"}


class _Part(NamedTuple):
    repeated: bool
    length: int
    form: str
    mark: str


@lru_cache(maxsize=1024)
def _parts(hint: str) -> tuple[_Part, ...]:
    """Return the parts of a hint, none for one that we cannot follow."""
    found = [
        _Part(bool(star), int(length), form, mark)
        for star, length, form, mark in _PART.findall(hint)
    ]
    whole = "".join(f"{'*' * one.repeated}{one.length}{one.form}{one.mark}" for one in found)
    followed = whole == hint and not any(one.repeated or not one.length for one in found)
    return tuple(found) if followed else ()


def octets(hint: str, value: bytes) -> str | None:
    """Return octets as `hint` shows them, or None where they read better without it.

    That is so for hints of text, and for a hint that is not understood.
    """
    parts = _parts(hint)
    if not parts or not value or all(part.form in "at" for part in parts):
        return None
    return "".join(_pieces(parts, value[:MAX_OCTETS]))


def _pieces(parts: tuple[_Part, ...], value: bytes) -> Iterator[str]:
    at = 0
    for part in chain(parts, repeat(parts[-1])):
        chunk = value[at : at + part.length]
        at += part.length
        yield _shown(part.form, chunk)
        if at >= len(value):
            return
        yield part.mark


def _shown(form: str, chunk: bytes) -> str:
    match form:
        case "x":
            return chunk.hex()
        case "d" | "o":
            return format(int.from_bytes(chunk, "big"), form)
        case _:
            text = chunk.decode("utf-8", "replace")
            return text if text.isprintable() else chunk.hex()


def number(hint: str, value: int) -> str:
    """Return a number as `hint` shows it, in decimal for a hint that is not understood."""
    if hint in _BASES:
        return format(value, _BASES[hint])
    places = hint.removeprefix("d-")
    if places == hint or not places.isdecimal() or not 0 < int(places[:3]) < 20:  # noqa: PLR2004 - no counter has more digits
        return str(value)
    digits = str(abs(value)).rjust(int(places) + 1, "0")
    return f"{'-' * (value < 0)}{digits[: -int(places)]}.{digits[-int(places) :]}"


def bits(value: bytes) -> list[int]:
    """Return the numbers of the bits that are set; the first of the first octet is 0."""
    shown = value[:MAX_OCTETS]
    return [place for place in range(8 * len(shown)) if shown[place // 8] & (0x80 >> place % 8)]
