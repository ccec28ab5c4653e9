"""Maintenance windows: quiet while they stand open, and what still fires is heard afterwards."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from itsm.assets.models import Ci
from itsm.incidents import service as incidents
from itsm.incidents.states import State as Stands
from itsm.kernel.access import SYSTEM
from itsm.monitoring import silence
from itsm.monitoring.inputs import Silence
from itsm.monitoring.maintenance import queries, service
from itsm.monitoring.maintenance.inputs import WindowInput
from itsm.monitoring.maintenance.models import MaintenanceWindow
from itsm.monitoring.models import Alert, Suppression
from itsm.monitoring.queries import by_ids
from itsm.monitoring.signal import Action
from itsm.monitoring.states import State
from itsm.people.models import Site
from tests.assets.made import ci, runs_on
from tests.cast import Browser
from tests.flows.conftest import Desk


@pytest.fixture
def cis(desk: Desk) -> dict[str, Ci]:
    """A service on a machine on a host; another machine at the site of Denver."""
    with desk.house.work(SYSTEM) as work:
        work.add(Site(key="den", name="Denver", zone="America/Denver"))
        made = {name: ci(work, name) for name in ("host", "web")}
        made["shop"] = ci(work, "shop", of="service")
        made["far"] = ci(work, "far", site="den")
        runs_on(work, made["web"], made["host"])
        runs_on(work, made["shop"], made["web"])
        return made


def plan(desk: Desk, *, begins: float = 0, lasts: float = 60, **more: Any) -> int:  # noqa: ANN401
    """Plan a window that begins in so many minutes from now, and lasts so many; return its id."""
    start = desk.clock.now.replace(tzinfo=None, second=0, microsecond=0)
    fields = {
        "title": "Firmware",
        "zone": "UTC",
        "starts": start + timedelta(minutes=begins),
        "ends": start + timedelta(minutes=begins + lasts),
        "cis": ["host"],
    }
    with desk.house.work(SYSTEM) as work:
        window_id = service.save(work, WindowInput.model_validate(fields | more)).id
    desk.work()
    return window_id


def do(desk: Desk, window_id: int, verb: Any, *more: Any) -> None:  # noqa: ANN401
    with desk.house.work(SYSTEM) as work:
        verb(work, queries.window(work, window_id), *more)
    desk.work()


def fire(desk: Desk, host: str = "host", name: str = "disk") -> None:
    desk.say(Action.FIRE, name, hosts=(host,))


def state(desk: Desk) -> State:
    return desk.alert().state


def test_what_fires_while_it_stands_open_opens_nothing_and_pages_nobody(
    desk: Desk, cis: dict[str, Ci]
) -> None:
    assert cis
    plan(desk)
    fire(desk)
    desk.wait(minutes=30)

    assert (desk.incidents(), desk.pages(), state(desk)) == ([], 0, State.SUPPRESSED)


def test_when_it_ends_what_still_fires_opens_and_pages(desk: Desk, cis: dict[str, Ci]) -> None:
    assert cis
    plan(desk)
    fire(desk)
    desk.wait(minutes=61)

    assert desk.incident().state == Stands.NEW
    assert (desk.pages(), state(desk)) == (1, State.OPEN)


def test_what_recovered_meanwhile_opens_nothing(desk: Desk, cis: dict[str, Ci]) -> None:
    assert cis
    plan(desk)
    fire(desk)
    desk.say(Action.RESOLVE, hosts=("host",))
    desk.wait(minutes=90)

    assert (desk.incidents(), desk.pages()) == ([], 0)


def test_before_it_begins_all_is_as_ever(desk: Desk, cis: dict[str, Ci]) -> None:
    assert cis
    plan(desk, begins=10)
    fire(desk)

    assert (len(desk.incidents()), desk.pages()) == (1, 1)


def test_when_it_begins_the_incident_stays_and_paging_waits(desk: Desk, cis: dict[str, Ci]) -> None:
    assert cis
    plan(desk, begins=2)
    fire(desk)
    desk.wait(minutes=40)

    assert (desk.incident().state, desk.pages()) == (Stands.NEW, 1)
    page = Browser(desk.house, "alice").get(f"/incidents/{desk.incident().number}").text
    assert "In maintenance until" in page
    assert any("kept quiet by the maintenance Firmware" in text for text in desk.timeline())

    desk.wait(minutes=25)
    assert desk.pages() == 2


def test_whoever_had_it_still_has_it_afterwards(desk: Desk, cis: dict[str, Ci]) -> None:
    assert cis
    plan(desk, begins=2)
    fire(desk)
    desk.as_("alice", incidents.start)
    desk.wait(minutes=65)

    assert (desk.pages(), state(desk)) == (1, State.ACKNOWLEDGED)


def test_what_fires_again_in_it_does_not_bring_its_incident_back(
    desk: Desk, cis: dict[str, Ci]
) -> None:
    assert cis
    fire(desk)
    desk.say(Action.RESOLVE, hosts=("host",))
    desk.wait(minutes=6)
    plan(desk)
    fire(desk)
    desk.wait(minutes=10)
    assert (desk.incident().state, desk.pages()) == (Stands.RESOLVED, 1)

    desk.wait(minutes=51)
    assert (desk.incident().state, desk.pages()) == (Stands.NEW, 2)


@pytest.mark.parametrize(
    ("covers", "host", "quiet"),
    [
        ({"cis": ["host"]}, "web", True),
        ({"cis": ["host"], "dependents": False}, "web", False),
        ({"cis": ["shop"]}, "web", False),
        ({"cis": ["shop"], "components": True}, "host", True),
        ({"cis": [], "sites": ["den"]}, "far", True),
        ({"cis": [], "sites": ["den"]}, "host", False),
        ({"cis": [], "integrations": ["Prometheus"]}, "anything", True),
    ],
)
def test_it_covers_what_was_said(
    desk: Desk, cis: dict[str, Ci], covers: dict[str, Any], host: str, *, quiet: bool
) -> None:
    assert cis
    plan(desk, **covers)
    fire(desk, host)
    assert (state(desk) is State.SUPPRESSED) is quiet


def test_it_covers_the_same_when_it_begins_later(desk: Desk, cis: dict[str, Ci]) -> None:
    assert cis
    fire(desk, "web", "one")
    fire(desk, "far", "two")
    plan(desk, cis=["host"], sites=["den"])

    with desk.house.work(SYSTEM, writes=False) as work:
        assert {row.state for row in work.session.query(Alert)} == {State.SUPPRESSED}


def test_two_that_overlap_keep_it_quiet_until_both_are_over(desk: Desk, cis: dict[str, Ci]) -> None:
    assert cis
    plan(desk, lasts=30)
    plan(desk, lasts=60)
    fire(desk)
    desk.wait(minutes=45)
    assert state(desk) is State.SUPPRESSED

    desk.wait(minutes=16)
    assert state(desk) is State.OPEN


def test_a_silence_outlasts_it(desk: Desk, cis: dict[str, Ci]) -> None:
    assert cis
    plan(desk)
    fire(desk)
    with desk.house.work(SYSTEM) as work:
        wanted = Silence(until=work.now + timedelta(hours=3), reason="known")
        silence.silence(work, by_ids(work, [desk.alert().id]), wanted)
    desk.wait(minutes=70)

    assert state(desk) is State.SUPPRESSED


def test_it_is_extended_while_it_stands_open(desk: Desk, cis: dict[str, Ci]) -> None:
    assert cis
    window = plan(desk, lasts=30)
    fire(desk)
    do(desk, window, service.extend, 60)
    desk.wait(minutes=80)
    assert state(desk) is State.SUPPRESSED

    desk.wait(minutes=11)
    assert state(desk) is State.OPEN


@pytest.mark.parametrize("verb", [service.end_now, service.cancel])
def test_it_is_ended_before_its_time(desk: Desk, cis: dict[str, Ci], verb: Any) -> None:  # noqa: ANN401
    assert cis
    window = plan(desk)
    fire(desk)
    do(desk, window, verb)

    assert (len(desk.incidents()), desk.pages()) == (1, 1)
    desk.wait(minutes=10)
    assert not running(desk)


def running(desk: Desk) -> list[datetime]:
    with desk.house.work(SYSTEM, writes=False) as work:
        rows = work.session.query(MaintenanceWindow.running_until)
        return [until for (until,) in rows if until is not None]


def test_one_that_was_ended_comes_again_as_planned(desk: Desk, cis: dict[str, Ci]) -> None:
    assert cis
    window = plan(desk, repeats="daily")
    do(desk, window, service.end_now)
    desk.wait(minutes=30)
    assert not running(desk)

    desk.wait(minutes=24 * 60 - 25)
    assert running(desk) == [desk.clock.now.replace(second=0) + timedelta(minutes=55)]


def test_one_that_repeats_stands_open_each_time(desk: Desk, cis: dict[str, Ci]) -> None:
    assert cis
    plan(desk, lasts=10, repeats="daily")
    seen = []
    for _ in range(3):
        seen.append(len(running(desk)))
        desk.clock.advance(hours=12)
        desk.work()
        seen.append(len(running(desk)))
        desk.clock.advance(hours=12)
        desk.work()

    assert seen == [1, 0, 1, 0, 1, 0]


def test_a_change_while_it_stands_open_counts_at_once(desk: Desk, cis: dict[str, Ci]) -> None:
    assert cis
    window = plan(desk)
    fire(desk)
    start = desk.clock.now.replace(tzinfo=None)
    wanted = WindowInput(
        title="Other", zone="UTC", starts=start, ends=start + timedelta(hours=1), cis=("far",)
    )
    with desk.house.work(SYSTEM) as work:
        service.save(work, wanted, queries.window(work, window))
    desk.work()

    assert state(desk) is State.OPEN
    assert len(running(desk)) == 1


def test_nothing_is_left_of_one_that_is_over(desk: Desk, cis: dict[str, Ci]) -> None:
    assert cis
    plan(desk, lasts=10)
    fire(desk)
    desk.wait(minutes=11)

    with desk.house.work(SYSTEM, writes=False) as work:
        assert work.session.query(Suppression).count() == 0
