"""Integrations that fall silent raise an alert of their own."""

from collections.abc import Callable

from itsm.incidents.states import State
from itsm.kernel.access import SYSTEM
from itsm.monitoring import integrations, queries
from itsm.monitoring.inputs import EditIntegration
from itsm.monitoring.models import Integration
from tests.cast import Api, Browser
from tests.flows.conftest import Desk

NEWS = "No news from Prometheus since 02 Mar 2026 12:"


def edit(desk: Desk, **change: object) -> None:
    with desk.house.work(SYSTEM) as work:
        source = queries.integration(work, work.session.query(Integration).one().id)
        integrations.edit(work, source, EditIntegration.model_validate(change))
    desk.work()


def post(desk: Desk, body: object) -> None:
    desk.house.app.test_client().post(f"/hooks/alertmanager/{desk.key}", json=body)
    desk.work()


def beat(desk: Desk) -> None:
    post(desk, {"version": "4", "status": "firing", "alerts": []})


def test_a_message_that_was_promised_and_does_not_come_pages(desk: Desk) -> None:
    edit(desk, expects_every=10)
    beat(desk)
    desk.wait(minutes=9)
    beat(desk)
    desk.wait(minutes=9)
    assert desk.incidents() == []

    desk.wait(minutes=2)
    assert desk.incident().title == f"{NEWS}09 UTC"
    assert (desk.alert().severity, desk.pages()) == ("high", 1)
    desk.wait(minutes=60)
    assert desk.alert().count == 1


def test_its_next_message_ends_the_alert_whatever_it_says(desk: Desk) -> None:
    edit(desk, expects_every=10)
    desk.wait(minutes=12)
    post(desk, {"nonsense": True})
    assert desk.alert().state == "resolved"
    desk.wait(minutes=6)
    assert desk.incident().state == State.RESOLVED

    desk.wait(minutes=6)
    assert desk.alert().state == "open"


def test_one_that_is_off_or_promises_nothing_any_more_is_not_waited_for(desk: Desk) -> None:
    edit(desk, expects_every=10)
    desk.wait(minutes=12)
    edit(desk, enabled=False)
    assert desk.alert().state == "resolved"
    desk.wait(minutes=30)
    assert desk.alert().state == "resolved"

    edit(desk, enabled=True)
    desk.wait(minutes=12)
    assert desk.alert().state == "open"
    edit(desk, expects_every=None)
    desk.wait(minutes=30)
    assert desk.alert().state == "resolved"


def test_one_that_lost_its_even_pace_is_news_and_wakes_nobody(desk: Desk) -> None:
    for _ in range(14):
        beat(desk)
        desk.clock.advance(minutes=10)
    desk.wait(minutes=15)
    with desk.house.work(SYSTEM, writes=False) as work:
        assert queries.active_count(work) == 0

    desk.wait(minutes=20)
    assert (desk.alert().severity, desk.alert().title[: len(NEWS)]) == (
        "info",
        "No news from Prometheus since 02 Mar 2026 14:",
    )
    assert (desk.incidents(), desk.pages()) == ([], 0)
    beat(desk)
    assert desk.alert().state == "resolved"


def test_the_silence_itself_does_not_expire(desk: Desk) -> None:
    edit(desk, expects_every=10, stale_after=15)
    desk.wait(minutes=60)

    assert desk.alert().state == "open"


def test_the_api_and_the_page_tell_how_each_fares(
    desk: Desk, api: Callable[..., Api], browser: Callable[..., Browser]
) -> None:
    edit(desk, expects_every=90, stale_after=30)
    beat(desk)
    post(desk, {"nonsense": True})
    desk.clock.advance(minutes=50)
    beat(desk)
    (one,) = api("dana").get("/api/v1/integrations").json["items"]
    assert (one["name"], one["kind"], one["enabled"]) == ("Prometheus", "alertmanager", True)
    assert (one["messages_last_hour"], one["rejected_last_hour"], one["refused"]) == (3, 1, 0)
    assert (one["expects_every"], one["stale_after"]) == (90, 30)
    assert (one["last_seen"][:16], one["silent_since"]) == ("2026-03-02T12:50", None)

    desk.wait(minutes=91)
    (one,) = api("dana").get("/api/v1/integrations").json["items"]
    assert (one["silent_since"][:16], one["messages_last_hour"]) == ("2026-03-02T12:50", 0)
    assert "Silent" in browser("dana").get("/monitoring/integrations/").text
    assert "was last heard of" in browser("dana").get(f"/monitoring/integrations/{one['id']}").text
