"""A ticket of Charlie's, on which Alice and Bob work."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from itsm.incidents import service
from itsm.incidents.inputs import OpenIncident
from itsm.kernel.work import Work
from itsm.platform import runner
from itsm.platform.house import House
from tests.cast import Api, Cast, actor_of
from tests.clock import SetClock

As = Callable[[str], AbstractContextManager[Work]]


class Scene:
    """Charlie's ticket, and what is to be done for it."""

    def __init__(self, house: House, clock: SetClock) -> None:
        self.house, self.clock = house, clock
        with house.work(actor_of(house, "charlie")) as work:
            self.number = service.open_(work, OpenIncident(title="Printer on fire")).number
        self.path = f"/api/v1/incidents/{self.number}/tasks"
        self.form = f"/desk/tickets/{self.number}/tasks"
        self.alice, self.bob = Api(house, "alice"), Api(house, "bob")
        self.settle()

    def settle(self) -> None:
        while runner.drain(self.house) + runner.fire(self.house):
            pass

    def add(self, title: str, **more: object) -> int:
        answer = self.alice.post(self.path, json={"title": title, **more})
        assert answer.status_code == 201, answer.json
        return int(answer.json["id"])

    def tasks(self) -> list[dict[str, object]]:
        items: list[dict[str, object]] = self.alice.get(self.path).json["items"]
        return items

    def news(self, who: str) -> list[str]:
        self.settle()
        items = Api(self.house, who).get("/api/v1/notifications").json["items"]
        return [one["text"] for one in items if one["topic"] == "task"]

    def history(self, who: str) -> list[str]:
        path = f"/api/v1/incidents/{self.number}/timeline"
        return [one["text"] for one in Api(self.house, who).get(path).json["items"]]


@pytest.fixture
def scene(house: House, cast: Cast, clock: SetClock) -> Scene:
    del cast
    return Scene(house, clock)
