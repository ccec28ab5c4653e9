"""Every SELECT of monitoring; eager loading is spelled out here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, cast

from sqlalchemy import Select, String, Table, bindparam, case, func, select
from sqlalchemy.orm import joinedload, undefer

from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid, NotFound
from itsm.kernel.events import Json
from itsm.kernel.work import Work
from itsm.monitoring.models import (
    Alert,
    AlertEvent,
    Bucket,
    Integration,
    Suppression,
    UnmappedHost,
    Why,
)
from itsm.monitoring.signal import Severity
from itsm.monitoring.states import ACTIVE, State
from itsm.oncall.models import Policy
from itsm.platform.intake import IntakeRow, IntakeState

DOOR = "webhook"
# The key of the alert that says that an integration is silent.
HEARTBEAT = "itsm:no-news"
SEEN = 1000
# How the reason begins of a message that came over its integration's limit.
OVER_LIMIT = "over the limit of"
_INTEGRATION = cast("Table", Integration.__table__)


class Admitted(NamedTuple):
    """An integration as it stands while one of its messages is taken in."""

    id: int
    kind: str
    name: str
    default_severity: Severity
    severity_map: Json
    mapping: Json
    verify_signature: bool
    rate_per_minute: int
    burst: int
    stale_after: int | None
    expects_every: int | None
    silent_since: datetime | None


@dataclass(frozen=True, slots=True)
class Health:
    """How an integration fares: of the last hour at most as many messages as `SEEN`."""

    last_seen: datetime | None
    messages: int
    rejected: int
    refused: int
    """Messages that came over its limit, ever."""


_DIGEST = bindparam("digest", type_=String)
# Made once: every message asks it.
_BY_KEY = select(*(_INTEGRATION.c[name] for name in Admitted._fields)).where(
    (Integration.key_hash == _DIGEST)
    | ((Integration.previous_hash == _DIGEST) & (Integration.previous_until > bindparam("now"))),
    Integration.enabled.is_(True),
)


def visible_to(work: Work) -> Select[Alert]:
    """Return the query for the alerts that the actor may see: all of them, or none."""
    query = select(Alert).where(Alert.count > 0)
    return query if work.can(Permission.ALERT_READ) else query.where(Alert.id.is_(None))


def of_incident(work: Work, ticket_id: int, states: Collection[State]) -> list[Alert]:
    """Return an incident's alerts in these states, by id, locked until the commit."""
    query = _locked().where(Alert.incident_id == ticket_id, Alert.state.in_(states))
    return list(work.session.scalars(query))


def by_ids(work: Work, alert_ids: Sequence[int]) -> list[Alert]:
    """Return the alerts of these ids with their integrations, locked until the commit."""
    return list(work.session.scalars(_locked().where(Alert.id.in_(alert_ids))))


def alert_of(
    work: Work,
    integration_id: int,
    *,
    alert_id: int = 0,
    fingerprint: str = "",
    lock: bool = False,
) -> Alert | None:
    """Return an integration's alert that is not history, by its id or its key; None if none fired.

    It comes with its integration, and as it is in the database now where it is locked.
    """
    found = Alert.id == alert_id if alert_id else Alert.fingerprint == fingerprint
    query = select(Alert).options(joinedload(Alert.integration))
    if lock:
        query = query.with_for_update(of=Alert).execution_options(populate_existing=True)
    live = (Alert.state != State.CLOSED, Alert.count > 0)
    return work.session.scalar(query.where(Alert.integration_id == integration_id, found, *live))


def _locked() -> Select[Alert]:
    """Return the query that locks alerts, always in the same order so that none waits in a ring."""
    return (
        select(Alert)
        .options(joinedload(Alert.integration))
        .order_by(Alert.fingerprint)
        .with_for_update(of=Alert)
    )


def firing(work: Work, ticket_id: int, limit: int = 20) -> list[Alert]:
    """Return an incident's alerts that are not over, the worst and newest first."""
    worst_first = case({level: place for place, level in enumerate(Severity)}, value=Alert.severity)
    query = (
        select(Alert)
        .where(Alert.incident_id == ticket_id, Alert.state.in_(ACTIVE))
        .order_by(worst_first, Alert.id.desc())
        .limit(limit)
    )
    return list(work.session.scalars(query))


def behind(work: Work, ticket_id: int, limit: int = 20) -> list[Alert]:
    """Return an incident's alerts, those that still fire and then the newest first."""
    query = (
        select(Alert)
        .where(Alert.incident_id == ticket_id)
        .order_by(Alert.state.not_in(ACTIVE), Alert.id.desc())
        .limit(limit)
    )
    return list(work.session.scalars(query))


def incident_ids(work: Work, alert_ids: Sequence[int]) -> list[int]:
    """Return the ids of the incidents that these alerts stand behind."""
    query = select(Alert.incident_id).where(Alert.id.in_(alert_ids)).distinct()
    return [found for found in work.session.scalars(query) if found is not None]


def quiet(work: Work, alert_ids: Collection[int]) -> dict[int, frozenset[Why]]:
    """Return what keeps these alerts quiet, or would if they fired; others are left out."""
    query = select(Suppression.alert_id, Suppression.why).where(Suppression.alert_id.in_(alert_ids))
    found: dict[int, frozenset[Why]] = {}
    for alert_id, why in work.session.execute(query):
        found[alert_id] = found.get(alert_id, frozenset()) | {why}
    return found


def suppressions(work: Work, alert_ids: Collection[int]) -> dict[int, list[Suppression]]:
    """Return the reasons that keep these alerts quiet, by alert, the oldest first."""
    query = select(Suppression).where(Suppression.alert_id.in_(alert_ids))
    found: dict[int, list[Suppression]] = {}
    for one in work.session.scalars(query.order_by(Suppression.id)):
        found.setdefault(one.alert_id, []).append(one)
    return found


def unheard_of(work: Work, integration_id: int, since: datetime, limit: int = 500) -> list[Alert]:
    """Return active alerts of an integration that nothing was heard of after `since`, locked."""
    query = _locked().where(
        Alert.integration_id == integration_id,
        Alert.state.in_(ACTIVE),
        Alert.last_seen <= since,
        Alert.source_key != HEARTBEAT,
    )
    return list(work.session.scalars(query.limit(limit)))


def longest_unheard_of(work: Work, integration_id: int) -> datetime | None:
    """Return when the active alert was last heard of that has been silent for longest."""
    query = select(func.min(Alert.last_seen)).where(
        Alert.integration_id == integration_id,
        Alert.state.in_(ACTIVE),
        Alert.source_key != HEARTBEAT,
    )
    return work.session.scalar(query)


def earlier_incident(work: Work, alert: Alert, than: int) -> int | None:
    """Return the newest incident that the same trouble had before the incident `than`."""
    return work.session.scalar(
        select(Alert.incident_id)
        .where(
            Alert.fingerprint == alert.fingerprint,
            Alert.incident_id.is_not(None),
            Alert.incident_id < than,
        )
        .order_by(Alert.incident_id.desc())
        .limit(1)
    )


def integration_by_key(work: Work, key: str) -> Admitted | None:
    """Return the enabled integration that this key, or the key before it, belongs to."""
    given = {"digest": work.vault.digest(key), "now": work.now}
    row = work.session.execute(_BY_KEY, given).one_or_none()
    return None if row is None else Admitted(*row)


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


def alert(work: Work, alert_id: int) -> Alert:
    """Return an alert with what its page shows. Raises NotFound if it is not visible."""
    query = (
        visible_to(work)
        .where(Alert.id == alert_id)
        .options(joinedload(Alert.integration), joinedload(Alert.ci))
    )
    found = work.session.scalar(query)
    if found is None:
        raise NotFound("there is no such alert")
    return found


def history(work: Work, alert: Alert, limit: int = 200) -> list[AlertEvent]:
    """Return the latest changes of an alert, newest first."""
    query = select(AlertEvent).where(AlertEvent.alert_id == alert.id)
    return list(work.session.scalars(query.order_by(AlertEvent.id.desc()).limit(limit)))


def active_count(work: Work) -> int:
    """Return how many alerts are open that nobody has acknowledged."""
    query = visible_to(work).where(Alert.state == State.OPEN).with_only_columns(func.count())
    return work.session.scalar(query) or 0


def integrations(work: Work) -> list[Integration]:
    """Return all integrations by name, with their policies."""
    query = select(Integration).options(joinedload(Integration.policy)).order_by(Integration.name)
    return list(work.session.scalars(query))


def bucket(work: Work, integration: Integration) -> Bucket:
    """Return what an integration may still send."""
    return work.session.get_one(Bucket, integration.id)


def messages(work: Work, integration: Integration, limit: int = 10) -> list[IntakeRow]:
    """Return the latest kept messages of an integration, newest first, without their bodies."""
    query = select(IntakeRow).where(IntakeRow.door == DOOR, IntakeRow.source_id == integration.id)
    return list(work.session.scalars(query.order_by(IntakeRow.id.desc()).limit(limit)))


def last_heard(work: Work, integration_id: int) -> datetime | None:
    """Return when an integration last sent a message."""
    return next(iter(latest_times(work, integration_id, limit=1)), None)


def latest_times(work: Work, integration_id: int, limit: int = SEEN) -> list[datetime]:
    """Return when the latest messages of an integration came, oldest first."""
    query = select(IntakeRow.received_at).where(
        IntakeRow.door == DOOR, IntakeRow.source_id == integration_id
    )
    newest = work.session.scalars(query.order_by(IntakeRow.id.desc()).limit(limit)).all()
    return list(reversed(newest))


def unwatched(work: Work) -> list[Integration]:
    """Return the integrations that promise no messages, are on and are not known to be silent."""
    query = select(Integration).where(
        Integration.enabled.is_(True),
        Integration.expects_every.is_(None),
        Integration.silent_since.is_(None),
    )
    return list(work.session.scalars(query.order_by(Integration.id)))


def health(work: Work) -> dict[int, Health]:
    """Return how each integration fares, by its id."""
    latest = (
        select(IntakeRow.received_at, IntakeRow.state)
        .where(IntakeRow.door == DOOR, IntakeRow.source_id == Integration.id)
        .order_by(IntakeRow.id.desc())
        .limit(SEEN)
        .correlate(Integration)
        .subquery()
    )
    of_late = latest.c.received_at > work.now - timedelta(hours=1)
    bad = latest.c.state.in_([IntakeState.REJECTED, IntakeState.PARTLY])
    figures = (
        select(func.max(latest.c.received_at)),
        select(func.count()).select_from(latest).where(of_late),
        select(func.count()).select_from(latest).where(of_late, bad),
    )
    query = select(
        Integration.id,
        *(figure.correlate(Integration).scalar_subquery() for figure in figures),
        Bucket.refused,
    ).join(Bucket, Bucket.integration_id == Integration.id)
    return {row[0]: Health(*row[1:]) for row in work.session.execute(query)}


def rejected(work: Work, before: int | None, limit: int = 50) -> list[IntakeRow]:
    """Return kept webhook messages that were not wholly understood, newest first."""
    query = select(IntakeRow).where(
        IntakeRow.door == DOOR,
        IntakeRow.state.in_([IntakeState.REJECTED, IntakeState.PARTLY]),
    )
    if before is not None:
        query = query.where(IntakeRow.id < before)
    return list(work.session.scalars(query.order_by(IntakeRow.id.desc()).limit(limit)))


def over_limit(work: Work, after: int, limit: int = SEEN) -> list[int]:
    """Return the ids of kept messages that came over a limit, oldest first, after that id."""
    query = select(IntakeRow.id).where(
        IntakeRow.door == DOOR,
        IntakeRow.state == IntakeState.REJECTED,
        IntakeRow.reason.startswith(OVER_LIMIT),
        IntakeRow.id > after,
    )
    return list(work.session.scalars(query.order_by(IntakeRow.id).limit(limit)))


def message(work: Work, message_id: int) -> IntakeRow:
    """Return a kept webhook message with its body. Raises NotFound.

    In a Work that writes it is locked, so that two replays of it follow one another.
    """
    query = select(IntakeRow).where(IntakeRow.id == message_id, IntakeRow.door == DOOR)
    if not work.session.info.get("reads_only"):
        query = query.with_for_update()
    found = work.session.scalar(query.options(undefer(IntakeRow.body)))
    if found is None:
        raise NotFound("there is no such message")
    return found


def unmapped(work: Work, limit: int = 200) -> list[UnmappedHost]:
    """Return the names that lead to no CI, the latest first."""
    query = select(UnmappedHost).order_by(UnmappedHost.last_seen.desc(), UnmappedHost.id.desc())
    return list(work.session.scalars(query.limit(limit)))


def unmapped_host(work: Work, host_id: int) -> UnmappedHost:
    """Return one of these names. Raises NotFound."""
    found = work.session.get(UnmappedHost, host_id)
    if found is None:
        raise NotFound("this name is not on the list any more")
    return found


def policies(work: Work) -> list[str]:
    """Return the names of the escalation policies that can be chosen."""
    query = select(Policy.name).where(Policy.retired.is_(False)).order_by(Policy.name)
    return list(work.session.scalars(query))


def policy_name(work: Work, wanted: int | None) -> str:
    """Return the name of an escalation policy, empty for none."""
    return work.session.scalar(select(Policy.name).where(Policy.id == wanted)) or ""
