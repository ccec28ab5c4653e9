"""Alerts of a source that sends no recoveries: silence for long enough is one."""

from collections.abc import Callable

import pytest

from itsm.incidents.states import State
from itsm.kernel.access import SYSTEM
from itsm.monitoring import expiry, integrations, queries
from itsm.monitoring.inputs import EditIntegration
from itsm.monitoring.models import Integration
from itsm.monitoring.signal import Action
from itsm.platform.timers import Timer
from tests.cast import Browser
from tests.flows.conftest import Desk

FIRE = Action.FIRE


def stale_after(desk: Desk, minutes: int | None) -> None:
    with desk.house.work(SYSTEM) as work:
        source = queries.integration(work, work.session.query(Integration).one().id)
        integrations.edit(work, source, EditIntegration(stale_after=minutes))


def armed(desk: Desk) -> int:
    with desk.house.work(SYSTEM, writes=False) as work:
        return work.session.query(Timer).filter_by(kind=expiry.TIMER).count()


def test_it_is_off_by_default(desk: Desk) -> None:
    desk.say(FIRE)
    assert armed(desk) == 0
    desk.clock.advance(days=20)
    desk.work()

    assert desk.alert().state == "open"


def test_what_is_not_heard_of_for_long_enough_is_over(desk: Desk) -> None:
    stale_after(desk, 30)
    assert armed(desk) == 0
    desk.say(FIRE)
    desk.wait(minutes=20)
    desk.say(FIRE)
    desk.wait(minutes=29)
    assert (desk.alert().state, desk.pages() > 0) == ("open", True)

    desk.wait(minutes=2)
    assert desk.alert().state == "expired"
    paged = desk.pages()
    desk.wait(minutes=6)
    assert (desk.incident().state, desk.pages(), armed(desk)) == (State.RESOLVED, paged, 0)


def test_the_incident_says_that_it_was_silence(desk: Desk, browser: Callable[..., Browser]) -> None:
    stale_after(desk, 30)
    desk.say(FIRE)
    desk.wait(minutes=40)
    alice = browser("alice")

    shown = alice.get(f"/incidents/{desk.incident().number}").text
    assert "has said nothing for <b>30</b> minutes" in shown
    assert "it was silence, not a message" in desk.incident().resolution
    assert "no news for 30 minutes" in alice.get(f"/monitoring/alerts/{desk.alert().id}").text


@pytest.mark.parametrize("minutes", [3, 12])
def test_one_that_fires_again_comes_back_with_its_incident(desk: Desk, minutes: int) -> None:
    stale_after(desk, 30)
    desk.send()
    first = desk.clock.now
    desk.wait(minutes=30 + minutes)
    assert desk.alert().state == "expired"

    again = desk.say(FIRE, starts_at=first)
    assert (again.status, again.outcome) == ("open", "reopened")
    assert desk.incident().state == State.NEW
    desk.wait(minutes=31)
    assert desk.alert().state == "expired"


def test_a_shorter_time_counts_for_what_fires_already_and_none_ends_it(desk: Desk) -> None:
    desk.say(FIRE)
    desk.wait(minutes=15)
    stale_after(desk, 20)
    desk.wait(minutes=6)
    assert desk.alert().state == "expired"

    desk.say(FIRE)
    stale_after(desk, None)
    assert armed(desk) == 0


def test_the_page_sets_it(desk: Desk, browser: Callable[..., Browser]) -> None:
    dana = browser("dana")
    page = "/monitoring/integrations/1"
    form = {"name": "Prometheus", "default_severity": "medium", "enabled": "1"}
    dana.post(page, form | {"stale_after": "45"})
    assert 'value="45"' in dana.get(page).text
    dana.post(page, form | {"stale_after": ""})
    assert 'value="45"' not in dana.get(page).text

    assert dana.post(page, form | {"stale_after": "0"}).status_code == 422
    assert desk.incidents() == []
