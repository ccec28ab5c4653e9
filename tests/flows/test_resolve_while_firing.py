"""A person resolves an incident while its alerts fire: what they chose becomes of the alerts."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from itsm.desk.models import Link, LinkType
from itsm.incidents import service
from itsm.incidents.states import State
from itsm.kernel.access import SYSTEM
from itsm.monitoring.signal import Action, Severity
from itsm.oncall.models import Page
from itsm.platform.house import House
from tests.cast import Api, Browser
from tests.clock import NOON
from tests.flows.conftest import Desk

UNTIL = NOON + timedelta(hours=6)
SILENCE = {"to": "resolved", "resolution": "disk is ordered", "alerts": "silence"}


def move(api: Api, desk: Desk, **body: object) -> int:
    path = f"/api/v1/incidents/{desk.incident().number}/transitions"
    status = api.post(path, {"to": "resolved", "resolution": "restarted"} | body).status_code
    desk.work()
    return status


@pytest.fixture
def alice(api: Callable[..., Api], desk: Desk) -> Api:
    desk.send()
    return api("alice")


def test_by_default_it_is_left_alone_for_an_hour_and_comes_back_once(
    alice: Api, desk: Desk, browser: Callable[..., Browser]
) -> None:
    assert move(alice, desk) == 200
    for _ in range(6):
        desk.wait(minutes=9)
        desk.send()
    assert (desk.incident().state, desk.pages()) == (State.RESOLVED, 1)

    for _ in range(13):
        desk.wait(minutes=10)
        desk.send()
    assert (desk.incident().state, desk.incident().reopened_count) == (State.NEW, 1)
    shown = browser("alice").get(f"/incidents/{desk.incident().number}").text
    assert "Still firing an hour after <b>Alice Archer</b> resolved it" in shown


def test_within_the_hour_what_comes_back_opens_nothing_else(alice: Api, desk: Desk) -> None:
    move(alice, desk)
    for _ in range(3):
        desk.send("resolved")
        desk.wait(minutes=12)
        desk.send()
    assert desk.incident().state == State.RESOLVED

    desk.wait(minutes=30)
    assert (desk.incident().state, desk.incident().reopened_count) == (State.NEW, 1)


def test_not_even_one_that_was_closed_within_the_hour(alice: Api, desk: Desk) -> None:
    move(alice, desk)
    desk.as_("alice", service.close)
    desk.send("resolved")
    desk.wait(minutes=1)
    desk.send()
    assert desk.incident().state == State.CLOSED

    desk.wait(minutes=61)
    old, new = desk.incidents()
    with desk.house.work(SYSTEM, writes=False) as work:
        link = work.session.query(Link).one()
    assert (link.ticket_id, link.target_id, link.type) == (new.id, old.id, LinkType.RECURRENCE_OF)


def test_what_is_over_after_the_hour_stays_resolved(alice: Api, desk: Desk) -> None:
    move(alice, desk)
    desk.send("resolved")
    desk.wait(hours=2)

    assert desk.incident().state == State.RESOLVED


def test_becoming_worse_does_not_wait_for_the_hour(desk: Desk, api: Callable[..., Api]) -> None:
    desk.send(severity="low")
    move(api("alice"), desk)
    desk.send(severity="critical")

    assert (desk.incident().state, desk.incident().priority) == (State.NEW, 2)


def test_silenced_until_it_recovers_it_stays_resolved(alice: Api, desk: Desk) -> None:
    assert move(alice, desk, alerts="silence", silence_until=UNTIL.isoformat()) == 200
    desk.wait(hours=2)
    desk.send()
    assert (desk.alert().state, desk.incident().state, desk.pages()) == (
        "suppressed",
        State.RESOLVED,
        1,
    )

    desk.send("resolved")
    desk.wait(minutes=10)
    assert desk.incident().state == State.RESOLVED
    assert desk.say(Action.FIRE).status == "open"


def test_silenced_it_comes_back_when_the_time_is_over(alice: Api, desk: Desk) -> None:
    move(alice, desk, alerts="silence", silence_until=UNTIL.isoformat())
    desk.clock.now = UNTIL
    desk.work()

    assert (desk.incident().state, desk.incident().reopened_count) == (State.NEW, 1)
    assert desk.pages() == 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"alerts": "silence"}, "silence_until"),
        ({"alerts": "silence", "silence_until": NOON.isoformat()}, "silence_until"),
        ({"alerts": "silence", "silence_until": "2026-05-01T00:00:00Z"}, "silence_until"),
        ({"alerts": "silence", "silence_until": "2026-03-03T00:00:00"}, "silence_until"),
        ({"alerts": "ignore"}, "alerts"),
    ],
)
def test_a_choice_that_makes_no_sense_is_named(
    alice: Api, desk: Desk, body: dict[str, str], field: str
) -> None:
    path = f"/api/v1/incidents/{desk.incident().number}/transitions"
    answer = alice.post(path, {"to": "resolved", **body})

    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert desk.incident().open


def test_the_page_asks_only_while_alerts_fire(desk: Desk, browser: Callable[..., Browser]) -> None:
    desk.send()
    alice = browser("alice")
    path = f"/incidents/{desk.incident().number}"
    assert 'name="silence_until"' in alice.get(path).text

    desk.send("resolved")
    assert 'name="silence_until"' not in alice.get(path).text


def test_the_page_takes_the_choice_and_names_what_is_wrong(
    desk: Desk, browser: Callable[..., Browser]
) -> None:
    desk.send()
    alice = browser("alice")
    step = f"/incidents/{desk.incident().number}/step"
    wrong = alice.post(step, SILENCE | {"silence_until": "2027-01-01T10:00"})
    assert (wrong.status_code, desk.incident().open) == (422, True)
    assert "ends within 30 days" in wrong.text

    assert alice.post(step, SILENCE | {"silence_until": "2026-03-03T10:00"}).status_code == 303
    desk.work()
    assert (desk.incident().state, desk.alert().state) == (State.RESOLVED, "suppressed")


@pytest.mark.parametrize(("choice", "state"), [("handled", "open"), ("silence", "suppressed")])
def test_the_phone_takes_the_same_choice(
    desk: Desk, house: House, browser: Callable[..., Browser], choice: str, state: str
) -> None:
    desk.send()
    with house.work(SYSTEM) as work:
        token = work.vault.open(work.session.query(Page).one().token or b"")
    phone = browser()
    assert 'name="silence_until"' in phone.get(f"/p/{token}").text
    said = {"resolution": "ordered", "alerts": choice, "silence_until": "2026-03-03T10:00"}
    phone.post(f"/p/{token}/resolve", said)
    desk.work()

    assert (desk.incident().state, desk.alert().state) == (State.RESOLVED, state)
    assert desk.alert().severity is Severity.CRITICAL


def test_the_phone_refuses_a_silence_without_an_end(
    desk: Desk, house: House, browser: Callable[..., Browser]
) -> None:
    desk.send()
    with house.work(SYSTEM) as work:
        token = work.vault.open(work.session.query(Page).one().token or b"")
    said = {"resolution": "ordered", "alerts": "silence", "silence_until": "soon"}
    browser().post(f"/p/{token}/resolve", said)

    assert desk.incident().open
