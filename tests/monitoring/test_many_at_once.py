"""Many messages about the same alerts at the same moment."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from itsm.kernel.access import SYSTEM
from itsm.monitoring.models import Alert, AlertEvent, Change
from itsm.monitoring.states import State
from itsm.platform.house import House
from itsm.platform.intake import IntakeRow

COPIES = 200
THREADS = 8


def post_all(house: House, key: str, bodies: list[object]) -> list[int]:
    def post(body: object) -> int:
        return house.app.test_client().post(f"/hooks/generic/{key}", json=body).status_code

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(post, bodies))


def test_many_copies_at_once_are_one_alert_with_their_count(house: House, key: str) -> None:
    codes = post_all(house, key, [{"key": "a", "title": "Disk full"}] * COPIES)

    assert set(codes) == {202}
    with house.work(SYSTEM) as work:
        assert work.session.scalars(select(Alert.count)).all() == [COPIES]
        assert work.session.scalars(select(AlertEvent.change)).all() == [Change.OPENED]
        assert work.session.scalar(select(func.count(IntakeRow.id))) == COPIES


def test_messages_about_the_same_alerts_in_other_orders_never_lock_each_other_out(
    house: House, key: str
) -> None:
    names = [f"k{place}" for place in range(20)]
    fires = [{"key": name, "title": name} for name in names]
    clears = [{"key": name, "status": "ok"} for name in reversed(names)]
    mixed = [*fires[::-2], *clears[::3]]

    codes = post_all(house, key, [fires, fires[::-1], clears, mixed] * 10)

    assert set(codes) == {202}
    with house.work(SYSTEM) as work:
        alive = select(Alert.fingerprint).where(Alert.state != State.CLOSED)
        found = work.session.scalars(alive).all()
        assert len(found) == len(set(found)) == len(names)
