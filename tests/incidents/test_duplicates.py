"""Duplicates leave the queue, hear what their master hears, and end with it."""

import pytest
from sqlalchemy import select

from itsm.desk import queries as desk
from itsm.desk import service as tickets
from itsm.desk.inputs import NewComment
from itsm.incidents import queries, service
from itsm.incidents.inputs import OpenIncident
from itsm.incidents.service import INCIDENT
from itsm.incidents.states import State
from itsm.news.models import News, Topic
from itsm.platform.house import House
from itsm.platform.runner import drain
from itsm.tickets import listing
from itsm.tickets.bulk import queries as batches
from itsm.tickets.bulk import service as bulk
from itsm.tickets.bulk.inputs import Change
from itsm.tickets.bulk.models import Outcome
from tests.incidents.conftest import As

Five = tuple[str, list[str]]


@pytest.fixture
def five(as_: As) -> Five:
    """A master that Dana reported, and its duplicates: two of Charlie's, one each of two others."""
    with as_("alice") as work:
        numbers = [
            service.open_(work, OpenIncident(title="Website is down", requester=one)).number
            for one in ("dana", "charlie", "charlie", "bob")
        ]
    return numbers[0], numbers[1:]


def mark(as_: As, five: Five) -> int:
    master, duplicates = five
    with as_("alice") as work:
        return bulk.begin(work, [master, *duplicates], Change(duplicate_of=master)).id


def settle(house: House) -> None:
    while drain(house):
        pass


def told(house: House, topic: Topic) -> list[int]:
    with house.work(writes=False) as work:
        query = select(News.person_id).where(News.topic == topic)
        return sorted(work.session.scalars(query))


def test_duplicates_leave_the_queue_and_the_master_stays(as_: As, five: Five) -> None:
    batch_id = mark(as_, five)
    master, duplicates = five

    with as_("alice") as work:
        rows = [one.number for one in listing.show(work, INCIDENT, {}).page.items]
        assert rows == [master]
        one = queries.get(work, duplicates[0])
        assert (one.state, one.parent_id) == (State.PENDING, queries.get(work, master).id)
        related = {(link.type, link.number) for link in desk.related(work, one)}
        assert related == {("parent", master), ("duplicate_of", master)}
        counts = batches.counts(work, batch_id)
        assert (counts[Outcome.CHANGED], counts[Outcome.REFUSED]) == (3, 1)


def test_an_update_reaches_each_requester_once(
    as_: As, house: House, five: Five, cast: object
) -> None:
    mark(as_, five)
    settle(house)
    before = told(house, Topic.REPLY)
    with as_("alice") as work:
        master = queries.get_to_change(work, five[0])
        tickets.comment(work, master, NewComment(body="We found the cable"))
    settle(house)

    people = [getattr(cast, name) for name in ("bob", "charlie", "dana")]
    assert before == []
    assert told(house, Topic.REPLY) == sorted(people)
    with as_("charlie") as work:
        for number in five[1][:2]:
            talk = desk.comments(work, queries.get(work, number))
            assert [one.body for one in talk] == ["We found the cable"]


def test_resolving_the_master_resolves_them_and_tells_each_once(
    as_: As, house: House, five: Five, cast: object
) -> None:
    mark(as_, five)
    with as_("alice") as work:
        service.resolve(work, queries.get_to_change(work, five[0]), "New cable", code="fixed")
    settle(house)

    people = [getattr(cast, name) for name in ("bob", "charlie", "dana")]
    assert told(house, Topic.RESOLVED) == sorted(people)
    with as_("alice") as work:
        for number in five[1]:
            one = queries.get(work, number)
            assert (one.state, one.resolution, one.resolution_code) == (
                State.RESOLVED,
                "New cable",
                "fixed",
            )


def test_cancelling_the_master_gives_them_back(as_: As, house: House, five: Five) -> None:
    mark(as_, five)
    with as_("alice") as work:
        service.cancel(work, queries.get_to_change(work, five[0]), "a test")
    settle(house)

    with as_("alice") as work:
        assert len(listing.show(work, INCIDENT, {}).page.items) == 3


def test_undo_brings_them_back_as_they_were(as_: As, five: Five) -> None:
    batch_id = mark(as_, five)
    with as_("alice") as work:
        bulk.undo(work, batches.batch(work, batch_id))

    with as_("alice") as work:
        assert len(listing.show(work, INCIDENT, {}).page.items) == 4
        one = queries.get(work, five[1][0])
        assert (one.state, one.parent_id, one.waits_for) == (State.NEW, None, "")
        assert desk.related(work, one) == []


def test_a_master_that_is_not_over_after_all_has_them_wait_again(
    as_: As, house: House, five: Five
) -> None:
    mark(as_, five)
    with as_("alice") as work:
        service.resolve(work, queries.get_to_change(work, five[0]), "New cable")
    settle(house)
    with as_("alice") as work:
        service.reopen(work, queries.get_to_change(work, five[0]), "Down again")
    settle(house)

    with as_("alice") as work:
        states = {queries.get(work, number).state for number in five[1]}
        assert states == {State.PENDING}
