"""What came over an integration's limit is kept, counted, and read again when somebody says so."""

from collections.abc import Callable

import pytest

from itsm.kernel.access import SYSTEM
from itsm.monitoring import integrations
from itsm.monitoring.inputs import EditIntegration, NewIntegration
from itsm.monitoring.models import Alert, Bucket, Integration
from itsm.platform.house import House
from itsm.platform.intake import IntakeRow, IntakeState
from tests.cast import Browser
from tests.flows.conftest import Desk

Send = Callable[..., int]


@pytest.fixture
def send(desk: Desk, house: House) -> Send:
    """Post to an integration that may send two messages, and no more for a minute."""
    with house.work(SYSTEM) as work:
        source, key = integrations.add_integration(
            work, NewIntegration(kind="generic", name="probes")
        )
        integrations.edit(work, source, EditIntegration(rate_per_minute=1, burst=2))
        work.session.get_one(Bucket, source.id).tokens = 2

    def post(name: str, status: str = "firing") -> int:
        body = {"key": name, "title": f"{name} fails", "status": status}
        answer = house.app.test_client().post(f"/hooks/generic/{key}", json=body)
        if answer.status_code == 429:
            assert int(answer.headers["Retry-After"]) >= 1
        return answer.status_code

    assert [post("a"), post("b")] == [202, 202]
    desk.work()
    return post


def states(house: House) -> dict[str, str]:
    with house.work(SYSTEM, writes=False) as work:
        return {one.source_key: one.state.value for one in work.session.query(Alert)}


def replay(desk: Desk, browser: Callable[..., Browser]) -> str:
    dana = browser("dana")
    shown = dana.get("/monitoring/rejected").text
    assert dana.post("/monitoring/rejected/replay").status_code in {303, 409}
    desk.work()
    return shown


def test_all_of_it_is_read_again_oldest_first(
    desk: Desk, house: House, send: Send, browser: Callable[..., Browser]
) -> None:
    said = [("c", "firing"), ("d", "firing"), ("d", "resolved"), ("a", "resolved")]
    assert [send(*one) for one in said] == [429] * 4
    with house.work(SYSTEM, writes=False) as work:
        source = work.session.query(Integration).filter_by(name="probes").one()
        assert work.session.get_one(Bucket, source.id).refused == 4

    assert "4 messages came over a limit" in replay(desk, browser)
    assert states(house) == {"a": "resolved", "b": "open", "c": "open", "d": "resolved"}
    with house.work(SYSTEM, writes=False) as work:
        assert {row.state for row in work.session.query(IntakeRow)} == {IntakeState.DONE}
    assert "came over a limit" not in replay(desk, browser)


def test_what_a_later_message_spoke_of_stays_as_it_is(
    desk: Desk, house: House, send: Send, browser: Callable[..., Browser]
) -> None:
    assert send("a") == 429
    assert send("b", "resolved") == 429
    desk.clock.advance(minutes=2)
    assert [send("a", "resolved"), send("b")] == [202, 202]
    replay(desk, browser)

    assert states(house) == {"a": "resolved", "b": "open"}
