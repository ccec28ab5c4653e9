"""Instants as monitoring systems write them: dialects of ISO 8601, and dates with month names."""

import re
from datetime import datetime, timedelta, timezone, tzinfo

MAX_LENGTH = 80
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = re.compile(rf"\b({'|'.join(_MONTHS)})[a-z]*\b")
_CLOCK = re.compile(r"\b(\d{1,2}):(\d\d)(?::(\d\d(?:\.\d+)?))?(?: *(am|pm)\b)?")
_YEAR = re.compile(r"(?<![-+\d])(\d{4})\b")
_DAY = re.compile(r"(?<![-+\d])(\d{1,2})\b")
_NO_ZONE = re.compile(r"\b(at|on|(mon|tue|wed|thu|fri|sat|sun)[a-z]*)\b")
# Names that different countries use for different hours (IST, AMT) are left out: such a time is
# not known.
_HOURS_OF = {
    "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "met": 1, "cest": 2,
    "mest": 2, "eet": 2, "sast": 2, "eest": 3, "msk": 3, "hkt": 8, "sgt": 8, "awst": 8, "jst": 9,
    "kst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "edt": -4, "est": -5, "cdt": -5,
    "cst": -6, "mdt": -6, "mst": -7, "pdt": -7, "pst": -8, "akdt": -8, "akst": -9, "hst": -10,
}  # fmt: skip
_DATE = re.compile(r"(\d{4})[./](\d{1,2})[./](\d{1,2})(?=\D|$)")
_OFFSET = re.compile(r"(?:gmt|utc)?([+-])(\d{1,2}):?(\d{2})?")
_ISO_AND_ZONE = re.compile(r"(\d{4}-\d\d-\d\d[T ,]+\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?) +(\S+)")


def written(text: str) -> datetime | None:
    """Return the moment that a text means, naive where it names no zone.

    Raises ValueError where it is none; None stands for one in a zone that is not known.
    """
    text = text.strip()
    if len(text) > MAX_LENGTH:
        raise ValueError("is too long for a time")
    text = _DATE.sub(lambda date: f"{date[1]}-{date[2]:0>2}-{date[3]:0>2}", text, count=1)
    zoned = _ISO_AND_ZONE.fullmatch(text)
    if zoned:
        zone = _zone(zoned[2].lower())
        return datetime.fromisoformat(zoned[1]).replace(tzinfo=zone) if zone else None
    if text[:1].isalpha() or " " in text.replace(" ", "", 1):
        return _named(text)
    return datetime.fromisoformat(text)


def _zone(word: str) -> tzinfo | None:
    if word in _HOURS_OF:
        return timezone(timedelta(hours=_HOURS_OF[word]))
    offset = _OFFSET.fullmatch(word)
    if offset is None:
        return None
    away = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
    return timezone(-away if offset[1] == "-" else away)


def _named(text: str) -> datetime | None:
    """Return the moment in a text such as `Sun Mar 31 02:30:00 CEST 2024`, in any order."""
    rest = re.sub(r"\(.*?\)|,", " ", text.lower())
    month, rest = _cut(_MONTH, rest)
    clock, rest = _cut(_CLOCK, rest)
    year, rest = _cut(_YEAR, rest)
    day, rest = _cut(_DAY, rest)
    date = f"{year[1]}-{_MONTHS.index(month[1]) + 1:02}-{day[1]:0>2}"
    hour = int(clock[1]) % 12 + 12 * (clock[4] == "pm") if clock[4] else int(clock[1])
    moment = datetime.fromisoformat(f"{date}T{hour:02}:{clock[2]}:{clock[3] or '00'}")
    zones = _NO_ZONE.sub("", rest).split()
    if not zones:
        return moment
    zone = _zone(zones[0])
    return moment.replace(tzinfo=zone) if zone else None


def _cut(part: re.Pattern[str], text: str) -> tuple[re.Match[str], str]:
    """Return where a part of a date stands, and the text without it."""
    found = part.search(text)
    if found is None:
        raise ValueError("is no date")
    return found, f"{text[: found.start()]} {text[found.end() :]}"
