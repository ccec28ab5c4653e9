"""An instance that real processes work on, with one person on call and one monitoring system."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import func, select

from itsm.app import create_app, house_of
from itsm.incidents.models import Incident
from itsm.init import initialise
from itsm.monitoring import integrations
from itsm.monitoring.inputs import NewIntegration
from itsm.monitoring.models import Alert
from itsm.notify import service as notify
from itsm.oncall import planning
from itsm.oncall.escalation import State
from itsm.oncall.inputs import PolicyInput, StepInput
from itsm.oncall.models import Escalation, Page
from itsm.platform.house import House
from itsm.platform.intake import IntakeRow
from itsm.platform.settings import load
from tests import cast as people
from tests.faults.provider import Provider

ROOT: Final = Path(__file__).parents[2]
LONG: Final = os.environ.get("FAULTS") == "long"
STEP_MIN: Final = 5
KILLED: Final = -9


class Facts(NamedTuple):
    """How many rows there are of each."""

    raw: int
    alerts: int
    incidents: int
    escalations: int
    pages: int


@dataclass(frozen=True)
class Site:
    """A laid instance: the environment of its processes, the key of its one integration."""

    env: Mapping[str, str]
    house: House
    key: str

    def facts(self) -> Facts:
        tables = (IntakeRow, Alert, Incident, Escalation, Page)
        with self.house.work(writes=False) as work:
            counts = [work.session.scalar(select(func.count()).select_from(t)) for t in tables]
        return Facts(*(count or 0 for count in counts))

    def acknowledged(self) -> bool:
        with self.house.work(writes=False) as work:
            states = work.session.scalars(select(Escalation.state)).all()
        return set(states) == {State.ACKNOWLEDGED}

    def start(self, *words: str, kill_at: str = "", later_s: int = 0) -> "subprocess.Popen[str]":
        """Start one process of the product; see `tests/faults/engine.py` for the words."""
        env = {**os.environ, **self.env, "PYTHONPATH": str(ROOT), "LATER_S": str(later_s)}
        return subprocess.Popen(
            [sys.executable, "-m", "tests.faults.engine", *words],
            env=env | ({"ITSM_KILL_AT": kill_at} if kill_at else {}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str, said: str = "", **options: object) -> "Ended":
        """Start a process, hand it `said`, and return how it ended."""
        child = self.start(*words, **options)  # type: ignore[arg-type]
        out, err = child.communicate(said, timeout=60)
        return Ended(child.returncode, out.split(), err)

    def post(self, *names: str, kill_at: str = "") -> "Ended":
        """Post an alert for each of `names`, as a monitoring system would."""
        said = "".join(event("KEY", name) + "\n" for name in names)
        return self.run("post", self.key, said=said, kill_at=kill_at)


class Ended(NamedTuple):
    """The exit status of a process, the words it printed and what it complained of."""

    status: int
    words: list[str]
    errors: str


def event(key: str, name: str) -> str:
    """Return the body that opens the alert `name`."""
    payload = {"summary": f"{name} does not answer", "source": name, "severity": "critical"}
    return json.dumps(
        {"routing_key": key, "event_action": "trigger", "dedup_key": name, "payload": payload}
    )


def lay(home: Path, provider: Provider, **settings: str) -> Site:
    """Make an instance in `home`; `settings` are names and values of the environment."""
    env = {
        "ITSM_HOME": str(home),
        "ITSM_SECRET_KEY": "a key for tests that is long enough to be one",
        "ITSM_ALLOW_NETWORKS": "127.0.0.0/8",
        **settings,
    }
    home.mkdir(parents=True, exist_ok=True)
    house = house_of(create_app(load(env)))
    initialise(house)
    return Site(env, house, furnish(house, provider))


def furnish(house: House, provider: Provider) -> str:
    """Have Alice on call behind `provider`; return the key of a new integration."""
    cast = people.enter(house)
    with house.work() as work:
        notify.add_contact(work, cast.alice, "webhook", "Pager", {"url": provider.url})
        step = StepInput(delay_min=STEP_MIN, people=[cast.alice])
        wanted = PolicyInput(name="Night", steps=[step], repeat=0, fallback_id=cast.alice)
        planning.make_standard(work, planning.create_policy(work, wanted))
        _, key = integrations.add_integration(work, NewIntegration(kind="generic", name="Probe"))
    return key
