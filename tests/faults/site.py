"""An instance that real processes work on, with one person on call and one monitoring system."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import func, select

from itsm.app import create_app, house_of
from itsm.desk import priorities
from itsm.incidents.models import Incident
from itsm.init import initialise
from itsm.monitoring import integrations
from itsm.monitoring.inputs import NewIntegration
from itsm.monitoring.models import Alert
from itsm.notify import service as notify
from itsm.oncall import planning
from itsm.oncall.delivery import DeliveryState
from itsm.oncall.escalation import State
from itsm.oncall.inputs import PolicyInput, StepInput
from itsm.oncall.models import Delivery, Escalation, Page
from itsm.platform.database import db
from itsm.platform.house import House
from itsm.platform.intake import IntakeRow
from itsm.platform.journal import JournalRow
from itsm.platform.settings import load
from tests import cast as people
from tests.faults.engine import Ended, Order, Running, start
from tests.faults.provider import Provider

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
        self.let_go()
        return Facts(*(count or 0 for count in counts))

    def untold(self) -> int:
        """Return how many pages no message has borne."""
        told = select(Delivery.page_id).where(Delivery.state == DeliveryState.ACCEPTED)
        with self.house.work(writes=False) as work:
            waiting = select(func.count()).select_from(Page).where(Page.id.not_in(told))
            count = work.session.scalar(waiting)
        self.let_go()
        return count or 0

    def acknowledged(self) -> bool:
        with self.house.work(writes=False) as work:
            states = work.session.scalars(select(Escalation.state)).all()
        self.let_go()
        return set(states) == {State.ACKNOWLEDGED}

    def journalled(self, event_name: str) -> int:
        """Return how often an event stands in the journal."""
        rows = select(func.count()).select_from(JournalRow).where(JournalRow.name == event_name)
        with self.house.work(writes=False) as work:
            count = work.session.scalar(rows)
        self.let_go()
        return count or 0

    def let_go(self) -> None:
        """Close the connections of the test's own process, so that the database may be replaced."""
        with self.house.app.app_context():
            db.engine.dispose()

    def start_run(self, *, kill_at: str = "", later_s: int = 0) -> Running:
        return start(Order(self.env, "run", kill_at=kill_at, later_s=later_s))

    def run(self, *, kill_at: str = "", later_s: int = 0) -> int | None:
        """Run an engine until all is still; return its exit status."""
        return self.start_run(kill_at=kill_at, later_s=later_s).end().status

    def post(self, *names: str, kill_at: str = "") -> Ended:
        """Post an alert for each of `names`, as a monitoring system would."""
        bodies = [event(self.key, name) for name in names]
        return start(Order(self.env, "post", bodies, kill_at)).end()

    def acknowledge(self, token: str, *, kill_at: str = "") -> Ended:
        """Press the button of a page."""
        return start(Order(self.env, "acknowledge", [token], kill_at)).end()

    def reply(self, token: str, *, kill_at: str = "") -> Ended:
        """Receive the mail by which Alice takes a page."""
        return start(Order(self.env, "reply", [token], kill_at)).end()


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
        "ITSM_MAIL_DOMAIN": "desk.example.org",
        **settings,
    }
    home.mkdir(parents=True, exist_ok=True)
    house = house_of(create_app(load(env)))
    initialise(house)
    site = Site(env, house, furnish(house, provider))
    site.let_go()
    return site


def furnish(house: House, provider: Provider) -> str:
    """Have Alice on call behind `provider`; return the key of a new integration.

    All incidents are critical, so that each is paged for at once and by itself.
    """
    cast = people.enter(house)
    with house.work() as work:
        priorities.change(work, dict.fromkeys(product(priorities.LEVELS, priorities.LEVELS), 1))
        notify.add_contact(work, cast.alice, "webhook", "Pager", {"url": provider.url})
        step = StepInput(delay_min=STEP_MIN, people=[cast.alice])
        wanted = PolicyInput(name="Night", steps=[step], repeat=0, fallback_id=cast.alice)
        planning.make_standard(work, planning.create_policy(work, wanted))
        probe, key = integrations.add_integration(
            work, NewIntegration(kind="generic", name="Probe")
        )
        # Each alert is to open its own incident, however many come.
        probe.storm_after = None
    return key
