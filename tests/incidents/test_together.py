"""Many people at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from itsm.incidents import queries
from itsm.platform.house import House
from tests.cast import Api, Cast

ROOT = "/api/v1/incidents"
CALLS = 20


def test_of_twenty_who_take_at_once_one_wins(
    house: House, api: Callable[[str], Api], cast: Cast
) -> None:
    del cast
    alice, bob = api("alice"), api("bob")
    number = alice.post(ROOT, {"title": "Printer on fire"}).json["number"]

    def take(at: int) -> tuple[str, int]:
        who, caller = (("alice", alice), ("bob", bob))[at % 2]
        client = house.app.test_client()
        answer = client.post(f"{ROOT}/{number}/take", headers=caller.headers)
        return who, answer.status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(take, range(CALLS)))

    winners = {who for who, status in answers if status == 200}
    assert len(winners) == 1
    assert {status for who, status in answers if who not in winners} == {409}


def test_twenty_opened_at_once_have_twenty_numbers(
    house: House, api: Callable[[str], Api], cast: Cast
) -> None:
    del cast
    headers = api("alice").headers

    def open_one(at: int) -> str:
        client = house.app.test_client()
        answer = client.post(ROOT, json={"title": f"No {at}"}, headers=headers)
        return str(answer.get_json()["number"])

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(open_one, range(CALLS)))

    assert sorted(numbers) == [f"INC-{1001 + at}" for at in range(CALLS)]
    with house.work(writes=False) as work:
        assert queries.get(work, "INC-1020").number == "INC-1020"


def test_the_same_key_at_once_opens_one(
    house: House, api: Callable[[str], Api], cast: Cast
) -> None:
    del cast
    headers = api("alice").headers | {"Idempotency-Key": "once"}

    def open_one(_: int) -> str:
        client = house.app.test_client()
        return str(client.post(ROOT, json={"title": "No mail"}, headers=headers).get_json())

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(open_one, range(8)))) == 1
