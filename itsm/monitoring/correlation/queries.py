"""What can be asked about correlation: rules, what they would make of the past, and storms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from itsm.desk.models import Ticket
from itsm.kernel.access import Permission
from itsm.kernel.errors import NotFound
from itsm.kernel.work import Work
from itsm.monitoring import queries as monitoring
from itsm.monitoring.correlation import matching
from itsm.monitoring.correlation.matching import Rule
from itsm.monitoring.correlation.models import AlertStorm, CorrelationRule
from itsm.monitoring.correlation.outage import says_down
from itsm.monitoring.models import Alert
from itsm.monitoring.signal import Severity
from itsm.monitoring.states import LOUD

TRIED_ON = 100


@dataclass(frozen=True, slots=True)
class Group:
    """What a rule puts together of the latest alerts: in what they agree, and which they are."""

    values: Mapping[str, str]
    alerts: Sequence[Alert]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule would have made of the latest alerts."""

    groups: Sequence[Group]
    of: int


def rules(work: Work) -> Sequence[CorrelationRule]:
    """Return all rules in the order in which they are asked. Raises Denied."""
    work.must(Permission.INTEGRATION_READ)
    query = select(CorrelationRule).order_by(CorrelationRule.position, CorrelationRule.id)
    return work.session.scalars(query).all()


def rule(work: Work, rule_id: int) -> CorrelationRule:
    """Return one rule. Raises Denied, NotFound."""
    work.must(Permission.INTEGRATION_READ)
    found = work.session.get(CorrelationRule, rule_id)
    if found is None:
        raise NotFound("there is no such correlation rule")
    return found


def first_that_takes(work: Work, fields: Mapping[str, str]) -> Rule | None:
    """Return the first rule in use that an alert of these fields fits."""
    query = (
        select(CorrelationRule)
        .where(CorrelationRule.enabled)
        .order_by(CorrelationRule.position, CorrelationRule.id)
    )
    stored = (read(row) for row in work.session.scalars(query))
    return next((one for one in stored if one.takes(fields)), None)


def fields_of(alert: Alert, ci: str) -> dict[str, str]:
    """Return what a rule may ask of an alert that comes with its integration; `ci` is a number."""
    hosts = alert.hosts if isinstance(alert.hosts, list) else []
    labels = alert.labels if isinstance(alert.labels, dict) else {}
    return {
        "source": alert.integration.name,
        "kind": alert.integration.kind,
        "host": str(hosts[0]) if hosts else "",
        "check": alert.check,
        "title": alert.title,
        "severity": alert.severity.value,
        "ci": ci,
        **{f"{matching.LABEL}{name}": str(value) for name, value in labels.items()},
    }


def tried(work: Work, tried_rule: Rule) -> Trial:
    """Return how the rule would group the latest alerts, the largest groups first."""
    query = monitoring.visible_to(work).options(joinedload(Alert.integration), joinedload(Alert.ci))
    latest = work.session.scalars(query.order_by(Alert.id.desc()).limit(TRIED_ON)).all()
    found: dict[str, tuple[Mapping[str, str], list[Alert]]] = {}
    for alert in latest:
        fields = fields_of(alert, alert.ci.number if alert.ci else "")
        if tried_rule.takes(fields):
            values = dict(zip(tried_rule.group_by, tried_rule.group(fields), strict=True))
            group = found.setdefault(matching.digest(tuple(values.values())), (values, []))
            group[1].append(alert)
    groups = [Group(values, alerts) for values, alerts in found.values()]
    return Trial(sorted(groups, key=lambda group: -len(group.alerts)), len(latest))


def storm_of(work: Work, ticket_id: int) -> AlertStorm | None:
    """Return the storm that an incident stands for, None if it is none."""
    return work.session.scalar(select(AlertStorm).where(AlertStorm.ticket_id == ticket_id))


def running_storm(work: Work, integration_id: int) -> AlertStorm | None:
    """Return the storm of an integration that is not over."""
    return work.session.scalar(
        select(AlertStorm).where(
            AlertStorm.integration_id == integration_id, AlertStorm.ended_at.is_(None)
        )
    )


def incident_on(work: Work, alert: Alert, since: datetime) -> int | None:
    """Return the newest open incident of another alert of the same CI that is not older."""
    recent = or_(Alert.first_seen >= since, Ticket.created_at >= since)
    return work.session.scalar(
        select(Alert.incident_id)
        .join(Ticket, Ticket.id == Alert.incident_id)
        .where(Alert.ci_id == alert.ci_id, Alert.id != alert.id, Ticket.open, recent)
        .order_by(Alert.incident_id.desc())
        .limit(1)
    )


def down_on(work: Work, ci_ids: Sequence[int]) -> Alert | None:
    """Return an alert by which one of these CIs is down: critical, unresolved, with an incident."""
    query = (
        select(Alert)
        .join(Ticket, Ticket.id == Alert.incident_id)
        .where(Alert.ci_id.in_(ci_ids), Alert.state.in_(LOUD), Ticket.open)
        .where(Alert.severity == Severity.CRITICAL)
        .order_by(Alert.id)
    )
    grave = work.session.scalars(query) if ci_ids else ()
    return next((alert for alert in grave if says_down(alert.check, alert.title)), None)


def read(row: CorrelationRule) -> Rule:
    """Return a stored rule as it is asked."""
    tests = row.tests if isinstance(row.tests, list) else []
    names = row.group_by if isinstance(row.group_by, list) else []
    asked = tuple(matching.read(str(line)) for line in tests)
    return Rule(row.id, asked, tuple(map(str, names)), row.window_min)
