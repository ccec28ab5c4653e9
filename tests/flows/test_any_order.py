"""Whatever order messages arrive in, and however often: the end is that of the true sequence."""

from datetime import timedelta
from itertools import count
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from itsm.incidents.models import Incident
from itsm.kernel.access import SYSTEM
from itsm.monitoring.models import Alert
from itsm.monitoring.signal import Action, Severity
from itsm.monitoring.states import ACTIVE, State
from tests.clock import NOON
from tests.flows.conftest import Desk

Said = tuple[Action, dict[str, object]]
numbers = count()


def said(minutes: list[int], severities: list[Severity]) -> list[Said]:
    """Return fires and recoveries in turn at these minutes of the source's clock."""
    sequence: list[Said] = []
    for place, minute in enumerate(sorted(minutes)):
        at = NOON + timedelta(minutes=minute)
        if place % 2:
            sequence.append((Action.RESOLVE, {"ended_at": at}))
        else:
            sequence.append((Action.FIRE, {"starts_at": at, "severity": severities[place]}))
    return sequence


def play(desk: Desk, sequence: list[Said], chance: Random | None = None) -> tuple[bool, str]:
    """Have the source say these of a new thing, and return how it stands once all is quiet."""
    name = f"thing-{next(numbers)}"
    for action, more in sequence:
        desk.say(action, name, **more)
        if chance and chance.random() < 0.3:
            desk.say(Action.ACKNOWLEDGE, name)
        check_invariants(desk, name)
    desk.clock.advance(minutes=16)
    desk.work()
    desk.clock.advance(minutes=6)
    desk.work()
    check_invariants(desk, name)
    return standing(desk, name)


def standing(desk: Desk, name: str) -> tuple[bool, str]:
    with desk.house.work(SYSTEM, writes=False) as work:
        key = name.encode().hex().ljust(16, "0")
        alert = (
            work.session.query(Alert).filter_by(source_key=key).order_by(Alert.id.desc()).first()
        )
    if alert is None or alert.state not in ACTIVE:
        return False, ""
    return True, alert.severity.value


def check_invariants(desk: Desk, name: str) -> None:
    """Assert that a key has at most one alert that is not history, and one open incident."""
    with desk.house.work(SYSTEM, writes=False) as work:
        key = name.encode().hex().ljust(16, "0")
        alerts = work.session.query(Alert).filter_by(source_key=key).all()
        ids = {alert.incident_id for alert in alerts}
        still_open = (
            work.session.query(Incident).filter(Incident.id.in_(ids), Incident.open).count()
        )
    assert len([alert for alert in alerts if alert.state is not State.CLOSED]) <= 1
    assert still_open <= 1


@pytest.mark.timeout(600)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.integers(-400, -1), min_size=1, max_size=5, unique=True),
    st.lists(st.sampled_from(Severity), min_size=5, max_size=5),
    st.randoms(use_true_random=False),
)
def test_any_order_and_repetition_ends_as_the_true_sequence_does(
    desk: Desk, minutes: list[int], severities: list[Severity], chance: Random
) -> None:
    true = said(minutes, severities)
    shuffled = true * 2
    chance.shuffle(shuffled)

    assert play(desk, shuffled, chance) == play(desk, true)
