"""What reading a kept trap needs to know: sources, v3 users, engines and rules."""

from collections.abc import Mapping
from dataclasses import dataclass

from itsm.kernel.work import Work
from itsm.monitoring.snmp import agent as agents
from itsm.monitoring.snmp import builtin, message, queries, usm
from itsm.monitoring.snmp.agent import Agent
from itsm.monitoring.snmp.ber import Malformed
from itsm.monitoring.snmp.models import TrapRule, TrapSource, TrapUser
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


class Known:
    """What reading needs to know: rules, sources, and v3 users with their engines."""

    def __init__(self, work: Work) -> None:
        self._work = work
        own = [own_rule(row) for row in queries.enabled_rules(work)]
        self.book = RuleBook([*own, *builtin.RULES])
        self.sources = {source.id: source for source in queries.all_sources(work)}
        self._users: dict[str, tuple[TrapUser, Keys]] | None = None

    def user(self, name: str) -> tuple[TrapUser, Keys] | None:
        """Return a v3 user and its keys; the users are read when the first is asked for."""
        if self._users is None:
            users = queries.all_users(self._work)
            self._users = {user.name: (user, keys_of(self._work, user)) for user in users}
        return self._users.get(name)


def open_row(known: Known, row: IntakeRow) -> Opened:
    """Decode one kept trap. Raises Malformed with the reason for the operator."""
    source = known.sources.get(row.source_id or 0)
    if source is None:
        raise Malformed("its trap source is gone or switched off")
    engine_host = ""
    if message.version(row.body) == Version.V3:
        trap, engine_host = _open_secured(known, row.body)
    else:
        trap = message.decode(row.body)
    found = agents.identify(trap, row.address, trusted=source.trusted, engine_host=engine_host)
    return Opened(row.id, source, row.address, trap, found)


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


def _open_secured(known: Known, datagram: bytes) -> tuple[Trap, str]:
    secured = usm.parse(datagram)
    found = known.user(secured.user)
    if found is None:
        raise Malformed("its v3 user is gone")
    user, keys = found
    engine_id = secured.engine_id.hex()
    host = next((engine.host for engine in user.engines if engine.engine_id == engine_id), "")
    return usm.trap(secured, keys), host
