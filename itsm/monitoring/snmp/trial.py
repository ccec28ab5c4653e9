"""Trying a rule on a kept trap: the very code that reads traps, without writing anything."""

from dataclasses import dataclass

from itsm.kernel.work import Work
from itsm.monitoring.snmp import queries, reading, values, wording
from itsm.monitoring.snmp.ber import Malformed
from itsm.monitoring.snmp.known import Known, Opened, open_row
from itsm.monitoring.snmp.names import SHIPPED, Names
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
    no rule, or not the rule tried, speaks of it. `names` are those that it is told in.
    """

    row: IntakeRow
    opened: Opened | None
    verdict: Verdict | None
    reason: str = ""
    names: Names = SHIPPED

    @property
    def name(self) -> str:
        """The trap's name, or its OID, or what is wrong with it."""
        return self.names.trap(self.opened.trap.oid) if self.opened else "cannot be read"

    @property
    def description(self) -> str:
        """What the MIB says of the trap, if it was uploaded."""
        name, rest = self.names.of_trap(self.opened.trap.oid) if self.opened else (None, "")
        return name.description if name and not rest else ""

    @property
    def lines(self) -> list[Line]:
        """The varbinds of the trap."""
        varbinds = self.opened.trap.varbinds if self.opened else ()
        return [
            Line(
                f"{{{wording.field_of(varbind, place, self.names)}}}",
                self.names.spoken(varbind.oid),
                values.text(varbind, self.names),
            )
            for place, varbind in enumerate(varbinds, start=1)
        ]


def of_row(work: Work, row: IntakeRow, rule: Rule | None = None) -> Trial:
    """Return what becomes of a kept trap by `rule` alone, or by all the rules there are."""
    known = Known(work)
    try:
        opened = open_row(known, row)
    except Malformed as error:
        return Trial(row, None, None, str(error))
    known.learn_names([opened])
    book = RuleBook([rule], known.names) if rule else None
    return Trial(row, opened, reading.judged(known, opened, book), names=known.names)


def latest(work: Work) -> list[Trial]:
    """Return the latest kept traps, each with what the rules make of it now."""
    known = Known(work)
    found: list[tuple[IntakeRow, Opened | None, str]] = []
    for row in queries.recent_traps(work):
        try:
            found.append((row, open_row(known, row), ""))
        except Malformed as error:
            found.append((row, None, str(error)))
    known.learn_names(one for _, one, _ in found if one)
    return [
        Trial(row, one, reading.judged(known, one) if one else None, reason, known.names)
        for row, one, reason in found
    ]
