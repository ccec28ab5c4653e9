"""News: who is told what, and that nobody is told what they may not read."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from itsm.desk import service as tickets
from itsm.desk.inputs import NewComment
from itsm.desk.models import Visibility
from itsm.incidents import queries, service
from itsm.incidents.inputs import OpenIncident
from itsm.kernel.access import SYSTEM
from itsm.kernel.errors import Invalid
from itsm.news.models import News
from itsm.notify.models import KeptMessage
from itsm.platform import runner
from itsm.platform.house import House
from itsm.tickets import editing
from itsm.tickets.inputs import EditTicket
from tests.cast import Api, Browser, Cast, actor_of
from tests.clock import SetClock

CANARY = "canary-in-a-note"


class Scene:
    """Charlie's ticket, and what becomes of it."""

    def __init__(self, house: House, clock: SetClock) -> None:
        self.house, self.clock = house, clock
        with house.work(actor_of(house, "charlie")) as work:
            self.number = service.open_(work, OpenIncident(title="Printer on fire")).number
        self.settle()

    def settle(self) -> None:
        while runner.drain(self.house) + runner.fire(self.house):
            pass

    def later(self) -> None:
        self.clock.now += timedelta(minutes=3)
        self.settle()

    def say(self, who: str, body: str, *, note: bool = False) -> None:
        new = NewComment(body=body, visibility=Visibility.INTERNAL if note else Visibility.PUBLIC)
        with self.house.work(actor_of(self.house, who)) as work:
            tickets.comment(work, queries.get(work, self.number), new)
        self.settle()

    def assign(self, who: str, whom: str) -> None:
        with self.house.work(actor_of(self.house, who)) as work:
            editing.edit(work, queries.get(work, self.number), EditTicket(assignee=whom))
        self.settle()

    def told(self, who: str) -> list[str]:
        items = Api(self.house, who).get("/api/v1/notifications").json["items"]
        return [one["topic"] for one in reversed(items)]

    def mails(self, address: str) -> list[KeptMessage]:
        with self.house.work(SYSTEM, writes=False) as work:
            kept = work.session.query(KeptMessage).filter_by(address=address)
            return list(kept.order_by(KeptMessage.id))


@pytest.fixture
def scene(house: House, cast: Cast, clock: SetClock) -> Scene:
    del cast
    return Scene(house, clock)


def test_a_requester_is_told_that_the_ticket_was_received_with_its_number(scene: Scene) -> None:
    scene.later()

    (mail,) = scene.mails("charlie@example.org")
    assert scene.number in mail.title
    assert scene.told("charlie") == ["opened"]


def test_news_within_two_minutes_come_as_one_mail(scene: Scene) -> None:
    scene.later()
    scene.say("alice", "First")
    scene.say("alice", "Second")
    scene.later()

    _, mail = scene.mails("charlie@example.org")
    assert "First" in mail.body
    assert "Second" in mail.body


def test_nobody_is_told_of_their_own_doing(scene: Scene) -> None:
    scene.assign("alice", "alice")
    scene.say("alice", "On it")

    assert scene.told("alice") == []


def test_an_assignee_is_told_of_the_ticket_and_of_replies(scene: Scene) -> None:
    scene.assign("alice", "bob")
    scene.say("charlie", "It still burns")

    assert scene.told("bob") == ["assigned", "reply"]


def test_a_note_reaches_no_requester_by_any_channel(scene: Scene, house: House) -> None:
    scene.assign("alice", "bob")
    scene.say("alice", f"{CANARY} for @bob", note=True)
    scene.later()

    assert scene.told("bob")[-1] == "mention"
    assert CANARY in scene.mails("bob@example.org")[-1].body
    browser = Browser(house, "charlie")
    seen = [browser.get(path).data for path in ("/notifications", "/places")]
    seen.append(Api(house, "charlie").get("/api/v1/notifications").data)
    assert not [page for page in seen if CANARY.encode() in page]
    assert not [one for one in scene.mails("charlie@example.org") if CANARY in one.body]


def test_what_one_may_no_longer_read_is_no_news(scene: Scene, house: House, cast: Cast) -> None:
    scene.say("alice", f"{CANARY} @bob", note=True)
    with house.work(SYSTEM) as work:  # as if a fault had told the wrong person
        piece = work.session.query(News).filter_by(person_id=cast.bob).one()
        piece.person_id = cast.charlie
    scene.later()

    assert scene.told("charlie") == ["opened"]
    assert not [one for one in scene.mails("charlie@example.org") if CANARY in one.body]


def test_a_mention_of_somebody_who_may_not_read_it_is_refused(scene: Scene) -> None:
    with pytest.raises(Invalid):
        scene.say("alice", "Look at this, @charlie", note=True)


def test_a_mention_makes_a_watcher(scene: Scene, house: House, cast: Cast) -> None:
    scene.say("alice", "@bob knows, not bob@dana", note=True)

    with house.work(SYSTEM, writes=False) as work:
        watching = [one.person_id for one in queries.get(work, scene.number).watchers]
    assert watching == [cast.bob]


@pytest.mark.usefixtures("scene")
def test_all_is_read_with_one_click(house: House) -> None:
    browser = Browser(house, "charlie")
    assert b"1 unread" in browser.get("/notifications").data

    browser.post("/notifications/read")

    assert b"Nothing new" in browser.get("/notifications?show=unread").data


def test_a_link_in_a_mail_is_shown_first_and_left_by_a_click(scene: Scene, house: House) -> None:
    scene.later()
    (mail,) = scene.mails("charlie@example.org")
    link = "/notifications/leave/" + mail.body.rpartition("/leave/")[2].split()[0]
    stranger = house.app.test_client()
    assert stranger.get(link).status_code == 200
    scene.say("alice", "Told")
    assert scene.told("charlie")[-1] == "reply"

    assert stranger.post(link).status_code == 200
    scene.say("alice", "Not told")

    assert scene.told("charlie") == ["opened", "reply"]
    assert stranger.get(link + "x").status_code == 404


def test_who_left_a_ticket_is_told_again_once_they_watch_it(scene: Scene, house: House) -> None:
    browser = Browser(house, "charlie")
    browser.post(f"/notifications/tickets/{scene.number}/leave")
    scene.say("alice", "Not told")
    browser.post(f"/incidents/{scene.number}/watchers")
    scene.say("alice", "Told")
    browser.post(f"/notifications/tickets/{scene.number}/leave")
    browser.post(f"/notifications/tickets/{scene.number}/follow")
    scene.say("alice", "Told too")

    assert scene.told("charlie") == ["opened", "reply", "reply"]


def test_what_waits_to_be_mailed_is_not_once_a_ticket_was_left(scene: Scene, house: House) -> None:
    scene.later()
    before = len(scene.mails("charlie@example.org"))
    scene.say("alice", "Too late")
    Browser(house, "charlie").post(f"/notifications/tickets/{scene.number}/leave")
    scene.later()

    assert len(scene.mails("charlie@example.org")) == before


def test_channels_are_chosen_for_each_topic(scene: Scene, api: Callable[..., Api]) -> None:
    put = api("charlie").put(
        "/api/v1/notifications/preferences", json={"wanted": ["reply:mail"], "digest_hour": 7}
    )
    assert put.status_code == 200
    scene.later()
    before = len(scene.mails("charlie@example.org"))
    scene.say("alice", "By mail, tomorrow")
    scene.later()
    assert len(scene.mails("charlie@example.org")) == before
    assert scene.told("charlie") == ["opened"]

    scene.clock.now += timedelta(days=1)
    scene.settle()

    assert "By mail, tomorrow" in scene.mails("charlie@example.org")[-1].body
