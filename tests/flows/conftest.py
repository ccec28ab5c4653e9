"""A desk that monitoring speaks to: a policy that pages Alice, an integration, a worker."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from itsm.incidents import queries
from itsm.incidents.models import Incident
from itsm.kernel.access import SYSTEM
from itsm.monitoring import service
from itsm.monitoring.inputs import NewIntegration
from itsm.monitoring.integrations import add_integration
from itsm.monitoring.models import Alert, Integration
from itsm.monitoring.service import Result
from itsm.monitoring.signal import Action, Severity, Signal
from itsm.monitoring.states import State
from itsm.notify import service as notify
from itsm.notify.models import KeptMessage
from itsm.oncall import planning
from itsm.oncall.inputs import PolicyInput, StepInput
from itsm.platform import runner
from itsm.platform.house import House
from tests.cast import Api, Cast, actor_of
from tests.clock import SetClock


@dataclass
class Desk:
    """The product as a monitoring system and the clock see it."""

    house: House
    clock: SetClock
    key: str
    numbers: list[str] = field(default_factory=list)

    def send(self, status: str = "firing", name: str = "disk", **labels: str) -> dict[str, Any]:
        """Post one alert as Alertmanager does, do what follows, and return the answer."""
        severity = labels.pop("severity", "critical")
        alert = {
            "status": status,
            "labels": {"alertname": name, "instance": "db-01:9100", "severity": severity, **labels},
            "annotations": {"summary": f"{name} is in trouble"},
            "startsAt": self.clock.now.isoformat(),
            "endsAt": self.clock.now.isoformat(),
            "fingerprint": name.encode().hex().ljust(16, "0"),
        }
        body = {"version": "4", "status": status, "alerts": [alert], "groupKey": "g"}
        client = self.house.app.test_client()
        response = client.post(f"/hooks/alertmanager/{self.key}", json=body)
        assert response.status_code == 202, response.data
        self.work()
        return response.get_json()  # type: ignore[no-any-return]

    def say(self, action: Action, name: str = "disk", **more: object) -> Result:
        """Have the source say one thing of the alert that `send` sends, and do what follows."""
        key = name.encode().hex().ljust(16, "0")
        fields = {"title": f"{name} is in trouble", "severity": Severity.CRITICAL} | more
        signal = Signal(action=action, source_key=key, **fields)  # type: ignore[arg-type]
        with self.house.work(SYSTEM) as work:
            source = work.session.query(Integration).one()
            result = service.receive(work, source, [signal])[0]
        self.work()
        return result

    def work(self) -> None:
        """Do what is due: jobs and timers, until nothing is left."""
        while runner.drain(self.house) + runner.fire(self.house):
            pass

    def wait(self, **delta: float) -> None:
        """Let time pass a minute at a time, doing what falls due."""
        end = self.clock.now + timedelta(**delta)
        while self.clock.now < end:
            self.clock.now = min(end, self.clock.now + timedelta(minutes=1))
            self.work()

    def pages(self) -> int:
        """Return how often anybody was paged; news of a page begins with the ticket's number."""
        with self.house.work(SYSTEM, writes=False) as work:
            kept = work.session.query(KeptMessage)
            return kept.filter(~KeptMessage.title.startswith("INC-")).count()

    def alert(self) -> Alert:
        """Return the one alert there is."""
        with self.house.work(SYSTEM, writes=False) as work:
            return work.session.query(Alert).filter(Alert.state != State.CLOSED).one()

    def incidents(self) -> list[Incident]:
        """Return all incidents, oldest first."""
        with self.house.work(SYSTEM, writes=False) as work:
            return list(work.session.scalars(select(Incident).order_by(Incident.id)))

    def incident(self) -> Incident:
        """Return the one incident there is."""
        found = self.incidents()
        assert len(found) == 1
        return found[0]

    def timeline(self, number: str = "") -> list[str]:
        """Return what the timeline of an incident says, the oldest first; of the first if none."""
        api = Api(self.house, "alice")
        address = f"/api/v1/incidents/{number or self.incidents()[0].number}/timeline"
        return [one["text"] for one in api.get(address).json["items"]]

    def as_(self, username: str, verb: Callable[..., Any], *more: Any) -> None:  # noqa: ANN401
        """Have somebody do `verb(work, incident, ...)` to the one incident."""
        ticket_id = self.incident().id
        with self.house.work(actor_of(self.house, username)) as work:
            verb(work, queries.by_id(work, ticket_id), *more)
        self.work()


@pytest.fixture
def desk(house: House, cast: Cast, clock: SetClock) -> Desk:
    with house.work(SYSTEM) as work:
        notify.add_contact(work, cast.alice, "outbox", "", {})
        step = StepInput(delay_min=5, people=[cast.alice])
        policy = planning.create_policy(
            work, PolicyInput(name="Standard", steps=[step], repeat=1, fallback_id=cast.dana)
        )
        planning.make_standard(work, policy)
        _, key = add_integration(work, NewIntegration(kind="alertmanager", name="Prometheus"))
    return Desk(house, clock, key)
