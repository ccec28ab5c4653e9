"""What reading a kept trap needs to know: sources, v3 users, engines and rules."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from itsm.kernel.work import Work
from itsm.monitoring.snmp import agent as agents
from itsm.monitoring.snmp import builtin, message, queries, usm
from itsm.monitoring.snmp.agent import Agent
from itsm.monitoring.snmp.ber import Malformed
from itsm.monitoring.snmp.models import TrapEngine, TrapRule, TrapSource, TrapUser
from itsm.monitoring.snmp.names import SHIPPED, Names, heads, spoken_of
from itsm.monitoring.snmp.rules import Condition, Rule, RuleBook, Test
from itsm.monitoring.snmp.trap import Trap, Version
from itsm.monitoring.snmp.usm import Keys
from itsm.platform.intake import IntakeRow


@dataclass(frozen=True, slots=True)
class Opened:
    """A kept trap once it is decoded."""

    row_id: int
    source: TrapSource
    sender: str
    trap: Trap
    agent: Agent
    ci_id: int | None = None
    """The CI that its v3 engine is tied to."""


class Known:
    """What reading needs to know: rules, sources, and v3 users with their engines."""

    def __init__(self, work: Work) -> None:
        self._work = work
        own = [own_rule(row) for row in queries.enabled_rules(work)]
        self._rules = [*own, *builtin.rules()]
        self.book = RuleBook(self._rules, SHIPPED)
        self.sources = {source.id: source for source in queries.all_sources(work)}
        self._users: dict[str, tuple[TrapUser, Keys]] | None = None
        self._engines: dict[tuple[int, str], TrapEngine] | None = None

    @property
    def names(self) -> Names:
        """The names by which traps are read."""
        return self.book.names

    def learn_names(self, opened: Iterable[Opened]) -> None:
        """Take in what uploaded MIBs say of everything in these traps."""
        oids = heads(oid for one in opened for oid in spoken_of(one.trap))
        self.book = RuleBook(self._rules, Names(queries.uploaded_names(self._work, oids)))

    def user(self, name: str) -> tuple[TrapUser, Keys] | None:
        """Return a v3 user and its keys; the users are read when the first is asked for."""
        if self._users is None:
            users = queries.all_users(self._work)
            self._users = {user.name: (user, keys_of(self._work, user)) for user in users}
        return self._users.get(name)

    def engine(self, user_id: int, engine_id: str) -> TrapEngine | None:
        """Return an engine of a user if it is tied to a host or a CI."""
        if self._engines is None:
            engines = queries.tied_engines(self._work)
            self._engines = {(engine.user_id, engine.engine_id): engine for engine in engines}
        return self._engines.get((user_id, engine_id))


def open_row(known: Known, row: IntakeRow) -> Opened:
    """Decode one kept trap. Raises Malformed with the reason for the operator."""
    source = known.sources.get(row.source_id or 0)
    if source is None:
        raise Malformed("its trap source is gone or switched off")
    engine = None
    if message.version(row.body) == Version.V3:
        trap, engine = _open_secured(known, row.body)
    else:
        trap = message.decode(row.body)
    found = agents.identify(trap, row.address, trusted=source.trusted, engine_host=_host(engine))
    return Opened(row.id, source, row.address, trap, found, engine.ci_id if engine else None)


def own_rule(row: TrapRule) -> Rule:
    """Return a stored rule as the matching takes it."""
    conditions = row.conditions if isinstance(row.conditions, list) else []
    levels = row.severity_map if isinstance(row.severity_map, dict) else {}
    clears = row.clears if isinstance(row.clears, list) else []
    return Rule(
        name=row.name,
        oid=row.oid,
        prefix=row.prefix,
        group=row.group,
        conditions=tuple(_condition(one) for one in conditions if isinstance(one, dict)),
        raises=row.raises,
        severity=row.severity,
        severity_field=row.severity_field,
        severity_map={str(word): str(level) for word, level in levels.items()},
        title=row.title,
        body=row.body,
        key=row.key,
        clears=tuple(map(str, clears)),
        hold_s=row.hold_s,
    )


def keys_of(work: Work, user: TrapUser) -> Keys:
    """Return a v3 user's keys, decrypted."""
    return Keys(
        level=user.level,
        auth=user.auth,
        auth_key=_opened_key(work, user.auth_key),
        privacy=user.privacy,
        privacy_key=_opened_key(work, user.privacy_key),
    )


def _opened_key(work: Work, sealed: bytes | None) -> bytes:
    return bytes.fromhex(work.vault.open(sealed)) if sealed else b""


def _condition(stored: Mapping[str, object]) -> Condition:
    return Condition(str(stored["field"]), Test(str(stored["test"])), str(stored["value"]))


def _open_secured(known: Known, datagram: bytes) -> tuple[Trap, TrapEngine | None]:
    secured = usm.parse(datagram)
    found = known.user(secured.user)
    if found is None:
        raise Malformed("its v3 user is gone")
    user, keys = found
    return usm.trap(secured, keys), known.engine(user.id, secured.engine_id.hex())


def _host(engine: TrapEngine | None) -> str:
    if engine is None:
        return ""
    return engine.host or (engine.ci.name if engine.ci else "")
