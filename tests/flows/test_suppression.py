"""Alerts that are kept quiet: no incident, no page, and what follows when the quiet ends."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from itsm.desk.quiet import LONGEST
from itsm.incidents import service as incidents
from itsm.incidents.states import State
from itsm.kernel.access import SYSTEM
from itsm.monitoring import queries, service
from itsm.monitoring.models import Alert, Suppression, Why
from itsm.monitoring.signal import Action, Severity
from itsm.monitoring.suppression import Reason
from itsm.oncall import queries as oncall
from itsm.oncall.models import Page
from tests.cast import Browser
from tests.clock import NOON
from tests.flows.conftest import Desk

MAINTENANCE = Reason(why=Why.MAINTENANCE, note="maintenance of db-01", key="7")


def suppress(desk: Desk, reason: Reason) -> None:
    with desk.house.work(SYSTEM) as work:
        found = work.session.query(Alert.id).all()
        service.suppress(work, queries.by_ids(work, [row.id for row in found]), reason)
    desk.work()


def release(desk: Desk, why: Why, key: str = "") -> None:
    with desk.house.work(SYSTEM) as work:
        found = work.session.query(Alert.id).all()
        service.release(work, queries.by_ids(work, [row.id for row in found]), why, key)
    desk.work()


def held(desk: Desk) -> bool:
    with desk.house.work(SYSTEM) as work:
        running = oncall.running(work, desk.incident().id)
        return bool(running) and all(row.held_at for row in running)


def test_what_fires_in_a_downtime_opens_nothing_and_pages_nobody(desk: Desk) -> None:
    begun = desk.say(Action.SUPPRESS)
    fired = desk.say(Action.FIRE)
    desk.wait(minutes=20)

    assert (begun.alert_id, begun.outcome) == (None, "suppressed")
    assert (fired.status, fired.outcome) == ("suppressed", "suppressed")
    assert (desk.incidents(), desk.pages()) == ([], 0)


def test_when_the_downtime_ends_and_it_still_fires_the_incident_is_opened(desk: Desk) -> None:
    desk.say(Action.SUPPRESS)
    desk.say(Action.FIRE)
    ended = desk.say(Action.RELEASE)

    assert (ended.status, ended.outcome) == ("open", "updated")
    assert (desk.incident().state, desk.pages()) == (State.NEW, 1)


def test_one_that_recovers_in_the_downtime_was_never_heard_of(desk: Desk) -> None:
    desk.say(Action.SUPPRESS)
    desk.say(Action.FIRE)
    over = desk.say(Action.RESOLVE)
    desk.say(Action.RELEASE)
    desk.wait(minutes=20)

    assert (over.status, over.outcome) == ("resolved", "resolved")
    assert (desk.incidents(), desk.pages()) == ([], 0)


def test_a_downtime_outlasts_a_recovery(desk: Desk) -> None:
    for action in (Action.SUPPRESS, Action.FIRE, Action.RESOLVE):
        desk.say(action)
    again = desk.say(Action.FIRE)
    desk.say(Action.RESOLVE)
    desk.say(Action.RELEASE)

    assert again.status == "suppressed"
    assert desk.say(Action.FIRE).status == "open"


def test_the_incident_stays_and_its_paging_waits(desk: Desk) -> None:
    desk.say(Action.FIRE)
    desk.say(Action.SUPPRESS)
    desk.wait(minutes=30)

    assert (desk.incident().state, desk.pages(), held(desk)) == (State.NEW, 1, True)

    desk.say(Action.RELEASE)
    assert (desk.pages(), held(desk)) == (2, False)
    desk.wait(minutes=6)
    assert desk.pages() > 2


def test_paging_goes_on_for_an_incident_with_another_alert_that_is_loud(desk: Desk) -> None:
    desk.say(Action.FIRE, "disk")
    desk.say(Action.FIRE, "load")
    with desk.house.work(SYSTEM) as work:
        first = desk.incidents()[0]
        service.attach(work, [row.id for row in work.session.query(Alert)], first.id, first.number)
    desk.say(Action.SUPPRESS, "disk")
    with desk.house.work(SYSTEM) as work:
        assert [row.held_at for row in oncall.running(work, first.id)] == [None]

    desk.say(Action.RESOLVE, "load")
    with desk.house.work(SYSTEM) as work:
        assert all(row.held_at for row in oncall.running(work, first.id))


def test_whoever_had_taken_it_still_has_it_after_the_quiet(desk: Desk) -> None:
    desk.say(Action.FIRE)
    desk.as_("bob", incidents.acknowledge)
    desk.say(Action.SUPPRESS)
    desk.wait(minutes=60)
    desk.say(Action.RELEASE)

    assert (desk.pages(), desk.alert().state) == (1, "acknowledged")
    desk.wait(minutes=31)
    assert (desk.pages(), desk.alert().state) == (2, "open")


def test_taking_it_while_it_is_quiet_keeps_the_pages_away_afterwards(desk: Desk) -> None:
    desk.say(Action.FIRE)
    desk.say(Action.SUPPRESS)
    desk.as_("bob", incidents.acknowledge)
    desk.wait(minutes=60)
    assert held(desk)
    desk.say(Action.RELEASE)

    assert (desk.pages(), desk.alert().state) == (1, "acknowledged")


def test_what_became_worse_in_the_quiet_counts_when_it_ends(desk: Desk) -> None:
    desk.say(Action.FIRE, severity=Severity.LOW)
    desk.say(Action.SUPPRESS)
    desk.say(Action.FIRE, severity=Severity.CRITICAL)
    assert (desk.incident().priority, desk.pages()) == (4, 1)

    desk.say(Action.RELEASE)
    desk.wait(minutes=1)
    assert (desk.incident().priority, desk.pages()) == (2, 2)


def test_with_two_reasons_it_is_quiet_until_both_have_ended(desk: Desk) -> None:
    desk.say(Action.FIRE)
    suppress(desk, MAINTENANCE)
    suppress(desk, Reason(why=Why.PARENT, note="switch-1 is down", key="1"))
    desk.say(Action.SUPPRESS)

    desk.say(Action.RELEASE)
    release(desk, Why.PARENT, "1")
    release(desk, Why.MAINTENANCE, "another")
    assert (desk.alert().state, desk.pages()) == ("suppressed", 1)

    release(desk, Why.MAINTENANCE, "7")
    desk.wait(minutes=1)
    assert (desk.alert().state, desk.pages()) == ("open", 2)


def test_a_reason_with_an_end_ends_by_itself_and_renewing_moves_the_end(desk: Desk) -> None:
    ends = Reason(why=Why.MAINTENANCE, note="short", until=NOON + timedelta(minutes=10))
    later = Reason(why=Why.MAINTENANCE, note="longer", until=NOON + timedelta(minutes=20))
    desk.say(Action.FIRE)
    suppress(desk, ends)
    suppress(desk, later)

    desk.wait(minutes=15)
    assert desk.alert().state == "suppressed"
    desk.wait(minutes=6)
    assert (desk.alert().state, desk.pages()) == ("open", 2)


def test_a_lost_end_of_a_downtime_hides_nothing_for_ever(desk: Desk) -> None:
    desk.say(Action.SUPPRESS)
    desk.say(Action.FIRE)
    desk.clock.now += LONGEST
    desk.work()

    assert (desk.alert().state, desk.pages()) == ("open", 1)


def test_an_alert_that_begins_anew_under_its_key_stays_quiet(desk: Desk) -> None:
    for action in (Action.SUPPRESS, Action.FIRE, Action.RESOLVE):
        desk.say(action)
    desk.clock.advance(hours=30)
    anew = desk.say(Action.FIRE)
    assert anew.status == "suppressed"

    desk.say(Action.RELEASE)
    assert desk.alert().state == "open"
    with desk.house.work(SYSTEM, writes=False) as work:
        assert work.session.query(Suppression).count() == 0


@pytest.mark.parametrize("minutes", [30, 90])
def test_one_that_a_person_resolved_in_the_quiet_comes_back_once(desk: Desk, minutes: int) -> None:
    desk.say(Action.FIRE)
    desk.say(Action.SUPPRESS)
    desk.as_("alice", incidents.resolve, "restarted")
    desk.wait(minutes=minutes)
    assert desk.incident().state == State.RESOLVED
    desk.say(Action.RELEASE)
    desk.wait(hours=2)

    assert (desk.incident().state, desk.incident().reopened_count) == (State.NEW, 1)


def test_the_incident_shows_that_it_is_quiet_and_why(
    desk: Desk, browser: Callable[..., Browser]
) -> None:
    desk.say(Action.FIRE)
    suppress(desk, MAINTENANCE)
    shown = browser("alice").get(f"/incidents/{desk.incident().number}").text

    assert "Alerts kept quiet" in shown
    assert "is kept quiet by" in shown
    assert "maintenance of db-01" in shown
    assert "Paging waits" in shown


def test_the_phone_says_that_nobody_is_paged_for_now(
    desk: Desk, browser: Callable[..., Browser]
) -> None:
    desk.say(Action.FIRE)
    with desk.house.work(SYSTEM) as work:
        token = work.vault.open(work.session.query(Page).one().token or b"")
    suppress(desk, MAINTENANCE)
    assert "Nobody is being paged" in browser().get(f"/p/{token}").text

    desk.as_("alice", incidents.acknowledge)
    assert "begins again" not in browser().get(f"/p/{token}").text
