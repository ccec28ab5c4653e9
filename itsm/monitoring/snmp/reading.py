"""Reading kept traps: from bytes in the ledger to signals, in the order in which they came."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import func, select

from itsm.kernel.work import Work
from itsm.monitoring import hosts
from itsm.monitoring.models import Integration
from itsm.monitoring.service import Result, receive
from itsm.monitoring.snmp import problems, queries, rules, unmatched, values, wording
from itsm.monitoring.snmp.ber import Malformed
from itsm.monitoring.snmp.known import Known, Opened, open_row
from itsm.monitoring.snmp.names import Names
from itsm.monitoring.snmp.problems import Board, Said, Sighting
from itsm.monitoring.snmp.rules import RuleBook, Verdict
from itsm.platform import intake
from itsm.platform.intake import IntakeRow, IntakeState
from itsm.platform.outbox import Payload

BATCH = 500
MAX_LABELS = 20
_READING_LOCK = 7_304_162
_SYS_NAME = "1.3.6.1.2.1.1.5.0"


def read_waiting(work: Work) -> None:
    """Read up to BATCH kept traps, the oldest first, and pass on what they say.

    One reader at a time: whether a link is up or down depends on the order. Whatever cannot be
    read is kept as rejected; whatever no rule speaks of is counted by its OID.
    """
    _wait_for_other_readers(work)
    rows = queries.unread(work, BATCH)
    known = Known(work)
    opened = _open_all(work, known, rows)
    known.learn_names(opened)
    sightings, strange = [], []
    for one in opened:
        verdict = judged(known, one)
        if verdict is None:
            strange.append(one)
        else:
            sightings.append(sighting(one, verdict, known.names))
    unmatched.count(work, strange)
    intake.finish_many(work, [one.intake_id for one in sightings], IntakeState.DONE)
    reason = "no rule for this trap"
    intake.finish_many(work, [one.row_id for one in strange], IntakeState.IGNORED, reason=reason)
    only_id = sightings[0].intake_id if len(sightings) == 1 else None
    pass_on(work, Board(work, sightings).said, intake_id=only_id)


def pass_on(work: Work, said: Iterable[Said], *, intake_id: int | None = None) -> None:
    """Hand signals to the integrations that they are for."""
    by_integration: defaultdict[int, list[Said]] = defaultdict(list)
    for one in said:
        by_integration[one.integration_id].append(one)
    for integration_id, group in by_integration.items():
        integration = work.session.get_one(Integration, integration_id)
        results = receive(work, integration, [one.signal for one in group], intake_id=intake_id)
        _bind(work, group, results)


def settle(work: Work, payload: Payload) -> None:
    """Report a problem that was held back and lasts."""
    pass_on(work, problems.settle(work, payload))


def close_unseen(work: Work, payload: Payload) -> None:
    """End what was not seen again after a restart."""
    pass_on(work, problems.close_unseen(work, payload))


def judged(known: Known, one: Opened, book: RuleBook | None = None) -> Verdict | None:
    """Return what the rules, or those of `book`, make of a trap."""
    return rules.judge(
        book or known.book, one.trap, one.agent, sender=one.sender, group=one.source.group
    )


def sighting(one: Opened, verdict: Verdict, names: Names) -> Sighting:
    """Return a trap that met a rule as the problems see it."""
    name = values.of_oid(one.trap, _SYS_NAME, names)
    return Sighting(
        intake_id=one.row_id,
        integration_id=one.source.integration_id,
        agent=one.agent.name,
        hosts=tuple(host for host in (one.agent.name, name) if host),
        trap=names.trap(one.trap.oid)[:255],
        labels=_labels(one, names),
        verdict=verdict,
        ci_id=one.ci_id,
    )


def _bind(work: Work, said: Sequence[Said], results: Sequence[Result]) -> None:
    """Give alerts the CI that an approved engine is; no name or address is asked then."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for one, result in zip(said, results, strict=True):
        if one.ci_id is not None and result.alert_id is not None:
            found[one.ci_id].add(result.alert_id)
    for ci_id, alert_ids in found.items():
        hosts.bind(work, ci_id, alert_ids)


def _wait_for_other_readers(work: Work) -> None:
    # On SQLite the write transaction keeps others out already.
    if work.session.get_bind().dialect.name == "postgresql":
        work.session.execute(select(func.pg_advisory_xact_lock(_READING_LOCK)))


def _open_all(work: Work, known: Known, rows: Sequence[IntakeRow]) -> list[Opened]:
    opened = []
    for row in rows:
        try:
            opened.append(open_row(known, row))
        except Malformed as error:
            intake.finish(work, row.id, IntakeState.REJECTED, reason=str(error))
    return opened


def _labels(one: Opened, names: Names) -> dict[str, str]:
    found = {"trap_oid": one.trap.oid, "message": str(one.row_id), "sender": one.sender}
    for place, varbind in enumerate(one.trap.varbinds[:MAX_LABELS], start=1):
        field = wording.field_of(varbind, place, names)
        name = varbind.oid if field.isdigit() else field
        found.setdefault(name, values.text(varbind, names))
    return found
