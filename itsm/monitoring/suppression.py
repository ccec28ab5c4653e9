"""What keeps alerts quiet: a row for each reason, and a timer for those that end by themselves.

An active alert is suppressed while it has such a row, and loud without one. The steps of its life
are taken in `service.py`; whoever calls this holds the alerts' locks.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, func, select

from itsm.kernel.access import SYSTEM, Actor
from itsm.kernel.work import Work
from itsm.monitoring import statements
from itsm.monitoring.models import Suppression, Why
from itsm.platform import timers

TIMER = "monitoring.unsuppress"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why alerts are kept quiet, and how long at most.

    `key` tells apart several of a sort, such as two maintenances. Without `until` it ends by
    `service.release` alone; `until_recovery` has it end with the alert's recovery as well.
    """

    why: Why
    note: str
    key: str = ""
    until: datetime | None = None
    until_recovery: bool = False


def told(reason: Reason | Suppression, by: Actor = SYSTEM) -> str:
    """Return a reason in words, with who chose it where a person did, and until when."""
    name = reason.by_name if isinstance(reason, Suppression) else _name(by)
    who = f"{name}: " if reason.why is Why.SILENCE else ""
    end = f", until {reason.until.astimezone(UTC):%d %b %Y %H:%M} UTC" if reason.until else ""
    return f"{who}{reason.note[:400]}{end}"


def keep(work: Work, alert_ids: Collection[int], reason: Reason) -> None:
    """Note that a reason keeps these alerts quiet; one that is known already is renewed."""
    rows: list[statements.Written] = [
        {
            "alert_id": alert_id,
            "why": reason.why,
            "key": reason.key,
            "note": reason.note[:400],
            "by_name": _name(work.actor),
            "since": work.now,
            "until": reason.until,
            "until_recovery": reason.until_recovery,
        }
        for alert_id in sorted(alert_ids)
    ]
    for row_id in statements.keep_quiet(work, rows):
        if reason.until is None:
            timers.disarm(work, TIMER, str(row_id))
        else:
            timers.arm(work, TIMER, str(row_id), reason.until, {"suppression_id": row_id})


def drop(work: Work, alert_ids: Collection[int], why: Why, key: str = "") -> None:
    """Forget a reason of these alerts."""
    statement = delete(Suppression).where(
        Suppression.alert_id.in_(alert_ids), Suppression.why == why, Suppression.key == key
    )
    for row_id in work.session.scalars(statement.returning(Suppression.id)):
        timers.disarm(work, TIMER, str(row_id))


def drop_recovered(work: Work, alert_id: int) -> None:
    """Forget the reasons that were to last until this alert's recovery."""
    statement = delete(Suppression).where(
        Suppression.alert_id == alert_id, Suppression.until_recovery.is_(True)
    )
    for row_id in work.session.scalars(statement.returning(Suppression.id)):
        timers.disarm(work, TIMER, str(row_id))


def count(work: Work, why: Why, key: str) -> int:
    """Return how many alerts a reason keeps quiet."""
    query = select(func.count()).where(Suppression.why == why, Suppression.key == key)
    return work.session.scalar(query) or 0


def held_by(work: Work, why: Why, key: str) -> list[int]:
    """Return the ids of the alerts that a reason keeps quiet."""
    query = select(Suppression.alert_id).where(Suppression.why == why, Suppression.key == key)
    return list(work.session.scalars(query))


def _name(actor: Actor) -> str:
    return actor.full_name or actor.name
