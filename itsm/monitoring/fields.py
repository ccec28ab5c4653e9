"""Small readers for the members of foreign messages: text, instants, labels, identities."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from itsm.monitoring.body import Document, Json, Unreadable, spelled
from itsm.monitoring.moments import written
from itsm.monitoring.signal import Reject

MAX_LABELS = 64
MAX_LABEL = 500
# Senders write "never" as the year 1 or as the Unix epoch.
_FIRST_YEAR = 1971
# A Unix time beyond one of these is not of seconds, but of so many in a second.
_FINER_FROM = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))


def members(document: Document, at: str) -> tuple[list[tuple[int, Json]], list[Reject]]:
    """Return the sound members of the list `at` of an object with their places, and the others.

    Raises Unreadable if the document is no object with such a list, or is flawed outside of it.
    """
    document.must_be_flawless_outside((at,))
    listed = obj(document.root, "body").get(at)
    if not isinstance(listed, list):
        raise Unreadable(at, "is not a list")
    sound, rejects = [], []
    for index, member in enumerate(listed):
        flaw = document.flaw_in((at, index)) if document.flaws else None
        if flaw:
            rejects.append(Reject(index, spelled(flaw.path), flaw.reason))
        else:
            sound.append((index, member))
    return sound, rejects


def obj(value: Json, name: str) -> dict[str, Json]:
    """Return `value` if it is an object. Raises Unreadable with the field's name."""
    if not isinstance(value, dict):
        raise Unreadable(name, "is not an object")
    return value


def text(value: Json) -> str:
    """Return a member as one text: scalars as they are written, the rest as JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    return json.dumps(value, ensure_ascii=False)


def first(source: Mapping[str, Json], *names: str) -> str:
    """Return the first of the named members that is a non-empty text or number."""
    for name in names:
        value = source.get(name)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and text(value):
            return text(value)
    return ""


def instant(value: Json) -> datetime | None:
    """Return the aware instant in a text or in a Unix time of seconds, or of parts of them.

    None stands for what is absent, unreadable or a sender's way of writing "never": a message is
    not refused for its time, it only loses its place in the order. Without a zone UTC is meant.
    """
    try:
        moment = _moment(value)
        if moment is None:
            return None
        utc = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return utc if utc.year >= _FIRST_YEAR else None


def host_of(url: Json) -> str:
    """Return the host that a URL leads to, empty where it names none, as `https://` does."""
    written = text(url) if isinstance(url, str) else ""
    try:
        return urlsplit(written if "://" in written else f"//{written}").hostname or ""
    except ValueError:
        return ""


def labels(value: Json) -> dict[str, str]:
    """Return an object's scalar members as short texts, at most `MAX_LABELS` of them."""
    if not isinstance(value, dict):
        return {}
    return {
        name[:MAX_LABEL]: text(member)[:MAX_LABEL]
        for name, member in list(value.items())[:MAX_LABELS]
    }


def identity(parts: Mapping[str, Json]) -> str:
    """Return a hash of named parts, the same whatever their order."""
    canonical = json.dumps(dict(parts), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _moment(value: Json) -> datetime | None:
    if isinstance(value, str) and not value.strip().replace(".", "", 1).isdigit():
        return written(value) if value.strip() else None
    if value is None or isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    seconds = float(value)
    finer = next((parts for least, parts in _FINER_FROM if seconds > least), 1)
    return datetime.fromtimestamp(seconds / finer, UTC)
