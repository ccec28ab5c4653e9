"""Each kind's own messages in any order, repeated and taken in hand between: one end, one incident.

Where the source says when, its times decide; else what arrived last, and repeating it changes
nothing.
"""

from itertools import count, groupby
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from itsm.incidents.models import Incident
from itsm.kernel.access import SYSTEM
from itsm.monitoring import integrations
from itsm.monitoring.inputs import NewIntegration
from itsm.monitoring.models import Alert, Integration
from itsm.monitoring.states import ACTIVE, State
from tests.cast import Api
from tests.flows.conftest import Desk
from tests.monitoring.pairs import PAIRS, TIMED

Told = Literal["fire", "over", "take"]
names = count()
STORIES = st.lists(st.sampled_from(["fire", "over", "take"]), min_size=2, max_size=6)


class Source:
    """A system of one kind that is new to the desk and knows of one thing."""

    def __init__(self, desk: Desk, kind: str) -> None:
        self.desk, self.kind = desk, kind
        with desk.house.work(SYSTEM) as work:
            made, self.key = integrations.add_integration(
                work, NewIntegration(kind=kind, name=f"Probes {next(names)}")
            )
            self.id = made.id

    def play(self, story: list[Told]) -> bool:
        """Tell it so, let all that follows be done, and return whether it still fires."""
        for told in story:
            self.take() if told == "take" else self.post(told)
            self.desk.work()
            self.check()
        self.desk.clock.advance(minutes=30)
        self.desk.work()
        self.check()
        return any(alert.state in ACTIVE for alert in self.alerts())

    def post(self, told: Told) -> None:
        body = PAIRS[self.kind][told == "over"]
        client = self.desk.house.app.test_client()
        assert client.post(f"/hooks/{self.kind}/{self.key}", json=body).status_code == 202

    def take(self) -> None:
        for alert in self.alerts():
            if alert.state in ACTIVE:
                Api(self.desk.house, "alice").post(f"/api/v1/alerts/{alert.id}/acknowledge")

    def alerts(self) -> list[Alert]:
        with self.desk.house.work(SYSTEM, writes=False) as work:
            found = work.session.query(Alert).join(Integration)
            return found.filter(Alert.integration_id == self.id).all()

    def check(self) -> None:
        """Assert that there is one alert at most that is not history, and one open incident."""
        alerts = self.alerts()
        with self.desk.house.work(SYSTEM, writes=False) as work:
            open_ones = work.session.query(Incident).filter(
                Incident.id.in_({one.incident_id for one in alerts}), Incident.open
            )
            assert open_ones.count() <= 1
        assert len([one for one in alerts if one.state is not State.CLOSED]) <= 1


def once(story: list[Told]) -> list[Told]:
    """Return a story in which nothing is said twice in a row, as the source meant it."""
    said = [one for one in story if one != "take"]
    return [one for one, _ in groupby(said)]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", PAIRS)
@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STORIES)
def test_a_story_ends_as_its_source_meant_it(desk: Desk, kind: str, story: list[Told]) -> None:
    if kind in TIMED:
        assert Source(desk, kind).play(story) is ("fire" in story and "over" not in story)
    else:
        assert Source(desk, kind).play(story) is Source(desk, kind).play(once(story))
