"""A bounded reader and writer for the part of BER that SNMP uses.

It reads exactly as deep as its caller asks, never by recursion, and never past the end of the
element that it stands in. Whatever is wrong with the bytes comes out as Malformed and as nothing
else, so that a stranger's datagram cannot raise anything that its reader did not expect.
"""

from functools import lru_cache

INTEGER = 0x02
OCTETS = 0x04
NULL = 0x05
OID = 0x06
SEQUENCE = 0x30

MAX_SUBIDS = 128
"""Most parts of an object identifier (RFC 2578, 3.5)."""
MAX_SUBID = 2**32 - 1
_MAX_OID_BYTES = MAX_SUBIDS * 5
_LONG_FORM = 0x80
_MAX_LENGTH_BYTES = 4
_MULTI_BYTE_TAG = 0x1F
_MAX_INTEGER_BYTES = 8


class Malformed(ValueError):
    """The bytes are not what they ought to be; the message says what and where."""


class Reader:
    """Walks over the elements between `at` and `end` of `data`, one after the other."""

    __slots__ = ("at", "data", "end")

    def __init__(self, data: bytes, at: int = 0, end: int | None = None) -> None:
        self.data = data
        self.at = at
        self.end = len(data) if end is None else end

    def more(self) -> bool:
        """Tell whether another element begins here."""
        return self.at < self.end

    def next(self) -> tuple[int, int, int]:
        """Return tag, start and stop of the next element's content, and step over it."""
        data, at, end = self.data, self.at, self.end
        if at + 2 > end:
            raise Malformed(f"an element is cut off at byte {at}")
        tag, length = data[at], data[at + 1]
        at += 2
        if tag & _MULTI_BYTE_TAG == _MULTI_BYTE_TAG:
            raise Malformed(f"a tag of several bytes at byte {at - 2}")
        if length >= _LONG_FORM:
            at, length = self._long_length(at, length - _LONG_FORM)
        stop = at + length
        if stop > end:
            raise Malformed(f"an element at byte {at} is longer than what holds it")
        self.at = stop
        return tag, at, stop

    def _long_length(self, at: int, size: int) -> tuple[int, int]:
        if not 1 <= size <= _MAX_LENGTH_BYTES:
            raise Malformed(f"an indefinite or oversized length at byte {at - 1}")
        if at + size > self.end:
            raise Malformed(f"a length is cut off at byte {at}")
        return at + size, int.from_bytes(self.data[at : at + size], "big")

    def expect(self, tag: int) -> tuple[int, int]:
        """Return start and stop of the next element, which has to bear `tag`."""
        found, start, stop = self.next()
        if found != tag:
            raise Malformed(f"tag {found:#04x} at byte {start}, where {tag:#04x} belongs")
        return start, stop

    def inside(self, tag: int) -> "Reader":
        """Return a reader of the content of the next element, which has to bear `tag`."""
        start, stop = self.expect(tag)
        return Reader(self.data, start, stop)

    def integer(self) -> int:
        """Return the next element, a signed INTEGER."""
        start, stop = self.expect(INTEGER)
        return signed(self.data[start:stop])

    def octets(self) -> bytes:
        """Return the next element, an OCTET STRING."""
        start, stop = self.expect(OCTETS)
        return self.data[start:stop]

    def done(self) -> None:
        """Raise Malformed if anything is left."""
        if self.more():
            raise Malformed(f"{self.end - self.at} bytes too many at byte {self.at}")


def signed(content: bytes) -> int:
    """Return the content of an INTEGER of at most 64 bits."""
    if not 1 <= len(content) <= _MAX_INTEGER_BYTES:
        raise Malformed(f"a number of {len(content)} bytes")
    return int.from_bytes(content, "big", signed=True)


def unsigned(content: bytes, bits: int) -> int:
    """Return the content of a counter, gauge or time; some agents omit the leading zero byte."""
    value = int.from_bytes(content[: _MAX_INTEGER_BYTES + 2], "big")
    if not content or value >> bits:
        raise Malformed(f"a number that does not fit into {bits} bits")
    return value


@lru_cache(maxsize=4096)
def oid(content: bytes) -> str:
    """Return the content of an OBJECT IDENTIFIER in dotted form, without a leading dot."""
    if not content or len(content) > _MAX_OID_BYTES or content[-1] & 0x80:
        raise Malformed("an object identifier is empty, too long or cut off")
    parts = _subids(content)
    if len(parts) >= MAX_SUBIDS:
        raise Malformed("an object identifier has too many parts")
    first = min(parts[0] // 40, 2)
    return ".".join(map(str, (first, parts[0] - 40 * first, *parts[1:])))


def _subids(content: bytes) -> list[int]:
    parts: list[int] = []
    value = 0
    for byte in content:
        value = value << 7 | byte & 0x7F
        if value > MAX_SUBID:
            raise Malformed("a part of an object identifier is larger than 32 bits")
        if byte < 0x80:  # noqa: PLR2004 - the continuation bit
            parts.append(value)
            value = 0
    return parts


def element(tag: int, content: bytes) -> bytes:
    """Return one encoded element."""
    size = len(content)
    if size < _LONG_FORM:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG_FORM | len(length))) + length + content


def sequence(*elements: bytes, tag: int = SEQUENCE) -> bytes:
    """Return a constructed element that holds `elements`."""
    return element(tag, b"".join(elements))


def integer(value: int, tag: int = INTEGER) -> bytes:
    """Return `value` as a signed INTEGER, or under `tag`, in as few bytes as possible."""
    return element(
        tag, value.to_bytes((value + (value < 0)).bit_length() // 8 + 1, "big", signed=True)
    )


def octets(value: bytes) -> bytes:
    """Return `value` as an OCTET STRING."""
    return element(OCTETS, value)


def identifier(dotted: str) -> bytes:
    """Return an OBJECT IDENTIFIER from its dotted form. Raises Malformed if it is none."""
    try:
        parts = [int(part) for part in dotted.split(".")]
    except ValueError:
        raise Malformed(f"{dotted[:60]!r} is not an object identifier") from None
    if not _well_formed(parts):
        raise Malformed(f"{dotted[:60]!r} is not an object identifier")
    return element(OID, b"".join(map(_base128, (parts[0] * 40 + parts[1], *parts[2:]))))


def _well_formed(parts: list[int]) -> bool:
    return (
        1 < len(parts) <= MAX_SUBIDS
        and all(0 <= part <= MAX_SUBID for part in parts)
        and parts[0] <= 2  # noqa: PLR2004 - X.660 knows three roots
        and (parts[0] == 2 or parts[1] < 40)  # noqa: PLR2004 - X.690, 8.19.4
    )


def _base128(value: int) -> bytes:
    out = [value & 0x7F]
    while value := value >> 7:
        out.append(0x80 | value & 0x7F)
    return bytes(reversed(out))
