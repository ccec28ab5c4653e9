"""Reading the body of a message from outside, within bounds and without surprises.

Everything here is pure. A body is inflated to at most `MAX_BYTES`, decoded by its declared charset
and parsed as JSON; what JSON or a database cannot hold (NaN, duplicate keys, NUL, lone surrogates,
endless integers, deep nesting) is found and named by its path, so that the sender can mend it.
"""

import json
import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 64
MAX_DIGITS = 32
MAX_FLAWS = 20
_WBITS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
_CHARSETS = {
    "utf-8": "utf-8-sig",
    "utf8": "utf-8-sig",
    "us-ascii": "utf-8-sig",
    "iso-8859-1": "latin-1",
    "latin1": "latin-1",
    "windows-1252": "cp1252",
    "utf-16": "utf-16",
}

Json = Any  # what a foreign body holds; every kind checks the types that it reads
Path = tuple[str | int, ...]


class Unreadable(Exception):
    """A message, or one member of it, that cannot be understood: which field, and why."""

    def __init__(self, field_name: str, reason: str) -> None:
        super().__init__(f"{field_name}: {reason}")
        self.field = field_name
        self.reason = reason


class TooLarge(Exception):
    """A body of more than `MAX_BYTES`, as sent or once inflated."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """One value that JSON or the database cannot hold, by its path in the document."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed body, and the flaws found in it."""

    root: Json
    flaws: tuple[Flaw, ...] = ()

    def must_be_flawless(self) -> None:
        """Raise Unreadable, naming the first flaw, unless there is none."""
        if self.flaws:
            raise Unreadable(spelled(self.flaws[0].path), self.flaws[0].reason)

    def flaw_in(self, member: Path) -> Flaw | None:
        """Return the first flaw at or below `member`."""
        return next((flaw for flaw in self.flaws if flaw.path[: len(member)] == member), None)

    def must_be_flawless_outside(self, members: Path) -> None:
        """Raise Unreadable for a flaw that does not belong to one member of the list `members`.

        So it does where there are too many flaws to tell which members are sound.
        """
        if len(self.flaws) >= MAX_FLAWS:
            self.must_be_flawless()
        for flaw in self.flaws:
            if len(flaw.path) <= len(members) or flaw.path[: len(members)] != members:
                raise Unreadable(spelled(flaw.path), flaw.reason)


@dataclass(frozen=True, slots=True)
class Message:
    """One message as received: header names in lower case, the body inflated."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def media_type(self) -> str:
        """The media type in lower case without parameters, empty if none was sent."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def document(self) -> Document:
        """Return the body parsed as JSON. Raises Unreadable."""
        return parse(decoded(self.body, self.headers.get("content-type", "")))


@dataclass(frozen=True, slots=True)
class _Bad:
    """Stands in the parsed tree where a value cannot be kept."""

    reason: str
    key: str | None = None


def message(raw: bytes, headers: Mapping[str, str]) -> Message:
    """Return the message that was sent as `raw`. Raises TooLarge or Unreadable."""
    if len(raw) > MAX_BYTES:
        raise TooLarge
    return Message(inflated(raw, headers.get("content-encoding", "")), headers)


def inflated(raw: bytes, encoding: str) -> bytes:
    """Return the body without its content encoding, never more than `MAX_BYTES`."""
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return raw
    if name not in _WBITS:
        raise Unreadable("content-encoding", f"'{name[:40]}' is not gzip, deflate or identity")
    try:
        return _inflate(raw, _WBITS[name])
    except zlib.error as error:
        if name != "deflate":
            raise Unreadable("body", f"is not valid {name}") from error
    return _raw_deflate(raw)


def decoded(body: bytes, content_type: str) -> str:
    """Return the body as text in the charset that `content_type` declares, else UTF-8."""
    name = _charset(content_type)
    if name not in _CHARSETS:
        raise Unreadable("content-type", f"charset '{name[:40]}' is not known")
    try:
        return body.decode(_CHARSETS[name])
    except UnicodeDecodeError as error:
        raise Unreadable("body", f"is not valid {name} at byte {error.start}") from error


def parse(text: str) -> Document:
    """Return the JSON document in `text`. Raises Unreadable where it is not JSON at all."""
    if not text.strip():
        raise Unreadable("body", "is empty")
    try:
        root = _DECODER.decode(text)
    except RecursionError as error:
        raise Unreadable("body", f"is nested more than {MAX_DEPTH} deep") from error
    except json.JSONDecodeError as error:
        reason = f"is not JSON: {error.msg} at line {error.lineno} column {error.colno}"
        raise Unreadable("body", reason) from error
    return Document(root, tuple(_flaws(root, texts="\\u" in text)))


def spelled(path: Path) -> str:
    """Return a path as people write it, such as `alerts[3].labels`; `body` for the whole."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}"[:80] for part in path]
    return "".join(parts).lstrip(".") or "body"


def _inflate(raw: bytes, wbits: int) -> bytes:
    """Inflate all members of a stream, stopping at the first byte too many."""
    out = b""
    while raw:
        stream = zlib.decompressobj(wbits)
        out += stream.decompress(raw, MAX_BYTES + 1 - len(out))
        if len(out) > MAX_BYTES:
            raise TooLarge
        if not stream.eof:
            raise Unreadable("body", "the compressed stream ends early")
        raw = stream.unused_data
    return out


def _raw_deflate(raw: bytes) -> bytes:
    # Some senders mean the bare format by "deflate", without the zlib header of RFC 9110.
    try:
        return _inflate(raw, -15)
    except zlib.error as error:
        raise Unreadable("body", "is not valid deflate") from error


def _charset(content_type: str) -> str:
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower()
    return "utf-8"


def _integer(digits: str) -> int | _Bad:
    return int(digits) if len(digits) <= MAX_DIGITS else _Bad("is an integer of too many digits")


def _real(digits: str) -> float | _Bad:
    number = float(digits)
    return number if math.isfinite(number) else _Bad("is a number out of range")


def _constant(name: str) -> _Bad:
    return _Bad(f"{name} is not JSON")


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            members[key] = _Bad("occurs twice")
        seen.add(key)
    return members


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique,
    parse_int=_integer,
    parse_float=_real,
    parse_constant=_constant,
)


def _flaws(root: Json, *, texts: bool) -> list[Flaw]:
    """Walk the tree once. `texts` is False where no text can hold an escape, hence no flaw."""
    found: list[Flaw] = []
    todo: list[tuple[Path, Json]] = [((), root)]
    while todo and len(found) < MAX_FLAWS:
        path, value = todo.pop()
        reason = _flaw(value, len(path), texts=texts)
        if reason:
            found.append(Flaw(path, reason))
        elif isinstance(value, dict):
            todo += [((*path, key), member) for key, member in value.items()]
            todo += [((*path, key), key) for key in value if texts]
        elif isinstance(value, list):
            todo += [((*path, place), member) for place, member in enumerate(value)]
    return sorted(found, key=lambda flaw: [str(part) for part in flaw.path])


def _flaw(value: Json, depth: int, *, texts: bool) -> str:
    if isinstance(value, _Bad):
        return value.reason
    if isinstance(value, dict | list) and depth >= MAX_DEPTH:
        return f"is nested more than {MAX_DEPTH} deep"
    if texts and isinstance(value, str):
        return _text_flaw(value)
    return ""


def _text_flaw(text: str) -> str:
    if "\0" in text:
        return "holds the character NUL"
    if any("\ud800" <= character <= "\udfff" for character in text):
        return "holds half of a surrogate pair"
    return ""
