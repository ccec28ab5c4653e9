"""A ticket, a policy that names two people, and a provider that remembers what it was handed."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest

from itsm.desk.models import Source
from itsm.incidents.models import Incident
from itsm.kernel.work import Work
from itsm.notify.channel import Outcome, OutcomeState, Outside
from itsm.notify.service import Task
from itsm.oncall import jobs, planning, service
from itsm.oncall.inputs import PolicyInput, StepInput
from itsm.platform.house import Effect, House, Table
from itsm.platform.http import Client
from itsm.platform.runner import drain, fire
from tests.cast import Cast, actor_of
from tests.clock import SetClock

ACCEPTED = Outcome(OutcomeState.ACCEPTED, "accepted")
REFUSED = Outcome(OutcomeState.FAILED, "refused")


@dataclass
class Provider:
    """A provider that remembers (idempotency key, time) and answers as it is told to."""

    clock: SetClock
    answers: dict[str, Outcome] = field(default_factory=dict)
    asked: list[tuple[str, datetime]] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)

    def __call__(self, task: Task) -> Outcome:
        self.asked.append((task.message.key, self.clock.now))
        self.tasks.append(task)
        return self.answers.get(task.channel, ACCEPTED)

    @property
    def told(self) -> list[str]:
        """Return to which addresses it sent, in that order."""
        return [getattr(task.config, "address", task.channel) for task in self.tasks]


@dataclass
class Night:
    """A house whose worker and clock run when the test says so, with one ticket and one policy."""

    house: House
    clock: SetClock
    provider: Provider
    cast: Cast
    ticket: int = 0
    policy: int = 0

    def run(self) -> None:
        """Fire the timers that are due and do what they put into the outbox, until all is still."""
        while fire(self.house) + drain(self.house):
            pass

    def pass_minutes(self, minutes: float) -> None:
        self.clock.advance(minutes=minutes)
        self.run()

    def start(self) -> None:
        with self.house.work() as work:
            service.start(work, self.ticket, self.policy)
        self.run()

    def acknowledge_as(self, username: str) -> None:
        with self.house.work(actor_of(self.house, username)) as work:
            service.acknowledge(work, self.ticket)

    def finish(self) -> None:
        with self.house.work() as work:
            service.finish(work, self.ticket)


@pytest.fixture
def provider(clock: SetClock) -> Provider:
    return Provider(clock)


@pytest.fixture
def night(house: House, clock: SetClock, cast: Cast, provider: Provider) -> Night:
    """First Alice, after 5 minutes Bob, after 10 more all over again once; then Dana."""
    night = Night(wired(house, provider), clock, provider, cast)
    with night.house.work() as work:
        night.ticket = new_ticket(work, cast, 1)
        steps = [
            StepInput(delay_min=5, people=[cast.alice]),
            StepInput(delay_min=10, people=[cast.bob]),
        ]
        wanted = PolicyInput(name="Network", steps=steps, repeat=1, fallback_id=cast.dana)
        night.policy = planning.create_policy(work, wanted).id
    return night


def wired(house: House, provider: Callable[[Task], Outcome]) -> House:
    """Return the house without reactions, its pages handed to `provider`."""
    real = jobs.delivering(Outside(Client(), "http://desk.test"))
    delivering = Effect(real.prepare, provider, real.record)
    table = Table(
        jobs={**house.table.jobs, "oncall.deliver": delivering}, timers=house.table.timers
    )
    return replace(house, table=table)


def new_ticket(work: Work, cast: Cast, number: int) -> int:
    ticket = Incident(
        number=f"INC-{number}",
        title="Payments API answers 502 at checkout",
        state="new",
        impact=1,
        urgency=1,
        priority=1,
        desk_id=cast.desk,
        source=Source.MONITORING,
        created_at=work.now,
        updated_at=work.now,
    )
    return work.add(ticket).id
