"""Who may send: the decision about one datagram, before anything of it is stored.

The book of sources, users and engines is a snapshot that stays good while the database is away.
What is remembered of engines and informs lives in `Memory`, which is bounded.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import TypeVar

from itsm.monitoring.snmp import message, usm
from itsm.monitoring.snmp.ber import Malformed
from itsm.monitoring.snmp.trap import Version
from itsm.monitoring.snmp.usm import EngineClock, Keys, Level, OwnEngine, Scoped, Secured

K = TypeVar("K")

INFORM_MEMORY_S = 300
REMEMBERED = 100_000
"""Most informs, and most digests of v3 traps, that are remembered at once."""


class Drop(StrEnum):
    """Why a datagram was not kept, or not kept again."""

    MALFORMED = "malformed"
    UNKNOWN_SOURCE = "unknown_source"
    WRONG_COMMUNITY = "wrong_community"
    UNKNOWN_USER = "unknown_user"
    UNKNOWN_ENGINE = "unknown_engine"
    BELOW_LEVEL = "below_level"
    ABOVE_KEYS = "above_keys"
    WRONG_DIGEST = "wrong_digest"
    NOT_IN_TIME = "not_in_time"
    REPLAY = "replay"
    UNDECRYPTABLE = "undecryptable"
    NOT_A_TRAP = "not_a_trap"
    REPEATED_INFORM = "repeated_inform"
    QUEUE_FULL = "queue_full"
    SPOOL_FULL = "spool_full"
    KERNEL = "kernel"


@dataclass(frozen=True, slots=True)
class Source:
    """Who may send from where; `networks` are CIDR texts, `community` None means v3 alone."""

    id: int
    integration_id: int
    networks: tuple[str, ...]
    community: bytes | None = None


@dataclass(frozen=True, slots=True)
class User:
    """A v3 user with its keys; `learn` lists engines that it did not know before."""

    id: int
    source: Source
    keys: Keys
    learn: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """All that decides, as it stood when it was last read; engines are those approved."""

    communities: Mapping[bytes, tuple[Source, ...]] = field(default_factory=dict)
    users: Mapping[str, User] = field(default_factory=dict)
    engines: Mapping[bytes, frozenset[int]] = field(default_factory=dict)
    """Engine id to the ids of the users that may come from it."""

    def sources(self) -> tuple[Source, ...]:
        """Return every source once for each way in."""
        plain = (source for group in self.communities.values() for source in group)
        return (*plain, *(user.source for user in self.users.values()))


@dataclass(frozen=True, slots=True)
class Inform:
    """What an inform asks for once it is kept; `key` is the same in every repetition."""

    key: tuple[str, int]
    reply: bytes


@dataclass(frozen=True, slots=True)
class Admitted:
    """A datagram to keep, in the form in which it may be kept."""

    source: Source
    version: Version
    datagram: bytes
    inform: Inform | None = None
    user_id: int | None = None
    engine_id: bytes = b""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A datagram not to keep; `reply` is sent at once, `learned` waits for approval."""

    reason: Drop
    reply: bytes = b""
    learned: "Learned | None" = None


@dataclass(frozen=True, slots=True)
class Learned:
    """An engine that is not approved yet, in a message whose digest was right."""

    engine_id: bytes
    user_id: int


class _Refused(Exception):
    def __init__(self, reason: Drop, reply: bytes = b"", learned: Learned | None = None) -> None:
        super().__init__(reason)
        self.refusal = Refusal(reason, reply, learned)


class Memory:
    """What one receiver remembers between datagrams; bounded, oldest forgotten first."""

    def __init__(self, clocks: Mapping[bytes, EngineClock] | None = None) -> None:
        self.clocks: dict[bytes, EngineClock] = dict(clocks or {})
        self._before: Mapping[bytes, EngineClock] = dict(self.clocks)
        self.changed: set[bytes] = set()
        self._digests: OrderedDict[bytes, float] = OrderedDict()
        self._informs: OrderedDict[tuple[str, int], float] = OrderedDict()

    def first_time(self, digest: bytes, now: float) -> bool:
        """Tell whether no trap with this digest came within the time window, and remember it."""
        return _remember(self._digests, digest, now, keep_s=2 * usm.WINDOW_S)

    def from_before(self, secured: Secured) -> bool:
        """Tell whether a message is no newer than what the last receiver heard of its engine.

        Which digests that one saw is not known, so that anything up to there may be a replay.
        """
        last = self._before.get(secured.engine_id)
        return last is not None and (secured.boots, secured.time) <= (last.boots, last.time)

    def hear(self, secured: Secured, now: float) -> None:
        """Note boots and time of an authentic message."""
        known = self.clocks.get(secured.engine_id)
        clock = EngineClock(secured.boots, secured.time, now)
        if known is not None:
            clock = known.heard(secured.boots, secured.time, now)
        if clock != known:
            self.clocks[secured.engine_id] = clock
            self.changed.add(secured.engine_id)

    def stored(self, key: tuple[str, int], now: float) -> None:
        """Remember that the inform is committed, so that a repetition is only answered."""
        _remember(self._informs, key, now, keep_s=INFORM_MEMORY_S)

    def is_stored(self, key: tuple[str, int], now: float) -> bool:
        """Tell whether the inform was committed within the last five minutes."""
        at = self._informs.get(key)
        return at is not None and now - at <= INFORM_MEMORY_S


def _remember(seen: OrderedDict[K, float], key: K, now: float, *, keep_s: float) -> bool:
    while seen and (len(seen) >= REMEMBERED or now - next(iter(seen.values())) > keep_s):
        seen.popitem(last=False)
    if key in seen:
        return False
    seen[key] = now
    return True


@lru_cache(maxsize=16_384)
def covers(networks: tuple[str, ...], address: str) -> bool:
    """Tell whether `address` lies in one of `networks`."""
    ip = ip_address(address)
    return any(ip in ip_network(network) for network in networks)


@dataclass(slots=True)
class Gate:
    """Decides about datagrams by a book, a memory and our own engine."""

    book: Book
    memory: Memory
    own: OwnEngine

    def admit(self, datagram: bytes, address: str, now: float) -> Admitted | Refusal:
        """Decide about a datagram that came from `address` at `now`, in seconds.

        Raises nothing. An Admitted trap counts as seen; an inform only once `memory.stored`
        says so, since it may yet fail to be committed.
        """
        try:
            if message.version(datagram) == Version.V3:
                return self._secured(usm.parse(datagram), address, now)
            return self._plain(datagram, address)
        except Malformed:
            return Refusal(Drop.MALFORMED)
        except _Refused as refused:
            return refused.refusal

    def _plain(self, datagram: bytes, address: str) -> Admitted:
        found = message.envelope(datagram)
        source = self._by_community(found.community, address)
        inform = None
        if found.inform:
            number = message.request_id(datagram[found.start : found.stop])
            inform = Inform((address, number), message.response(datagram, found))
        return Admitted(source, found.version, message.masked(datagram, found), inform)

    def _by_community(self, community: bytes, address: str) -> Source:
        for source in self.book.communities.get(community, ()):
            if covers(source.networks, address):
                return source
        known = any(covers(source.networks, address) for source in self.book.sources())
        raise _Refused(Drop.WRONG_COMMUNITY if known else Drop.UNKNOWN_SOURCE)

    def _secured(self, secured: Secured, address: str, now: float) -> Admitted:
        users = self.book.users.values()
        if not any(covers(user.source.networks, address) for user in users):
            raise _Refused(Drop.UNKNOWN_SOURCE)
        user = self._user(secured, address)
        self._check_engine(secured, user)
        if secured.engine_id == self.own.engine_id:
            return self._inform(secured, user, address)
        return self._trap(secured, user, now)

    def _user(self, secured: Secured, address: str) -> User:
        if self._asks_who_we_are(secured):
            reply = usm.report(secured, self.own, usm.UNKNOWN_ENGINE)
            raise _Refused(Drop.UNKNOWN_ENGINE, reply)
        user = self.book.users.get(secured.user)
        if user is None or not covers(user.source.networks, address):
            raise _Refused(Drop.UNKNOWN_USER)
        if secured.level.rank < user.keys.level.rank:
            raise _Refused(Drop.BELOW_LEVEL)
        if not user.keys.reach(secured.level):
            raise _Refused(Drop.ABOVE_KEYS)
        if user.keys.level is not Level.NONE and not usm.authentic(secured, user.keys):
            raise _Refused(Drop.WRONG_DIGEST)
        return user

    def _asks_who_we_are(self, secured: Secured) -> bool:
        """Tell whether this is discovery: a question about our engine id, boots and time."""
        unknown = secured.engine_id not in self.book.engines
        return secured.reportable and unknown and secured.engine_id != self.own.engine_id

    def _check_engine(self, secured: Secured, user: User) -> None:
        if secured.engine_id == self.own.engine_id:
            return
        if user.id not in self.book.engines.get(secured.engine_id, ()):
            # Without a key anybody could fill the list.
            proven = user.learn and user.keys.level is not Level.NONE
            learned = Learned(secured.engine_id, user.id) if proven else None
            raise _Refused(Drop.UNKNOWN_ENGINE, learned=learned)

    def _trap(self, secured: Secured, user: User, now: float) -> Admitted:
        if user.keys.level is not Level.NONE:
            self._check_time(secured, now)
        if _opened(secured, user.keys).tag != message.TRAP_V2:
            raise _Refused(Drop.NOT_A_TRAP)
        return self._kept(secured, user)

    def _check_time(self, secured: Secured, now: float) -> None:
        never = EngineClock(0, 0, now)
        clock = self.memory.clocks.get(secured.engine_id, never)
        if not clock.accepts(secured.boots, secured.time, now):
            raise _Refused(Drop.NOT_IN_TIME)
        seen = not self.memory.first_time(secured.digest, now)
        if seen or self.memory.from_before(secured):
            raise _Refused(Drop.REPLAY)
        self.memory.hear(secured, now)

    def _inform(self, secured: Secured, user: User, address: str) -> Admitted:
        if user.keys.level is not Level.NONE and not usm.in_our_time(secured, self.own):
            reply = usm.report(secured, self.own, usm.NOT_IN_TIME, user.keys)
            raise _Refused(Drop.NOT_IN_TIME, reply if secured.reportable else b"")
        inside = _opened(secured, user.keys)
        if inside.tag != message.INFORM:
            raise _Refused(Drop.NOT_A_TRAP)
        number = message.request_id(inside.content)
        reply = usm.response(secured, self.own, user.keys, inside)
        return self._kept(secured, user, Inform((address, number), reply))

    @staticmethod
    def _kept(secured: Secured, user: User, inform: Inform | None = None) -> Admitted:
        return Admitted(
            user.source, Version.V3, secured.datagram, inform, user.id, secured.engine_id
        )


def _opened(secured: Secured, keys: Keys) -> Scoped:
    try:
        return usm.scoped_pdu(secured, keys)
    except Malformed:
        reason = Drop.UNDECRYPTABLE if secured.level is Level.PRIV else Drop.MALFORMED
        raise _Refused(reason) from None
