"""What happens to correlation rules, for the journal."""

from dataclasses import dataclass
from typing import ClassVar

from itsm.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrelationRuleSaved(Event):
    """A correlation rule was made, changed, moved or switched."""

    name: ClassVar[str] = "correlation_rule.saved"
    about: ClassVar[str] = "correlation_rule"
    correlation_rule_id: int
    title: str
    enabled: bool
    position: int
    tests: str
    group_by: str
    window_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrelationRuleRemoved(Event):
    """A correlation rule is there no more."""

    name: ClassVar[str] = "correlation_rule.removed"
    about: ClassVar[str] = "correlation_rule"
    correlation_rule_id: int
    title: str
