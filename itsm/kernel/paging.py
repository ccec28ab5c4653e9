"""Keyset paging: a cursor is the sort key of the last row, made opaque."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from itsm.kernel.errors import Invalid
from itsm.kernel.events import Json

T = TypeVar("T")
DEFAULT_LIMIT = 50
MAX_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a list, and the cursor of the rest (None at the end)."""

    items: Sequence[T]
    next: str | None = None


def encode(key: Sequence[Json]) -> str:
    """Return the cursor for a sort key."""
    text = json.dumps(list(key), separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str, length: int) -> list[Json]:
    """Return the sort key of `length` members in `cursor`. Raises Invalid if it is not ours."""
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise Invalid("the cursor is not one of ours", {"cursor": "unreadable"}) from error
    if not isinstance(key, list) or len(key) != length:
        raise Invalid("the cursor belongs to another list", {"cursor": "of another sort order"})
    return key


def clamp(limit: int | None) -> int:
    """Return a page size between 1 and 200, 50 when none is asked for."""
    return max(1, min(limit or DEFAULT_LIMIT, MAX_LIMIT))
