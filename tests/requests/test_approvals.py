"""Somebody is asked to approve a request, and nothing passes them by."""

from itertools import permutations

import pytest
from sqlalchemy import select

from itsm.kernel.access import SYSTEM
from itsm.kernel.errors import DomainError, Refused
from itsm.notify.models import KeptMessage
from itsm.people import queries as people
from itsm.platform.house import House
from itsm.requests import service
from itsm.requests.approval import queries
from itsm.requests.approval import service as approvals
from itsm.requests.approval.inputs import AskApproval
from itsm.tickets.inputs import Transition
from tests.cast import Api, Browser, Cast
from tests.clock import SetClock
from tests.requests.conftest import As, get, settle

QUOTE = {"approver": "dana", "what": "Quote of the vendor", "amount": "1200", "currency": "usd"}


@pytest.fixture
def asked(alice: Api, number: str) -> str:
    """The address of the approvals of a request that Dana is asked to approve."""
    alice.post(f"/api/v1/requests/{number}/take", json={})
    here = f"/api/v1/requests/{number}/approvals"
    made = alice.post(f"{here}/ask", json=QUOTE)
    assert made.status_code == 201, made.json
    return here


def dana(house: House) -> Api:
    return Api(house, "dana")


def test_who_is_asked_reads_it_and_approves(
    house: House, alice: Api, asked: str, number: str
) -> None:
    before = alice.get(f"/api/v1/requests/{number}").json["state"]
    answer = dana(house).post(asked, json={"decision": "approve", "comment": "Fine"})
    after = alice.get(f"/api/v1/requests/{number}").json["state"]
    (item,) = alice.get(asked).json["items"]

    assert (before, after) == ("awaiting_approval", "in_progress")
    assert answer.status_code == 200
    assert (item["approver"], item["asked_by"], item["amount"], item["currency"]) == (
        "dana",
        "alice",
        "1200.00",
        "USD",
    )
    assert (item["decision"], item["comment"]) == ("approved", "Fine")


def test_the_history_tells_quote_and_answer(
    house: House, alice: Api, asked: str, number: str
) -> None:
    dana(house).post(asked, json={"decision": "approve", "comment": "Fine"})
    items = alice.get(f"/api/v1/requests/{number}/timeline").json["items"]
    told = [one["text"] for one in items]

    assert (
        "Alice Archer asked Dana Director to approve this for 1,200.00 USD: Quote of the vendor"
        in told
    )
    assert "Dana Director approved this for 1,200.00 USD: Fine" in told


def test_a_rejection_needs_a_reason_and_ends_it(
    house: House, alice: Api, asked: str, number: str
) -> None:
    without = dana(house).post(asked, json={"decision": "reject"})
    with_it = dana(house).post(asked, json={"decision": "reject", "comment": "Next year"})
    shown = alice.get(f"/api/v1/requests/{number}").json

    assert (without.status_code, with_it.status_code) == (422, 200)
    assert (shown["state"], shown["closed_at"] is None) == ("rejected", False)


@pytest.mark.parametrize("name", ["alice", "bob", "charlie"])
def test_nobody_else_decides(house: House, asked: str, alice: Api, number: str, name: str) -> None:
    answer = Api(house, name).post(asked, json={"decision": "approve"})

    assert answer.status_code == 404
    assert alice.get(f"/api/v1/requests/{number}").json["state"] == "awaiting_approval"


def test_it_is_answered_once(house: House, asked: str) -> None:
    first = dana(house).post(asked, json={"decision": "approve"})
    second = dana(house).post(asked, json={"decision": "reject", "comment": "No, after all"})

    assert (first.status_code, second.status_code) == (200, 409)


@pytest.mark.parametrize("to", ["in_progress", "fulfilled", "closed", "pending"])
def test_no_step_passes_by_whoever_was_asked(alice: Api, asked: str, number: str, to: str) -> None:
    step = {"to": to, "resolution": "Done", "reason": "x"}
    answer = alice.post(f"/api/v1/requests/{number}/transitions", json=step)
    bulk = {"numbers": [number], "change": step}
    (item,) = alice.post("/api/v1/requests/bulk", json=bulk).json["items"]

    assert answer.status_code == 409
    assert item["outcome"] == "refused"
    assert alice.get(asked).json["items"][0]["decision"] == "waiting"


def test_no_order_of_steps_gets_past_it(as_: As, asked: str, number: str) -> None:
    del asked
    for order in permutations(["in_progress", "pending", "fulfilled"]):
        with as_("alice") as work:
            request = get(work, number)
            for to in order:
                with pytest.raises(Refused):
                    service.transition(work, request, Transition(to=to, resolution="x"))


def test_it_cannot_be_brought_to_wait_without_asking_anybody(alice: Api, number: str) -> None:
    step = {"to": "awaiting_approval"}

    assert alice.post(f"/api/v1/requests/{number}/transitions", json=step).status_code == 409


def test_withdrawn_it_is_new_again_and_cannot_be_answered(
    house: House, alice: Api, asked: str, number: str
) -> None:
    alice.client.delete(asked, headers=alice.headers).close()
    late = dana(house).post(asked, json={"decision": "approve"})

    assert alice.get(f"/api/v1/requests/{number}").json["state"] == "new"
    assert late.status_code == 409


def test_a_request_that_ends_asks_no_more(alice: Api, asked: str, number: str) -> None:
    step = {"to": "cancelled", "reason": "not needed"}
    alice.post(f"/api/v1/requests/{number}/transitions", json=step)

    assert [one["decision"] for one in alice.get(asked).json["items"]] == ["withdrawn"]


def test_one_that_waits_for_it_does_not_become_an_incident(
    alice: Api, asked: str, number: str
) -> None:
    answer = alice.post(f"/api/v1/requests/{number}/convert", json={"to": "incident"})

    assert answer.status_code == 409
    assert len(alice.get(asked).json["items"]) == 1


@pytest.mark.parametrize("approver", ["charlie", "alice", "nobody-here"])
def test_neither_the_requester_nor_oneself_is_asked(alice: Api, number: str, approver: str) -> None:
    answer = alice.post(f"/api/v1/requests/{number}/approvals/ask", json={"approver": approver})

    assert answer.status_code == 422
    assert "approver" in answer.json["errors"]


def test_the_manager_is_asked_where_nobody_is_named(
    house: House, cast: Cast, alice: Api, number: str
) -> None:
    here = f"/api/v1/requests/{number}/approvals/ask"
    none = alice.post(here, json={})
    with house.work(SYSTEM) as work:
        people.person(work, "charlie").manager_id = cast.bob
    made = alice.post(here, json={})

    assert none.status_code == 422
    assert made.json["approver"] == "bob"


def test_an_amount_needs_its_currency(alice: Api, number: str) -> None:
    ask = {"approver": "dana", "amount": "12"}

    assert alice.post(f"/api/v1/requests/{number}/approvals/ask", json=ask).status_code == 422


def test_it_is_answered_on_its_page(house: House, alice: Api, asked: str, number: str) -> None:
    browser = Browser(house, "dana")
    listed, page = browser.get("/approvals").text, browser.get(f"/approvals/{number}").text
    refused = browser.post(f"/approvals/{number}", {"decision": "reject", "comment": " "})
    browser.post(f"/approvals/{number}", {"decision": "approve"})

    assert "A second screen" in listed
    assert "1,200.00 USD" in page
    assert "Quote of the vendor" in page
    assert refused.status_code == 422
    assert alice.get(asked).json["items"][0]["decision"] == "approved"


def test_it_is_asked_and_withdrawn_on_the_record(house: House, alice: Api, number: str) -> None:
    browser = Browser(house, "alice")
    browser.post(f"/requests/{number}/approval", {"approver": "dana", "amount": ""})
    page = browser.get(f"/requests/{number}").text
    browser.post(f"/requests/{number}/approval/withdraw")
    wrong = browser.post(f"/requests/{number}/approval", {"approver": "charlie"})

    assert "Dana Director" in page
    assert alice.get(f"/api/v1/requests/{number}").json["state"] == "new"
    assert wrong.status_code == 303
    assert "nobody approves what they asked for" in browser.get(wrong.location).text


def link_of(house: House, clock: SetClock) -> str:
    """Return the link in the newest mail that asks for an approval."""
    settle(house)
    clock.advance(minutes=3)
    settle(house)
    with house.work(SYSTEM, writes=False) as work:
        mails = work.session.scalars(select(KeptMessage).order_by(KeptMessage.id.desc())).all()
        links = [work.vault.open(one.link) for one in mails if one.link]
    return next(f"/approvals{one.partition('/approvals')[2]}" for one in links if "by-link" in one)


def test_the_mail_s_link_decides_by_its_button_alone_and_once(
    house: House, clock: SetClock, alice: Api, asked: str
) -> None:
    link = link_of(house, clock)
    browser = Browser(house)
    page = browser.get(link)
    still = alice.get(asked).json["items"][0]["decision"]
    done = browser.post(link, {"decision": "approve"})
    again = browser.post(link, {"decision": "reject", "comment": "x"})

    assert (page.status_code, still) == (200, "waiting")
    assert done.status_code == 200
    assert again.status_code == 404
    assert alice.get(asked).json["items"][0]["decision"] == "approved"


def test_the_link_is_good_for_seven_days_and_for_nobody_else(
    house: House, clock: SetClock, asked: str
) -> None:
    link = link_of(house, clock)
    browser = Browser(house)
    turned = browser.get(link[:-1] + ("A" if link[-1] != "A" else "B")).status_code
    clock.advance(days=8)

    assert turned == 404
    assert browser.get(link).status_code == 404
    assert asked


def test_whoever_does_not_answer_is_reminded_three_times(
    house: House, clock: SetClock, as_: As, asked: str, number: str
) -> None:
    del asked
    for _ in range(12):
        clock.advance(days=1)
        settle(house)

    with as_("alice") as work:
        approval = queries.waiting(work, get(work, number).id)
        assert approval is not None
        assert approval.reminded == 3
    told = Api(house, "dana").get("/api/v1/notifications").json["items"]
    assert len([one for one in told if "approval" in one["text"]]) == 4


def test_requester_and_owner_are_told_of_the_answer(house: House, asked: str, number: str) -> None:
    dana(house).post(asked, json={"decision": "approve"})
    settle(house)

    for name in ("charlie", "alice"):
        items = Api(house, name).get("/api/v1/notifications").json["items"]
        assert "It was approved, and work on it goes on" in [one["text"] for one in items], name
    assert number


def test_an_edit_that_makes_the_approver_the_requester_stops_the_answer(
    house: House, alice: Api, asked: str, number: str
) -> None:
    alice.patch(f"/api/v1/requests/{number}", json={"requester": "dana"})

    assert dana(house).post(asked, json={"decision": "approve"}).status_code == 403


def test_only_who_works_on_it_asks(as_: As, number: str) -> None:
    with as_("charlie") as work:
        request = get(work, number)
        with pytest.raises(DomainError):
            approvals.ask(work, request, AskApproval(approver="dana"))
