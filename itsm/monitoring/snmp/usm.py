"""SNMPv3 messages under the user-based security model (RFC 3412, RFC 3414).

For a trap its sender is authoritative: its engine id, boots and time stand in the message. For an
inform we are, and the sender learns ours from the reports that are made here.
"""

import hmac
from dataclasses import dataclass, replace
from enum import StrEnum

from itsm.monitoring.snmp import ber, ciphers
from itsm.monitoring.snmp.ber import Malformed, Reader
from itsm.monitoring.snmp.ciphers import Auth, Privacy
from itsm.monitoring.snmp.message import INFORM, TRAP_V2, response_pdu, trap_from_pdu
from itsm.monitoring.snmp.trap import Trap, Version

WINDOW_S = 150
"""How far a message's time may lie from ours, in seconds (RFC 3414, 2.2.3)."""
MAX_BOOTS = 2**31 - 1
UNKNOWN_ENGINE = "1.3.6.1.6.3.15.1.1.4.0"
NOT_IN_TIME = "1.3.6.1.6.3.15.1.1.2.0"

_USM = 3
_REPORT = 0xA8
_AUTH, _PRIV, _REPORTABLE = 1, 2, 4
_MAX_SIZE = 65_507
_ENGINE_ID_BYTES = 32
_USER_BYTES = 32


class Level(StrEnum):
    """Security levels, each safer than the one before."""

    NONE = "noAuthNoPriv"
    AUTH = "authNoPriv"
    PRIV = "authPriv"

    @property
    def rank(self) -> int:
        """0, 1 or 2; higher is safer."""
        return list(Level).index(self)

    @property
    def flags(self) -> int:
        """The message flags that say so."""
        return (0, _AUTH, _AUTH | _PRIV)[self.rank]


@dataclass(frozen=True, slots=True)
class Keys:
    """What a user's messages are secured with; the keys are not yet bound to an engine."""

    level: Level
    auth: Auth = Auth.SHA1
    auth_key: bytes = b""
    privacy: Privacy = Privacy.AES128
    privacy_key: bytes = b""

    def reach(self, level: Level) -> bool:
        """Tell whether there are keys for a message of `level`."""
        need = {Level.NONE: True, Level.AUTH: self.auth_key, Level.PRIV: self.privacy_key}
        return bool(need[level])


@dataclass(frozen=True, slots=True)
class OwnEngine:
    """Us, as the authority over informs; `time` is in seconds since this start."""

    engine_id: bytes
    boots: int
    time: int


@dataclass(frozen=True, slots=True)
class Secured:
    """A v3 message, read but not yet believed; the numbers are places in `datagram`."""

    datagram: bytes
    message_id: int
    flags: int
    engine_id: bytes
    boots: int
    time: int
    user: str
    digest_at: int
    digest: bytes
    salt: bytes
    scoped_at: int
    scoped_stop: int

    @property
    def level(self) -> Level:
        """The level that the sender chose."""
        if self.flags & _PRIV:
            return Level.PRIV
        return Level.AUTH if self.flags & _AUTH else Level.NONE

    @property
    def reportable(self) -> bool:
        """Whether the sender waits for a report if something is wrong."""
        return bool(self.flags & _REPORTABLE)


def parse(datagram: bytes) -> Secured:
    """Read a v3 message without believing it. Raises Malformed."""
    outer = Reader(datagram)
    reader = outer.inside(ber.SEQUENCE)
    outer.done()
    if reader.integer() != Version.V3:
        raise Malformed("not an SNMPv3 message")
    message_id, flags = _header(reader.inside(ber.SEQUENCE))
    start, stop = reader.expect(ber.OCTETS)
    security = Reader(datagram, start, stop).inside(ber.SEQUENCE)
    engine_id = _short(security.octets(), _ENGINE_ID_BYTES)
    boots, time = security.integer(), security.integer()
    user = _short(security.octets(), _USER_BYTES).decode("utf-8", "replace")
    digest_at, digest_stop = security.expect(ber.OCTETS)
    salt = security.octets()
    security.done()
    scoped_at, scoped_stop = _scoped(reader, encrypted=bool(flags & _PRIV))
    return Secured(
        datagram, message_id, flags, engine_id, boots, time, user,
        digest_at, datagram[digest_at:digest_stop], salt, scoped_at, scoped_stop,
    )  # fmt: skip


def _header(reader: Reader) -> tuple[int, int]:
    message_id = reader.integer()
    reader.integer()
    flags = reader.octets()
    if len(flags) != 1 or flags[0] & (_AUTH | _PRIV) == _PRIV:
        raise Malformed("impossible message flags")
    if reader.integer() != _USM:
        raise Malformed("a security model other than USM")
    reader.done()
    return message_id, flags[0]


def _scoped(reader: Reader, *, encrypted: bool) -> tuple[int, int]:
    tag, start, stop = reader.next()
    reader.done()
    if tag != (ber.OCTETS if encrypted else ber.SEQUENCE):
        raise Malformed("the message flags and the scoped PDU disagree")
    return start, stop


def _short(value: bytes, size: int) -> bytes:
    if len(value) > size:
        raise Malformed(f"more than {size} bytes where an engine id or a user stands")
    return value


def authentic(message: Secured, keys: Keys) -> bool:
    """Tell whether the message's digest was made with the user's key."""
    size = ciphers.digest_size(keys.auth)
    if len(message.digest) != size:
        return False
    at = message.digest_at
    blank = message.datagram[:at] + bytes(size) + message.datagram[at + size :]
    key = ciphers.auth_key(keys.auth_key, keys.auth, message.engine_id)
    return hmac.compare_digest(ciphers.digest(keys.auth, key, blank), message.digest)


@dataclass(frozen=True, slots=True)
class Scoped:
    """A plain scoped PDU: `context` is its engine id and name as they were encoded."""

    context: bytes
    tag: int
    content: bytes


def scoped_pdu(message: Secured, keys: Keys) -> Scoped:
    """Return the PDU inside, decrypted. Raises Malformed, also for a wrong key."""
    reader = Reader(_plain(message, keys))
    reader.octets()
    reader.octets()
    context = reader.data[: reader.at]
    tag, start, stop = reader.next()
    return Scoped(context, tag, reader.data[start:stop])


def _plain(message: Secured, keys: Keys) -> bytes:
    content = message.datagram[message.scoped_at : message.scoped_stop]
    if message.level is not Level.PRIV:
        return content
    key = ciphers.privacy_key(keys.privacy_key, keys.auth, keys.privacy, message.engine_id)
    moment = (message.boots & 0xFFFFFFFF, message.time & 0xFFFFFFFF)
    try:
        plain = ciphers.decrypt(keys.privacy, key, moment, message.salt, content)
    except ciphers.Undecryptable as error:
        raise Malformed(str(error)) from None
    start, stop = Reader(plain).expect(ber.SEQUENCE)
    return plain[start:stop]


def trap(message: Secured, keys: Keys) -> Trap:
    """Return the trap that an authentic message holds. Raises Malformed."""
    inside = scoped_pdu(message, keys)
    if inside.tag not in (TRAP_V2, INFORM):
        raise Malformed(f"neither a trap nor an inform: PDU {inside.tag:#04x}")
    return trap_from_pdu(Reader(inside.content), Version.V3, inform=inside.tag == INFORM)


@dataclass(frozen=True, slots=True)
class EngineClock:
    """What was last heard from an engine, and when by our clock, in seconds."""

    boots: int
    time: int
    heard_at: float

    def accepts(self, boots: int, time: int, now: float) -> bool:
        """Tell whether a message of this boots and time is not older than the window allows."""
        if boots >= MAX_BOOTS or boots < self.boots:
            return False
        expected = self.time + (now - self.heard_at)
        return boots > self.boots or time >= expected - WINDOW_S

    def heard(self, boots: int, time: int, now: float) -> "EngineClock":
        """Return the clock after an authentic message; an older one does not set it back."""
        newer = (boots, time) > (self.boots, self.time)
        return EngineClock(boots, time, now) if newer else self


def in_our_time(message: Secured, own: OwnEngine) -> bool:
    """Tell whether an inform bears our own boots and a time within the window."""
    near = abs(message.time - own.time) <= WINDOW_S
    return message.boots == own.boots < MAX_BOOTS and near


def report(message: Secured, own: OwnEngine, counter: str, keys: Keys | None = None) -> bytes:
    """Return a report that tells the sender our engine id, boots and time.

    With `keys` it is authenticated, as RFC 3414 asks of a report that sets the sender's clock.
    """
    varbind = ber.sequence(ber.identifier(counter), ber.integer(1, tag=0x41))
    zero = ber.integer(0)
    pdu = ber.sequence(zero, zero, zero, ber.sequence(varbind), tag=_REPORT)
    level = Keys(Level.NONE) if keys is None else Keys(Level.AUTH, keys.auth, keys.auth_key)
    scoped = ber.sequence(ber.octets(own.engine_id), ber.octets(b""), pdu)
    return _outgoing(message, own, level, scoped)


def response(message: Secured, own: OwnEngine, keys: Keys, inside: Scoped) -> bytes:
    """Return the answer to an inform, as safe as the inform was and in its context."""
    same = replace(keys, level=message.level)
    scoped = ber.sequence(inside.context, response_pdu(inside.content))
    return _outgoing(message, own, same, scoped)


def _outgoing(message: Secured, own: OwnEngine, keys: Keys, scoped: bytes) -> bytes:
    salt = b""
    if keys.level is Level.PRIV:
        key = ciphers.privacy_key(keys.privacy_key, keys.auth, keys.privacy, own.engine_id)
        data, salt = ciphers.encrypt(keys.privacy, key, (own.boots, own.time), scoped)
        scoped = ber.octets(data)
    digest = b"" if keys.level is Level.NONE else bytes(ciphers.digest_size(keys.auth))
    whole = ber.sequence(
        ber.integer(Version.V3),
        ber.sequence(
            ber.integer(message.message_id), ber.integer(_MAX_SIZE),
            ber.octets(bytes((keys.level.flags,))),
            ber.integer(_USM),
        ),
        ber.octets(_security(message, own, digest, salt)),
        scoped,
    )  # fmt: skip
    return _signed(whole, keys, own) if digest else whole


def _security(message: Secured, own: OwnEngine, digest: bytes, salt: bytes) -> bytes:
    return ber.sequence(
        ber.octets(own.engine_id), ber.integer(own.boots), ber.integer(own.time),
        ber.octets(message.user.encode()), ber.octets(digest), ber.octets(salt),
    )  # fmt: skip


def _signed(whole: bytes, keys: Keys, own: OwnEngine) -> bytes:
    at = parse(whole).digest_at
    key = ciphers.auth_key(keys.auth_key, keys.auth, own.engine_id)
    digest = ciphers.digest(keys.auth, key, whole)
    return whole[:at] + digest + whole[at + len(digest) :]
