"""How grave an incident is, from what monitoring and the CMDB know. No I/O."""

from itsm.assets.models import Criticality

# Impact: how many are hit. A CI that much depends on hits many.
IMPACT = {
    Criticality.CRITICAL: 1,
    Criticality.HIGH: 1,
    Criticality.MEDIUM: 2,
    Criticality.LOW: 3,
}
# Urgency: how soon it hurts, by an alert's severity.
URGENCY = {"critical": 1, "high": 2, "medium": 2, "low": 3, "info": 3}
UNKNOWN = 2


def impact_of(criticality: str | None) -> int:
    """Return the impact, 1 to 3, of a fault of a CI; 2 where no CI is known."""
    return UNKNOWN if criticality is None else IMPACT[Criticality(criticality)]


def urgency_of(severity: str) -> int:
    """Return the urgency, 1 to 3, that an alert of this severity has."""
    return URGENCY[severity]
