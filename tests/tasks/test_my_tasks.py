"""My tasks as a list and in a calendar: whose they are, their order, and what leaves them."""

from datetime import timedelta

import pytest
from icalendar import Calendar, Event
from sqlalchemy import event

from itsm.desk import queries as desk
from itsm.kernel.access import SYSTEM, Permission
from itsm.kernel.errors import Denied
from itsm.people import queries as people
from itsm.people.models import RoleGrant
from itsm.platform.database import db
from itsm.platform.house import House
from itsm.tasks import feed
from tests.cast import Api, Browser, actor_without
from tests.tasks.conftest import Scene


def due(scene: Scene, hours: float) -> str:
    return (scene.clock.now + timedelta(hours=hours)).isoformat()


def titles(scene: Scene, query: str = "") -> list[str]:
    return [one["title"] for one in scene.alice.get(f"/api/v1/tasks{query}").json["items"]]


def test_what_falls_due_first_is_on_top_and_is_mine_or_my_teams(scene: Scene) -> None:
    scene.add("No date", assignee="me")
    scene.add("Later", team="network", due=due(scene, 5))
    scene.add("Overdue", assignee="me", due=due(scene, -1))
    scene.add("Bob's", assignee="bob", due=due(scene, 1))
    scene.add("Nobody's", due=due(scene, 1))

    assert titles(scene) == ["Overdue", "Later", "No date"]
    scene.alice.patch(f"/api/v1/incidents/{scene.number}", json={"assignee": "alice"})
    assert titles(scene) == ["Overdue", "Nobody's", "Later", "No date"]


@pytest.mark.parametrize("done", [False, True])
def test_a_long_list_comes_in_pages_without_gap_or_repeat(scene: Scene, *, done: bool) -> None:
    for hours in (3, 1, None, 1, None):
        task = scene.add(f"At {hours}", assignee="me", due=due(scene, hours) if hours else None)
        if done:
            scene.alice.patch(f"{scene.path}/{task}", json={"done": True})
            scene.clock.now += timedelta(seconds=1)
    query, seen = f"/api/v1/tasks?limit=1&done={str(done).lower()}", []
    page = scene.alice.get(query).json
    seen += page["items"]
    while page["next"]:
        page = scene.alice.get(f"{query}&cursor={page['next']}").json
        seen += page["items"]

    assert len(seen) == len({one["id"] for one in seen}) == 5
    if done:
        assert [one["id"] for one in seen] == sorted((one["id"] for one in seen), reverse=True)
    else:
        expected = ["At 1", "At 1", "At 3", "At None", "At None"]
        assert [one["title"] for one in seen] == expected


@pytest.mark.parametrize("cursor", ["x", "WzEsMl0", "WyIyMDI2LTAxLTAxVDAwOjAwWiIsIngiXQ"])
def test_a_strange_cursor_is_refused(scene: Scene, cursor: str) -> None:
    assert scene.alice.get(f"/api/v1/tasks?cursor={cursor}").status_code == 422


def test_one_press_does_a_task_and_comes_back_to_the_list(scene: Scene, house: House) -> None:
    task = scene.add("Overdue", assignee="me", due=due(scene, -1))
    alice = Browser(house, "alice")
    page = alice.get("/tasks").data.decode()
    assert "overdue since" in page
    assert scene.number in page

    done = alice.post(f"{scene.form}/{task}/done", {"done": "true", "list": "open"})
    assert (done.status_code, done.headers["Location"]) == (303, "/tasks")
    assert "Nothing to do" in alice.get("/tasks").data.decode()
    assert "Overdue" in alice.get("/tasks?show=done").data.decode()


def test_what_one_may_not_work_on_is_not_in_the_list(scene: Scene, house: House) -> None:
    scene.add("Canary", assignee="me", due=due(scene, 1))
    _make_confidential(scene, house)

    assert titles(scene) == []
    assert b"Canary" not in Browser(house, "alice").get("/tasks").data


def test_the_list_asks_no_more_for_more_rows(scene: Scene, house: House) -> None:
    alice, counts = Browser(house, "alice"), []
    for many in (1, 6):
        for _ in range(many):
            scene.add("One more", assignee="me")
        counts.append(_statements(alice, house))

    assert counts[0] == counts[1]


def test_the_calendar_has_number_title_time_and_link(scene: Scene, house: House) -> None:
    scene.add("Order toner", assignee="me", due=due(scene, 2))
    scene.add("No date", assignee="me")
    done = scene.add("Done", assignee="me", due=due(scene, 2))
    scene.alice.patch(f"{scene.path}/{done}", json={"done": True})

    (entry,) = _read(house, _address(scene))
    assert entry["summary"] == f"{scene.number} Order toner"
    assert entry.start == scene.clock.now + timedelta(hours=2)
    assert entry["url"] == f"{house.settings.public_url}/incidents/{scene.number}"


def test_a_confidential_ticket_shows_its_number_alone(scene: Scene, house: House) -> None:
    scene.add("Canary", assignee="me", due=due(scene, 2))
    scene.alice.patch(f"/api/v1/incidents/{scene.number}", json={"assignee": "alice"})
    _make_confidential(scene, house)

    (entry,) = _read(house, _address(scene))
    assert entry["summary"] == scene.number
    assert "Canary" not in entry.to_ical().decode()


def test_what_one_may_no_longer_see_leaves_the_calendar(scene: Scene, house: House) -> None:
    scene.add("Canary", assignee="me", due=due(scene, 2))
    address = _address(scene)
    assert len(_read(house, address)) == 1
    _make_confidential(scene, house)

    assert _read(house, address) == []


def test_an_address_ends_when_renewed_or_closed_or_its_owner_leaves(
    scene: Scene, house: House
) -> None:
    anyone = Browser(house)
    first = _address(scene)
    second = _address(scene)
    assert anyone.get(first).status_code == 404
    assert anyone.get(second).status_code == 200
    with house.work(SYSTEM) as work:
        people.person(work, "alice").active = False
    assert anyone.get(second).status_code == 404
    with house.work(SYSTEM) as work:
        people.person(work, "alice").active = True
    assert scene.alice.get("/api/v1/tasks/calendar").json["created_at"]
    assert scene.alice.delete("/api/v1/tasks/calendar").status_code == 204
    assert anyone.get(second).status_code == 404
    assert scene.alice.get("/api/v1/tasks/calendar").json["created_at"] is None


def test_the_page_shows_an_address_once_and_closes_it(scene: Scene, house: House) -> None:
    del scene
    alice = Browser(house, "alice")
    made = alice.post("/tasks/calendar").get_data(as_text=True)
    assert "/tasks/calendar/ical_" in made
    assert "/tasks/calendar/ical_" not in alice.get("/tasks").data.decode()
    assert alice.post("/tasks/calendar/close").status_code == 303
    assert "Close the address" not in alice.get("/tasks").data.decode()


def test_an_address_is_for_those_who_work_on_tickets(scene: Scene, house: House) -> None:
    address = _address(scene)
    with (
        house.work(actor_without(house, "alice", Permission.TICKET_NOTE)) as work,
        pytest.raises(Denied, match="ticket:note"),
    ):
        feed.renew(work)
    with house.work(SYSTEM) as work:
        work.session.query(RoleGrant).filter_by(permission=Permission.TICKET_NOTE).delete()

    assert Browser(house).get(address).status_code == 404


def _make_confidential(scene: Scene, house: House) -> None:
    with house.work(SYSTEM) as work:
        desk.get(work, scene.number).confidential = True


def _address(scene: Scene) -> str:
    made = scene.alice.post("/api/v1/tasks/calendar")
    assert made.status_code == 201
    url: str = made.json["url"]
    return "/" + url.split("/", 3)[3]


def _read(house: House, address: str) -> list[Event]:
    answer = Browser(house).get(address)
    assert answer.mimetype == "text/calendar"
    found = Calendar.from_ical(answer.data).walk("VEVENT")
    return [one for one in found if isinstance(one, Event)]


def _statements(browser: Browser, house: House) -> int:
    sent: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    browser.get("/tasks")
    with house.app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
        browser.get("/tasks")
        event.remove(db.engine, "before_cursor_execute", note)
    return len(sent)


def test_the_api_is_closed_to_requesters(scene: Scene, house: House) -> None:
    del scene
    assert Api(house, "charlie").get("/api/v1/tasks").status_code == 403
