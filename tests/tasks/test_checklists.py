"""Checklists: who makes them, where they are offered, and what becomes of their steps."""

from datetime import UTC, datetime, timedelta

import pytest

from itsm.desk.models import Desk, Ticket
from itsm.kernel.access import SYSTEM, Permission
from itsm.kernel.errors import Denied, NotFound
from itsm.platform.house import House
from itsm.tasks.checklists import queries, service
from itsm.tasks.checklists.inputs import SaveChecklist, Step
from tests.cast import Api, Browser, actor_of, actor_without
from tests.tasks.conftest import Scene

LIST = "/api/v1/checklists"
STEPS = [{"title": "Order it", "due_days": 2}, {"title": "Hand it out"}]


def make(house: House, name: str = "New laptop", **more: object) -> int:
    answer = Api(house, "dana").post(LIST, json={"name": name, "steps": STEPS, **more})
    assert answer.status_code == 201, answer.json
    return int(answer.json["id"])


def offered(house: House, number: str, who: str = "alice") -> list[str]:
    with house.work(actor_of(house, who), writes=False) as work:
        ticket = work.session.query(Ticket).filter_by(number=number).one()
        return [name for _, name in queries.offered(work, ticket)]


def test_steps_become_tasks_in_their_order_due_days_later(scene: Scene, house: House) -> None:
    scene.add("There before")
    body = {"checklist": make(house)}
    made = scene.alice.post(f"/api/v1/incidents/{scene.number}/checklists", json=body)

    assert [one["title"] for one in made.json["items"]] == ["Order it", "Hand it out"]
    assert [one["title"] for one in scene.tasks()] == ["There before", "Order it", "Hand it out"]
    due = scene.clock.now + timedelta(days=2)
    assert [one["due"] for one in scene.tasks()] == [None, due.isoformat()[:19] + "Z", None]
    assert "Alice Archer put the checklist New laptop on it" in scene.history("alice")
    assert "New laptop" not in "".join(scene.history("charlie"))


def test_days_are_counted_by_the_clock_on_the_wall(scene: Scene, house: House) -> None:
    scene.clock.now = datetime(2026, 3, 28, 12, tzinfo=UTC)  # the clocks go forward next night
    body = {"checklist": make(house)}
    scene.alice.post(f"/api/v1/incidents/{scene.number}/checklists", json=body)

    assert scene.tasks()[0]["due"] == "2026-03-30T11:00:00Z"


def test_what_belongs_to_desk_and_category_is_offered_first(scene: Scene, house: House) -> None:
    desks, admin = Api(house, "dana"), "/api/v1/desks/it/categories"
    for name in ("Printing", "Network"):
        assert desks.put(admin, json={"name": name}).status_code in {200, 201, 204}
    scene.alice.patch(f"/api/v1/incidents/{scene.number}", json={"category": "Printing"})
    make(house, "A everywhere")
    make(house, "B other category", desk="it", category="Network")
    make(house, "C desk", desk="it")
    make(house, "D category", desk="it", category="Printing")

    expected = ["D category", "C desk", "B other category", "A everywhere"]
    assert offered(house, scene.number) == expected
    page = Browser(house, "alice").get(f"/incidents/{scene.number}").data.decode()
    assert page.index("D category") < page.index("A everywhere")


def test_one_of_a_desk_is_told_to_those_alone_who_work_there(scene: Scene, house: House) -> None:
    with house.work(SYSTEM) as work:
        work.add(Desk(key="hr", name="Human resources", confidential=True))
    secret = make(house, "Dismissal", desk="hr")

    assert offered(house, scene.number) == []
    assert scene.alice.get(LIST).json["items"] == []
    assert scene.alice.get(f"{LIST}/{secret}").status_code == 404
    body = {"checklist": secret}
    path = f"/api/v1/incidents/{scene.number}/checklists"
    assert scene.alice.post(path, json=body).status_code == 404
    assert b"Dismissal" not in Browser(house, "alice").get("/checklists/").data
    assert Api(house, "dana").get(f"{LIST}/{secret}").status_code == 200


def test_only_who_sets_up_the_desk_makes_and_retires_them(scene: Scene, house: House) -> None:
    kept = make(house)
    assert scene.alice.post(LIST, json={"name": "Mine", "steps": STEPS}).status_code == 403
    with house.work(actor_without(house, "dana", Permission.CONFIG_EDIT)) as work:
        found = queries.checklist(work, kept)
        new = SaveChecklist(name="Mine", steps=(Step(title="One"),))
        with pytest.raises(Denied, match="config:edit"):
            service.save(work, new)
        with pytest.raises(Denied, match="config:edit"):
            service.offer(work, found, active=False)
    with house.work(actor_without(house, "alice", Permission.TICKET_NOTE)) as work:
        ticket = work.session.query(Ticket).one()
        with pytest.raises(Denied, match="ticket:note"):
            service.apply(work, ticket, queries.checklist(work, kept))


def test_a_retired_one_is_offered_no_longer_and_leaves_the_tasks(
    scene: Scene, house: House
) -> None:
    kept, dana = make(house), Api(house, "dana")
    path = f"/api/v1/incidents/{scene.number}/checklists"
    scene.alice.post(path, json={"checklist": kept})
    assert dana.delete(f"{LIST}/{kept}").status_code == 204

    assert offered(house, scene.number) == []
    assert scene.alice.post(path, json={"checklist": kept}).status_code == 409
    assert len(scene.tasks()) == 2
    assert dana.get(f"{LIST}/{kept}").json["active"] is False


def test_a_change_leaves_tasks_alone_and_is_refused_where_stale(scene: Scene, house: House) -> None:
    kept, dana = make(house), Api(house, "dana")
    scene.alice.post(f"/api/v1/incidents/{scene.number}/checklists", json={"checklist": kept})
    seen = dana.get(f"{LIST}/{kept}").headers["ETag"]
    new = {"name": "Laptop", "steps": [{"title": "Only this"}]}
    changed = dana.put(f"{LIST}/{kept}", json=new, headers={"If-Match": seen})

    assert [one["title"] for one in changed.json["steps"]] == ["Only this"]
    assert len(scene.tasks()) == 2
    stale = dana.put(f"{LIST}/{kept}", json=new, headers={"If-Match": seen})
    assert stale.status_code == 412


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"steps": []}, "steps"),
        ({"steps": [{"title": "x", "due_days": 400}]}, "steps"),
        ({"category": "Printing"}, "body"),
        ({"desk": "nowhere"}, "desk"),
        ({"desk": "it", "category": "Nothing"}, "category"),
    ],
)
def test_what_is_wrong_is_told_by_field(
    scene: Scene, house: House, wrong: dict[str, object], field: str
) -> None:
    del scene
    answer = Api(house, "dana").post(LIST, json={"name": "List", "steps": STEPS, **wrong})

    assert answer.status_code == 422
    assert {name.split(".")[0] for name in answer.json["errors"]} == {field}


def test_one_is_made_changed_retired_and_applied_by_forms(scene: Scene, house: House) -> None:
    dana, alice = Browser(house, "dana"), Browser(house, "alice")
    typed = {"name": "New laptop", "step": ["Order it", "", "Hand it out"], "days": ["2", "", ""]}
    assert dana.post("/checklists/", typed).status_code == 303
    (kept,) = Api(house, "dana").get(LIST).json["items"]
    assert kept["steps"] == [
        {"title": "Order it", "due_days": 2},
        {"title": "Hand it out", "due_days": None},
    ]
    wrong = dana.post(f"/checklists/{kept['id']}", {**typed, "days": ["x", "", ""]})
    assert wrong.status_code == 422
    assert b'<a href="#field-step">Step 1: Input should be a valid integer' in wrong.data
    none = dana.post("/checklists/", {**typed, "step": ["", "", ""]})
    assert b"write down one step at least" in none.data
    assert b'value="Order it"' in wrong.data
    assert b"Save" not in alice.get(f"/checklists/{kept['id']}").data.split(b"<main")[1]

    path = f"/desk/tickets/{scene.number}/checklists"
    assert alice.post(path, {"checklist": str(kept["id"])}).status_code == 303
    assert alice.post(path, {"checklist": ""}).status_code == 303
    assert len(scene.tasks()) == 2
    assert "0 of 2" in alice.get(f"/incidents/{scene.number}").data.decode()
    assert dana.post(f"/checklists/{kept['id']}/retire", {"active": "false"}).status_code == 303
    assert alice.post(path, {"checklist": str(kept["id"])}).status_code == 303
    assert len(scene.tasks()) == 2
    assert "no longer in use" in alice.get(f"/incidents/{scene.number}").data.decode()


def test_one_that_is_gone_is_not_found(scene: Scene, house: House) -> None:
    del scene
    with house.work(SYSTEM) as work, pytest.raises(NotFound):
        queries.checklist(work, 1)
