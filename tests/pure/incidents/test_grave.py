"""Impact and urgency from what monitoring and the CMDB know, and the states that tables check."""

import re

import pytest

from itsm.desk.models import INCIDENT_OPEN, INCIDENT_RESOLVED, INCIDENT_STATES
from itsm.incidents.states import LIFE, OPEN, State
from itsm.incidents.urgency import impact_of, urgency_of


@pytest.mark.parametrize(
    ("criticality", "impact"),
    [("critical", 1), ("high", 1), ("medium", 2), ("low", 3), (None, 2)],
)
def test_what_much_depends_on_hits_many(criticality: str | None, impact: int) -> None:
    assert impact_of(criticality) == impact


@pytest.mark.parametrize(
    ("severity", "urgency"),
    [("critical", 1), ("high", 2), ("medium", 2), ("low", 3), ("info", 3)],
)
def test_the_graver_the_sooner(severity: str, urgency: int) -> None:
    assert urgency_of(severity) == urgency


@pytest.mark.parametrize(
    ("rule", "states"),
    [
        (INCIDENT_STATES, set(State)),
        (INCIDENT_OPEN, OPEN),
        (INCIDENT_RESOLVED, {State.RESOLVED, State.CLOSED}),
    ],
)
def test_the_table_checks_the_states_that_there_are(rule: str, states: set[State]) -> None:
    assert set(re.findall(r"'(\w+)'", rule)) - {"incident"} == states


def test_what_is_closed_or_cancelled_stays_so() -> None:
    assert LIFE.from_(State.CLOSED) == LIFE.from_(State.CANCELLED) == ()
