"""Trap rules: which one a trap meets, and what it then says. Pure: no clock, no database.

The first rule for exactly the trap's OID whose conditions hold decides; without one, the rule for
the longest prefix. A v1 trap also meets the rule for its OID without the zero of the translation.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from itsm.monitoring.severity import CLEAR_WORDS
from itsm.monitoring.signal import Severity
from itsm.monitoring.snmp import wording
from itsm.monitoring.snmp.agent import Agent
from itsm.monitoring.snmp.names import SHIPPED, Names, without_zero
from itsm.monitoring.snmp.trap import Trap
from itsm.monitoring.snmp.wording import Fields


class Test(StrEnum):
    """What a condition asks of a field."""

    __test__ = False  # pytest is not to collect it

    EQUALS = "equals"
    DIFFERS = "differs"
    CONTAINS = "contains"
    ABOVE = "above"
    BELOW = "below"
    PRESENT = "present"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Condition:
    """One question to one field; texts compare without regard to case."""

    field: str
    test: Test
    value: str = ""

    def holds(self, known: Fields) -> bool:
        """Tell whether the trap with these fields answers it with yes."""
        found = known.get(self.field)
        if self.test in (Test.PRESENT, Test.ABSENT):
            return (found is not None) is (self.test is Test.PRESENT)
        if found is None:
            return False
        # The bare number counts as well, so that a rule outlives the upload of its MIB.
        bare = wording.bare(known, self.field) or found
        answers = (
            _compare(self.test, one.casefold(), self.value.casefold()) for one in (found, bare)
        )
        return all(answers) if self.test is Test.DIFFERS else any(answers)


def _compare(test: Test, found: str, wanted: str) -> bool:
    match test:
        case Test.EQUALS:
            return found == wanted
        case Test.DIFFERS:
            return found != wanted
        case Test.CONTAINS:
            return wanted in found
        case _:
            return _in_order(*((found, wanted) if test is Test.BELOW else (wanted, found)))


def _in_order(small: str, large: str) -> bool:
    try:
        return float(small) < float(large)
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Often:
    """More than `times` within `seconds` raise the severity to `severity`."""

    times: int
    seconds: int
    severity: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What to make of the traps that match it.

    `severity` None takes the word in `severity_field` through `severity_map`; "ok" and the like
    as its outcome mean that the problem under `key` has ended. A rule with `raises` off only
    clears. `clears` are keys, in the form of `key`, of the problems that the trap ends.
    `hold_s` seconds pass before the problem is reported, and a clear within them takes it back.
    `unsettles` is the head of keys whose open problems are closed unless they are seen again.
    """

    name: str
    oid: str
    prefix: bool = False
    group: str = ""
    conditions: tuple[Condition, ...] = ()
    raises: bool = True
    severity: Severity | None = Severity.MEDIUM
    severity_field: str = ""
    severity_map: Mapping[str, str] = field(default_factory=dict)
    title: str = "{trap} from {agent}"
    body: str = ""
    key: str = "{oid}"
    clears: tuple[str, ...] = ()
    hold_s: int = 0
    unsettles: str = ""
    often: Often | None = None

    def matches(self, known: Fields, group: str) -> bool:
        """Tell whether a trap with these fields, from a source of `group`, meets the rest."""
        same_group = not self.group or self.group == group
        return same_group and all(condition.holds(known) for condition in self.conditions)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one trap says once a rule has read it; keys are not yet bound to the agent."""

    rule: Rule
    title: str
    body: str
    key: str
    severity: Severity | None
    """None where nothing is raised."""
    clears: tuple[str, ...]


class RuleBook:
    """Rules in order of precedence, found by OID without trying each, and the names they go by."""

    def __init__(self, rules: Iterable[Rule], names: Names = SHIPPED) -> None:
        self.names = names
        self._exact: dict[str, list[Rule]] = {}
        self._prefixes: dict[str, list[Rule]] = {}
        for rule in rules:
            table = self._prefixes if rule.prefix else self._exact
            table.setdefault(rule.oid, []).append(rule)

    def find(self, oid: str, known: Fields, group: str) -> Rule | None:
        """Return the rule for a trap with this OID and these fields, or None."""
        for rule in self._candidates(oid):
            if rule.matches(known, group):
                return rule
        return None

    def _candidates(self, oid: str) -> Iterable[Rule]:
        yield from self._exact.get(oid, ())
        plain = without_zero(oid)
        if plain is not None:
            yield from self._exact.get(plain, ())
        while oid:
            yield from self._prefixes.get(oid, ())
            oid = oid.rpartition(".")[0]


def judge(book: RuleBook, trap: Trap, agent: Agent, *, sender: str, group: str) -> Verdict | None:
    """Return what `trap` says by the rule that it meets, or None if it meets none."""
    known = wording.fields(trap, agent, sender, book.names)
    rule = book.find(trap.oid, known, group)
    if rule is None:
        return None
    key = wording.render(rule.key, known, wording.MAX_KEY)
    severity, cleared = _severity(rule, known)
    clears = [wording.render(template, known, wording.MAX_KEY) for template in rule.clears]
    return Verdict(
        rule=rule,
        title=wording.render(rule.title, known, wording.MAX_TITLE),
        body=wording.render(rule.body, known, wording.MAX_BODY)
        or wording.listing(trap, book.names),
        key=key,
        severity=severity,
        clears=tuple([*clears, key] if cleared else clears),
    )


def _severity(rule: Rule, known: Fields) -> tuple[Severity | None, bool]:
    """Return the severity to raise, if any, and whether the rule's own key is cleared."""
    if not rule.raises:
        return None, False
    if rule.severity is not None:
        return rule.severity, False
    said = known.get(rule.severity_field, "").casefold()
    bare = (wording.bare(known, rule.severity_field) or "").casefold()
    word = rule.severity_map.get(said) or rule.severity_map.get(bare, "medium")
    if word in CLEAR_WORDS:
        return None, True
    return Severity(word), False
