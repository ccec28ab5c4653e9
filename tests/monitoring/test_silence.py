"""Persons keep alerts quiet: on the alert's page, in the list, by the API."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from itsm.kernel.access import SYSTEM
from itsm.monitoring import service
from itsm.monitoring.models import Alert, Integration
from itsm.monitoring.signal import Action
from itsm.platform import runner
from itsm.platform.house import House
from tests.cast import Api, Browser, Cast
from tests.clock import NOON, SetClock
from tests.monitoring.conftest import signal

DAY = {"until": (NOON + timedelta(days=1)).isoformat(), "reason": "new disk is on its way"}
Fire = Callable[..., int]


@pytest.fixture
def fire(house: House, key: str) -> Fire:
    """Have something fire, or recover, and return the alert's id."""
    del key

    def send(name: str = "disk", action: Action = Action.FIRE) -> int:
        with house.work(SYSTEM) as work:
            source = work.session.query(Integration).one()
            result = service.receive(work, source, [signal(action, name, title=f"{name} full")])
        return result[0].alert_id or 0

    return send


@pytest.fixture
def alice(api: Callable[..., Api], cast: Cast) -> Api:
    """An agent, by the API."""
    del cast
    return api("alice")


@pytest.fixture
def page(browser: Callable[..., Browser], cast: Cast) -> Browser:
    """An agent, on the pages."""
    del cast
    return browser("alice")


def state(house: House, alert_id: int) -> str:
    with house.work(SYSTEM, writes=False) as work:
        return work.session.get_one(Alert, alert_id).state.value


def test_a_silence_says_who_why_and_until_when(alice: Api, fire: Fire) -> None:
    path = f"/api/v1/alerts/{fire()}"
    answer = alice.post(f"{path}/silence", DAY).json

    assert answer["status"] == "suppressed"
    (reason,) = answer["suppressions"]
    assert (reason["why"], reason["by"]) == ("silence", "Alice Archer")
    assert (reason["note"], reason["until_recovery"]) == (DAY["reason"], False)
    assert reason["until"].startswith("2026-03-03T12:00:00")
    assert alice.get("/api/v1/alerts?status=suppressed").json["items"] == [answer]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"reason": "no end"}, "until"),
        ({"until": NOON.isoformat(), "reason": "has passed"}, "until"),
        ({"until": (NOON + timedelta(days=31)).isoformat(), "reason": "too long"}, "until"),
        ({"until": "2026-03-03T12:00:00", "reason": "no zone"}, "until"),
        ({"until": DAY["until"], "reason": "  "}, "reason"),
        ({"until": DAY["until"]}, "reason"),
    ],
)
def test_a_silence_needs_an_end_within_30_days_and_a_reason(
    alice: Api, fire: Fire, body: dict[str, str], field: str
) -> None:
    answer = alice.post(f"/api/v1/alerts/{fire()}/silence", body)

    assert answer.status_code == 422
    assert field in answer.json["errors"]


def test_it_ends_by_itself(alice: Api, fire: Fire, house: House, clock: SetClock) -> None:
    alert_id = fire()
    alice.post(f"/api/v1/alerts/{alert_id}/silence", DAY)
    clock.advance(hours=23)
    runner.fire(house)
    assert state(house, alert_id) == "suppressed"

    clock.advance(hours=1)
    runner.fire(house)
    assert state(house, alert_id) == "open"


@pytest.mark.parametrize(("until_recovery", "again"), [(True, "open"), (False, "suppressed")])
def test_it_may_end_with_the_recovery(
    alice: Api, fire: Fire, house: House, *, until_recovery: bool, again: str
) -> None:
    alert_id = fire()
    alice.post(f"/api/v1/alerts/{alert_id}/silence", DAY | {"until_recovery": until_recovery})
    fire(action=Action.RESOLVE)

    assert state(house, alert_id) == "resolved"
    assert state(house, fire()) == again


def test_it_may_be_ended_before_its_time(alice: Api, fire: Fire) -> None:
    path = f"/api/v1/alerts/{fire()}/silence"
    alice.post(path, DAY)

    assert alice.delete(path).json["status"] == "open"
    assert alice.delete(path).json["suppressions"] == []


def test_what_is_over_cannot_be_silenced(alice: Api, fire: Fire) -> None:
    alert_id = fire()
    fire(action=Action.RESOLVE)

    assert alice.post(f"/api/v1/alerts/{alert_id}/silence", DAY).status_code == 409


def test_only_agents_silence(api: Callable[..., Api], cast: Cast, fire: Fire) -> None:
    del cast
    path = f"/api/v1/alerts/{fire()}/silence"

    assert api("charlie").post(path, DAY).status_code in {403, 404}


def test_the_page_silences_tells_of_it_and_ends_it(page: Browser, fire: Fire) -> None:
    path = f"/monitoring/alerts/{fire()}"
    typed = {"hours": "4", "until": "", "reason": "known <bug>"}
    assert page.post(f"{path}/silence", typed).status_code == 303

    shown = page.get(path).text
    assert shown.count("Alice Archer: known &lt;bug&gt;, until 02 Mar 2026 16:00 UTC") == 2
    assert page.post(f"{path}/unsilence").status_code == 303
    assert "End the silence" not in page.get(path).text


def test_an_end_that_is_typed_is_wall_time_of_its_writer(page: Browser, fire: Fire) -> None:
    path = f"/monitoring/alerts/{fire()}"
    page.post(f"{path}/silence", {"hours": "4", "until": "2026-03-02T18:30", "reason": "x"})

    assert "until 02 Mar 2026 17:30 UTC" in page.get(path).text


def test_what_was_typed_wrong_is_named_and_kept(page: Browser, fire: Fire) -> None:
    path = f"/monitoring/alerts/{fire()}/silence"
    answer = page.post(path, {"until": "2027-03-02T18:30", "reason": "for a year"})

    assert answer.status_code == 422
    assert "must lie within the next 30 days" in answer.text
    assert "for a year" in answer.text


def test_many_are_silenced_and_acknowledged_at_once(
    page: Browser, fire: Fire, house: House
) -> None:
    ids = [fire("disk"), fire("load"), fire("fan")]
    many = "/monitoring/alerts/many"
    done = page.post(f"{many}/acknowledge?status=active&q=x", {"alert": ids[:2]})
    assert done.headers["Location"].endswith("q=x")
    page.post(f"{many}/silence", {"alert": ids[1:], "hours": "4", "reason": "planned"})

    assert [state(house, one) for one in ids] == ["acknowledged", "suppressed", "suppressed"]
    assert page.post(f"{many}/acknowledge", {"alert": ids[1:]}).status_code == 422


def test_many_needs_marks_and_a_reason(page: Browser, fire: Fire) -> None:
    marked = fire()
    many = "/monitoring/alerts/many/silence"

    assert "none is marked" in page.post(many, {"hours": "4", "reason": "x"}).text
    answer = page.post(many, {"alert": [marked], "hours": "4", "reason": ""})
    assert answer.status_code == 422
    assert f'value="{marked}"' in answer.text
