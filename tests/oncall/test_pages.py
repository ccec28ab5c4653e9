"""The log of pages and the API: who may see which page, and what it says."""

from datetime import timedelta

from itsm.kernel.work import Work
from itsm.oncall import board, planning
from itsm.oncall.delivery_queries import failing
from tests.cast import Api, Browser
from tests.oncall.conftest import REFUSED, Night


def test_the_log_shows_what_was_tried(night: Night) -> None:
    night.start()
    text = Browser(night.house, "alice").get("/oncall/pages/1").text

    assert "Payments API answers 502 at checkout" in text
    assert "Accepted" in text
    assert "Bob Baker at" in text


def test_a_channel_by_which_nothing_goes_out_is_told(night: Night) -> None:
    night.provider.answers["email"] = REFUSED
    night.start()
    night.pass_minutes(1)
    alice = Browser(night.house, "alice")

    assert "Mail reaches nobody." in alice.get("/oncall/").text
    night.provider.answers.clear()
    night.pass_minutes(4)
    assert "Mail reaches nobody." not in alice.get("/oncall/").text


def test_a_channel_that_failed_long_ago_is_told_no_more(night: Night) -> None:
    night.provider.answers["email"] = REFUSED
    night.start()
    with night.house.work() as work:
        assert [row.channel for row in failing(work)] == ["Mail"]
        work.now += timedelta(minutes=16)
        assert failing(work) == []


def test_the_log_is_narrowed_by_state(night: Night) -> None:
    night.start()
    alice = Browser(night.house, "alice")

    assert "Payments API" in alice.get("/oncall/pages?state=triggered").text
    assert "Payments API" not in alice.get("/oncall/pages?state=resolved").text


def test_a_page_is_acknowledged_in_the_console(night: Night) -> None:
    night.start()
    bob = Browser(night.house, "bob")
    answer = bob.post("/oncall/pages/1/acknowledge")

    assert answer.status_code == 303
    assert "Bob Baker" in bob.get(answer.location).text
    assert 'value="Acknowledge"' not in bob.get(answer.location).text


def test_who_may_not_read_the_ticket_does_not_see_the_page(night: Night) -> None:
    night.start()
    charlie = Browser(night.house, "charlie")

    assert charlie.get("/oncall/pages/1").status_code in {403, 404}


def test_the_api_tells_who_is_on_call(night: Night) -> None:
    make_schedule(night)
    (item,) = Api(night.house, "alice").get("/api/v1/oncall/now").get_json()["items"]

    assert item["schedule"] == "Network"
    assert item["people"] == [{"username": "alice", "name": "Alice Archer"}]
    assert item["until"] == "2026-03-08T08:00:00Z"


def test_the_api_finds_a_schedule_by_name(night: Night) -> None:
    make_schedule(night)
    api = Api(night.house, "alice")

    assert len(api.get("/api/v1/oncall/now?schedule=network").get_json()["items"]) == 1
    assert api.get("/api/v1/oncall/now?schedule=other").get_json()["items"] == []


def test_the_api_lists_pages_with_their_attempts(night: Night) -> None:
    night.start()
    (page,) = Api(night.house, "alice").get("/api/v1/pages").get_json()["items"]

    assert page["incident"] == "INC-1"
    assert (page["person"], page["policy"], page["step"]) == ("alice", "Network", 1)
    assert page["state"] == "triggered"
    assert [(one["channel"], one["state"]) for one in page["attempts"]] == [("email", "accepted")]


def test_a_page_is_acknowledged_by_the_api(night: Night) -> None:
    night.start()
    answer = Api(night.house, "bob").post("/api/v1/pages/1/acknowledge")

    assert answer.status_code == 200
    assert answer.get_json()["state"] == "acknowledged"
    assert answer.get_json()["acknowledged_by"] == "bob"


def test_the_api_lists_schedules_and_policies(night: Night) -> None:
    make_schedule(night)
    api = Api(night.house, "alice")
    (schedule,) = api.get("/api/v1/schedules").get_json()["items"]
    (policy,) = api.get("/api/v1/escalation-policies").get_json()["items"]

    assert schedule["layers"][0]["members"] == ["alice", "bob"]
    assert [step["people"] for step in policy["steps"]] == [["alice"], ["bob"]]


def test_who_is_on_call_can_be_asked_without_a_page(night: Night) -> None:
    make_schedule(night)
    with night.house.work(writes=False) as work:
        assert names(work, "") == names(work, "Network") == [["alice"]]
        assert names(work, "nothing of that name") == []


def names(work: Work, schedule: str) -> list[list[str]]:
    return [[one.username for one in duty.people] for duty in board.matching(work, schedule)]


def make_schedule(night: Night) -> None:
    with night.house.work() as work:
        members = [night.cast.alice, night.cast.bob]
        planning.always_on_call(work, "Network", members, zone="Europe/Berlin", since=work.now)


def test_cursors_and_ids_that_are_not_ours_are_refused(night: Night) -> None:
    alice = Browser(night.house, "alice")

    assert alice.get("/oncall/pages?cursor=WyJ4Il0").status_code == 422
    assert alice.get("/oncall/outbox?cursor=!").status_code == 422
    assert alice.get(f"/oncall/pages/{2**80}").status_code == 404
    assert Api(night.house, "alice").get(f"/api/v1/pages/{2**80}").status_code in {404, 422}
