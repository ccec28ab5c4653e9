"""Between the forms of trap intake and its inputs."""

from collections.abc import Mapping, Sequence

from pydantic import ValidationError

from itsm.kernel.errors import DomainError, Invalid
from itsm.monitoring.snmp.inputs import RuleInput
from itsm.monitoring.snmp.models import TrapRule
from itsm.monitoring.snmp.rules import Condition, Rule

Values = dict[str, object]
NOT_FIELDS = frozenset({"csrf_token", "intake_id", "do"})


def fields(form: Mapping[str, str]) -> Values:
    """Return what a form says, without what is no field of the input."""
    return {name: value for name, value in form.items() if name not in NOT_FIELDS}


def wrong(error: ValidationError | DomainError) -> dict[str, str]:
    """Return what to say beside which field; under "" what concerns the whole form."""
    if isinstance(error, ValidationError):
        return {
            str(found["loc"][0]) if found["loc"] else "": _said(str(found["msg"]))
            for found in error.errors()
        }
    return (error.fields if isinstance(error, Invalid) else {}) or {"": str(error)}


def _said(message: str) -> str:
    return message.removeprefix("Value error, ")


def rule_values(row: TrapRule) -> Values:
    """Return a stored rule as the form shows it: lists as one line for each item."""
    values: Values = {name: getattr(row, name) for name in RuleInput.model_fields}
    conditions = row.conditions if isinstance(row.conditions, list) else []
    lines = (" ".join(map(str, one.values())) for one in conditions if isinstance(one, dict))
    levels = row.severity_map if isinstance(row.severity_map, dict) else {}
    return values | {
        "conditions": "\n".join(lines),
        "severity_map": "\n".join(f"{word} = {level}" for word, level in levels.items()),
        "clears": "\n".join(map(str, row.clears if isinstance(row.clears, list) else [])),
    }


def draft(rule: RuleInput) -> Rule:
    """Return a rule that is not saved, to be tried."""
    return Rule(
        name=rule.name,
        oid=rule.oid,
        prefix=rule.prefix,
        group=rule.group,
        conditions=tuple(Condition(one.field, one.test, one.value) for one in rule.conditions),
        raises=rule.raises,
        severity=rule.severity,
        severity_field=rule.severity_field,
        severity_map=rule.severity_map,
        title=rule.title,
        body=rule.body,
        key=rule.key,
        clears=rule.clears,
        hold_s=rule.hold_s,
    )


def network_lines(networks: object) -> str:
    """Return stored networks as the form shows them."""
    return "\n".join(map(str, networks)) if isinstance(networks, Sequence) else ""
