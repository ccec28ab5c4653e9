"""What becomes of a request, from asking to the end."""

import pytest

from itsm.kernel.errors import Denied, Invalid, Refused
from itsm.platform.house import House
from itsm.requests import service
from itsm.requests.states import LIFE, State
from itsm.tickets import queries, requester
from itsm.tickets.inputs import Transition
from tests.cast import Api, Browser
from tests.clock import SetClock
from tests.requests.conftest import As, get, settle


def state_of(house: House, number: str) -> str:
    with house.work(writes=False) as work:
        return queries.get(work, number).state


def sentences(api: Api, number: str) -> list[str]:
    items = api.get(f"/api/v1/requests/{number}/timeline").json["items"]
    return [one["text"] for one in items]


def test_it_is_numbered_in_a_series_of_its_own(number: str) -> None:
    assert number == "REQ-1001"


def test_it_is_fulfilled_confirmed_and_told(as_: As, alice: Api, number: str) -> None:
    with as_("alice") as work:
        service.start(work, get(work, number))
        service.fulfil(work, get(work, number), "Screen set up", "done")
    with as_("charlie") as work:
        requester.confirm(work, get(work, number))

    assert sentences(alice, number) == [
        "Charlie Clerk asked for this by the API",
        "Alice Archer began to work on this",
        "Alice Archer fulfilled this: Screen set up",
        "Charlie Clerk closed this",
    ]
    assert alice.get(f"/api/v1/requests/{number}").json["state"] == "closed"


def test_it_closes_by_itself_three_days_after_it_was_fulfilled(
    house: House, clock: SetClock, as_: As, number: str
) -> None:
    with as_("alice") as work:
        service.fulfil(work, get(work, number), "Done")
    clock.advance(hours=71)
    settle(house)
    before = state_of(house, number)

    clock.advance(hours=1)
    settle(house)
    assert (before, state_of(house, number)) == ("fulfilled", "closed")


@pytest.mark.parametrize(("owner", "then"), [("alice", "in_progress"), ("", "new")])
def test_its_requester_says_that_something_is_missing(
    as_: As, alice: Api, number: str, owner: str, then: str
) -> None:
    if owner:
        alice.post(f"/api/v1/requests/{number}/take", json={})
    with as_("alice") as work:
        service.fulfil(work, get(work, number), "Done")
    with as_("charlie") as work:
        requester.dispute(work, get(work, number), "The cable")

    shown = alice.get(f"/api/v1/requests/{number}").json
    assert (shown["state"], shown["resolved_at"], shown["reopened_count"]) == (then, None, 1)


def test_nobody_but_its_requester_confirms_it(as_: As, number: str) -> None:
    with as_("alice") as work:
        service.fulfil(work, get(work, number), "Done")

    with as_("alice") as work, pytest.raises(Denied):
        requester.confirm(work, get(work, number))


def test_an_answer_brings_one_that_waits_back_to_work(
    house: House, as_: As, alice: Api, number: str
) -> None:
    with as_("alice") as work:
        service.wait(work, get(work, number), "the requester")
    Api(house, "charlie").post(f"/api/v1/requests/{number}/comments", json={"body": "27 inches"})

    assert alice.get(f"/api/v1/requests/{number}").json["state"] == "in_progress"


def test_thanks_leave_it_fulfilled(house: House, as_: As, alice: Api, number: str) -> None:
    with as_("alice") as work:
        service.fulfil(work, get(work, number), "Done")
    Api(house, "charlie").post(f"/api/v1/requests/{number}/comments", json={"body": "Thank you!"})

    assert alice.get(f"/api/v1/requests/{number}").json["state"] == "fulfilled"
    assert sentences(alice, number)[-2].endswith("said thanks: this stays as it is")


def test_it_is_rejected_with_a_reason_only(as_: As, alice: Api, number: str) -> None:
    with as_("alice") as work, pytest.raises(Invalid, match="say why"):
        service.reject(work, get(work, number), "  ")
    with as_("alice") as work:
        service.reject(work, get(work, number), "Nobody has two")

    shown = alice.get(f"/api/v1/requests/{number}").json
    assert (shown["state"], shown["closed_at"] is None) == ("rejected", False)


def test_an_illegal_step_names_the_legal_ones(as_: As, number: str) -> None:
    with as_("alice") as work, pytest.raises(Refused) as refused:
        service.transition(work, get(work, number), Transition(to="closed"))

    assert "fulfilled" in (refused.value.legal or [])
    assert "resolved" not in (refused.value.legal or [])


@pytest.mark.parametrize("state", [State.CLOSED, State.REJECTED, State.CANCELLED])
def test_what_is_over_stays_so(state: State) -> None:
    assert LIFE.from_(state) == ()


def test_a_step_is_taken_back_on_the_next_page(house: House, as_: As, number: str) -> None:
    alice = Browser(house, "alice")
    alice.post(f"/requests/{number}/step", {"to": "fulfilled", "resolution": "Done"})
    action = alice.get(f"/requests/{number}").text.partition('action="/requests/bulk/')[2]
    batch = action.partition("/undo")[0]
    alice.post(f"/requests/bulk/{batch}/undo", {"next": f"/requests/{number}"})

    with as_("alice") as work:
        request = get(work, number)
        assert (request.state, request.resolved_at) == ("new", None)
