"""What a receiver reads from the database and writes to it."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from itsm.kernel.work import Work
from itsm.monitoring.snmp import queries
from itsm.monitoring.snmp.gate import Book, Drop, Learned, Source, User
from itsm.monitoring.snmp.known import keys_of
from itsm.monitoring.snmp.models import (
    EngineState,
    TrapDrop,
    TrapEngine,
    TrapReceiver,
    TrapSource,
    TrapUser,
)
from itsm.monitoring.snmp.spool import Record
from itsm.monitoring.snmp.usm import EngineClock
from itsm.platform import intake, outbox
from itsm.platform.intake import Message

ENGINE_HEAD = bytes.fromhex("80007ed905")
"""RFC 3411: the enterprise for documentation (RFC 5612), then octets of our own choice."""
MOST_WAITING = 1000
"""Most engines of one user that may wait for approval."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A receiver as the database knows it, at its present start."""

    id: int
    engine_id: bytes
    boots: int
    spool_file: str
    spool_offset: int


@dataclass(slots=True)
class Heard:
    """How often an engine that is not approved sent, and from where the last time."""

    address: str
    count: int = 1


@dataclass(slots=True)
class Tally:
    """What happened since it was last written down."""

    accepted: int = 0
    drops: Counter[Drop] = field(default_factory=Counter)
    addresses: dict[Drop, str] = field(default_factory=dict)
    learned: dict[Learned, Heard] = field(default_factory=dict)

    def drop(self, reason: Drop, address: str = "", count: int = 1) -> None:
        """Count datagrams that were not kept."""
        self.drops[reason] += count
        self.addresses[reason] = address

    def learn(self, learned: Learned, address: str) -> None:
        """Count a trap of an engine that has proved its key and is not approved."""
        known = self.learned.get(learned)
        self.learned[learned] = Heard(address, known.count + 1 if known else 1)


def register(work: Work, name: str) -> Identity:
    """Return who the receiver `name` is, one boot later than at its last start."""
    row = queries.receiver_named(work, name)
    if row is None:
        chosen = (ENGINE_HEAD + secrets.token_bytes(8)).hex()
        row = TrapReceiver(name=name, engine_id=chosen, boots=0, beat_at=work.now)
    row.boots += 1
    row.started_at = row.beat_at = work.now
    work.add(row)
    engine_id = bytes.fromhex(row.engine_id)
    return Identity(row.id, engine_id, row.boots, row.spool_file, row.spool_offset)


def load_book(work: Work) -> Book:
    """Return who may send, as of now."""
    rows = queries.all_sources(work)
    sources = {row.id: _source(work, row) for row in rows}
    communities: defaultdict[bytes, list[Source]] = defaultdict(list)
    for source in sources.values():
        if source.community is not None:
            communities[source.community].append(source)
    users = queries.all_users(work)
    return Book(
        communities={community: tuple(group) for community, group in communities.items()},
        users={row.name: _user(work, row, sources[row.source_id]) for row in users},
        engines=_approved(users),
    )


def load_clocks(work: Work) -> Mapping[bytes, EngineClock]:
    """Return what was last heard from each v3 engine."""
    clocks: dict[bytes, EngineClock] = {}
    for user in queries.all_users(work):
        for engine in user.engines:
            if engine.heard_at is None:
                continue
            engine_id = bytes.fromhex(engine.engine_id)
            clock = EngineClock(engine.boots, engine.time, engine.heard_at.timestamp())
            known = clocks.get(engine_id, clock)
            clocks[engine_id] = max(known, clock, key=lambda one: (one.boots, one.time))
    return clocks


def store(work: Work, records: Sequence[Record]) -> None:
    """Keep accepted datagrams in the ledger and have them read."""
    intake.keep_many(work, [_message(record) for record in records])
    outbox.put(work, "snmp.read", {})


def mark_spool(work: Work, receiver_id: int, name: str, offset: int) -> None:
    """Note how far the spool was taken in, in the transaction that took it in."""
    work.session.execute(
        update(TrapReceiver)
        .where(TrapReceiver.id == receiver_id)
        .values(spool_file=name, spool_offset=offset)
        .execution_options(synchronize_session=False)
    )


def write_down(
    work: Work, receiver_id: int, tally: Tally, clocks: Mapping[bytes, EngineClock]
) -> None:
    """Keep what was counted, the clocks of engines, and the engines that wait for approval."""
    values: dict[str, object] = {"beat_at": work.now}
    if tally.accepted:
        values["accepted"] = TrapReceiver.accepted + tally.accepted
        values["accepted_at"] = work.now
    work.session.execute(
        update(TrapReceiver)
        .where(TrapReceiver.id == receiver_id)
        .values(values)
        .execution_options(synchronize_session=False)
    )
    for reason, count in tally.drops.items():
        _add_drops(work, receiver_id, reason, count, tally.addresses[reason])
    _keep_clocks(work, clocks)
    _list_engines(work, tally.learned)


def _message(record: Record) -> Message:
    return Message(
        door=queries.DOOR,
        kind=record.kind,
        body=record.body,
        address=record.address,
        source_id=record.source_id,
        received_at=datetime.fromtimestamp(record.at, UTC),
    )


def _source(work: Work, row: TrapSource) -> Source:
    networks = row.networks if isinstance(row.networks, list) else []
    community = work.vault.open(row.community).encode() if row.community else None
    return Source(row.id, row.integration_id, tuple(map(str, networks)), community)


def _user(work: Work, row: TrapUser, source: Source) -> User:
    return User(row.id, source, keys_of(work, row), row.learn)


def _approved(users: Iterable[TrapUser]) -> dict[bytes, frozenset[int]]:
    approved: defaultdict[bytes, set[int]] = defaultdict(set)
    for user in users:
        for engine in user.engines:
            if engine.state is EngineState.APPROVED:
                approved[bytes.fromhex(engine.engine_id)].add(user.id)
    return {engine_id: frozenset(ids) for engine_id, ids in approved.items()}


def _add_drops(work: Work, receiver_id: int, reason: Drop, count: int, address: str) -> None:
    dialect = sqlite if work.session.get_bind().dialect.name == "sqlite" else postgresql
    latest = {"last_at": work.now, "last_address": address[:64]}
    statement = dialect.insert(TrapDrop).values(
        receiver_id=receiver_id, reason=reason, count=count, **latest
    )
    work.session.execute(
        statement.on_conflict_do_update(
            index_elements=["receiver_id", "reason"],
            set_={"count": TrapDrop.count + count, **latest},
        )
    )


def _keep_clocks(work: Work, clocks: Mapping[bytes, EngineClock]) -> None:
    known = {engine_id.hex(): clock for engine_id, clock in clocks.items()}
    for row in queries.engines_known_as(work, known) if known else ():
        clock = known[row.engine_id]
        row.boots, row.time = clock.boots, clock.time
        row.heard_at = datetime.fromtimestamp(clock.heard_at, UTC)


def _list_engines(work: Work, heard: Mapping[Learned, Heard]) -> None:
    """List engines that wait for approval, and count those that are listed again.

    Those that a user has too many of already are left out.
    """
    if not heard:
        return
    rows = queries.engines_known_as(work, {learned.engine_id.hex() for learned in heard})
    listed = {(row.engine_id, row.user_id): row for row in rows}
    waiting: dict[int, int] = {}
    for learned, last in heard.items():
        row = listed.get((learned.engine_id.hex(), learned.user_id))
        if row is None:
            row = _new_engine(work, learned, waiting)
        if row is not None:
            row.count += last.count
            row.last_seen, row.address = work.now, last.address[:64]


def _new_engine(work: Work, learned: Learned, waiting: dict[int, int]) -> TrapEngine | None:
    user_id = learned.user_id
    if user_id not in waiting:
        waiting[user_id] = queries.engine_count(work, user_id, EngineState.WAITING)
    if waiting[user_id] >= MOST_WAITING:
        return None
    waiting[user_id] += 1
    row = TrapEngine(
        engine_id=learned.engine_id.hex(),
        user_id=user_id,
        state=EngineState.WAITING,
        count=0,
        created_at=work.now,
    )
    work.session.add(row)
    return row
