"""Checks of what agents do all day that stand behind the check of the route."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from itsm.desk import queries as desk
from itsm.desk import service as tickets
from itsm.desk.inputs import NewComment
from itsm.desk.models import Kind, Ticket, Visibility
from itsm.incidents import queries, service
from itsm.incidents.inputs import OpenIncident
from itsm.kernel.access import SYSTEM, Permission
from itsm.kernel.errors import Denied, Invalid
from itsm.kernel.work import Work
from itsm.news import queries as news
from itsm.news import service as news_verbs
from itsm.news.models import News, Topic
from itsm.people import queries as people
from itsm.platform.house import House
from itsm.portal import queries as portal
from itsm.tickets import merging
from itsm.tickets.bulk import queries as batches
from itsm.tickets.bulk import service as bulk
from itsm.tickets.bulk.inputs import Change
from itsm.tickets.composer import service as composer
from itsm.tickets.composer.inputs import SaveTemplate
from itsm.tickets.filters import Filters
from tests.access import world
from tests.access.world import World
from tests.cast import Api, Browser, actor_of, actor_without

Lacking = Callable[..., AbstractContextManager[Work]]


@pytest.fixture
def made(house: House) -> World:
    return world.make(house)


@pytest.fixture
def as_(house: House, made: World) -> Callable[[str], AbstractContextManager[Work]]:
    """Act as somebody with all of their rights."""
    del made
    return lambda username: house.work(actor_of(house, username))


@pytest.fixture
def lacking(house: House, made: World) -> Lacking:
    """Act as somebody with all of their rights but these."""
    del made
    return lambda username, *without: house.work(actor_without(house, username, *without))


def test_nobody_asks_in_the_name_of_another_at_a_desk_of_others(as_: Lacking) -> None:
    new = OpenIncident(title="Pay", desk="hr", requester="charlie")
    with as_("alice") as work, pytest.raises(Denied, match="ticket:create"):
        service.open_(work, new)


def test_who_may_let_nobody_watch_is_not_told_who_may_not_read(
    lacking: Lacking, made: World
) -> None:
    said = NewComment(body="Look, @charlie", visibility=Visibility.INTERNAL)
    with lacking("alice") as work, pytest.raises(Invalid, match="@charlie"):
        tickets.comment(work, desk.get(work, made.numbers["plain"]), said)
    with lacking("alice", Permission.TICKET_WATCH) as work:
        written = tickets.comment(work, desk.get(work, made.numbers["plain"]), said)
        assert written.body == said.body


def test_a_bulk_change_takes_and_names_only_what_one_may_read(as_: Lacking, made: World) -> None:
    with as_("alice") as work:
        seen = set(batches.numbers(work, Filters.lenient({}), Kind.INCIDENT))
        names = batches.titles(work, list(made.numbers.values()))

    readable = {made.numbers[case] for case in ("plain", "charlies", "watched")}
    assert seen == readable
    assert set(names) == readable | {made.numbers["wish"]}


def test_a_batch_is_not_taken_back_by_who_may_no_longer_edit(lacking: Lacking, made: World) -> None:
    numbers = [made.numbers["plain"], made.numbers["charlies"]]
    with lacking("alice") as work:
        batch_id = bulk.begin(work, numbers, Change(category="sites")).id
    with lacking("alice", Permission.TICKET_UPDATE) as work:
        batch = batches.batch(work, batch_id)
        with pytest.raises(Denied, match="ticket:update"):
            bulk.undo(work, batch)


def test_templates_are_filled_for_those_alone_who_may_write_notes(
    house: House, as_: Lacking, made: World
) -> None:
    with as_("hana") as work:
        template = composer.save_template(work, SaveTemplate(name="Hi", body="{{ticket.title}}"))
        template_id = template.id
    number = made.numbers["watched"]

    assert Browser(house, "hana").get(f"/incidents/{number}").status_code == 200
    assert Browser(house, "hana").get(f"/incidents/{number}/templates").status_code == 403
    answer = Api(house, "hana").post(
        f"/api/v1/templates/{template_id}/render", json={"ticket": number}
    )
    assert answer.status_code == 403


def test_what_resembles_a_ticket_is_for_those_who_work_on_it(house: House, made: World) -> None:
    number = made.numbers["watched"]

    assert Browser(house, "hana").get(f"/incidents/{number}/similar").status_code == 403
    assert Api(house, "hana").get(f"/api/v1/incidents/{number}/similar").status_code == 403
    assert Browser(house, "alice").get(f"/incidents/{number}/similar").status_code == 200


def test_a_merge_needs_the_right_to_link_on_both(house: House, made: World) -> None:
    with house.work(actor_of(house, "alice")) as work:
        mine = queries.get_to_change(work, made.numbers["plain"])
        hidden = work.session.get_one(type(mine), _id(work, made.numbers["hr"]))
        with pytest.raises(Denied, match="ticket:link"):
            merging.merge(work, mine, hidden)


def _id(work: Work, number: str) -> int:
    return work.session.query(Ticket).filter_by(number=number).one().id


def test_news_of_what_one_may_not_read_are_neither_shown_nor_read(
    house: House, as_: Lacking, made: World
) -> None:
    with house.work(SYSTEM) as work:
        alice = people.person(work, "alice").id
        work.session.query(News).filter_by(person_id=alice).delete()
        for case in ("plain", "hr"):
            piece = News(
                person_id=alice,
                ticket_id=_id(work, made.numbers[case]),
                topic=Topic.OPENED,
                event="incident.opened",
                by="Erin",
                at=work.now,
                listed=True,
                mail_due=False,
            )
            work.add(piece)

    with as_("alice") as work:
        assert news.unread(work) == 1
        assert [one.number for one in news.listed(work).items] == [made.numbers["plain"]]
        assert news_verbs.read(work) == 1


def test_the_portal_shows_nothing_to_who_may_read_nothing(lacking: Lacking) -> None:
    with lacking("charlie") as work:
        assert portal.latest(work)
    with lacking("charlie", Permission.TICKET_READ) as work:
        assert not portal.latest(work)
        assert not portal.page(work, "", "").items
