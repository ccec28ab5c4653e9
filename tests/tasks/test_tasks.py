"""Tasks on a ticket: by page and by API, who may, and when their owner is told."""

from datetime import timedelta

import pytest

from itsm.desk import service as tickets
from itsm.desk.models import Ticket
from itsm.kernel.access import SYSTEM, Permission
from itsm.kernel.errors import Denied
from itsm.people import queries as people
from itsm.people import service as accounts
from itsm.people.models import PersonRole
from itsm.platform.house import House
from itsm.tasks import jobs, queries, service
from itsm.tasks.inputs import EditTask, NewTask
from itsm.tasks.models import Task
from tests.cast import Api, Browser, actor_of, actor_without
from tests.tasks.conftest import Scene

REMINDED = "A task of yours or your team's falls due"


def test_tasks_keep_their_order_and_say_who_did_them_and_when(scene: Scene) -> None:
    first, second = scene.add("Order toner", assignee="bob"), scene.add("Fit it", team="network")
    scene.bob.patch(f"{scene.path}/{first}", json={"done": True})

    one, other = scene.tasks()
    assert [one["id"], other["id"]] == [first, second]
    assert (one["assignee"], one["done"], one["done_by"]) == ("bob", True, "bob")
    assert one["done_at"] == scene.clock.now.isoformat().replace("+00:00", "Z")
    assert (other["assignee"], other["team"], other["done"]) == (None, "network", False)


def test_a_task_is_done_again_changed_and_removed(scene: Scene) -> None:
    task = scene.add("Order toner", assignee="bob")
    path = f"{scene.path}/{task}"
    scene.alice.patch(path, json={"done": True})
    answer = scene.alice.patch(path, json={"done": False, "title": "Order ink", "team": "network"})

    assert answer.json["title"] == "Order ink"
    assert (answer.json["done"], answer.json["done_by"]) == (False, None)
    assert (answer.json["assignee"], answer.json["team"]) == (None, "network")
    assert scene.alice.delete(path).status_code == 204
    assert scene.tasks() == []
    said = scene.history("alice")
    assert "Alice Archer changed the task Order ink: title, owner" in said
    assert "Alice Archer did the task Order toner" in said
    assert "Alice Archer removed the task Order ink" in said


def test_a_stale_change_is_refused(scene: Scene) -> None:
    path = f"{scene.path}/{scene.add('Order toner')}"
    seen = scene.alice.get(path).headers["ETag"]
    fresh = scene.bob.patch(path, json={"title": "Order ink"})

    stale = scene.alice.patch(path, json={"title": "Wait"}, headers={"If-Match": seen})
    assert stale.status_code == 412
    again = scene.alice.patch(
        path, json={"title": "Wait"}, headers={"If-Match": fresh.headers["ETag"]}
    )
    assert again.status_code == 200


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"),
        ({"assignee": "nobody"}, "assignee"),
        ({"assignee": "charlie"}, "assignee"),
        ({"team": "unknown"}, "team"),
        ({"assignee": "bob", "team": "network"}, "team"),
        ({"remind": 15}, "due"),
        ({"due": "2026-05-01T09:00Z", "remind": -1}, "remind"),
        ({"due": "0001-01-01T00:00:00+14:00"}, "due"),
    ],
)
def test_what_is_wrong_is_told_by_field(scene: Scene, wrong: dict[str, object], field: str) -> None:
    answer = scene.alice.post(scene.path, json={"title": "Order toner", **wrong})

    assert answer.status_code == 422
    assert [name.split(".")[0] for name in answer.json["errors"]] == [field]
    assert scene.tasks() == []


def test_a_requester_sees_nothing_of_tasks(scene: Scene, house: House) -> None:
    task = scene.add("Canary task", assignee="bob")
    charlie, api = Browser(house, "charlie"), Api(house, "charlie")

    assert api.get(scene.path).status_code == 403
    assert api.patch(f"{scene.path}/{task}", json={"done": True}).status_code == 403
    assert charlie.get(f"{scene.form}/{task}").status_code == 403
    assert "Canary" not in "".join(scene.history("charlie"))
    assert b"Canary" not in charlie.get(f"/portal/tickets/{scene.number}").data


def test_each_verb_asks_for_the_right_to_write_notes_on_that_ticket(
    scene: Scene, house: House
) -> None:
    task_id = scene.add("Order toner")
    with house.work(SYSTEM, writes=False) as work:
        ticket = queries.ticket(work, scene.number)
    with house.work(actor_without(house, "alice", Permission.TICKET_NOTE)) as work:
        task = work.session.get_one(Task, task_id)
        ticket = work.session.get_one(Ticket, ticket.id)
        for verb in (
            lambda: queries.ticket(work, scene.number),
            lambda: service.add(work, ticket, NewTask(title="More")),
            lambda: service.edit(work, ticket, task, EditTask(title="Less")),
            lambda: service.finish(work, ticket, task, done=True),
            lambda: service.remove(work, ticket, task),
        ):
            with pytest.raises(Denied, match="ticket:note"):
                verb()


def test_a_task_is_found_on_its_own_ticket_alone(scene: Scene, house: House) -> None:
    task = scene.add("Order toner")
    other = Scene(house, scene.clock)

    assert scene.alice.get(f"{other.path}/{task}").status_code == 404
    assert scene.alice.patch(f"{other.path}/{task}", json={"done": True}).status_code == 404
    assert Browser(house, "alice").post(f"{other.form}/{task}/remove").status_code == 404


def test_the_owner_is_told_of_a_task_unless_they_gave_it_themselves(scene: Scene) -> None:
    scene.add("Order toner", assignee="bob")
    scene.add("Fit it", assignee="me")

    assert scene.news("bob") == ["Alice Archer gave you a task"]
    assert scene.news("alice") == []


def test_a_reminder_comes_so_long_before_and_only_once(scene: Scene) -> None:
    due = scene.clock.now + timedelta(hours=5)
    task = scene.add("Order toner", assignee="me", due=due.isoformat(), remind=60)
    scene.clock.now += timedelta(hours=3, minutes=59)
    assert scene.news("alice") == []

    scene.clock.now += timedelta(minutes=1)
    assert scene.news("alice") == [REMINDED]
    scene.alice.patch(f"{scene.path}/{task}", json={"title": "Order ink"})
    assert scene.news("alice") == [REMINDED]


def test_without_an_owner_whoever_has_the_ticket_is_reminded(scene: Scene) -> None:
    scene.alice.patch(f"/api/v1/incidents/{scene.number}", json={"assignee": "bob"})
    due = scene.clock.now + timedelta(hours=1)
    scene.add("Order toner", due=due.isoformat(), remind=0)
    scene.clock.now = due

    assert scene.news("bob") == [REMINDED]
    assert scene.news("alice") == []


def test_all_of_a_team_are_reminded(scene: Scene) -> None:
    due = scene.clock.now + timedelta(hours=1)
    scene.add("Order toner", team="network", due=due.isoformat(), remind=0)
    scene.clock.now = due

    assert (scene.news("alice"), scene.news("bob")) == ([REMINDED], [REMINDED])


@pytest.mark.parametrize("change", [{"done": True}, {"remind": None}, {"due": "2030-01-01T09:00Z"}])
def test_a_reminder_is_taken_back(scene: Scene, change: dict[str, object]) -> None:
    due = scene.clock.now + timedelta(hours=1)
    task = scene.add("Order toner", assignee="me", due=due.isoformat(), remind=0)
    scene.alice.patch(f"{scene.path}/{task}", json=change)
    scene.clock.now = due

    assert scene.news("alice") == []


def test_who_may_no_longer_work_on_the_ticket_is_not_reminded(scene: Scene, house: House) -> None:
    due = scene.clock.now + timedelta(hours=1)
    scene.add("Order toner", assignee="bob", due=due.isoformat(), remind=0)
    assert scene.news("bob") == ["Alice Archer gave you a task"]
    with house.work(SYSTEM) as work:
        row = next(
            one
            for one in work.session.query(PersonRole)
            if one.person_id == people.person(work, "bob").id
        )
        work.session.delete(row)
        accounts.grant_role(work, people.person(work, "bob"), "requester")
        # To follow it lets him read it, though no notes.
        tickets.watch(work, queries.ticket(work, scene.number), people.person(work, "bob"))
    scene.clock.now = due

    assert REMINDED not in scene.news("bob")


def test_a_task_is_added_changed_and_done_by_forms(scene: Scene, house: House) -> None:
    alice = Browser(house, "alice")
    assert alice.post(scene.form, {"title": "Order toner"}).status_code == 303
    (task,) = scene.tasks()
    typed = {
        "title": "Order ink",
        "assignee": "bob",
        "team": "",
        "due": "2026-07-01T09:30",
        "remind": "60",
        "version": "1",
    }
    assert alice.post(f"{scene.form}/{task['id']}", typed).status_code == 303

    # Berlin is two hours ahead of UTC in summer.
    (task,) = scene.tasks()
    assert (task["title"], task["due"]) == ("Order ink", "2026-07-01T07:30:00Z")
    assert b'value="2026-07-01T09:30"' in alice.get(f"{scene.form}/{task['id']}").data
    assert alice.post(f"{scene.form}/{task['id']}", typed).status_code == 409
    assert alice.post(f"{scene.form}/{task['id']}/done", {"done": "true"}).status_code == 303
    page = alice.get(f"/incidents/{scene.number}").data.decode()
    assert "<del>Order ink</del>" in page
    assert "1 of 1" in page


def test_a_form_keeps_what_was_typed_wrong(scene: Scene, house: House) -> None:
    answer = Browser(house, "alice").post(scene.form, {"title": "Order ink", "assignee": "x"})

    assert answer.status_code == 422
    assert b'value="Order ink"' in answer.data
    assert b'href="#field-assignee"' in answer.data


def test_a_ticket_is_resolved_with_tasks_left_and_says_so(scene: Scene, house: House) -> None:
    scene.add("Order toner")
    alice = Browser(house, "alice")
    path = f"/incidents/{scene.number}"
    assert b"One task is still to be done" in alice.get(path).data
    scene.alice.post(f"/api/v1{path}/transitions", json={"to": "in_progress"})
    done = scene.alice.post(
        f"/api/v1{path}/transitions",
        json={"to": "resolved", "resolution": "Put out", "resolution_code": "fixed"},
    )

    assert done.status_code == 200
    assert b"Tasks left" in alice.get(path).data
    assert len(scene.tasks()) == 1


def test_overdue_is_said_in_words(scene: Scene, house: House) -> None:
    scene.add("Order toner", due=(scene.clock.now - timedelta(minutes=1)).isoformat())

    assert b"overdue since" in Browser(house, "alice").get(f"/incidents/{scene.number}").data


def test_a_task_outlives_who_acts_for_nobody(scene: Scene, house: House) -> None:
    task_id = scene.add("Order toner")
    with house.work(SYSTEM) as work:
        ticket = queries.ticket_to_change(work, scene.number)
        service.finish(work, ticket, queries.task(work, ticket, task_id), done=True)

    (task,) = scene.tasks()
    assert (task["done"], task["done_by"]) == (True, None)
    assert actor_of(house, "alice").id is not None


def test_a_timer_that_fires_before_its_time_says_nothing(scene: Scene, house: House) -> None:
    due = scene.clock.now + timedelta(hours=1)
    task_id = scene.add("Order toner", assignee="me", due=due.isoformat(), remind=0)
    with house.work(SYSTEM) as work:
        jobs.remind(work, {"task_id": task_id})

    assert scene.news("alice") == []
