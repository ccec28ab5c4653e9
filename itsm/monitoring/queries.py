"""Every SELECT of monitoring; eager loading is spelled out here."""

from collections.abc import Collection

from sqlalchemy import Select, select

from itsm.kernel.access import Permission
from itsm.kernel.work import Work
from itsm.monitoring.models import Alert
from itsm.monitoring.states import State


def visible_to(work: Work) -> Select[Alert]:
    """Return the query for the alerts that the actor may see: all of them, or none."""
    query = select(Alert).where(Alert.count > 0)
    return query if work.can(Permission.ALERT_READ) else query.where(Alert.id.is_(None))


def of_incident(work: Work, ticket_id: int, states: Collection[State]) -> list[Alert]:
    """Return an incident's alerts in these states, by id, locked until the commit."""
    query = (
        select(Alert)
        .where(Alert.incident_id == ticket_id, Alert.state.in_(states))
        .order_by(Alert.fingerprint)
        .with_for_update()
    )
    return list(work.session.scalars(query))
