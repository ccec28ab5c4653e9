"""Two incidents made one and parted again, and one message made an incident of its own."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from itsm.desk import queries as desk
from itsm.desk import service as tickets
from itsm.desk.inputs import NewComment, NewLink
from itsm.desk.models import LinkType, Visibility
from itsm.incidents import queries, service
from itsm.incidents.inputs import OpenIncident
from itsm.incidents.states import State
from itsm.kernel.errors import DomainError, Refused
from itsm.kernel.work import Work
from itsm.people import queries as people
from itsm.platform.house import House
from itsm.platform.storage import Kept
from itsm.tickets import editing, merging
from itsm.tickets.bulk import applying
from itsm.tickets.bulk import queries as batches
from itsm.tickets.bulk import service as bulk
from itsm.tickets.bulk.inputs import Change
from itsm.tickets.bulk.models import Outcome
from itsm.tickets.inputs import EditTicket
from tests.cast import Cast, actor_of
from tests.incidents.conftest import As

FILE = Kept("0" * 64, 10, "text/plain")


@pytest.fixture
def pair(as_: As) -> tuple[str, str]:
    """An incident of Charlie's and one of Dana's about the same matter."""
    with as_("alice") as work:
        made = [
            service.open_(work, OpenIncident(title="An order", requester=one)).number
            for one in ("charlie", "dana")
        ]
    return made[0], made[1]


def merged(as_: As, pair: tuple[str, str]) -> int:
    with as_("alice") as work:
        batch = bulk.begin(work, [pair[0]], Change(merge_into=pair[1]))
        assert batches.counts(work, batch.id)[Outcome.CHANGED] == 1
        return batch.id


def talk(work: Work, number: str) -> list[str]:
    return [one.body for one in desk.comments(work, queries.get(work, number))]


def test_messages_and_files_show_in_the_target_as_what_they_are(
    as_: As, pair: tuple[str, str]
) -> None:
    with as_("charlie") as work:
        source = queries.get_to_change(work, pair[0])
        written = tickets.comment(work, source, NewComment(body="Where is it?"))
        tickets.attach(work, source, "order.txt", FILE, comment=written)
    merged(as_, pair)

    with as_("alice") as work:
        target = queries.get(work, pair[1])
        (comment,) = desk.comments(work, target)
        (file,) = desk.attachments(work, target)
        assert (comment.body, comment.ticket_id) == ("Where is it?", queries.get(work, pair[0]).id)
        assert desk.attachment(work, target, file.id).name == "order.txt"
        assert queries.get(work, pair[0]).state == State.CANCELLED
    with as_("charlie") as work:
        assert talk(work, pair[1]) == ["Where is it?"]


def test_a_late_reply_to_the_source_lands_on_the_target(as_: As, pair: tuple[str, str]) -> None:
    batch_id = merged(as_, pair)
    with as_("charlie") as work:
        source = queries.get_to_change(work, pair[0])
        tickets.comment(work, source, NewComment(body="Any news?"))
        assert work.events[0].subject().id == queries.get(work, pair[1]).id

    with as_("alice") as work:
        assert talk(work, pair[1]) == ["Any news?"]
        bulk.undo(work, batches.batch(work, batch_id))
    with as_("alice") as work:
        assert (talk(work, pair[0]), talk(work, pair[1])) == (["Any news?"], [])


def test_what_others_may_read_is_not_merged(as_: As, pair: tuple[str, str]) -> None:
    with as_("alice") as work:
        new = OpenIncident(title="A secret", confidential=True, assignee="alice")
        secret = service.open_(work, new)
        with pytest.raises(Refused, match="others may read"):
            merging.merge(work, secret, queries.get_to_change(work, pair[1]))


def test_a_message_is_split_out(as_: As, pair: tuple[str, str]) -> None:
    with as_("charlie") as work:
        source = queries.get_to_change(work, pair[0])
        written = tickets.comment(work, source, NewComment(body="And my phone\nis broken"))
        tickets.attach(work, source, "phone.txt", FILE, comment=written)
        comment_id = written.id

    with as_("alice") as work:
        incident = queries.get_to_change(work, pair[0])
        comment = next(one for one in desk.comments(work, incident) if one.id == comment_id)
        made = merging.split(work, incident, comment, "")

        assert (made.title, made.description) == ("And my phone", "And my phone\nis broken")
        assert made.requester
        assert made.requester.username == "charlie"
        assert [one.name for one in desk.attachments(work, made)] == ["phone.txt"]
        assert [one.number for one in desk.related(work, made)] == [pair[0]]


Step = st.tuples(
    st.sampled_from(["reply", "note", "file", "edit", "watch", "link", "start", "wait", "assign"]),
    st.booleans(),
)


def visible(work: Work, number: str) -> object:
    """Return all that a record shows of an incident, but for when it was last changed."""
    incident = queries.get(work, number)
    comments = [(one.id, one.body, one.visibility) for one in desk.comments(work, incident)]
    files = [(one.id, one.name) for one in desk.attachments(work, incident)]
    related = sorted((one.type, one.number, one.state) for one in desk.related(work, incident))
    watchers = sorted(one.person_id for one in incident.watchers)
    return applying.snapshot(work, incident), comments, files, related, watchers


def act(work: Work, what: str, number: str, other: str) -> None:
    incident = queries.get_to_change(work, number)
    note = NewComment(body="For us", visibility=Visibility.INTERNAL)
    changed = EditTicket(impact=1, tags=("a",), category="web")
    steps: dict[str, Callable[[], object]] = {
        "reply": lambda: tickets.comment(work, incident, NewComment(body="Hello")),
        "note": lambda: tickets.comment(work, incident, note),
        "file": lambda: tickets.attach(work, incident, "one.txt", FILE),
        "edit": lambda: editing.edit(work, incident, changed),
        "watch": lambda: tickets.watch(work, incident, people.person(work, "bob")),
        "link": lambda: tickets.link(
            work, incident, NewLink(type=LinkType.RELATED_TO, target=other)
        ),
        "start": lambda: service.start(work, incident),
        "wait": lambda: service.wait(work, incident, "a part"),
        "assign": lambda: editing.edit(work, incident, EditTicket(assignee="bob", team="network")),
    }
    steps[what]()


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(Step, max_size=8))
def test_a_merge_that_is_undone_leaves_both_as_they_were(
    house: House, cast: Cast, steps: list[tuple[str, bool]]
) -> None:
    del cast
    with house.work(actor_of(house, "alice")) as work:
        pair = [
            service.open_(work, OpenIncident(title="An order", requester=one)).number
            for one in ("charlie", "dana")
        ]
        for what, first in steps:
            number, other = pair if first else reversed(pair)
            try:
                with work.session.begin_nested():
                    act(work, what, number, other)
            except DomainError:
                continue
    with house.work(actor_of(house, "alice")) as work:
        before = [visible(work, one) for one in pair]
        batch_id = bulk.begin(work, [pair[0]], Change(merge_into=pair[1])).id
    with house.work(actor_of(house, "alice")) as work:
        assert visible(work, pair[1]) != before[1]
        bulk.undo(work, batches.batch(work, batch_id))
    with house.work(actor_of(house, "alice")) as work:
        assert [visible(work, one) for one in pair] == before
