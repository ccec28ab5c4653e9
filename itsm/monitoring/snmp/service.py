"""Who may send traps and what traps mean: the verbs of administrators."""

import secrets
from collections.abc import Mapping

from itsm.assets.models import Ci
from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid, Refused
from itsm.kernel.work import Work
from itsm.monitoring.events import IntegrationAdded
from itsm.monitoring.inputs import BURST, RATE_PER_MINUTE
from itsm.monitoring.models import Bucket, Integration
from itsm.monitoring.snmp import ciphers, names, queries
from itsm.monitoring.snmp.events import (
    TrapEngineDecided,
    TrapRuleRemoved,
    TrapRuleSaved,
    TrapSourceAdded,
    TrapSourceEdited,
    TrapUserAdded,
    TrapUserEdited,
    TrapUserRemoved,
)
from itsm.monitoring.snmp.inputs import (
    NO_OID,
    EditedSource,
    EditedUser,
    NewSource,
    NewUser,
    RuleInput,
)
from itsm.monitoring.snmp.models import EngineState, TrapEngine, TrapRule, TrapSource, TrapUser
from itsm.monitoring.snmp.usm import Level
from itsm.platform import intake, outbox
from itsm.platform.intake import IntakeState


def add_integration(work: Work, name: str) -> Integration:
    """Make an integration to which trap sources may belong; nothing can post to it over HTTP.

    Raises Denied, Invalid for a name that is taken. Emits IntegrationAdded.
    """
    work.must(Permission.INTEGRATION_EDIT)
    if queries.integration_named(work, name):
        raise Invalid("there is an integration of this name", {"name": "is in use"})
    row = work.add(
        Integration(
            kind=queries.DOOR,
            name=name,
            key_hash=work.vault.digest(secrets.token_urlsafe(32)),
            severity_map={},
            rate_per_minute=RATE_PER_MINUTE,
            burst=BURST,
            created_at=work.now,
        )
    )
    work.add(Bucket(integration_id=row.id, tokens=BURST, filled_at=work.now))
    work.emit(IntegrationAdded(integration_id=row.id, kind=row.kind, title=row.name))
    return row


def add_source(work: Work, source: NewSource) -> TrapSource:
    """Let devices in `source.networks` send traps, from within two seconds of the commit.

    The community is kept encrypted. Raises Denied, NotFound for the integration, Invalid for a
    name that is taken. Emits TrapSourceAdded, and IntegrationAdded where it makes one.
    """
    work.must(Permission.TRAP_EDIT)
    if any(other.name == source.name for other in queries.sources(work)):
        raise Invalid("another trap source has this name", {"name": "is in use"})
    integration = (
        add_integration(work, source.name)
        if source.integration_id is None
        else queries.integration(work, source.integration_id)
    )
    row = work.add(
        TrapSource(
            name=source.name,
            integration_id=integration.id,
            group=source.group,
            networks=list(source.networks),
            community=_sealed(work, source.community),
            trusted=source.trusted,
            created_at=work.now,
        )
    )
    row.integration = integration
    work.emit(TrapSourceAdded(trap_source_id=row.id, title=source.name, networks=source.networks))
    return row


def edit_source(work: Work, row: TrapSource, source: EditedSource) -> None:
    """Change what a source may do; an empty community keeps the present one.

    Raises Denied. Emits TrapSourceEdited naming the changed fields, if there are any.
    """
    work.must(Permission.TRAP_EDIT)
    values: dict[str, object] = {
        "networks": list(source.networks),
        "group": source.group,
        "trusted": source.trusted,
        "enabled": source.enabled,
    }
    if source.community:
        values["community"] = _sealed(work, source.community)
    changed = _change(row, values)
    if changed:
        work.emit(TrapSourceEdited(trap_source_id=row.id, changed=changed))


def add_user(work: Work, user: NewUser) -> TrapUser:
    """Let a v3 user send from the networks of its source; what is kept are keys, encrypted.

    Raises Denied, NotFound for the source, Invalid for a name that is taken. Emits TrapUserAdded.
    """
    work.must(Permission.TRAP_EDIT)
    source = queries.source(work, user.source_id)
    if any(other.name == user.name for other in queries.users(work)):
        raise Invalid("another v3 user has this name", {"name": "is in use"})
    row = TrapUser(
        name=user.name,
        source_id=source.id,
        level=user.level,
        auth=user.auth,
        auth_key=_key(work, user, user.auth_passphrase, Level.AUTH),
        privacy=user.privacy,
        privacy_key=_key(work, user, user.privacy_passphrase, Level.PRIV),
        learn=user.learn,
        created_at=work.now,
        engines=[_engine(work, engine_id) for engine_id in dict.fromkeys(user.engines)],
    )
    work.add(row)
    work.emit(TrapUserAdded(trap_user_id=row.id, title=row.name, level=row.level.value))
    return row


def edit_user(work: Work, user: TrapUser, edited: EditedUser) -> None:
    """Approve more engines of a v3 user, and say whether unknown ones are listed.

    Raises Denied, Invalid for a user that proves nothing. Emits TrapUserEdited if anything changed.
    """
    work.must(Permission.TRAP_EDIT)
    if edited.learn and user.level is Level.NONE:
        told = "without authentication an engine proves nothing"
        raise Invalid(told, {"learn": told})
    known = {engine.engine_id: engine for engine in user.engines}
    added: list[str] = []
    for engine_id in dict.fromkeys(edited.engines):
        engine = known.get(engine_id)
        if engine is None:
            user.engines.append(_engine(work, engine_id))
        elif engine.state is EngineState.APPROVED:
            continue
        else:
            engine.state = EngineState.APPROVED
        added.append(engine_id)
    if added or user.learn is not edited.learn:
        user.learn = edited.learn
        work.emit(
            TrapUserEdited(
                trap_user_id=user.id, title=user.name, learn=user.learn, engine_ids=tuple(added)
            )
        )


def remove_user(work: Work, user: TrapUser) -> None:
    """Let a v3 user send no more, and forget its engines.

    Raises Denied. Emits TrapUserRemoved.
    """
    work.must(Permission.TRAP_EDIT)
    work.session.delete(user)
    work.emit(TrapUserRemoved(trap_user_id=user.id, title=user.name))


def decide_engine(
    work: Work, engine: TrapEngine, state: EngineState, *, host: str = "", ci: Ci | None = None
) -> None:
    """Approve or refuse a v3 engine.

    `host` names the device that it is, for the CI mapping; with `ci` its traps are about that CI,
    whatever it is called. Raises Denied. Emits TrapEngineDecided.
    """
    work.must(Permission.TRAP_EDIT)
    engine.state = state
    engine.host = host.strip()[:255]
    engine.ci_id = ci.id if ci else None
    work.emit(
        TrapEngineDecided(
            trap_engine_id=engine.id,
            engine_id=engine.engine_id,
            state=state,
            host=engine.host,
            ci=ci.number if ci else "",
        )
    )


def save_rule(work: Work, rule: RuleInput, row: TrapRule | None = None) -> TrapRule:
    """Make a trap rule, or change `row` into it; it counts from the next trap on.

    Raises Denied, Invalid for a name that is taken and as `known_oid` does. Emits TrapRuleSaved.
    """
    work.must(Permission.TRAP_EDIT)
    rule = known_oid(work, rule)
    rules = queries.rules(work)
    if any(other.name == rule.name and other is not row for other in rules):
        raise Invalid("another trap rule has this name", {"name": "is in use"})
    if row is None:
        row = TrapRule(position=max((other.position for other in rules), default=0) + 1)
    _change(row, rule.model_dump(mode="json") | {"severity": rule.severity})
    work.add(row)
    work.emit(TrapRuleSaved(trap_rule_id=row.id, title=row.name, oid=row.oid))
    return row


def known_oid(work: Work, rule: RuleInput) -> RuleInput:
    """Return a rule whose OID is numbers, looked up where it is the name of an uploaded MIB.

    `MODULE::name` settles which MIB is meant. Raises Invalid for an unknown or ambiguous name.
    """
    if names.dotted(rule.oid):
        return rule
    module, _, name = rule.oid.rpartition("::")
    found = [(mib, oid) for mib, oid in queries.uploaded_oids(work, name) if module in ("", mib)]
    if not found:
        raise Invalid("the trap OID is none", {"oid": NO_OID})
    if len({oid for _, oid in found}) > 1:
        told = "is in several MIBs: write " + " or ".join(f"{mib}::{name}" for mib, _ in found)
        raise Invalid("the trap OID is ambiguous", {"oid": told})
    return rule.model_copy(update={"oid": found[0][1]})


def switch_rule(work: Work, row: TrapRule, *, enabled: bool) -> None:
    """Turn a trap rule on or off. Raises Denied. Emits TrapRuleSaved."""
    work.must(Permission.TRAP_EDIT)
    row.enabled = enabled
    work.emit(TrapRuleSaved(trap_rule_id=row.id, title=row.name, oid=row.oid))


def remove_rule(work: Work, row: TrapRule) -> None:
    """Remove a trap rule; alerts that it raised stay. Raises Denied. Emits TrapRuleRemoved."""
    work.must(Permission.TRAP_EDIT)
    work.session.delete(row)
    work.emit(TrapRuleRemoved(trap_rule_id=row.id, title=row.name))


def read_again(work: Work, intake_id: int) -> None:
    """Have a kept trap read again, as after a rule was made for it.

    Raises Denied, NotFound, or Refused for a trap that has raised something already.
    """
    work.must(Permission.INTAKE_REPLAY)
    row = queries.kept_trap(work, intake_id)
    if row.state not in (IntakeState.IGNORED, IntakeState.REJECTED):
        raise Refused("this trap has been read already")
    intake.finish(work, row.id, IntakeState.RECEIVED)
    outbox.put(work, "snmp.read", {})


def _sealed(work: Work, text: str) -> bytes | None:
    return work.vault.seal(text) if text else None


def _key(work: Work, user: NewUser, passphrase: str, level: Level) -> bytes | None:
    if user.level.rank < level.rank:
        return None
    return work.vault.seal(ciphers.passphrase_key(passphrase, user.auth).hex())


def _engine(work: Work, engine_id: str) -> TrapEngine:
    return TrapEngine(engine_id=engine_id, state=EngineState.APPROVED, created_at=work.now)


def _change(row: TrapSource | TrapRule, values: Mapping[str, object]) -> tuple[str, ...]:
    changed = tuple(name for name, value in values.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, values[name])
    return changed
