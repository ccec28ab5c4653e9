"""How a value of a varbind reads for people."""

import struct
from datetime import UTC, datetime, timedelta, timezone

from itsm.monitoring.snmp import hints
from itsm.monitoring.snmp.names import Name, Names, is_oid
from itsm.monitoring.snmp.trap import Kind, Trap, Varbind

MAX_TEXT = 1000
"""Most characters of one value that are shown."""
_SHORT_DATE, _LONG_DATE = 8, 11


def text(varbind: Varbind, names: Names) -> str:
    """Return a value as one line of at most MAX_TEXT characters without control characters.

    Numbers read as the words of their MIB, OIDs as names, octets by their display hint; without
    one they are text where they can be, and hex where they cannot.
    """
    value, name = varbind.value, names.find(varbind.oid)[0]
    if isinstance(value, bytes):
        shown = _octets(value, name)
    elif varbind.kind is Kind.TICKS and isinstance(value, int):
        shown = str(timedelta(seconds=value // 100))
    elif name and isinstance(value, int):
        shown = name.words.get(value) or hints.number(name.hint, value)
    elif is_oid(varbind):
        shown = names.spoken(str(value))
    else:
        shown = bare(varbind)
    return shown[:MAX_TEXT]


def bare(varbind: Varbind) -> str:
    """Return a number or an OID as it stands in the trap, whatever a MIB says of it."""
    return "" if varbind.value is None or isinstance(varbind.value, bytes) else str(varbind.value)


def of_oid(trap: Trap, oid: str, names: Names) -> str:
    """Return the varbind named exactly `oid` as text, empty if the trap has none."""
    found = next((varbind for varbind in trap.varbinds if varbind.oid == oid), None)
    return text(found, names) if found else ""


def _octets(value: bytes, name: Name | None) -> str:
    hint = name.hint if name else ""
    if hint == hints.BITS and name:
        return ", ".join(name.words.get(bit, str(bit)) for bit in hints.bits(value))
    if hint == hints.DATE and len(value) in (_SHORT_DATE, _LONG_DATE):
        return _date(value)
    hinted = hints.octets(hint, value)
    return _plain(value) if hinted is None else hinted


def _plain(value: bytes) -> str:
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
