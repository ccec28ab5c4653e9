"""Which desks there are, for whom."""

from collections.abc import Callable

import pytest

from itsm.desk.models import Desk
from itsm.platform.house import House
from tests.cast import Api, Cast


@pytest.mark.parametrize("name", ["alice", "charlie"])
def test_a_confidential_desk_is_not_told_of(
    house: House, api: Callable[[str], Api], cast: Cast, name: str
) -> None:
    del cast
    with house.work() as work:
        work.add(Desk(key="hr", name="People", confidential=True, internal=True))

    items = api(name).get("/api/v1/desks").json["items"]

    assert [one["key"] for one in items] == ["it"]
