"""From the names that alerts bear to CIs, and the list of names that lead to none."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import delete, update

from itsm.assets import queries as assets
from itsm.assets import service as cmdb
from itsm.assets.models import Ci
from itsm.assets.names import normalise
from itsm.assets.queries import Match
from itsm.kernel.work import Work
from itsm.monitoring import queries, statements
from itsm.monitoring.events import AlertsMapped
from itsm.monitoring.models import Alert, UnmappedHost

NO_CI = "no CI answers to this name"
MANY_CIS = "more than one CI answers to this name"


def map_hosts(work: Work, alert_ids: Sequence[int]) -> list[Alert]:
    """Find the CI of each of these alerts that has none yet, and return those that now have one.

    The first name that is a CI's wins. Where two CIs answer to a name the alert gets a note and no
    CI; names that lead nowhere are kept with a count, for somebody to give them to a CI.
    """
    alerts = queries.without_ci(work, alert_ids)
    matches = assets.cis_by_names(work, sorted({host for one in alerts for host in _hosts(one)}))
    astray: dict[str, tuple[str, int]] = {}
    for alert in alerts:
        alert.ci_id = _first_match(_hosts(alert), matches)
        alert.ci_note = ""
        if alert.ci_id is None and _hosts(alert):
            reason = _why_not(_hosts(alert), matches)
            alert.ci_note = f"{', '.join(_hosts(alert))}: {reason}"[:400]
            astray[normalise(_hosts(alert)[0]).value] = (reason, alert.id)
    statements.count_unmapped(work, astray)
    return [alert for alert in alerts if alert.ci_id is not None]


def bind(work: Work, ci_id: int, alert_ids: Collection[int]) -> None:
    """Give alerts that have no CI yet the one that their sender has proved to be."""
    work.session.execute(
        update(Alert)
        .where(Alert.id.in_(alert_ids), Alert.ci_id.is_(None))
        .values(ci_id=ci_id, ci_note="")
        .execution_options(synchronize_session=False)
    )


def adopt(work: Work, unmapped: UnmappedHost, ci: Ci) -> int:
    """Have a CI answer to a name from now on, and give it the active alerts that bear the name.

    Returns how many these are. Raises what `assets.service.add_alias` raises. Emits AlertsMapped
    for each integration.
    """
    cmdb.add_alias(work, ci.id, unmapped.name)
    bearing = [
        alert.id
        for alert in queries.active_without_ci(work)
        if unmapped.name in {normalise(host).value for host in _hosts(alert)}
    ]
    mapped = map_hosts(work, bearing)
    for integration_id in sorted({alert.integration_id for alert in mapped}):
        ids = tuple(alert.id for alert in mapped if alert.integration_id == integration_id)
        work.emit(AlertsMapped(integration_id=integration_id, alert_ids=ids, at=work.now))
    dismiss(work, unmapped)
    return len(mapped)


def dismiss(work: Work, unmapped: UnmappedHost) -> None:
    """Take a name off the list; it comes back when another alert bears it."""
    work.session.execute(delete(UnmappedHost).where(UnmappedHost.id == unmapped.id))


def _hosts(alert: Alert) -> list[str]:
    listed = alert.hosts if isinstance(alert.hosts, list) else []
    return [host for host in listed if isinstance(host, str) and normalise(host).value]


def _first_match(hosts: Sequence[str], matches: Mapping[str, Match]) -> int | None:
    return next((matches[host].ci_id for host in hosts if matches[host].ci_id is not None), None)


def _why_not(hosts: Sequence[str], matches: Mapping[str, Match]) -> str:
    return MANY_CIS if any(matches[host].ambiguous for host in hosts) else NO_CI
