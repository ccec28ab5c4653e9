"""Every SELECT of trap intake. All of it is administration: who may read one may read all."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import contains_eager, joinedload, undefer

from itsm.assets.models import Ci
from itsm.assets.states import State as CiState
from itsm.kernel.access import Permission
from itsm.kernel.errors import NotFound
from itsm.kernel.work import Work
from itsm.monitoring.models import Integration
from itsm.monitoring.snmp.models import (
    EngineState,
    Mib,
    MibName,
    MibState,
    ProblemState,
    TrapDrop,
    TrapEngine,
    TrapProblem,
    TrapReceiver,
    TrapRule,
    TrapSource,
    TrapUnmatched,
    TrapUser,
)
from itsm.monitoring.snmp.names import Name
from itsm.monitoring.snmp.smi import Kind
from itsm.platform.intake import IntakeRow, IntakeState

DOOR = "snmp"
PAGE = 50
MOST_NAMES = 500
MOST_ENGINES = 200
MOST_ASKED = 500
"""Most OIDs that one statement asks for."""


def source(work: Work, source_id: int) -> TrapSource:
    """Return a source with its integration. Raises NotFound."""
    work.must(Permission.TRAP_READ)
    query = select(TrapSource).options(joinedload(TrapSource.integration))
    found = work.session.scalar(query.where(TrapSource.id == source_id))
    if found is None:
        raise NotFound("there is no such trap source")
    return found


def sources(work: Work) -> Sequence[TrapSource]:
    """Return all sources by name, each with its integration."""
    work.must(Permission.TRAP_READ)
    query = select(TrapSource).options(joinedload(TrapSource.integration))
    return work.session.scalars(query.order_by(TrapSource.name)).all()


def user(work: Work, user_id: int) -> TrapUser:
    """Return a v3 user with its source and engines. Raises NotFound."""
    work.must(Permission.TRAP_READ)
    query = select(TrapUser).options(joinedload(TrapUser.source), joinedload(TrapUser.engines))
    found = work.session.scalars(query.where(TrapUser.id == user_id)).unique().one_or_none()
    if found is None:
        raise NotFound("there is no such v3 user")
    return found


def users(work: Work) -> Sequence[TrapUser]:
    """Return all v3 users by name, each with its source."""
    work.must(Permission.TRAP_READ)
    query = select(TrapUser).options(joinedload(TrapUser.source))
    return work.session.scalars(query.order_by(TrapUser.name)).all()


def engine_counts(work: Work) -> dict[tuple[int, EngineState], int]:
    """Return how many engines each v3 user has in each state."""
    work.must(Permission.TRAP_READ)
    query = select(TrapEngine.user_id, TrapEngine.state, func.count())
    rows = work.session.execute(query.group_by(TrapEngine.user_id, TrapEngine.state))
    return {(user_id, state): count for user_id, state, count in rows}


def engines_of(work: Work, user_id: int, part: str = "") -> Sequence[TrapEngine]:
    """Return a user's engines, the newest first, with the CI of each.

    `part` is looked for in engine id, host and address.
    """
    work.must(Permission.TRAP_READ)
    query = select(TrapEngine).options(joinedload(TrapEngine.ci))
    query = query.where(TrapEngine.user_id == user_id)
    if part:
        columns = (TrapEngine.engine_id, TrapEngine.host, TrapEngine.address)
        looked = part.lower()
        query = query.where(
            or_(*(func.lower(one).contains(looked, autoescape=True) for one in columns))
        )
    return work.session.scalars(query.order_by(TrapEngine.id.desc()).limit(MOST_ENGINES)).all()


def tied_engines(work: Work) -> Sequence[TrapEngine]:
    """Return the approved engines that are tied to a host or to a CI in use, with the CI."""
    query = select(TrapEngine).outerjoin(TrapEngine.ci).options(contains_eager(TrapEngine.ci))
    in_use = and_(TrapEngine.ci_id.is_not(None), Ci.state != CiState.RETIRED)
    tied = or_(TrapEngine.host != "", in_use)
    return work.session.scalars(query.where(TrapEngine.state == EngineState.APPROVED, tied)).all()


def engine(work: Work, engine_row_id: int) -> TrapEngine:
    """Return a v3 engine with its user. Raises NotFound."""
    work.must(Permission.TRAP_READ)
    query = select(TrapEngine).options(joinedload(TrapEngine.user))
    found = work.session.scalar(query.where(TrapEngine.id == engine_row_id))
    if found is None:
        raise NotFound("there is no such engine")
    return found


def waiting_engines(work: Work) -> Sequence[TrapEngine]:
    """Return the engines that wait for a decision, the newest first."""
    work.must(Permission.TRAP_READ)
    query = select(TrapEngine).options(joinedload(TrapEngine.user))
    query = query.where(TrapEngine.state == EngineState.WAITING)
    return work.session.scalars(query.order_by(TrapEngine.id.desc()).limit(PAGE)).all()


def engine_count(work: Work, user_id: int, state: EngineState) -> int:
    """Return how many engines of a user are in `state`."""
    query = select(func.count()).select_from(TrapEngine)
    same = (TrapEngine.user_id == user_id, TrapEngine.state == state)
    return work.session.scalar(query.where(*same)) or 0


def engines_known_as(work: Work, engine_ids: Iterable[str]) -> Sequence[TrapEngine]:
    """Return the rows of these engines, of whatever user."""
    query = select(TrapEngine).where(TrapEngine.engine_id.in_(list(engine_ids)))
    return work.session.scalars(query).all()


def rule(work: Work, rule_id: int) -> TrapRule:
    """Return a rule of the instance's own. Raises NotFound."""
    work.must(Permission.TRAP_READ)
    found = work.session.get(TrapRule, rule_id)
    if found is None:
        raise NotFound("there is no such trap rule")
    return found


def rules(work: Work) -> Sequence[TrapRule]:
    """Return the instance's own rules in order of precedence."""
    work.must(Permission.TRAP_READ)
    query = select(TrapRule).order_by(TrapRule.position, TrapRule.id)
    return work.session.scalars(query).all()


def unmatched(work: Work) -> Sequence[TrapUnmatched]:
    """Return the trap OIDs without a rule, the latest first."""
    work.must(Permission.TRAP_READ)
    query = select(TrapUnmatched).order_by(TrapUnmatched.last_seen.desc()).limit(PAGE)
    return work.session.scalars(query).all()


def drops(work: Work) -> Sequence[TrapDrop]:
    """Return what receivers did not keep, the most frequent first, each with its receiver."""
    work.must(Permission.TRAP_READ)
    query = select(TrapDrop).join(TrapDrop.receiver).options(contains_eager(TrapDrop.receiver))
    return work.session.scalars(query.order_by(TrapDrop.count.desc())).all()


def receivers(work: Work) -> Sequence[TrapReceiver]:
    """Return the receiver processes, the one heard of last first."""
    work.must(Permission.TRAP_READ)
    query = select(TrapReceiver).order_by(TrapReceiver.beat_at.desc()).limit(PAGE)
    return work.session.scalars(query).all()


def receiver_named(work: Work, name: str) -> TrapReceiver | None:
    """Return the row of one receiver process."""
    return work.session.scalar(select(TrapReceiver).where(TrapReceiver.name == name))


def recent_traps(work: Work) -> Sequence[IntakeRow]:
    """Return the latest kept traps with their bytes, the newest first."""
    work.must(Permission.TRAP_READ)
    query = select(IntakeRow).options(undefer(IntakeRow.body)).where(IntakeRow.door == DOOR)
    return work.session.scalars(query.order_by(IntakeRow.id.desc()).limit(PAGE)).all()


def kept_trap(work: Work, intake_id: int) -> IntakeRow:
    """Return one kept trap with its bytes. Raises NotFound."""
    work.must(Permission.TRAP_READ)
    query = select(IntakeRow).options(undefer(IntakeRow.body))
    found = work.session.scalar(query.where(IntakeRow.id == intake_id, IntakeRow.door == DOOR))
    if found is None:
        raise NotFound("there is no such kept trap")
    return found


def unread(work: Work, limit: int) -> Sequence[IntakeRow]:
    """Return the oldest kept traps that are not read yet, with their bytes."""
    query = select(IntakeRow).options(undefer(IntakeRow.body))
    mine = (IntakeRow.door == DOOR, IntakeRow.state == IntakeState.RECEIVED)
    return work.session.scalars(query.where(*mine).order_by(IntakeRow.id).limit(limit)).all()


def integration(work: Work, integration_id: int) -> Integration:
    """Return the integration of a source. Raises NotFound."""
    found = work.session.get(Integration, integration_id)
    if found is None:
        raise NotFound("there is no such integration")
    return found


def integration_named(work: Work, name: str) -> Integration | None:
    """Return the integration of this name, of whatever kind."""
    return work.session.scalar(select(Integration).where(Integration.name == name))


def integrations(work: Work) -> Sequence[Integration]:
    """Return the integrations that trap sources may belong to, by name."""
    work.must(Permission.TRAP_READ)
    query = select(Integration).where(Integration.kind == DOOR).order_by(Integration.name)
    return work.session.scalars(query).all()


def problems(work: Work, keys: Iterable[tuple[int, str, str]]) -> Sequence[TrapProblem]:
    """Return the problems with these (integration id, agent, key)."""
    names = tuple_(TrapProblem.integration_id, TrapProblem.agent, TrapProblem.key)
    return work.session.scalars(select(TrapProblem).where(names.in_(list(keys)))).all()


def unsettled_by(work: Work, integration_id: int, agent: str, head: str) -> Sequence[TrapProblem]:
    """Return the problems of one agent that are not stale and whose key begins with `head`."""
    same = (TrapProblem.integration_id == integration_id, TrapProblem.agent == agent)
    query = select(TrapProblem).where(*same, TrapProblem.state != ProblemState.STALE)
    query = query.where(TrapProblem.key.startswith(head, autoescape=True))
    return work.session.scalars(query.order_by(TrapProblem.id)).all()


def stale_problems(work: Work, integration_id: int, agent: str) -> Sequence[TrapProblem]:
    """Return the stale problems of one agent."""
    same = (TrapProblem.integration_id == integration_id, TrapProblem.agent == agent)
    query = select(TrapProblem).where(*same, TrapProblem.state == ProblemState.STALE)
    return work.session.scalars(query.order_by(TrapProblem.id)).all()


def held_problems(work: Work) -> Sequence[TrapProblem]:
    """Return the problems that are held back or stale, the latest first."""
    work.must(Permission.TRAP_READ)
    query = select(TrapProblem).where(TrapProblem.state != ProblemState.OPEN)
    return work.session.scalars(query.order_by(TrapProblem.seen_at.desc()).limit(PAGE)).all()


def all_sources(work: Work) -> Sequence[TrapSource]:
    """Return the sources that are switched on, for the receiver and the reader."""
    return work.session.scalars(select(TrapSource).where(TrapSource.enabled)).all()


def all_users(work: Work) -> Sequence[TrapUser]:
    """Return the v3 users of sources that are switched on, with source and engines."""
    query = select(TrapUser).join(TrapUser.source).where(TrapSource.enabled)
    query = query.options(contains_eager(TrapUser.source), joinedload(TrapUser.engines))
    return work.session.scalars(query).unique().all()


def enabled_rules(work: Work) -> Sequence[TrapRule]:
    """Return the rules that are switched on, in order of precedence."""
    query = select(TrapRule).where(TrapRule.enabled)
    return work.session.scalars(query.order_by(TrapRule.position, TrapRule.id)).all()


def unmatched_count(work: Work) -> int:
    """Return how many trap OIDs without a rule are listed."""
    return work.session.scalar(select(func.count()).select_from(TrapUnmatched)) or 0


def unmatched_known(work: Work, oids: Iterable[str]) -> set[str]:
    """Return those of `oids` that are listed as without a rule."""
    query = select(TrapUnmatched.oid).where(TrapUnmatched.oid.in_(list(oids)))
    return set(work.session.scalars(query))


def mib(work: Work, mib_id: int) -> Mib:
    """Return an uploaded MIB module without its text. Raises NotFound."""
    work.must(Permission.TRAP_READ)
    found = work.session.get(Mib, mib_id)
    if found is None:
        raise NotFound("there is no such MIB")
    return found


def mibs(work: Work) -> Sequence[Mib]:
    """Return the uploaded MIB modules by name, without their texts."""
    work.must(Permission.TRAP_READ)
    return work.session.scalars(select(Mib).order_by(Mib.name)).all()


def mibs_in(work: Work, state: MibState) -> Sequence[Mib]:
    """Return the uploaded MIB modules in one state."""
    return work.session.scalars(select(Mib).where(Mib.state == state).order_by(Mib.id)).all()


def mib_named(work: Work, name: str) -> Mib | None:
    """Return the uploaded MIB module of this name."""
    return work.session.scalar(select(Mib).where(Mib.name == name))


def mib_to_compile(work: Work, mib_id: int) -> Mib | None:
    """Return a MIB module with its text, None if it was removed; nobody else compiles it now."""
    query = select(Mib).options(undefer(Mib.text)).where(Mib.id == mib_id)
    return work.session.scalar(query.with_for_update())


def ready_mibs(work: Work, names: Iterable[str]) -> dict[str, Mib]:
    """Return those of these MIB modules that are compiled, by name, with their types."""
    query = select(Mib).options(undefer(Mib.types)).where(Mib.state == MibState.READY)
    rows = work.session.scalars(query.where(Mib.name.in_(list(names))))
    return {row.name: row for row in rows}


def oids_in(work: Work, mib_id: int, names: Iterable[str]) -> dict[str, str]:
    """Return the OIDs of these names as one module defines them."""
    query = select(MibName.name, MibName.oid).where(MibName.mib_id == mib_id)
    rows = work.session.execute(query.where(MibName.name.in_(list(names))))
    return {row.name: row.oid for row in rows}


def names_in(work: Work, mib_id: int, head: str = "") -> Sequence[MibName]:
    """Return the first names of a module that begin with `head`, traps before all others."""
    work.must(Permission.TRAP_READ)
    query = select(MibName).where(MibName.mib_id == mib_id)
    query = query.where(func.lower(MibName.name).startswith(head.lower(), autoescape=True))
    traps_first = (MibName.kind != Kind.TRAP, MibName.id)
    return work.session.scalars(query.order_by(*traps_first).limit(MOST_NAMES)).all()


def uploaded_names(work: Work, oids: Collection[str]) -> dict[str, Name]:
    """Return what uploaded MIBs call these OIDs; the module uploaded first wins."""
    if not oids or not work.session.scalar(select(exists().select_from(MibName))):
        return {}
    ordered = sorted(oids)
    found: dict[str, Name] = {}
    for at in range(0, len(ordered), MOST_ASKED):
        query = select(MibName).where(MibName.oid.in_(ordered[at : at + MOST_ASKED]))
        for row in work.session.scalars(query.order_by(MibName.mib_id)):
            found.setdefault(
                row.oid, Name(row.name, words(row.words), row.hint, row.kind, row.description)
            )
    return found


def uploaded_oids(work: Work, name: str) -> list[tuple[str, str]]:
    """Return (module, OID) of each uploaded MIB that defines `name`."""
    query = select(Mib.name, MibName.oid).join(MibName.mib).where(MibName.name == name)
    return [(module, oid) for module, oid in work.session.execute(query.order_by(Mib.name))]


def words(stored: object) -> dict[int, str]:
    """Return stored value words by their numbers."""
    known = stored if isinstance(stored, dict) else {}
    return {int(number): str(word) for number, word in known.items()}
