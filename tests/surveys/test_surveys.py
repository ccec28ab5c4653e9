"""Surveys: who is asked, when, how they answer, and who reads what of it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from itsm.desk.models import Desk
from itsm.incidents import queries as incidents
from itsm.incidents import service as verbs
from itsm.incidents.inputs import OpenIncident
from itsm.kernel.access import SYSTEM, Permission
from itsm.kernel.errors import Denied, Refused
from itsm.notify.models import KeptMessage
from itsm.people import queries as people
from itsm.people import service as persons
from itsm.people.models import Person
from itsm.platform import runner
from itsm.platform.house import House
from itsm.platform.journal import JournalRow
from itsm.surveys import queries, service
from itsm.surveys.inputs import GiveAnswer, SaveRule
from itsm.surveys.models import Answer, Outcome, Survey
from itsm.tickets import requester
from tests.cast import Api, Browser, Cast, actor_of, actor_without
from tests.clock import SetClock

ALWAYS = {"active": True, "percent": 100, "rest_days": 0, "wait_hours": 1}
LINK = re.compile(r"(\d) [A-Z][a-z ]+: https?://[^/]+(/surveys/rate/\S+)")
TITLE = "Printer on fire"


class Desktop:
    """A house with its clock, and what people do in it."""

    def __init__(self, house: House, clock: SetClock) -> None:
        self.house, self.clock = house, clock

    def rule(self, **other: object) -> None:
        with self.house.work(SYSTEM) as work:
            desk = queries.desk_of(work, "it")
            service.save_rule(work, desk, SaveRule.model_validate(ALWAYS | other))

    def closed(self, *, who: str = "charlie", confidential: bool = False) -> str:
        """Close a ticket that somebody reported, and return its number."""
        with self.house.work(SYSTEM) as work:
            new = OpenIncident(title=TITLE, requester=who, confidential=confidential)
            number = verbs.open_(work, new).number
            verbs.start(work, incidents.get(work, number))
            verbs.resolve(work, incidents.get(work, number), "Put out", code="fixed")
        self.do(who, number)
        self.settle()
        return number

    def do(self, who: str, number: str) -> None:
        with self.house.work(actor_of(self.house, who)) as work:
            requester.confirm(work, incidents.get(work, number))

    def settle(self, **later: float) -> None:
        self.clock.now += timedelta(**later)
        while runner.drain(self.house) + runner.fire(self.house):
            pass

    def outcomes(self) -> list[Outcome]:
        with self.house.work(SYSTEM, writes=False) as work:
            return list(work.session.scalars(select(Survey.outcome).order_by(Survey.id)))

    def question(self, address: str = "charlie@example.org") -> KeptMessage:
        """Return the one mail that asks."""
        with self.house.work(SYSTEM, writes=False) as work:
            kept = work.session.scalars(select(KeptMessage).where(KeptMessage.address == address))
            (found,) = [one for one in kept if "How did we do?" in one.body]
            return found

    def links(self) -> dict[int, str]:
        return {int(rating): path for rating, path in LINK.findall(self.question().body)}

    def events(self, prefix: str) -> list[str]:
        with self.house.work(SYSTEM, writes=False) as work:
            names = work.session.scalars(select(JournalRow.name).order_by(JournalRow.id))
            return [name for name in names if name.startswith(prefix)]


@pytest.fixture
def desk(house: House, clock: SetClock, cast: Cast) -> Desktop:
    del cast
    made = Desktop(house, clock)
    made.rule()
    return made


def test_a_mail_asks_an_hour_after_closing_and_a_link_needs_a_press(desk: Desktop) -> None:
    number = desk.closed()
    desk.settle(minutes=59)
    assert desk.outcomes() == [Outcome.WAITING]

    desk.settle(minutes=2)
    desk.settle(minutes=3)
    links = desk.links()
    stranger = Browser(desk.house)
    page = stranger.get(links[4])

    assert sorted(links) == [1, 2, 3, 4, 5]
    assert re.search(r'value="4"\s+required checked', page.text)
    assert TITLE in page.text
    with desk.house.work(SYSTEM, writes=False) as work:
        assert work.session.scalars(select(Answer)).all() == []
    sent = stranger.post(links[4], {"rating": "3", "comment": "  Fine "})
    assert sent.status_code == 303
    shown = stranger.get(sent.headers["Location"]).text
    assert "Thank you" in shown
    assert "Fine" in shown
    stranger.post(links[5], {"rating": "5", "comment": ""})
    (answer,) = Api(desk.house, "dana").get("/api/v1/surveys").json["items"]
    assert (answer["rating"], answer["comment"], answer["ticket"]) == (5, "", number)
    assert answer["person"] == "charlie"
    said = Api(desk.house, "alice").get(f"/api/v1/incidents/{number}/timeline").json["items"]
    texts = [one["text"] for one in said]
    assert "Charlie Clerk rated this 3 of 5" in texts
    assert "Charlie Clerk rated this 5 of 5, not 3" in texts


def test_a_link_ends_after_thirty_days_and_no_other_is_good(desk: Desktop) -> None:
    desk.closed()
    desk.settle(hours=1)
    desk.settle(minutes=3)
    path, browser = desk.links()[1], Browser(desk.house)
    assert browser.get(path).status_code == 200
    assert browser.get(path[:-2]).status_code == 404
    assert browser.get(path.replace(":1", ":5")).status_code == 404

    desk.settle(days=30)

    assert browser.get(path).status_code == 404
    assert browser.post(path, {"rating": "1"}).status_code == 404


def test_a_link_is_good_while_its_person_is(desk: Desktop) -> None:
    desk.closed()
    desk.settle(hours=1)
    desk.settle(minutes=3)
    path = desk.links()[1]
    with desk.house.work(SYSTEM) as work:
        work.session.query(Person).filter_by(username="charlie").one().active = False

    assert Browser(desk.house).get(path).status_code == 404


def test_a_rating_out_of_range_is_refused_with_the_page(desk: Desktop) -> None:
    desk.closed()
    desk.settle(hours=1)
    desk.settle(minutes=3)

    for rating in ("0", "6", "good", ""):
        answer = Browser(desk.house).post(desk.links()[1], {"rating": rating})
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text


def test_a_confidential_ticket_is_asked_about_without_a_word_of_it(
    desk: Desktop,
) -> None:
    number = desk.closed(confidential=True)
    desk.settle(hours=1)
    desk.settle(minutes=3)
    mail = desk.question()

    assert number in mail.title
    assert TITLE not in mail.title + mail.body
    page = Browser(desk.house).get(desk.links()[2])
    assert page.status_code == 200
    assert TITLE not in page.text
    Browser(desk.house).post(desk.links()[2], {"rating": "2", "anonymous": "1"})
    assert Api(desk.house, "dana").get("/api/v1/surveys").json["items"] == []
    with desk.house.work(SYSTEM) as work:
        persons.grant_role(
            work,
            people.person(work, "dana"),
            "confidential",
            desk_id=queries.desk_of(work, "it").id,
        )
    assert len(Api(desk.house, "dana").get("/api/v1/surveys").json["items"]) == 1


def test_without_a_name_nothing_leads_from_the_answer_to_the_ticket(desk: Desktop) -> None:
    number = desk.closed()
    desk.settle(hours=1)
    charlie = Browser(desk.house, "charlie")
    charlie.post(f"/surveys/tickets/{number}", {"rating": "1", "anonymous": "1"})
    charlie.post(f"/surveys/tickets/{number}", {"rating": "2", "comment": "slow", "anonymous": "1"})

    (answer,) = Api(desk.house, "dana").get("/api/v1/surveys").json["items"]
    assert (answer["rating"], answer["comment"], answer["anonymous"]) == (2, "slow", True)
    assert [answer[name] for name in ("ticket", "person", "answered_at")] == [None, None, None]
    assert "How we did" not in Browser(desk.house, "alice").get(f"/incidents/{number}").text
    assert desk.events("ticket.survey_answered") == []
    assert desk.events("desk.survey_answered") == ["desk.survey_answered"] * 2
    with desk.house.work(SYSTEM, writes=False) as work:
        data = work.session.scalars(
            select(JournalRow.data).where(JournalRow.name == "desk.survey_answered")
        ).all()
    assert all(set(one) == {"desk_id"} for one in data if isinstance(one, dict))
    results = Browser(desk.house, "dana").get("/surveys/").text
    assert "without a name" in results
    assert number not in results


def test_a_name_that_was_given_is_not_taken_back(desk: Desktop, house: House) -> None:
    number = desk.closed()
    desk.settle(hours=1)
    with house.work(actor_of(house, "charlie")) as work:
        survey = queries.own(work, number)
        service.answer(work, survey, GiveAnswer(rating=1, anonymous=True))
        service.answer(work, survey, GiveAnswer(rating=2))
        with pytest.raises(Refused):
            service.answer(work, survey, GiveAnswer(rating=1, anonymous=True))

    (answer,) = Api(house, "dana").get("/api/v1/surveys").json["items"]
    assert (answer["rating"], answer["ticket"]) == (2, number)


def test_the_portal_asks_in_the_language_of_the_reader(desk: Desktop) -> None:
    number = desk.closed()
    charlie = Browser(desk.house, "charlie")
    path = f"/portal/tickets/{number}"
    assert "How did we do?" not in charlie.get(path).text

    desk.settle(hours=1)

    assert "How did we do?" in charlie.get(path).text
    german = charlie.get(path, headers={"Accept-Language": "de"}).text
    assert "Wie zufrieden sind Sie mit uns?" in german
    assert "5 Sehr gut" in german
    charlie.post(f"/surveys/tickets/{number}", {"rating": "4", "comment": "well"})
    assert "Your answer is 4 of 5" in charlie.get(path).text
    record = Browser(desk.house, "alice").get(f"/incidents/{number}").text
    assert "How we did" in record
    assert "4 of 5" in record
    assert "well" in record
    desk.settle(days=30)
    charlie = Browser(desk.house, "charlie")
    assert "How did we do?" not in charlie.get(path).text
    late = charlie.post(f"/surveys/tickets/{number}", {"rating": "1"})
    assert late.status_code == 404


def test_only_who_is_asked_answers(desk: Desktop, house: House) -> None:
    number = desk.closed()
    desk.settle(hours=1)

    for name in ("alice", "dana"):
        assert Api(house, name).put(f"/api/v1/surveys/{number}", {"rating": 1}).status_code == 404
    with house.work(actor_of(house, "alice")) as work:
        survey = queries.of_ticket(work, incidents.get(work, number).id)
        assert survey is not None
        with pytest.raises(Denied):
            service.answer(work, survey, GiveAnswer(rating=1))
    silent = actor_without(house, "charlie", Permission.TICKET_REPLY)
    with house.work(silent) as work, pytest.raises(Denied):
        service.answer(work, queries.own(work, number), GiveAnswer(rating=1))
    assert Api(house, "charlie").put(f"/api/v1/surveys/{number}", {"rating": 5}).status_code == 200


def test_the_same_person_is_left_in_peace_for_a_while(desk: Desktop) -> None:
    desk.rule(rest_days=10)
    desk.closed()
    desk.settle(hours=1)
    desk.closed()
    desk.settle(hours=1)
    desk.settle(days=11)
    desk.closed()
    desk.settle(hours=1)

    assert desk.outcomes() == [Outcome.ASKED, Outcome.ASKED_LATELY, Outcome.ASKED]


def test_the_draw_decides_and_is_kept(desk: Desktop, house: House) -> None:
    desk.rule(percent=40)
    numbers = [desk.closed() for _ in range(20)]
    desk.settle(hours=1)

    with house.work(SYSTEM, writes=False) as work:
        rows = work.session.scalars(select(Survey).order_by(Survey.id)).all()
        assert [row.draw for row in rows] == [service.draw(work, one) for one in numbers]
    asked = [row.outcome is Outcome.ASKED for row in rows]
    assert asked == [row.draw < 40 for row in rows]
    assert 0 < sum(asked) < len(asked)


@pytest.mark.parametrize("how", ["off", "own", "left", "again", "gone"])
def test_who_is_not_asked(desk: Desktop, house: House, how: str) -> None:
    if how == "off":
        desk.rule(active=False)
    if how == "own":
        with house.work(SYSTEM) as work:
            ticket = verbs.open_(work, OpenIncident(title="mine", requester="alice"))
            ticket.assignee_id = ticket.requester_id
            verbs.start(work, ticket)
            verbs.resolve(work, ticket, "done", code="fixed")
            verbs.close(work, ticket)
    else:
        number = desk.closed()
    if how == "left":
        Browser(house, "charlie").post(f"/notifications/tickets/{number}/leave")
    if how == "again":
        with house.work(SYSTEM) as work:
            one = incidents.get(work, number)
            one.state, one.open, one.closed_at, one.resolved_at = "in_progress", True, None, None
    if how == "gone":
        with house.work(SYSTEM) as work:
            work.session.query(Person).filter_by(username="charlie").one().active = False
    desk.settle(hours=2)

    assert Outcome.ASKED not in desk.outcomes()
    assert desk.events("ticket.survey_asked") == []


def test_a_ticket_is_asked_about_once(desk: Desktop, house: House) -> None:
    number = desk.closed()
    desk.settle(hours=1)
    with house.work(SYSTEM) as work:
        service.consider(work, incidents.get(work, number))
    desk.settle(hours=2)

    assert desk.events("ticket.survey_asked") == ["ticket.survey_asked"]


def test_an_administrator_says_when_a_desk_asks(desk: Desktop, house: House) -> None:
    dana = Browser(house, "dana")
    assert 'value="100"' in dana.get("/admin/desks/it/survey").text
    form = {"active": "1", "percent": "25", "rest_days": "7", "wait_hours": "0"}
    assert dana.post("/admin/desks/it/survey", form).status_code == 303
    got = Api(house, "dana").get("/api/v1/desks/it/survey").json
    assert got == {"active": True, "percent": 25, "rest_days": 7, "wait_hours": 0}
    wrong = dana.post("/admin/desks/it/survey", form | {"percent": "101"})
    assert wrong.status_code == 422
    assert "101" in wrong.text
    body = {"active": False, "percent": 10, "rest_days": 0, "wait_hours": 1}
    assert Api(house, "dana").put("/api/v1/desks/it/survey", body).json == body
    assert desk.events("desk.survey_ruled") == ["desk.survey_ruled"] * 3
    reader = actor_without(house, "dana", Permission.CONFIG_EDIT)
    with house.work(reader) as work, pytest.raises(Denied):
        service.save_rule(work, queries.desk_of(work, "it"), SaveRule(active=True))


def test_results_are_those_of_ones_own_desk(desk: Desktop, house: House) -> None:
    with house.work(SYSTEM) as work:
        other = work.add(Desk(key="fac", name="Facilities"))
        persons.grant_role(work, people.person(work, "bob"), "supervisor", desk_id=other.id)
    for rating in (5, 4, 4):
        number = desk.closed()
        desk.settle(hours=1)
        Api(house, "charlie").put(f"/api/v1/surveys/{number}", {"rating": rating})
    desk.closed()
    desk.settle(hours=1)

    page = Browser(house, "dana").get("/surveys/").text
    assert "75 %" in page
    assert "4.3" in page
    assert Browser(house, "dana").get("/surveys/?rating=5").text.count("5 of 5") == 1
    assert Browser(house, "dana").get("/surveys/?month=never").status_code == 422
    assert "No answers" in Browser(house, "bob").get("/surveys/").text
    assert Api(house, "bob").get("/api/v1/surveys").json["items"] == []
    assert Browser(house, "alice").get("/surveys/").status_code == 403
    listed = Api(house, "dana").get("/api/v1/surveys?rating=4&limit=1").json
    assert listed["next"]
    rest = Api(house, "dana").get(f"/api/v1/surveys?rating=4&cursor={listed['next']}").json
    assert [len(rest["items"]), rest["next"]] == [1, None]
    assert Api(house, "dana").get("/api/v1/surveys?team=").json["items"]
    assert Api(house, "dana").get("/api/v1/surveys?desk=fac").json["items"] == []
