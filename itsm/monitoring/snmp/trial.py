"""Trying a rule on a kept trap: the very code that reads traps, without writing anything."""

from dataclasses import dataclass

from itsm.kernel.work import Work
from itsm.monitoring.snmp import names, queries, reading, values
from itsm.monitoring.snmp.ber import Malformed
from itsm.monitoring.snmp.known import Known, Opened, open_row
from itsm.monitoring.snmp.rules import Rule, RuleBook, Verdict
from itsm.platform.intake import IntakeRow


@dataclass(frozen=True, slots=True)
class Line:
    """One varbind as people read it, with the words a template names it by."""

    field: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What a kept trap holds and what the rules make of it.

    `reason` says why it could not be read; then there is nothing else. `verdict` None means that
    no rule, or not the rule tried, speaks of it.
    """

    row: IntakeRow
    opened: Opened | None
    verdict: Verdict | None
    reason: str = ""

    @property
    def name(self) -> str:
        """The trap's name, or its OID, or what is wrong with it."""
        return names.spoken(self.opened.trap.oid) if self.opened else "cannot be read"

    @property
    def lines(self) -> list[Line]:
        """The varbinds of the trap."""
        varbinds = self.opened.trap.varbinds if self.opened else ()
        return [
            Line(_field(varbind.oid, place), names.spoken(varbind.oid), values.shown_of(varbind))
            for place, varbind in enumerate(varbinds, start=1)
        ]


def of_row(work: Work, row: IntakeRow, rule: Rule | None = None) -> Trial:
    """Return what becomes of a kept trap by `rule` alone, or by all the rules there are."""
    known = Known(work)
    try:
        opened = open_row(known, row)
    except Malformed as error:
        return Trial(row, None, None, str(error))
    book = RuleBook([rule]) if rule else None
    return Trial(row, opened, reading.judged(known, opened, book))


def latest(work: Work) -> list[Trial]:
    """Return the latest kept traps, each with what the rules make of it now."""
    known = Known(work)
    trials = []
    for row in queries.recent_traps(work):
        try:
            opened = open_row(known, row)
            trials.append(Trial(row, opened, reading.judged(known, opened)))
        except Malformed as error:
            trials.append(Trial(row, None, None, str(error)))
    return trials


def _field(oid: str, place: int) -> str:
    name, _ = names.find(oid)
    return f"{{{name.name if name else place}}}"
