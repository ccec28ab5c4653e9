"""An alert that opens and ends all the time is one incident and one page."""

from collections.abc import Callable

import pytest

from itsm.incidents.states import State
from itsm.monitoring.signal import Action, Severity
from tests.cast import Browser
from tests.flows.conftest import Desk

FIRE, RESOLVE = Action.FIRE, Action.RESOLVE


def flip(desk: Desk, times: int, *, minutes: float = 2) -> None:
    for place in range(times):
        desk.say(RESOLVE if place % 2 else FIRE)
        desk.wait(minutes=minutes)


def test_the_fourth_change_within_half_an_hour_is_not_believed(desk: Desk) -> None:
    flip(desk, 4)
    desk.wait(minutes=10)

    assert (desk.alert().state, desk.incident().state) == ("open", State.NEW)
    assert desk.alert().flapping_since is not None


@pytest.mark.parametrize(("times", "minutes"), [(3, 2), (4, 11), (6, 11)])
def test_fewer_or_slower_changes_are(desk: Desk, times: int, minutes: int) -> None:
    flip(desk, times, minutes=minutes)

    assert desk.alert().flapping_since is None


def test_what_it_said_last_holds_once_it_is_steady(desk: Desk) -> None:
    flip(desk, 8)
    desk.wait(minutes=12)
    assert desk.alert().state == "open"
    desk.wait(minutes=2)
    assert (desk.alert().state, desk.alert().flapping_since) == ("resolved", None)

    desk.wait(minutes=6)
    assert desk.incident().state == State.RESOLVED


def test_one_that_fires_when_it_is_steady_goes_on_firing(desk: Desk) -> None:
    flip(desk, 9)
    desk.wait(minutes=20)

    assert (desk.alert().state, desk.alert().flapping_since) == ("open", None)
    assert desk.incident().state == State.NEW
    assert desk.say(RESOLVE).status == "resolved"


def test_nobody_is_paged_for_its_flips_unless_it_becomes_worse(desk: Desk) -> None:
    flip(desk, 4, minutes=0.5)
    paged = desk.pages()
    for _ in range(5):
        desk.say(FIRE)
        desk.say(RESOLVE)
    assert desk.pages() == paged

    desk.say(FIRE, severity=Severity.LOW)
    desk.say(RESOLVE)
    desk.say(FIRE, severity=Severity.HIGH)
    desk.wait(minutes=1)
    assert desk.pages() == paged + 1


def test_its_source_may_call_it_flapping_and_steady(desk: Desk) -> None:
    desk.say(FIRE)
    assert desk.say(Action.FLAP).outcome == "updated"
    ignored = desk.say(RESOLVE)
    assert (ignored.status, ignored.outcome) == ("open", "ignored")

    ended = desk.say(Action.STEADY)
    assert (ended.status, ended.outcome) == ("resolved", "resolved")
    assert desk.say(Action.FLAP).outcome == "ignored"


def test_the_timeline_and_the_alert_say_so_once(
    desk: Desk, browser: Callable[..., Browser]
) -> None:
    flip(desk, 8)
    alice = browser("alice")

    incident = alice.get(f"/incidents/{desk.incident().number}").text
    assert incident.count("is flapping") == 1
    assert "Is flapping" in alice.get(f"/monitoring/alerts/{desk.alert().id}").text
