"""Swaps and cover: asked, accepted, declined, withdrawn, and over by themselves."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from itsm.kernel.access import SYSTEM
from itsm.kernel.errors import Denied, Invalid, Refused
from itsm.oncall import board, cover, cover_queries, planning, queries, rota, temporaries
from itsm.oncall.cover_states import CoverKind, CoverState
from itsm.oncall.inputs import CoverInput, TemporaryInput
from itsm.oncall.shift_models import CoverRequest, Notice
from itsm.people import queries as people
from itsm.people import service
from itsm.platform.house import House
from itsm.platform.journal import JournalRow
from itsm.platform.runner import drain, fire
from tests.cast import Api, Browser, Cast, actor_of
from tests.clock import SetClock

# Alice has the week of Sunday 1 March 09:00, Bob the next, Dana the one after it.
TUESDAY = datetime(2026, 3, 3, 18, tzinfo=UTC)
BOBS = datetime(2026, 3, 10, 18, tzinfo=UTC)
HOURS = timedelta(hours=4)


@pytest.fixture
def schedule_id(house: House, cast: Cast) -> int:
    with house.work(SYSTEM) as work:
        for name in ("alice", "bob"):
            service.grant_role(work, people.person(work, name), "oncall", desk_id=cast.desk)
        turns = [cast.alice, cast.bob, cast.dana]
        return planning.always_on_call(work, "Network", turns, zone="UTC", since=work.now).id


def ask(house: House, schedule_id: int, who: str = "alice", **fields: Any) -> int:  # noqa: ANN401 - of the input
    wanted = {"kind": CoverKind.COVER, "starts_at": TUESDAY, "ends_at": TUESDAY + HOURS} | fields
    with house.work(actor_of(house, who)) as work:
        schedule = queries.schedule(work, schedule_id)
        return cover.ask(work, schedule, CoverInput.model_validate(wanted)).id


def answer(house: House, who: str, verb: Callable[..., None], request_id: int) -> None:
    with house.work(actor_of(house, who)) as work:
        verb(work, cover_queries.request(work, request_id))


def state(house: House, request_id: int) -> CoverState:
    with house.work(writes=False) as work:
        return work.session.get_one(CoverRequest, request_id).state


def on_call(house: House, schedule_id: int, at: datetime) -> list[str]:
    with house.work(writes=False) as work:
        found = queries.schedule(work, schedule_id)
        names = board.known_people(found)
        return [names[who].username for who in rota.on_call(queries.rota(found), at)]


def settle(house: House) -> None:
    while drain(house) + fire(house):
        pass


def test_accepted_cover_makes_the_override(house: House, schedule_id: int, cast: Cast) -> None:
    request_id = ask(house, schedule_id, asked_id=cast.bob)
    assert on_call(house, schedule_id, TUESDAY) == ["alice"]
    answer(house, "bob", cover.accept, request_id)

    assert state(house, request_id) is CoverState.ACCEPTED
    assert on_call(house, schedule_id, TUESDAY) == ["bob"]
    assert on_call(house, schedule_id, TUESDAY + HOURS) == ["alice"]


def test_an_accepted_swap_makes_both_overrides(house: House, schedule_id: int, cast: Cast) -> None:
    returned: dict[str, Any] = {"return_starts_at": BOBS, "return_ends_at": BOBS + HOURS}
    request_id = ask(house, schedule_id, kind="swap", asked_id=cast.bob, **returned)
    answer(house, "bob", cover.accept, request_id)

    assert on_call(house, schedule_id, TUESDAY) == ["bob"]
    assert on_call(house, schedule_id, BOBS) == ["alice"]
    assert on_call(house, schedule_id, BOBS + HOURS) == ["bob"]


def test_an_offer_is_taken_by_whoever_is_first(house: House, schedule_id: int) -> None:
    request_id = ask(house, schedule_id, kind="offer")
    answer(house, "dana", cover.accept, request_id)
    with pytest.raises(Refused):
        answer(house, "bob", cover.accept, request_id)

    assert on_call(house, schedule_id, TUESDAY) == ["dana"]


def test_declined_cover_changes_nothing(house: House, schedule_id: int, cast: Cast) -> None:
    request_id = ask(house, schedule_id, asked_id=cast.bob)
    answer(house, "bob", cover.decline, request_id)

    assert state(house, request_id) is CoverState.DECLINED
    assert on_call(house, schedule_id, TUESDAY) == ["alice"]
    with pytest.raises(Refused):
        answer(house, "bob", cover.accept, request_id)


def test_a_request_is_withdrawn_by_who_asked(house: House, schedule_id: int, cast: Cast) -> None:
    request_id = ask(house, schedule_id, asked_id=cast.bob)
    with pytest.raises(Denied):
        answer(house, "bob", cover.withdraw, request_id)
    answer(house, "alice", cover.withdraw, request_id)

    assert state(house, request_id) is CoverState.WITHDRAWN


@pytest.mark.parametrize("who", ["alice", "dana"])
def test_only_who_is_asked_accepts(house: House, schedule_id: int, cast: Cast, who: str) -> None:
    request_id = ask(house, schedule_id, asked_id=cast.bob)

    with pytest.raises(Denied):
        answer(house, who, cover.accept, request_id)


def test_nobody_takes_their_own_offer(house: House, schedule_id: int) -> None:
    request_id = ask(house, schedule_id, kind="offer")

    with pytest.raises(Denied):
        answer(house, "alice", cover.accept, request_id)


def test_only_time_that_one_has_is_given(house: House, schedule_id: int, cast: Cast) -> None:
    with pytest.raises(Refused, match="not on call"):
        ask(house, schedule_id, "bob", asked_id=cast.alice)


def test_only_time_that_the_other_has_is_taken_in_return(
    house: House, schedule_id: int, cast: Cast
) -> None:
    returned: dict[str, Any] = {
        "return_starts_at": TUESDAY + HOURS,
        "return_ends_at": TUESDAY + 2 * HOURS,
    }

    with pytest.raises(Refused, match="whoever is asked is not on call"):
        ask(house, schedule_id, kind="swap", asked_id=cast.bob, **returned)


def test_who_may_not_take_over_is_not_asked(house: House, schedule_id: int, cast: Cast) -> None:
    with pytest.raises(Invalid):
        ask(house, schedule_id, asked_id=cast.charlie)


def test_the_same_time_is_asked_for_once(house: House, schedule_id: int, cast: Cast) -> None:
    ask(house, schedule_id, asked_id=cast.bob)

    with pytest.raises(Refused, match="already"):
        ask(house, schedule_id, kind="offer")


def test_a_request_that_nobody_answers_ends_by_itself(
    house: House, schedule_id: int, cast: Cast, clock: SetClock
) -> None:
    request_id = ask(house, schedule_id, asked_id=cast.bob)
    clock.now = TUESDAY + HOURS
    with pytest.raises(Refused, match="over"):
        answer(house, "bob", cover.accept, request_id)
    settle(house)

    assert state(house, request_id) is CoverState.EXPIRED
    with house.work(writes=False) as work:
        titles = set(work.session.scalars(select(Notice.title)))
    assert "Network: Nobody has taken your time on call" in titles


def test_what_is_left_of_a_shift_can_still_be_covered(
    house: House, schedule_id: int, cast: Cast, clock: SetClock
) -> None:
    request_id = ask(house, schedule_id, asked_id=cast.bob)
    clock.now = TUESDAY + HOURS / 2
    answer(house, "bob", cover.accept, request_id)

    assert on_call(house, schedule_id, TUESDAY + HOURS / 2) == ["bob"]


def test_a_rota_that_has_changed_meanwhile_is_not_overruled(
    house: House, schedule_id: int, cast: Cast
) -> None:
    request_id = ask(house, schedule_id, asked_id=cast.bob)
    whole_day = {"starts": "2026-03-03T00:00", "ends": "2026-03-04T00:00"}
    with house.work() as work:
        plan = {**whole_day, "zone": "UTC", "shifts": [{**whole_day, "person_id": cast.dana}]}
        wanted = TemporaryInput.model_validate(plan)
        temporaries.add(work, queries.schedule(work, schedule_id), wanted)
    with pytest.raises(Refused, match="not on call"):
        answer(house, "bob", cover.accept, request_id)

    assert on_call(house, schedule_id, TUESDAY) == ["dana"]


def test_who_is_asked_and_who_asked_are_told(house: House, schedule_id: int, cast: Cast) -> None:
    request_id = ask(house, schedule_id, asked_id=cast.bob, note="Concert")
    answer(house, "bob", cover.accept, request_id)
    with house.work(writes=False) as work:
        told = [
            (one.person_id, one.title, "Concert" in one.body)
            for one in work.session.scalars(select(Notice).order_by(Notice.id))
        ]

    assert told == [
        (cast.bob, "Network: Alice Archer asks you for cover", True),
        (cast.alice, "Network: Bob Baker takes your time on call", True),
    ]


def test_every_step_stands_in_the_journal(house: House, schedule_id: int, cast: Cast) -> None:
    answer(house, "bob", cover.accept, ask(house, schedule_id, asked_id=cast.bob))
    with house.work(writes=False) as work:
        names = list(work.session.scalars(select(JournalRow.name).order_by(JournalRow.id)))

    assert names[-3:] == [
        "schedule.cover_asked",
        "schedule.overridden",
        "schedule.cover_answered",
    ]


def test_an_agent_without_the_right_may_not_ask(house: House, cast: Cast) -> None:
    with house.work() as work:
        made = planning.always_on_call(work, "Other", [cast.alice], zone="UTC", since=work.now).id

    with pytest.raises(Denied):
        ask(house, made, asked_id=cast.dana)


def test_a_swap_is_asked_for_and_accepted_by_the_pages(
    house: House, schedule_id: int, cast: Cast
) -> None:
    alice, bob = Browser(house, "alice"), Browser(house, "bob")
    assert "Swap or ask for cover" in alice.get("/oncall/shifts/").text
    theirs = f"{cast.bob}~{BOBS.isoformat()}~{(BOBS + HOURS).isoformat()}"
    form = {"kind": "swap", "starts": "2026-03-03T18:00", "ends": "2026-03-03T22:00"}
    asked = alice.post(f"/oncall/shifts/ask/{schedule_id}", form | {"theirs": theirs})
    assert asked.status_code == 303
    assert "You are asked" in bob.get("/oncall/shifts/").text

    assert bob.post("/oncall/shifts/requests/1/accept").status_code == 303
    assert on_call(house, schedule_id, TUESDAY) == ["bob"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starts": ""}, "starts"),
        ({"kind": "cover"}, ""),
        ({"kind": "swap", "theirs": "x~y"}, "asked_id"),
        ({"kind": "swap", "theirs": "2~never~never"}, "theirs"),
        ({"kind": "nothing"}, "kind"),
    ],
)
def test_a_form_that_is_not_right_is_shown_again(
    house: House, schedule_id: int, changes: dict[str, str], field: str
) -> None:
    form = {"kind": "offer", "starts": "2026-03-03T18:00", "ends": "2026-03-03T22:00"} | changes
    answer = Browser(house, "alice").post(f"/oncall/shifts/ask/{schedule_id}", form)

    assert answer.status_code == 422
    assert f'id="error-{field}"' in answer.text or not field


def test_a_swap_by_the_api(schedule_id: int, api: Callable[[str], Api]) -> None:
    body = {
        "schedule": schedule_id,
        "kind": "cover",
        "asked": "bob",
        "starts_at": TUESDAY.isoformat(),
        "ends_at": (TUESDAY + HOURS).isoformat(),
    }
    made = api("alice").post("/api/v1/oncall/requests", body)
    assert (made.status_code, made.json["state"]) == (201, "open")
    bob = api("bob")
    assert [one["id"] for one in bob.get("/api/v1/oncall/requests").json["items"]] == [1]

    taken = bob.post("/api/v1/oncall/requests/1/accept")
    assert (taken.json["state"], taken.json["answered_by"]) == ("accepted", "bob")
    assert bob.post("/api/v1/oncall/requests/1/accept").status_code == 409
    assert bob.post("/api/v1/oncall/requests/1/forget").status_code == 422
    assert bob.post("/api/v1/oncall/requests/9/accept").status_code == 404


def test_the_times_of_a_request_are_kept_to_the_minute() -> None:
    odd = TUESDAY.replace(second=31)
    wanted = CoverInput(kind=CoverKind.OFFER, starts_at=odd, ends_at=odd + HOURS)

    assert wanted.starts_at == TUESDAY
