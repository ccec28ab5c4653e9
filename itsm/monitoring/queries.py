"""Every SELECT of monitoring; eager loading is spelled out here."""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, select

from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid, NotFound
from itsm.kernel.work import Work
from itsm.monitoring.models import Alert, Integration
from itsm.monitoring.states import ACTIVE, State
from itsm.oncall.models import Policy


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


def integration_by_key(work: Work, key: str) -> Integration | None:
    """Return the enabled integration that this key, or the key before it, belongs to."""
    digest = work.vault.digest(key)
    current = Integration.key_hash == digest
    previous = (Integration.previous_hash == digest) & (Integration.previous_until > work.now)
    return work.session.scalar(
        select(Integration).where(current | previous, Integration.enabled.is_(True))
    )


def integration(work: Work, integration_id: int) -> Integration:
    """Return the integration of that id. Raises NotFound."""
    found = work.session.get(Integration, integration_id)
    if found is None:
        raise NotFound("there is no such integration")
    return found


def integration_named(work: Work, name: str) -> Integration | None:
    """Return the integration of that name."""
    return work.session.scalar(select(Integration).where(Integration.name == name))


def policy_id(work: Work, name: str | None) -> int | None:
    """Return the id of the escalation policy of that name, None for none. Raises Invalid."""
    if not name:
        return None
    query = select(Policy.id).where(Policy.name == name, Policy.retired.is_(False))
    found = work.session.scalar(query)
    if found is None:
        raise Invalid(f"there is no policy '{name}'", {"policy": "is not known"})
    return found


def without_ci(work: Work, alert_ids: Sequence[int]) -> list[Alert]:
    """Return those of these alerts that have no CI, in the order in which rows are locked."""
    query = select(Alert).where(Alert.id.in_(alert_ids), Alert.ci_id.is_(None))
    return list(work.session.scalars(query.order_by(Alert.fingerprint).with_for_update()))


def active_without_ci(work: Work, limit: int = 2000) -> list[Alert]:
    """Return the newest active alerts that have no CI."""
    query = select(Alert).where(Alert.state.in_(ACTIVE), Alert.ci_id.is_(None))
    return list(work.session.scalars(query.order_by(Alert.id.desc()).limit(limit)))
