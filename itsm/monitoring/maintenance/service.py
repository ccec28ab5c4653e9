"""Every verb on maintenance windows, and what the clock does with them.

A window that runs is a reason to be quiet for each alert that it covers (`suppression.py`); when it
ends these are let go, and what still fires opens its incident or is paged for again.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import groupby

from itsm.assets import queries as assets
from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid, NotFound, Refused
from itsm.kernel.work import Work
from itsm.monitoring import queries as monitoring
from itsm.monitoring import service, suppression
from itsm.monitoring.maintenance import queries
from itsm.monitoring.maintenance.events import (
    WindowBegan,
    WindowCancelled,
    WindowEnded,
    WindowExtended,
    WindowSaved,
)
from itsm.monitoring.maintenance.inputs import WEEKDAYS, WindowInput
from itsm.monitoring.maintenance.models import MaintenanceScope, MaintenanceWindow
from itsm.monitoring.maintenance.recurrence import Occurrence, in_words
from itsm.monitoring.models import Alert, Why
from itsm.monitoring.states import ACTIVE
from itsm.monitoring.suppression import Reason
from itsm.people import directory
from itsm.platform import timers
from itsm.platform.outbox import Payload

TIMER = "monitoring.maintenance"
LONGEST_EXTENSION = 24 * 60


def save(
    work: Work, wanted: WindowInput, row: MaintenanceWindow | None = None
) -> MaintenanceWindow:
    """Plan a window, or change `row` into it; one whose time is now begins at once.

    Raises Denied, Invalid for what it covers and that there is not, Refused for one that is over
    from the start. Emits WindowSaved, and WindowBegan where it begins.
    """
    work.must(Permission.MAINTENANCE_EDIT)
    scopes = _scopes(work, wanted)
    if wanted.plan().next(work.now) is None:
        raise Refused("this time is over already")
    if row is None:
        row = MaintenanceWindow(created_at=work.now, owner_id=work.actor.id)
    elif row.running_since is not None:
        _let_go(work, row, "the window being changed")
    _write(row, wanted)
    row.scopes = scopes
    row.running_since = row.running_until = row.done_until = row.cancelled_at = None
    whole = queries.window(work, work.add(row).id, lock=True)
    rule, covers = in_words(queries.plan(whole)), ", ".join(names(whole))
    work.emit(
        WindowSaved(maintenance_window_id=row.id, title=row.title, rule=rule, covers=covers[:400])
    )
    _tick(work, whole)
    return whole


def extend(work: Work, row: MaintenanceWindow, minutes: int) -> None:
    """Have a window that stands open do so for longer. Raises Denied, Refused, Invalid.

    Emits WindowExtended.
    """
    work.must(Permission.MAINTENANCE_EDIT)
    if row.running_until is None:
        raise Refused("this window does not stand open now")
    if not 1 <= minutes <= LONGEST_EXTENSION:
        raise Invalid("extend it by a day at most", {"minutes": f"1 to {LONGEST_EXTENSION}"})
    row.running_until += timedelta(minutes=minutes)
    row.done_until = max(row.running_until, row.done_until or row.running_until)
    suppression.keep(work, suppression.held_by(work, Why.MAINTENANCE, str(row.id)), _reason(row))
    work.emit(
        WindowExtended(maintenance_window_id=row.id, title=row.title, until=row.running_until)
    )
    _watch(work, row)


def end_now(work: Work, row: MaintenanceWindow) -> None:
    """End the time for which a window stands open; it comes again as planned.

    Raises Denied, Refused. Emits WindowEnded.
    """
    work.must(Permission.MAINTENANCE_EDIT)
    if row.running_since is None:
        raise Refused("this window does not stand open now")
    _end(work, row, early=True)
    _watch(work, row)


def cancel(work: Work, row: MaintenanceWindow) -> None:
    """Have a window not stand open any more. Raises Denied. Emits WindowCancelled."""
    work.must(Permission.MAINTENANCE_EDIT)
    if row.cancelled_at is not None:
        return
    if row.running_since is not None:
        _end(work, row, early=True)
    row.cancelled_at = work.now
    work.emit(WindowCancelled(maintenance_window_id=row.id, title=row.title))
    _watch(work, row)


def tick(work: Work, payload: Payload) -> None:
    """Timer `monitoring.maintenance`: begin or end a window, as its time has come."""
    try:
        row = queries.window(work, int(str(payload["window_id"])), lock=True)
    except NotFound:
        return
    _tick(work, row)


def keep_quiet(work: Work, alert: Alert) -> bool:
    """Keep an alert quiet that a window which stands open covers; tell whether one does.

    `alert` comes locked, as `queries.by_ids` gives it.
    """
    rows = queries.covering(work, alert)
    for row in rows:
        service.suppress(work, [alert], _reason(row))
    return bool(rows)


def names(row: MaintenanceWindow) -> list[str]:
    """Return what a window covers as its planner named it."""
    things = ((scope.ci, scope.site, scope.integration) for scope in row.scopes)
    return [one.name for thing in things for one in thing if one is not None]


def _tick(work: Work, row: MaintenanceWindow) -> None:
    if row.running_until is not None and row.running_until <= work.now:
        _end(work, row, early=False)
    if row.running_since is None:
        found = queries.upcoming(row, work.now)
        if found is not None and found.starts_at <= work.now:
            _begin(work, row, found)
    _watch(work, row)


def _watch(work: Work, row: MaintenanceWindow) -> None:
    due = row.running_until
    if due is None:
        found = queries.upcoming(row, work.now)
        due = None if found is None else found.starts_at
    if due is None:
        timers.disarm(work, TIMER, str(row.id))
    else:
        timers.arm(work, TIMER, str(row.id), due, {"window_id": row.id})


def _begin(work: Work, row: MaintenanceWindow, time: Occurrence) -> None:
    row.running_since, row.running_until = work.now, time.ends_at
    row.done_until = time.ends_at
    covered = queries.loud_alerts(work, queries.cover(work, row))
    for alerts in _by_integration(monitoring.by_ids(work, covered)):
        service.suppress(work, alerts, _reason(row))
    until, count = time.ends_at, len(covered)
    work.emit(WindowBegan(maintenance_window_id=row.id, title=row.title, until=until, alerts=count))


def _end(work: Work, row: MaintenanceWindow, *, early: bool) -> None:
    firing = _let_go(work, row, f"the end of the maintenance {row.title}")
    row.running_since = row.running_until = None
    work.emit(
        WindowEnded(maintenance_window_id=row.id, title=row.title, early=early, alerts=firing)
    )


def _let_go(work: Work, row: MaintenanceWindow, note: str) -> int:
    """Release what a window keeps quiet; return how many of these alerts fire."""
    key = str(row.id)
    held = monitoring.by_ids(work, suppression.held_by(work, Why.MAINTENANCE, key))
    for alerts in _by_integration(held):
        service.release(work, alerts, Why.MAINTENANCE, key, note[:400])
    return sum(alert.state in ACTIVE for alert in held)


def _by_integration(alerts: Sequence[Alert]) -> list[list[Alert]]:
    ordered = sorted(alerts, key=lambda alert: alert.integration_id)
    return [list(some) for _, some in groupby(ordered, key=lambda alert: alert.integration_id)]


def _reason(row: MaintenanceWindow) -> Reason:
    note = f"the maintenance {row.title}"
    return Reason(why=Why.MAINTENANCE, note=note, key=str(row.id), until=row.running_until)


def _write(row: MaintenanceWindow, wanted: WindowInput) -> None:
    for field in ("title", "reason", "zone", "repeats", "every", "until"):
        setattr(row, field, getattr(wanted, field))
    row.starts, row.ends = wanted.starts, wanted.ends
    row.days = "".join(str(day) for day in sorted(WEEKDAYS[name] for name in set(wanted.days)))
    row.dependents, row.components = wanted.dependents, wanted.components


def _scopes(work: Work, wanted: WindowInput) -> list[MaintenanceScope]:
    cis = [MaintenanceScope(ci_id=ci_id) for ci_id in _cis(work, wanted.cis)]
    sites = [MaintenanceScope(site_id=found) for found in _sites(work, wanted.sites)]
    known = queries.integrations_named(work, wanted.integrations)
    _must_know("integrations", wanted.integrations, known)
    integrations = [MaintenanceScope(integration_id=known[name]) for name in wanted.integrations]
    return [*cis, *sites, *integrations]


def _cis(work: Work, wanted: Sequence[str]) -> list[int]:
    found: dict[str, int] = {}
    matches = assets.cis_by_names(work, wanted)
    for name in wanted:
        ci_id = matches[name].ci_id
        try:
            found[name] = (
                assets.get(work, name).id if ci_id is None else assets.by_id(work, ci_id).id
            )
        except NotFound:
            continue
    _must_know("cis", wanted, found)
    return list(dict.fromkeys(found.values()))


def _sites(work: Work, wanted: Sequence[str]) -> list[int]:
    known = {site.key: site.id for site in directory.sites(work)}
    _must_know("sites", wanted, known)
    return [known[key] for key in wanted]


def _must_know(field: str, wanted: Sequence[str], known: Mapping[str, int]) -> None:
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise Invalid("some of what it covers is not known", {field: f"unknown: {unknown[0]}"})
