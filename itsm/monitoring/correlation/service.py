"""Every verb on correlation rules."""

from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid
from itsm.kernel.work import Work
from itsm.monitoring.correlation import groups, queries
from itsm.monitoring.correlation.events import CorrelationRuleRemoved, CorrelationRuleSaved
from itsm.monitoring.correlation.inputs import RuleInput
from itsm.monitoring.correlation.models import CorrelationRule

MOST_RULES = 100


def save(work: Work, rule: RuleInput, row: CorrelationRule | None = None) -> CorrelationRule:
    """Make a rule, or change `row` into it; it counts from the next alert on.

    A new one is asked last. Raises Denied, Invalid for a name that is taken or for too many rules.
    Emits CorrelationRuleSaved.
    """
    work.must(Permission.INTEGRATION_EDIT)
    others = [one for one in queries.rules(work) if one is not row]
    if any(other.name == rule.name for other in others):
        raise Invalid("another correlation rule has this name", {"name": "is in use"})
    if row is None and len(others) >= MOST_RULES:
        raise Invalid(f"there are {MOST_RULES} rules already: remove one that is not needed")
    if row is None:
        row = CorrelationRule(position=max((one.position for one in others), default=0) + 1)
    row.name, row.enabled, row.window_min = rule.name, rule.enabled, rule.window_min
    row.tests, row.group_by = list(rule.tests), list(rule.group_by)
    work.add(row)
    _say_saved(work, row)
    return row


def switch(work: Work, row: CorrelationRule, *, enabled: bool) -> None:
    """Turn a rule on or off. Raises Denied. Emits CorrelationRuleSaved."""
    work.must(Permission.INTEGRATION_EDIT)
    row.enabled = enabled
    _say_saved(work, row)


def move_up(work: Work, row: CorrelationRule) -> None:
    """Have a rule asked before the one that stands before it; nothing for the first.

    Raises Denied. Emits CorrelationRuleSaved.
    """
    work.must(Permission.INTEGRATION_EDIT)
    ordered = list(queries.rules(work))
    place = ordered.index(row)
    if place == 0:
        return
    ordered[place - 1], ordered[place] = row, ordered[place - 1]
    for position, one in enumerate(ordered, start=1):
        one.position = position
    _say_saved(work, row)


def remove(work: Work, row: CorrelationRule) -> None:
    """Remove a rule; incidents that it brought together stay. Raises Denied.

    Emits CorrelationRuleRemoved.
    """
    work.must(Permission.INTEGRATION_EDIT)
    groups.forget(work, row.id)
    work.session.delete(row)
    work.emit(CorrelationRuleRemoved(correlation_rule_id=row.id, title=row.name))


def _say_saved(work: Work, row: CorrelationRule) -> None:
    tests = row.tests if isinstance(row.tests, list) else []
    names = row.group_by if isinstance(row.group_by, list) else []
    work.emit(
        CorrelationRuleSaved(
            correlation_rule_id=row.id,
            title=row.name,
            enabled=row.enabled,
            position=row.position,
            tests="; ".join(map(str, tests)),
            group_by=", ".join(map(str, names)),
            window_min=row.window_min,
        )
    )
