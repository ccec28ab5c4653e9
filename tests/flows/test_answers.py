"""What a requester's reply does to an incident that waits, is resolved or is closed."""

from collections.abc import Callable

import pytest

from itsm.desk import service as tickets
from itsm.desk import timeline
from itsm.desk.inputs import NewComment
from itsm.desk.models import Visibility
from itsm.incidents import queries, service
from itsm.incidents.inputs import OpenIncident
from itsm.incidents.models import Incident
from itsm.kernel.errors import Denied, Refused
from itsm.kernel.work import Work
from itsm.platform.house import House
from itsm.tickets import editing, requester
from itsm.tickets.inputs import EditTicket
from tests.cast import Cast, actor_of

Act = Callable[[Work, Incident], object]


class Case:
    """Charlie's incident, and what is done about it."""

    def __init__(self, house: House) -> None:
        self.house = house
        with house.work(actor_of(house, "charlie")) as work:
            self.number = service.open_(work, OpenIncident(title="Printer on fire")).number

    def do(self, who: str, act: Act) -> None:
        with self.house.work(actor_of(self.house, who)) as work:
            act(work, queries.get_to_change(work, self.number))

    def say(self, who: str, body: str, visibility: Visibility = Visibility.PUBLIC) -> None:
        new = NewComment(body=body, visibility=visibility)
        self.do(who, lambda work, incident: tickets.comment(work, incident, new))

    def resolve(self) -> None:
        self.do("alice", lambda work, incident: service.resolve(work, incident, "Put it out"))

    def stands(self) -> tuple[str, int]:
        with self.house.work(actor_of(self.house, "alice"), writes=False) as work:
            incident = queries.get(work, self.number)
            return str(incident.state), incident.reopened_count


@pytest.fixture
def case(house: House, cast: Cast) -> Case:
    del cast
    return Case(house)


def test_a_reply_to_what_is_solved_opens_it_again_for_its_team(case: Case) -> None:
    case.resolve()
    case.say("charlie", "It burns again")

    assert case.stands() == ("new", 1)


def test_its_owner_goes_on_with_it(case: Case) -> None:
    case.do("alice", editing.take)
    case.resolve()
    case.say("charlie", "It burns again")

    assert case.stands() == ("in_progress", 1)


def test_thanks_leave_it_solved_and_are_told(case: Case, house: House) -> None:
    case.resolve()
    case.say("charlie", "Thank you, it works!")

    assert case.stands() == ("resolved", 0)
    with house.work(actor_of(house, "alice"), writes=False) as work:
        told = timeline.of(work, queries.get(work, case.number))
    assert "Charlie Clerk said thanks: this stays as it is" in [
        one.said.text for one in told if one.said
    ]


def test_nobody_elses_words_open_it(case: Case) -> None:
    case.resolve()
    case.say("alice", "Did it go well?")
    case.say("bob", "Looked at it", Visibility.INTERNAL)

    assert case.stands() == ("resolved", 0)


def test_an_answer_ends_the_wait_for_it(case: Case) -> None:
    case.do("alice", service.start)
    case.do("alice", lambda work, incident: service.wait(work, incident, "a picture"))
    case.say("charlie", "Here it is")

    assert case.stands() == ("in_progress", 0)


def test_a_requester_confirms_or_says_that_it_is_still_broken(case: Case) -> None:
    case.resolve()
    case.do("charlie", lambda work, incident: requester.still_broken(work, incident, "Smoke"))
    assert case.stands() == ("new", 1)
    case.resolve()
    case.do("charlie", requester.confirm)

    assert case.stands() == ("closed", 1)
    with pytest.raises(Refused):
        case.do("charlie", lambda work, incident: requester.still_broken(work, incident, "Smoke"))


def test_a_watcher_says_nothing_for_the_requester(case: Case) -> None:
    case.resolve()
    edit = EditTicket(requester="bob")
    case.do("alice", lambda work, incident: editing.edit(work, incident, edit))

    with pytest.raises(Denied):
        case.do("alice", requester.confirm)
    with pytest.raises(Denied):
        case.do("alice", lambda work, incident: requester.still_broken(work, incident, "Smoke"))
