"""What can be asked about maintenance windows: which there are, what they cover, what runs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from itsm.assets import queries as assets
from itsm.assets.models import Ci
from itsm.kernel.access import Permission
from itsm.kernel.errors import NotFound
from itsm.kernel.work import Work
from itsm.monitoring.maintenance.models import MaintenanceScope, MaintenanceWindow
from itsm.monitoring.maintenance.recurrence import Occurrence, Plan
from itsm.monitoring.models import Alert, Integration, Suppression, Why
from itsm.monitoring.states import LOUD, State

LISTED = 100


@dataclass(frozen=True, slots=True)
class Windows:
    """All windows as a page lists them: open now, to come, and over."""

    running: Sequence[MaintenanceWindow]
    coming: Sequence[tuple[MaintenanceWindow, Occurrence]]
    over: Sequence[MaintenanceWindow]


@dataclass(frozen=True, slots=True)
class Cover:
    """What a window covers: CIs by id, and the ids of integrations."""

    cis: Mapping[int, str]
    integrations: frozenset[int]


def plan(row: MaintenanceWindow) -> Plan:
    """Return the rule of a window."""
    return Plan(
        zone=ZoneInfo(row.zone),
        starts=row.starts,
        ends=row.ends,
        repeats=row.repeats,
        every=row.every,
        days=frozenset(int(day) for day in row.days),
        until=row.until,
    )


def window(work: Work, window_id: int, *, lock: bool = False) -> MaintenanceWindow:
    """Return a window with what it covers. Raises Denied, NotFound."""
    work.must(Permission.ALERT_READ)
    query = _whole().where(MaintenanceWindow.id == window_id)
    if lock:
        query = query.with_for_update(of=MaintenanceWindow).execution_options(
            populate_existing=True
        )
    found = work.session.scalar(query)
    if found is None:
        raise NotFound("there is no such maintenance window")
    return found


def windows(work: Work) -> Windows:
    """Return the windows that run, those that come, soonest first, and the latest that are over."""
    work.must(Permission.ALERT_READ)
    newest = _whole().order_by(MaintenanceWindow.id.desc()).limit(LISTED)
    rows = work.session.scalars(newest).all()
    running = [row for row in rows if row.running_since is not None]
    coming = [
        (row, found)
        for row in rows
        if row.running_since is None and (found := upcoming(row, work.now)) is not None
    ]
    shown = {row.id for row in running} | {row.id for row, _ in coming}
    over = [row for row in rows if row.id not in shown]
    return Windows(running, sorted(coming, key=lambda pair: pair[1].starts_at), over)


def upcoming(row: MaintenanceWindow, now: datetime) -> Occurrence | None:
    """Return the next time of a window that has not begun yet, None if there is none."""
    if row.cancelled_at is not None:
        return None
    times = plan(row).after(now)
    return next((one for one in times if _is_new(row, one)), None)


def _is_new(row: MaintenanceWindow, one: Occurrence) -> bool:
    return row.done_until is None or one.starts_at >= row.done_until


def running(work: Work) -> Sequence[MaintenanceWindow]:
    """Return the windows that stand open, with what they cover."""
    query = _whole().where(MaintenanceWindow.running_since.is_not(None))
    return work.session.scalars(query).all()


def covering(work: Work, alert: Alert) -> list[MaintenanceWindow]:
    """Return the windows that stand open and cover an alert."""
    rows = running(work)
    if not rows:
        return []
    needs, needed_by = _kin(work, alert.ci_id, rows)
    site_id = None if alert.ci_id is None else work.session.get_one(Ci, alert.ci_id).site_id

    def covers(row: MaintenanceWindow) -> bool:
        cis = {scope.ci_id for scope in row.scopes if scope.ci_id is not None}
        near = {alert.ci_id} | (needs if row.dependents else set())
        near |= needed_by if row.components else set()
        return bool(
            cis & near
            or any(scope.site_id == site_id for scope in row.scopes if scope.site_id is not None)
            or any(scope.integration_id == alert.integration_id for scope in row.scopes)
        )

    return [row for row in rows if covers(row)]


def _kin(
    work: Work, ci_id: int | None, rows: Sequence[MaintenanceWindow]
) -> tuple[set[int | None], set[int | None]]:
    """Return the ids of what a CI needs and of what needs it, as far as any window asks."""
    of_cis = [row for row in rows if any(scope.ci_id for scope in row.scopes)]
    needs: set[int | None] = set()
    needed_by: set[int | None] = set()
    if ci_id is not None and any(row.dependents for row in of_cis):
        needs = {one.ci.id for one in assets.downstream(work, ci_id)}
    if ci_id is not None and any(row.components for row in of_cis):
        needed_by = {one.ci.id for one in assets.upstream(work, ci_id)}
    return needs, needed_by


def cover(work: Work, row: MaintenanceWindow) -> Cover:
    """Return everything that a window covers, with the names of the CIs."""
    found: dict[int, str] = {}
    for scope in row.scopes:
        if scope.ci is not None:
            found |= _with_kin(work, scope.ci, row)
    sites = [scope.site_id for scope in row.scopes if scope.site_id is not None]
    if sites:
        at_sites = select(Ci.id, Ci.name).where(Ci.site_id.in_(sites), assets.visible_to(work))
        found |= {one.id: one.name for one in work.session.execute(at_sites)}
    integrations = (scope.integration_id for scope in row.scopes)
    return Cover(found, frozenset(one for one in integrations if one is not None))


def _with_kin(work: Work, ci: Ci, row: MaintenanceWindow) -> dict[int, str]:
    found = {ci.id: ci.name}
    if row.dependents:
        found |= {one.ci.id: one.ci.name for one in assets.upstream(work, ci.id)}
    if row.components:
        found |= {one.ci.id: one.ci.name for one in assets.downstream(work, ci.id)}
    return found


def loud_alerts(work: Work, covered: Cover) -> list[int]:
    """Return the ids of the alerts that fire and are covered."""
    query = select(Alert.id).where(
        Alert.state.in_(LOUD),
        or_(Alert.ci_id.in_(covered.cis), Alert.integration_id.in_(covered.integrations)),
    )
    return list(work.session.scalars(query))


def kept_quiet(work: Work, row: MaintenanceWindow, limit: int = 50) -> list[Alert]:
    """Return the alerts that a window keeps quiet and that fire, the newest first."""
    held = select(Suppression.alert_id).where(
        Suppression.why == Why.MAINTENANCE, Suppression.key == str(row.id)
    )
    query = select(Alert).where(Alert.id.in_(held), Alert.state == State.SUPPRESSED)
    return list(work.session.scalars(query.order_by(Alert.id.desc()).limit(limit)))


def integrations_named(work: Work, names: Collection[str]) -> Mapping[str, int]:
    """Return the ids of integrations by name."""
    query = select(Integration.name, Integration.id).where(Integration.name.in_(names))
    return {row.name: row.id for row in work.session.execute(query)}


def _whole() -> Select[MaintenanceWindow]:
    scopes = selectinload(MaintenanceWindow.scopes)
    return select(MaintenanceWindow).options(
        joinedload(MaintenanceWindow.owner),
        scopes.joinedload(MaintenanceScope.ci),
        scopes.joinedload(MaintenanceScope.site),
        scopes.joinedload(MaintenanceScope.integration),
    )
