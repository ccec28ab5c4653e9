"""An integration, and short ways to say what a source says."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from itsm.kernel.access import SYSTEM
from itsm.kernel.work import Work
from itsm.monitoring import integrations, service
from itsm.monitoring.inputs import NewIntegration
from itsm.monitoring.models import Integration
from itsm.monitoring.service import Result
from itsm.monitoring.signal import Action, Severity, Signal
from itsm.platform.house import House
from tests.clock import NOON

Say = Callable[..., Result]


def signal(
    action: Action, key: str = "web1/disk", minute: int | None = None, **more: object
) -> Signal:
    """Return a signal about `key`; `minute` is the source's time, counted from noon."""
    at = None if minute is None else NOON + timedelta(minutes=minute)
    times = {"ended_at": at} if action is Action.RESOLVE else {"starts_at": at}
    fields = {"title": "Disk full", "severity": Severity.HIGH} | times | more
    return Signal(action=action, source_key=key, **fields)  # type: ignore[arg-type]


@pytest.fixture
def integration(work: Work) -> Integration:
    """An integration that lives as long as the Work of the test."""
    return integrations.add_integration(work, NewIntegration(kind="generic", name="probes"))[0]


@pytest.fixture
def say(work: Work, integration: Integration) -> Say:
    """Have the source say one thing: `say(Action.FIRE, minute=3)`."""

    def receive(action: Action, key: str = "web1/disk", **more: object) -> Result:
        return service.receive(work, integration, [signal(action, key, **more)])[0]  # type: ignore[arg-type]

    return receive


@pytest.fixture
def key(house: House) -> str:
    """The key of a committed integration of the kind generic."""
    with house.work(SYSTEM) as work:
        return integrations.add_integration(work, NewIntegration(kind="generic", name="probes"))[1]
