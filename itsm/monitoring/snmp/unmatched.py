"""Trap OIDs that no rule speaks of, counted so that they do not vanish."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import insert, update

from itsm.kernel.work import Work
from itsm.monitoring.snmp import queries
from itsm.monitoring.snmp.known import Opened
from itsm.monitoring.snmp.models import TrapUnmatched

MOST_UNMATCHED = 5000
"""Most trap OIDs without a rule that are listed; a flood of invented ones ends there."""


def count(work: Work, strange: Sequence[Opened]) -> None:
    """Count traps that met no rule, each under its OID."""
    counted: defaultdict[str, list[Opened]] = defaultdict(list)
    for one in strange:
        counted[one.trap.oid].append(one)
    if not counted:
        return
    listed = queries.unmatched_known(work, counted)
    room = MOST_UNMATCHED - queries.unmatched_count(work) if counted.keys() - listed else 0
    for oid, group in counted.items():
        if oid in listed:
            _count_again(work, oid, group)
        elif room > 0:
            room -= 1
            work.session.execute(insert(TrapUnmatched), [_first(work, oid, group)])


def _count_again(work: Work, oid: str, group: Sequence[Opened]) -> None:
    work.session.execute(
        update(TrapUnmatched)
        .where(TrapUnmatched.oid == oid)
        .values(
            count=TrapUnmatched.count + len(group),
            last_seen=work.now,
            agent=group[-1].agent.name,
            intake_id=group[-1].row_id,
        )
        .execution_options(synchronize_session=False)
    )


def _first(work: Work, oid: str, group: Sequence[Opened]) -> dict[str, object]:
    return {
        "oid": oid,
        "count": len(group),
        "first_seen": work.now,
        "last_seen": work.now,
        "agent": group[-1].agent.name,
        "intake_id": group[-1].row_id,
    }
