"""A ticket's story: in order, with who and when, and nothing that its reader may not know."""

import csv
import io
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import DatabaseError

from itsm.desk import service as tickets
from itsm.desk.inputs import NewComment, NewLink
from itsm.desk.models import Comment, Desk, LinkType, Series, Visibility
from itsm.incidents import queries, service
from itsm.incidents.inputs import OpenIncident
from itsm.kernel.access import SYSTEM
from itsm.people import queries as people
from itsm.people import service as persons
from itsm.platform import seals
from itsm.platform.house import House
from itsm.platform.journal import JournalRow
from itsm.tickets import editing, requester
from itsm.tickets.inputs import EditTicket
from tests.cast import Browser, Cast, actor_of
from tests.clock import SetClock

MARCH = datetime.fromisoformat("2026-03-18T08:00:00+00:00")
NUMBER = "FAC-8821"
PATH = f"/incidents/{NUMBER}/story"
NOTE = '=HYPERLINK("http://evil") Vendor quote received: $1,200'


class Repair:
    """The repair of a projector, with a minute or a day between its steps."""

    def __init__(self, house: House, clock: SetClock) -> None:
        self.house, self.clock = house, clock
        clock.now = MARCH
        with house.work(SYSTEM) as work:
            desk = work.add(Desk(key="fac", name="Facilities", prefix="FAC"))
            work.add(Series(prefix="FAC", last=8820))
            for name in ("alice", "bob"):
                persons.grant_role(work, people.person(work, name), "agent", desk_id=desk.id)

    def play(self) -> None:
        with self.house.work(actor_of(self.house, "charlie")) as work:
            new = OpenIncident(
                title="Projector in 4.2 is dark", description="No picture", desk="fac"
            )
            assert service.open_(work, new).number == NUMBER
        self.edit("alice", hours=1, assignee="bob")
        self.say("bob", NOTE, days=1)
        self.say("alice", "Quote of $1,200 approved", hours=2)
        self.say("bob", "The vendor comes on Friday", hours=1, note=False)
        self.do("bob", service.start)
        self.do("bob", lambda work, one: service.resolve(work, one, "Lamp replaced", code="fixed"))
        self.do("charlie", requester.confirm)

    def edit(self, who: str, *, hours: int, assignee: str) -> None:
        self.clock.now += timedelta(hours=hours)
        with self.house.work(actor_of(self.house, who)) as work:
            editing.edit(work, queries.get(work, NUMBER), EditTicket(assignee=assignee))

    def say(self, who: str, body: str, *, note: bool = True, **later: float) -> None:
        self.clock.now += timedelta(**later)
        shown = Visibility.INTERNAL if note else Visibility.PUBLIC
        with self.house.work(actor_of(self.house, who)) as work:
            new = NewComment(body=body, visibility=shown)
            tickets.comment(work, queries.get(work, NUMBER), new)

    def do(self, who: str, verb) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
        self.clock.now += timedelta(days=1)
        with self.house.work(actor_of(self.house, who)) as work:
            verb(work, queries.get(work, NUMBER))

    def rows(self, who: str, query: str = "") -> list[dict[str, str]]:
        answer = Browser(self.house, who).get(f"{PATH}.csv{query}")
        assert answer.status_code == 200
        return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


@pytest.fixture
def repair(house: House, clock: SetClock, cast: Cast) -> Repair:
    del cast
    made = Repair(house, clock)
    made.play()
    return made


def test_the_story_of_a_repair_is_told_in_order_with_who_and_when(repair: Repair) -> None:
    rows = repair.rows("alice", "?notes=yes")
    told = [(one["time (UTC)"], one["who"], one["what"], one["text"]) for one in rows]
    steps = [
        ("2026-03-18T08:00:00Z", "Charlie Clerk", "reported this", "No picture"),
        ("2026-03-18T09:00:00Z", "Alice Archer", "gave this to Bob Baker", ""),
        ("2026-03-19T09:00:00Z", "Bob Baker", "Internal note", "'" + NOTE),
        ("2026-03-19T11:00:00Z", "Alice Archer", "Internal note", "Quote of $1,200 approved"),
        ("2026-03-19T12:00:00Z", "Bob Baker", "Reply", "The vendor comes on Friday"),
        ("2026-03-20T12:00:00Z", "Bob Baker", "began to work", ""),
        ("2026-03-21T12:00:00Z", "Bob Baker", "resolved this: Lamp replaced", ""),
        ("2026-03-22T12:00:00Z", "Charlie Clerk", "closed this", ""),
    ]
    places = [
        next(
            at
            for at, line in enumerate(told)
            if line[:2] == (when, who) and what in line[2] and line[3] == text
        )
        for when, who, what, text in steps
    ]

    assert places == sorted(places)
    assert rows[places[0]]["local time"] == "2026-03-18 09:00:00"
    assert rows[places[0]]["zone"] == "Europe/Berlin"
    assert rows[places[2]]["visibility"] == "internal"


def test_the_journal_behind_the_story_is_proven(repair: Repair) -> None:
    with repair.house.work(SYSTEM) as work:
        seals.seal(work)
    with repair.house.work(SYSTEM) as work:
        seals.seal(work)
    with repair.house.work(SYSTEM, writes=False) as work:
        verdict = seals.verify(work)
        about = work.session.scalars(
            select(JournalRow.name).where(JournalRow.subject_kind == "ticket")
        ).all()

    assert (verdict.broken, verdict.unsealed) == ("", 0)
    assert verdict.rows >= len(about) > 0
    assert "The journal is sealed up to row" in Browser(repair.house, "alice").get(PATH).text
    with pytest.raises(DatabaseError), repair.house.work(SYSTEM) as work:
        work.session.execute(delete(JournalRow))


def test_notes_stay_inside_unless_one_who_may_chooses_them(repair: Repair) -> None:
    for who, query in (("alice", ""), ("charlie", ""), ("charlie", "?notes=yes")):
        rows = repair.rows(who, query)
        assert {one["visibility"] for one in rows} == {"public"}
        assert "1,200" not in str(rows)
        assert "The vendor comes on Friday" in str(rows)
        page = Browser(repair.house, who).get(PATH + query).text
        assert "1,200" not in page
        assert ("With internal notes" in page) is (who == "alice")
    page = Browser(repair.house, "alice").get(f"{PATH}?notes=yes").text
    assert "1,200" in page
    assert "not for people outside" in page


def test_what_only_colleagues_may_know_of_is_not_told_outside(repair: Repair) -> None:
    with repair.house.work(actor_of(repair.house, "alice")) as work:
        other = service.open_(work, OpenIncident(title="The same last year"))
        link = NewLink(type=LinkType.RELATED_TO, target=other.number)
        tickets.link(work, queries.get(work, NUMBER), link)

    def told(who: str) -> bool:
        return any("marked this as" in one["what"] for one in repair.rows(who, "?notes=yes"))

    assert (told("alice"), told("charlie")) == (True, False)


def test_a_change_is_told_before_and_after(repair: Repair) -> None:
    with repair.house.work(actor_of(repair.house, "alice")) as work:
        new = OpenIncident(title="Sink leaks", desk="fac")
        number = service.open_(work, new).number
        editing.edit(work, queries.get(work, number), EditTicket(category="Water"))
    text = Browser(repair.house, "alice").get(f"/incidents/{number}/story.csv").text
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))

    (changed,) = [one for one in rows if "category" in one["what"]]
    assert (changed["before"], changed["after"]) == ("nothing", "Water")


def test_all_is_told_however_long_it_is(repair: Repair) -> None:
    with repair.house.work(SYSTEM) as work:
        ticket = queries.get(work, NUMBER)
        for at in range(510):
            work.session.add(
                Comment(
                    ticket_id=ticket.id,
                    author_name="Charlie Clerk",
                    body=f"line {at}",
                    visibility=Visibility.PUBLIC,
                    source="portal",
                    created_at=work.now,
                )
            )

    assert sum(one["what"] == "Reply" for one in repair.rows("charlie")) == 511


def test_a_story_that_one_may_not_read_is_not_there(repair: Repair) -> None:
    for path in (PATH, f"{PATH}.csv"):
        assert Browser(repair.house, "dana").get(path).status_code == 404
        assert Browser(repair.house, "alice").get(path.replace("in", "pro", 1)).status_code == 404
    assert Browser(repair.house, "alice").get(f"/requests/{NUMBER}/story.csv").status_code == 404
