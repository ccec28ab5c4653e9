"""Many incidents changed at once: each by its own rights, all of it taken back at once."""

import pytest

from itsm.desk import queries as desk
from itsm.desk.models import Desk, Visibility
from itsm.incidents import queries, service
from itsm.incidents.inputs import OpenIncident
from itsm.incidents.states import State
from itsm.kernel.access import SYSTEM
from itsm.kernel.errors import Denied, NotFound, Refused
from itsm.platform.house import House
from itsm.platform.runner import drain
from itsm.tickets import editing
from itsm.tickets.bulk import queries as batches
from itsm.tickets.bulk import service as bulk
from itsm.tickets.bulk.inputs import AT_ONCE, Change
from itsm.tickets.bulk.models import Outcome, Progress
from itsm.tickets.inputs import EditTicket
from tests.incidents.conftest import As


def opened(as_: As, many: int, **more: object) -> list[str]:
    with as_("charlie") as work:
        new = {"title": "Website is down", **more}
        return [service.open_(work, OpenIncident.model_validate(new)).number for _ in range(many)]


def unseen(house: House) -> str:
    """An incident of a desk that nobody of the cast works at."""
    with house.work(SYSTEM) as work:
        work.add(Desk(key="hr", name="HR", confidential=True))
        return service.open_(work, OpenIncident(title="Pay", desk="hr")).number


def test_one_change_is_tried_on_each_and_nothing_is_done(as_: As) -> None:
    numbers = opened(as_, 3)

    with as_("alice") as work:
        results = bulk.preview(work, numbers, Change(team="network", urgency=1, add_tags=("web",)))

        assert [one.outcome for one in results] == [Outcome.CHANGED] * 3
        assert work.events == []
        first = queries.get(work, numbers[0])
        assert (first.team_id, first.urgency, first.tags) == (None, 3, [])


def test_what_is_refused_for_one_stops_no_other(as_: As, house: House) -> None:
    numbers = [*opened(as_, 2), unseen(house), "INC-99999"]
    with as_("alice") as work:
        service.resolve(work, queries.get_to_change(work, numbers[0]), "Restarted")

    with as_("alice") as work:
        batch = bulk.begin(work, numbers, Change(to=State.PENDING, reason="a part"))
        items = {one.number: one for one in batches.items(work, batch.id)}

        assert items[numbers[1]].outcome is Outcome.CHANGED
        assert [items[one].outcome for one in (numbers[0], *numbers[2:])] == [Outcome.REFUSED] * 3
        assert "resolved" in items[numbers[0]].reason
        assert items[numbers[2]].reason == f"there is no ticket {numbers[2]}"
        assert items["INC-99999"].reason == "there is no ticket INC-99999"


def test_undoing_brings_back_all_that_nobody_changed_since(as_: As) -> None:
    first, second = opened(as_, 2, tags=("old",))
    change = Change(assignee="bob", impact=1, urgency=1, category="web", add_tags=("hot",))
    with as_("alice") as work:
        batch_id = bulk.begin(work, [first, second], change).id
        assert queries.get(work, first).priority == 1
    with as_("bob") as work:
        editing.edit(work, queries.get_to_change(work, second), EditTicket(category="sites"))

    with as_("alice") as work:
        batch = batches.batch(work, batch_id)
        bulk.undo(work, batch)

        back, left = queries.get(work, first), queries.get(work, second)
        assert (back.assignee_id, back.impact, back.priority, back.tags) == (None, 3, 4, ["old"])
        assert (left.category, left.assignee_id, left.priority) == ("sites", None, 4)
        items = {one.number: one for one in batches.items(work, batch_id)}
        assert items[first].outcome is Outcome.UNDONE
        assert items[second].reason == "changed since: category"
        with pytest.raises(Refused):
            bulk.undo(work, batch)


def test_a_step_is_taken_back_with_all_that_hangs_on_it(as_: As) -> None:
    numbers = opened(as_, 2)
    with as_("alice") as work:
        change = Change(to=State.RESOLVED, resolution="Restarted", resolution_code="fixed")
        batch_id = bulk.begin(work, numbers, change).id

    with as_("alice") as work:
        bulk.undo(work, batches.batch(work, batch_id))

        one = queries.get(work, numbers[0])
        assert (one.state, one.open, one.resolution, one.resolved_at) == ("new", True, "", None)
        assert work.events[0].name == "ticket.restored"


def test_a_note_goes_to_each_and_stays(as_: As) -> None:
    (number,) = opened(as_, 1)
    with as_("alice") as work:
        batch = bulk.begin(work, [number], Change(body="See the runbook"))
        bulk.undo(work, batch)

        (note,) = desk.comments(work, queries.get(work, number))
        assert (note.body, note.visibility) == ("See the runbook", Visibility.INTERNAL)
        assert batches.items(work, batch.id)[0].outcome is Outcome.SKIPPED


def test_more_than_fit_a_request_are_done_and_undone_by_the_worker(as_: As, house: House) -> None:
    numbers = opened(as_, AT_ONCE + 5)
    with as_("alice") as work:
        batch_id = bulk.begin(work, numbers, Change(team="network")).id
        assert batches.counts(work, batch_id)[Outcome.WAITING] == AT_ONCE + 5
    while drain(house):
        pass

    with as_("alice") as work:
        batch = batches.batch(work, batch_id)
        assert batch.progress == "done"
        assert batches.counts(work, batch_id)[Outcome.CHANGED] == AT_ONCE + 5
        bulk.undo(work, batch)
        assert batches.batch(work, batch_id).progress is Progress.UNDOING
    while drain(house):
        pass

    with as_("alice") as work:
        assert batches.batch(work, batch_id).progress is Progress.UNDONE
        assert queries.get(work, numbers[-1]).team_id is None


def test_the_worker_has_no_more_rights_than_who_began(as_: As, house: House) -> None:
    numbers = [*opened(as_, AT_ONCE + 1), unseen(house)]
    with as_("alice") as work:
        batch_id = bulk.begin(work, numbers, Change(team="network")).id
    while drain(house):
        pass

    with as_("alice") as work:
        assert batches.counts(work, batch_id)[Outcome.REFUSED] == 1


def test_a_batch_is_its_makers_alone(as_: As) -> None:
    numbers = opened(as_, 1)
    with as_("alice") as work:
        batch_id = bulk.begin(work, numbers, Change(team="network")).id

    with as_("bob") as work, pytest.raises(NotFound):
        batches.batch(work, batch_id)
    with as_("charlie") as work, pytest.raises(Denied):
        bulk.begin(work, numbers, Change(team="network"))


@pytest.mark.parametrize(
    "wrong", [{}, {"reason": "why"}, {"team": "network", "merge_into": "INC-1001"}]
)
def test_a_change_says_what_to_change(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"choose what|by itself"):
        Change.model_validate(wrong)
