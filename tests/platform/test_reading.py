from sqlalchemy import text

from itsm.kernel.access import SYSTEM
from itsm.platform.database import db
from itsm.platform.house import House


def test_a_work_that_reads_takes_one_connection_for_all_its_statements(house: House) -> None:
    with house.work(SYSTEM, writes=False) as work:
        before = db.engine.pool.checkedout()  # type: ignore[attr-defined]
        for _ in range(20):
            work.session.execute(text("SELECT 1"))

        assert db.engine.pool.checkedout() == before + 1  # type: ignore[attr-defined]
