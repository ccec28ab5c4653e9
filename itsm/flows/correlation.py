"""Which incident a new alert belongs to, asked before one opens for it.

In this order: trouble of the same CI within ten minutes is one trouble; what depends on a CI that
is down is kept quiet; a rule of the instance puts together what agrees; and in a storm one incident
stands for all. A CI is down while a critical alert says so, and is unwell by any other.
"""

from datetime import timedelta
from typing import NamedTuple

from itsm.assets import queries as assets
from itsm.flows import storms
from itsm.flows.events import DependentQuiet
from itsm.flows.joining import host_of, join
from itsm.incidents import queries as incidents
from itsm.kernel.work import Work
from itsm.monitoring import queries as monitoring
from itsm.monitoring import service, suppression
from itsm.monitoring.correlation import groups, matching, queries
from itsm.monitoring.correlation.matching import Rule
from itsm.monitoring.models import Alert, Why
from itsm.monitoring.suppression import Reason
from itsm.platform import timers
from itsm.platform.outbox import Payload

SAME_CI_WITHIN = timedelta(minutes=10)
# What still fires so long after that on which it depends came back is its own trouble.
PARENT_BACK = "flows.parent_back"
PARENT_BACK_AFTER = timedelta(minutes=5)
# Should nobody ever hear of that one's recovery, what depends on it is looked at again.
QUIET_AT_MOST = timedelta(hours=24)
MOST_TOLD = 20


class _Found(NamedTuple):
    rule: Rule
    digest: str


def absorbed(work: Work, alert: Alert) -> bool:
    """Have an alert join an incident there is, or be quiet; False if it is to open its own."""
    return (
        _joined_by_ci(work, alert)
        or behind_parent(work, alert)
        or _joined_by_rule(work, alert)
        or storms.absorbed(work, alert)
    )


def opened(work: Work, alert: Alert, ticket_id: int) -> None:
    """Take note of the incident that an alert opened, for those that may belong to it."""
    found = _rule_for(work, alert)
    if found is not None:
        groups.belongs(work, found.rule.id, found.digest, ticket_id)
    storms.opened(work, alert, ticket_id)


def behind_parent(work: Work, alert: Alert) -> bool:
    """Keep an alert quiet while a CI is down on which its own depends, over 3 levels at most."""
    if alert.ci_id is None:
        return False
    needed = [one.ci.id for one in assets.downstream(work, alert.ci_id) if one.ci.depth > 0]
    down = queries.down_on(work, needed)
    if down is None or down.ci_id is None or down.incident_id is None:
        return False
    parent = assets.brief(work, down.ci_id)
    note = f"{parent.name}, on which it depends, being down: {down.incident_number}"
    until = work.now + QUIET_AT_MOST
    reason = Reason(why=Why.PARENT, note=note, key=str(parent.id), until=until, until_recovery=True)
    service.suppress(work, [alert], reason)
    _tell(work, down.incident_id, alert, parent.id)
    return True


def parent_back(work: Work, alert: Alert) -> None:
    """Look in five minutes at what is quiet because of this alert's CI, now that it is over."""
    if alert.ci_id is not None and suppression.count(work, Why.PARENT, str(alert.ci_id)):
        due = work.now + PARENT_BACK_AFTER
        timers.arm(work, PARENT_BACK, str(alert.ci_id), due, {"ci_id": alert.ci_id})


def release_dependents(work: Work, payload: Payload) -> None:
    """Timer `flows.parent_back`: let be heard what still fires, unless its parent is down again."""
    ci_id = int(str(payload["ci_id"]))
    if queries.down_on(work, [ci_id]) is None:
        quiet = monitoring.by_ids(work, suppression.held_by(work, Why.PARENT, str(ci_id)))
        note = "that on which it depends being back for 5 minutes"
        service.release(work, quiet, Why.PARENT, str(ci_id), note)


def _tell(work: Work, ticket_id: int, alert: Alert, ci_id: int) -> None:
    """Tell the parent's incident of the first of those that depend on it."""
    count = suppression.count(work, Why.PARENT, str(ci_id))
    if count <= MOST_TOLD:
        told = DependentQuiet(
            ticket_id=ticket_id, title=alert.title, host=host_of(alert), last=count == MOST_TOLD
        )
        work.emit(told)


def _joined_by_ci(work: Work, alert: Alert) -> bool:
    if alert.ci_id is None:
        return False
    assets.lock(work, [alert.ci_id])
    since = work.now - SAME_CI_WITHIN
    return _joined(work, alert, queries.incident_on(work, alert, since))


def _joined_by_rule(work: Work, alert: Alert) -> bool:
    found = _rule_for(work, alert)
    if found is None:
        return False
    window = timedelta(minutes=found.rule.window_min)
    ticket_id = groups.ticket_of(work, found.rule.id, found.digest, window)
    return _joined(work, alert, ticket_id)


def _joined(work: Work, alert: Alert, ticket_id: int | None) -> bool:
    if ticket_id is None or storms.stands_for(work, ticket_id, alert):
        return ticket_id is not None
    incident = incidents.by_id(work, ticket_id)
    if incident.open:
        join(work, incident, alert)
    return incident.open


def _rule_for(work: Work, alert: Alert) -> _Found | None:
    """Return the first rule that takes an alert, and the digest of the alert's group."""
    ci = assets.brief(work, alert.ci_id).number if alert.ci_id is not None else ""
    fields = queries.fields_of(alert, ci)
    rule = queries.first_that_takes(work, fields)
    return None if rule is None else _Found(rule, matching.digest(rule.group(fields)))
