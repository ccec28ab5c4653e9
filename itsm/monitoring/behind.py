"""What stands behind an incident, told without reading all of it: a storm's are many thousands."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from itsm.kernel.work import Work
from itsm.monitoring.models import Alert
from itsm.monitoring.states import State


@dataclass(frozen=True, slots=True)
class HostLine:
    """One host of a storm and how many of its alerts are behind it."""

    host: str
    alerts: int


def has_alerts(work: Work, ticket_id: int, states: Collection[State]) -> bool:
    """Tell whether an incident has alerts in these states."""
    query = select(Alert.id).where(Alert.incident_id == ticket_id, Alert.state.in_(states))
    return work.session.scalar(query.limit(1)) is not None


def hosts_of(work: Work, ticket_id: int, limit: int = 20) -> list[HostLine]:
    """Return the hosts of an incident's alerts, those with the most alerts first."""
    host = Alert.hosts[0].as_string()
    query = (
        select(host, func.count())
        .where(Alert.incident_id == ticket_id)
        .group_by(host)
        .order_by(func.count().desc(), host)
        .limit(limit)
    )
    return [HostLine(name or "", count) for name, count in work.session.execute(query)]


def size_of(work: Work, ticket_id: int) -> tuple[int, int]:
    """Return how many alerts are behind an incident, and of how many hosts."""
    host = Alert.hosts[0].as_string()
    query = select(func.count(), func.count(host.distinct())).where(Alert.incident_id == ticket_id)
    alerts, hosts = work.session.execute(query).one()
    return alerts, hosts


def last_of(work: Work, ticket_id: int) -> datetime | None:
    """Return when the newest alert of an incident was first seen."""
    query = select(func.max(Alert.first_seen)).where(Alert.incident_id == ticket_id)
    return work.session.scalar(query)
