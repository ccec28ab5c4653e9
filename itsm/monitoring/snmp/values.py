"""How a value of a varbind reads for people."""

import struct
from datetime import UTC, datetime, timedelta, timezone

from itsm.monitoring.snmp import names
from itsm.monitoring.snmp.names import Hint, Name
from itsm.monitoring.snmp.trap import Kind, Trap, Varbind

MAX_TEXT = 1000
"""Most characters of one value that are shown."""
_SHORT_DATE, _LONG_DATE = 8, 11


def text(varbind: Varbind, name: Name | None) -> str:
    """Return a value as one line of at most MAX_TEXT characters without control characters."""
    value = varbind.value
    if isinstance(value, bytes):
        shown = _octets(value, name.hint if name else Hint.NONE)
    elif varbind.kind is Kind.TICKS and isinstance(value, int):
        shown = str(timedelta(seconds=value // 100))
    elif name and isinstance(value, int):
        shown = name.words.get(value, str(value))
    else:
        shown = "" if value is None else str(value)
    return shown[:MAX_TEXT]


def _octets(value: bytes, hint: Hint) -> str:
    if hint is Hint.MAC and value:
        return value[:MAX_TEXT].hex(":")
    if hint is Hint.DATE and len(value) in (_SHORT_DATE, _LONG_DATE):
        return _date(value)
    try:
        decoded = value.rstrip(b"\0").decode()
    except UnicodeDecodeError:
        return value[:MAX_TEXT].hex(" ")
    line = " ".join(decoded.split())
    return line if line.isprintable() else value[:MAX_TEXT].hex(" ")


def _date(value: bytes) -> str:
    """Return a DateAndTime (RFC 2579); one that cannot be is shown in hex."""
    year, month, day, hour, minute, second, _ = struct.unpack_from(">H6B", value)
    zone = UTC if len(value) == _SHORT_DATE else _zone(value)
    try:
        moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone)
    except ValueError:
        return value.hex(" ")
    return moment.isoformat(sep=" ") if len(value) == _LONG_DATE else f"{moment:%Y-%m-%d %H:%M:%S}"


def _zone(value: bytes) -> timezone:
    sign, hours, minutes = struct.unpack_from(">c2B", value, _SHORT_DATE)
    offset = timedelta(hours=min(hours, 14), minutes=min(minutes, 59))
    return timezone(-offset if sign == b"-" else offset)


def shown(trap: Trap, oid: str) -> str:
    """Return the varbind named exactly `oid` as text, empty if the trap has none."""
    found = next((varbind for varbind in trap.varbinds if varbind.oid == oid), None)
    return text(found, None) if found else ""


def shown_of(varbind: Varbind) -> str:
    """Return a value as `text` does, by what is known of its OID."""
    return text(varbind, names.find(varbind.oid)[0])
